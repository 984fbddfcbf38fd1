"""What was posted for the days of a service, as it is cut, given back and shared out."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from prorata.reference.engine.billmanager import paid
from prorata.reference.engine.turn import Posted
from prorata.reference.proration import Paid

SEP_1, SEP_16 = date(2025, 9, 1).toordinal(), date(2025, 9, 16).toordinal()
OCT_1 = date(2025, 10, 1).toordinal()


def line(amount, first=SEP_1, last=OCT_1, item="disk"):
    """Return what was posted for a resource."""
    return Paid(item, first, last, Fraction(amount))


def test_a_line_is_shared_as_its_times_cost(counted, bought):
    """Two months of 10.00 from September 17 on, posted as 14.67: 14/30 × 10, and the rest."""
    times = [
        bought("10", "2025-09-17", "2025-10-01", full_starts=SEP_1),
        bought("10", "2025-10-01", "2025-11-01"),
    ]
    posted = Posted(Fraction("14.67"), Fraction("2.93"))
    shared = paid.shared_out(times, posted, counted())
    # 4.6667, and 14.67 − 4.6667 = 10.0033; of each the same part is tax.
    assert [Fraction(14, 3), Fraction("14.67") - Fraction(14, 3)] == [each.paid for each in shared]
    assert {Fraction(293, 1467)} == {each.tax for each in shared}
    assert () == paid.shared_out([], Posted(Fraction(0)), counted())


@pytest.mark.parametrize(
    ("first", "left"),
    # 9.00 for September and 3.00 for its last half: all, 15 of 30 days and all, 10 of both.
    [(SEP_1, 12), (SEP_16, Fraction("7.50")), (OCT_1 - 10, 5), (OCT_1, 0)],
)
def test_what_is_left(counted, bought, first, left):
    """What is paid for the days from a day on, for the tariff and its resources together."""
    month = bought("10", "2025-09-01", "2025-10-01", paid=Fraction(9))
    assert Posted(left) == paid.left([month], [line(3, SEP_16)], first, counted())


def test_what_is_left_by_what_days_cost(counted, bought):
    """3.00 for the last half of September and 31.00 for October: by October all of the latter."""
    times = (
        bought("6", "2025-09-16", "2025-10-01", full_starts=SEP_1, paid=Fraction(3)),
        bought("31", "2025-10-01", "2025-11-01", paid=Fraction(31)),
    )
    nov_1 = OCT_1 + 31
    sold = Paid("disk", SEP_16, nov_1, Fraction(34), Fraction(1, 5), times)
    assert Posted(Fraction(31), Fraction("6.20")) == paid.left([], [sold], OCT_1, counted())
    # A cancellation counts days alone: 31 of 46.
    assert Fraction(34 * 31, 46) == sold.left(OCT_1)


def test_a_time_that_is_cut(counted, bought):
    """Up to a day a time keeps its part of what is paid; what begins later is gone."""
    times = [
        bought("10", "2025-09-01", "2025-10-01", paid=Fraction(9)),
        bought("10", "2025-10-01", "2025-11-01", paid=Fraction(10)),
    ]
    (kept,) = paid.cut(times, SEP_16, counted())
    assert (SEP_1, SEP_16, Fraction("4.50")) == (kept.starts, kept.expires, kept.paid)
    assert () == paid.cut(times, SEP_1, counted())
    assert () == paid.cut((), SEP_16, counted())


def test_what_is_paid_for_days_before_a_day(counted, bought):
    """Each line keeps its part for the days before; those of a resource that goes on keep all."""
    lines = [line(3), line(6, item="ram"), line(1, SEP_16), line("-2", item="ram")]
    ended = paid.paid_before(lines, SEP_16, counted(), but=["ram"])
    half = line("1.50", SEP_1, SEP_16)
    assert (half, line(6, item="ram"), line("-2", item="ram")) == ended
    # Half of what was charged and of what a change gave back.
    rest = (half, line(3, SEP_1, SEP_16, "ram"), line("-1", SEP_1, SEP_16, "ram"))
    assert rest == paid.paid_before(lines, SEP_16, counted())
    # Where the days do not cost the same, what they cost stays: 40.00 for August and September.
    times = (bought("10", "2025-08-01", "2025-09-01", paid=Fraction(10)),
             bought("30", "2025-09-01", "2025-10-01", paid=Fraction(30)))  # fmt: skip
    both = Paid("disk", times[0].starts, OCT_1, Fraction(40), Fraction(0), times)
    (august,) = paid.paid_before([both], SEP_1, counted())
    assert (SEP_1, Fraction(10)) == (august.expires, august.amount)


def test_a_part_of_what_is_paid():
    """Of some units a part is kept, and so is what was posted for each purchase of them."""
    assert (line(2), line("-1")) == paid.scaled([line(6), line(-3)], Fraction(1, 3), Fraction(1))
    taxed = line(6)._replace(tax=Fraction(1, 5))
    # 1.20 of tax on 6.00, of which 0.30 stays on 2.00.
    assert (line(2)._replace(tax=Fraction(3, 20)),) == paid.scaled(
        [taxed], Fraction(1, 3), Fraction(3, 4)
    )
