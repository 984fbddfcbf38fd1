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


@wrong("rules", "first_day", "edge/order-paid-long-after-it", "hostbill.initial-period.adjust")
def moves_in_the_month_of_the_order(_self, product, ordered, paid):
    """Have a late payment move the first day within the month of the order alone."""
    moves = product.get("adjust_initial_period") and paid.month == ordered.month
    return paid if moves else ordered


@wrong("billing", "cancel_invoice", "edge/nothing-follows-from-a-cancelled-invoice",
       "hostbill.invoice.schedule")  # fmt: skip
def asks_again_for_what_is_cancelled(self, *, invoice, by="staff"):
    """Issue a renewal invoice again that staff cancelled."""
    SmallInvoices.cancel_invoice(self, invoice=invoice, by=by)
    cancelled = self.invoices[invoice]
    if not cancelled.first:
        cancelled.service.next_due = cancelled.service.expires
        self.plan(self.today, 1, cancelled.service)


@wrong("billing", "suspend_unpaid", "edge/hostbill-suspended-beside-one-that-is-paid",
       "hostbill.suspend")  # fmt: skip
def suspends_all_of_a_client(self, service):
    """Suspend with a service all others of its client."""
    SmallInvoices.suspend_unpaid(self, service)
    for other in self.services.values() if service.status == "suspended" else ():
        if other.client == service.client and other.status == "active":
            self.panel.suspend(other)
            other.status = "suspended"


@wrong("billing", "add_late_fee", "edge/hostbill-late-fee-of-each-invoice", "hostbill.late-fee")
def one_late_fee_for_all(self, service):
    """Add the late fee to the oldest unpaid invoice alone."""
    oldest = next(self.unpaid(service), None)
    if oldest is None or not oldest.has_fee:
        SmallInvoices.add_late_fee(self, service)
