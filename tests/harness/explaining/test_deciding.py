"""A reading decides where another of its values would change a derivation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from prorata.harness.explaining.deciding import explain
from prorata.reference.billmanager.charge import periodic
from prorata.reference.engine.decisions import Decision
from prorata.reference.ledger import Line
from prorata.reference.money import Money
from prorata.reference.periods import Length
from prorata.reference.readings import choose

AT = datetime(2025, 9, 1, tzinfo=UTC)
MONTH = Length(months=1)


def dated(starts: date, anchor: int) -> Decision:
    """Return the decision on the end of a month."""
    arguments = {"starts": starts, "period": MONTH, "anchor": anchor}
    return Decision(AT, "expires", 1, periodic, arguments, 0)


def tax(amount: str, posted: Money) -> Line:
    """Return the tax of a fifth on an amount, as it was posted."""
    arguments = {"amount": Fraction(amount), "rate": Fraction(20)}
    return Line(AT, "tax", posted, "anna", 1, None, "billmanager.tax.on-top", arguments)


@pytest.mark.parametrize(
    ("starts", "anchor", "expected"),
    [
        # Every value says March 1, but thirty days are up on March 3.
        (date(2025, 2, 1), 1, ["month"]),
        # June 30, after 30 days as after a month.
        (date(2025, 6, 1), 1, []),
        # February 28, or March 3 for who overflows.
        (date(2025, 1, 31), 31, ["month", "month_end"]),
    ],
)
def test_dates_hang_on_few_readings(starts: date, anchor: int, expected: list[str]) -> None:
    """What every value agrees on is decided by none."""
    found = explain(dated(starts, anchor), choose(), "USD")
    assert (expected, None) == (list(found.deciding), found.posted)


def test_a_value_under_which_there_is_no_date_is_another() -> None:
    """Thirty days from December 1 of the last year are in it, a month is beyond all dates."""
    found = explain(dated(date(9999, 12, 1), 1), choose({"month": "thirty_days"}), "USD")
    assert {"month": "thirty_days"} == found.deciding
    assert date(9999, 12, 31) == found.derivation.result


def test_a_tax_is_rounded_as_the_line_that_it_is_on() -> None:
    """A fifth of 0.105 is 0.021: of a day with four decimals, so under minor_unit 0.02."""
    day = explain(tax("0.105", Money(210, 4, "USD")), choose(), "USD")
    assert ["posting_digits"] == list(day.deciding)
    assert Money(210, 4, "USD") == day.posted
    # A fifth of 0.025 is half a cent: up, to the even cent, or down; four decimals keep it.
    period = explain(tax("0.025", Money(1, 2, "USD")), choose(), "USD")
    assert ["rounding", "posting_digits"] == list(period.deciding)
    assert Money(1, 2, "USD") == period.posted
