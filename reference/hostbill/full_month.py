"""Full month billing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import add_months, first_of_next_month
from prorata.reference.readings import table
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from prorata.reference.periods import Length

__all__ = ["FULL_MONTH_FIRST_PERIOD", "applies", "full_month"]


def _this_month(ordered: date) -> date:
    return first_of_next_month(ordered)


def _one_full_month(ordered: date) -> date:
    later = add_months(ordered, 1)
    return later if later.day == 1 else first_of_next_month(later)


#: When the first period ends, from the date of the order.
FULL_MONTH_FIRST_PERIOD = table(
    "full_month_first_period",
    {"this_month": _this_month, "one_full_month": _one_full_month},
)


def full_month(
    *,
    ordered: date,
    full_month_first_period: Callable[[date], date],
    note: Note = silent,
) -> date:
    """Return the first due date of a service that is billed by full months.

    ``hostbill.full-month`` (hostbill-licences, hostbill-hosting): the first of a month, and the
    whole monthly price is asked until then. Ordered on a first, it is a month away.
    """
    day = full_month_first_period(ordered)
    note("expires", "", day, why=f"a first of a month after the order on {ordered}")
    return day


@beside("hostbill.full-month")
def applies(*, wanted: bool, period: Length) -> bool:
    """Tell whether a cycle is billed by full months: monthly ones only (ours)."""
    return wanted and (period.months, period.days) == (1, 0)
