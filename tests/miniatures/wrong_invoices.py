"""Small billings of HostBill's kind with one thing wrong each: the example, but for one method.

Each is a factory, as in `prorata run -i python:wrong_invoices:late_fee_each_day`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from small_invoices import Rules, SmallInvoices
from small_invoices.rules import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MINIATURES"]

#: Each with the scenario that catches it and the rule that is named first.
MINIATURES: dict[str, tuple[type[SmallInvoices], str, str]] = {}


def wrong(part: str, method: str, scenario: str, rule: str) -> Callable[[Any], Any]:
    """Make a billing in which a function stands in for a method of its rules, or its own."""

    def billing(function: Any) -> Any:
        name, other = function.__name__, {method: function}
        rules = {"rules": type("WrongRules", (Rules,), other)()}
        made = type(name, (SmallInvoices,), rules if part == "rules" else other)
        MINIATURES[name] = made, scenario, rule
        return made

    return billing


@wrong("rules", "late_fee", "worked/late-fee-of-an-invoice", "hostbill.late-fee")
def late_fee_without_the_tax(_self, product, total):
    """Take the percentage of what is asked before tax."""
    base = total * 100 / (100 + Fraction(product["tax"]["rate"]))
    return base * Fraction(product["late_fee"]["percent"]) / 100


@wrong("billing", "add_late_fee", "edge/late-fee-and-suspension", "hostbill.late-fee")
def late_fee_each_day(self, service):
    """Add the late fee again on the next day."""
    for invoice in self.unpaid(service):
        invoice.has_fee = False
    SmallInvoices.add_late_fee(self, service)
    self.plan(self.today + DAY, 2, service)


@wrong("rules", "due", "worked/invoice-schedule", "hostbill.invoice.schedule")
def due_with_the_service(_self, _product, next_due, _issued):
    """Have every invoice due when its cycle begins, whatever is set."""
    return next_due


@wrong("rules", "generated", "worked/invoice-schedule", "hostbill.invoice.schedule")
def issued_when_it_is_due(_self, _product, next_due):
    """Issue an invoice on the first day of its cycle."""
    return next_due


@wrong("rules", "by_credit", "edge/credit-pays-when-an-invoice-is-issued", "hostbill.invoice.pay")
def credit_left_alone(_self, _total, _balance):
    """Never pay an invoice by credit."""
    return Fraction(0)


@wrong("rules", "cancelled", "edge/order-that-nobody-pays", "hostbill.order.auto-cancel")
def cancelled_by_its_due_date(self, product, ordered):
    """Count the days of an unpaid order from the due date of its invoice."""
    return Rules.cancelled(self, product, self.first_due(product, ordered))


@wrong("billing", "lift", "edge/suspended-with-two-invoices", "hostbill.unsuspend")
def lifted_though_more_is_due(self, service):
    """Lift a suspension with any payment."""
    if service.status == "suspended":
        self.panel.resume(service)
        service.status = "active"


@wrong("rules", "suspended", "edge/suspended-for-an-invoice", "hostbill.suspend")
def suspended_a_day_late(self, product, due):
    """Give a day of grace that nobody has promised."""
    return Rules.suspended(self, product, due + DAY)


@wrong("rules", "first_day", "documented/initial-period-with-adjustment",
       "hostbill.initial-period.adjust")  # fmt: skip
def never_adjusted(_self, _product, ordered, _paid):
    """Count the first period from the order, whatever is set."""
    return ordered


@wrong("billing", "generate", "edge/invoices-while-one-is-unpaid", "hostbill.invoice.continue")
def goes_on_though_unpaid(self, service):
    """Issue one invoice after another, whether the last one is paid or not."""
    self._issue_next(service)
    day = self.rules.generated(self.product(service), self.civil(service.next_due))
    self.plan(day, 1, service)


@wrong("rules", "tax", "worked/late-fee-of-an-invoice", "hostbill.tax")
def half_the_tax(self, product, amount):
    """Ask half of the tax."""
    return Rules.tax(self, product, amount) / 2


@wrong("rules", "terminated", "edge/terminated-for-an-invoice", "hostbill.terminate")
def never_terminated(_self, _product, _due):
    """Let a service be suspended for ever."""
