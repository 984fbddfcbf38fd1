"""The rules: pure functions of dates and exact amounts, one for each decision."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.harness import Refused

if TYPE_CHECKING:
    from small_invoices.model import Product

__all__ = ["DAY", "Rules"]

DAY = timedelta(days=1)
#: How many months or days a cycle has.
CYCLES = {
    "daily": (0, 1), "weekly": (0, 7), "monthly": (1, 0), "quarterly": (3, 0),
    "semi-annually": (6, 0), "annually": (12, 0), "biennially": (24, 0), "triennially": (36, 0),
}  # fmt: skip
#: For what a licence is sold.
LICENCES = {"monthly", "annually", "once", "free"}
_DAYS_BEFORE = 7


class Rules:
    """What the billing asks when it decides on a date or an amount."""

    # Dates

    def refuse_unsold(self, product: Product, cycle: str) -> None:
        """Refuse a cycle without a price, and for a licence all but a few."""
        known = LICENCES if product.get("licence") else {*CYCLES, "once", "free"}
        if cycle not in product["prices"] or cycle not in known:
            raise Refused(f"the product is not sold {cycle}", "hostbill.cycle")

    def cycle_end(self, starts: date, cycle: str, anchor: int) -> date:
        """Return the end of a cycle: months keep the anchor day, or end on the month's last."""
        months, days = CYCLES[cycle]
        if days:
            return starts + days * DAY
        year, month = divmod(starts.year * 12 + starts.month - 1 + months, 12)
        return date(year, month + 1, min(anchor, monthrange(year, month + 1)[1]))

    def first_day(self, product: Product, ordered: date, paid: date) -> date:
        """Return the first day of the first cycle: a late payment moves it where that is set."""
        return max(ordered, paid) if product.get("adjust_initial_period") else ordered

    def generated(self, product: Product, next_due: date) -> date:
        """Return the day on which the invoice of a cycle is issued."""
        return next_due - product.get("invoice_days_before", _DAYS_BEFORE) * DAY

    def first_due(self, product: Product, ordered: date) -> date:
        """Return when the invoice of an order is due."""
        return ordered + product.get("first_invoice_due", 0) * DAY

    def due(self, product: Product, next_due: date, issued: date) -> date:
        """Return when a further invoice is due: not before its issue."""
        days = product.get("due_days_later", 0) - product.get("expected_days_before", 0)
        return max(next_due + days * DAY, issued)

    def cancelled(self, product: Product, ordered: date) -> date | None:
        """Return the day on which an unpaid order is cancelled."""
        return self._later(ordered, product.get("auto_cancel_after"))

    def late_fee_day(self, product: Product, due: date) -> date | None:
        """Return the day on which the late fee of an invoice is added."""
        fee = product.get("late_fee")
        return due + fee["after"] * DAY if fee else None

    def suspended(self, product: Product, due: date) -> date | None:
        """Return the day on which a service is suspended for an invoice."""
        return self._later(due, product.get("suspend_after"))

    def terminated(self, product: Product, due: date) -> date | None:
        """Return the day on which a service is terminated for an invoice."""
        return self._later(due, product.get("terminate_after"))

    def _later(self, day: date, days: int | None) -> date | None:
        return None if days is None else day + days * DAY

    # Amounts

    def rounded(self, amount: Fraction, digits: int) -> Fraction:
        """Round an amount of zero or more half up."""
        return Fraction((amount * 10**digits + Fraction(1, 2)) // 1, 10**digits)

    def tax(self, product: Product, amount: Fraction) -> Fraction:
        """Return the tax on what an invoice asks."""
        tax = product.get("tax")
        return amount * Fraction(tax["rate"]) / 100 if tax else Fraction(0)

    def late_fee(self, product: Product, total: Fraction) -> Fraction:
        """Return the fee on an invoice, of its whole total whatever is paid of it."""
        return total * Fraction(product["late_fee"]["percent"]) / 100

    def by_credit(self, total: Fraction, balance: Fraction) -> Fraction:
        """Return what the credit balance pays of an invoice when it is issued."""
        return max(min(total, balance), Fraction(0))
