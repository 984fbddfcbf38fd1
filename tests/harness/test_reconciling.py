"""Reconciliation of two ledgers: licences and charges without their counterpart, by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from prorata.harness.reconciling import (
    ALIKE,
    MONEY,
    NOT_BOUGHT,
    NOT_SOLD,
    ONCE,
    Books,
    Charge,
    Holding,
    reconcile,
)

OURS, THEIRS = Holding("1", "active", "55227"), Holding("1", "active", "55227")


def month(first, last):
    """Return the time from one day of 2025 to another one."""
    return tuple(datetime(2025, *day, tzinfo=UTC) for day in (first, last))


SEPTEMBER = month((9, 1), (10, 1))
SOLD = Charge("1", "period", "7.00", SEPTEMBER)
BOUGHT = Charge("1", "period", "5.00", SEPTEMBER)


def told(sold, bought):
    """Return what is alone, as what it breaks and a line."""
    return [(each.breaks, str(each)) for each in reconcile(sold, bought).alone]


def test_what_has_its_counterpart_agrees_and_leaves_a_margin():
    """7.00 − 5.00 = 2.00."""
    found = reconcile(Books([OURS], [SOLD]), Books([THEIRS], [BOUGHT]))
    assert (True, Fraction(7), Fraction(5), 2) == (
        found.agrees, found.sold, found.bought, found.margin,
    )  # fmt: skip


def test_a_licence_is_bought_twice():
    """There are two of one service, and the second charge answers nothing."""
    assert [
        (ONCE, "bought: licence of 1: there are 2 of it"),
        (NOT_SOLD, "bought: period 5.00 of 1: not sold"),
    ] == told(Books([OURS], [SOLD]), Books([THEIRS] * 2, [BOUGHT] * 2))


def test_a_licence_is_sold_that_was_not_bought():
    """Its service is active all the same."""
    assert [
        (NOT_BOUGHT, "sold: licence of 1: none was bought"),
        (NOT_BOUGHT, "sold: period 7.00 of 1: not bought"),
    ] == told(Books([OURS], [SOLD]), Books())


def test_a_service_that_waits_for_its_licence_is_none_yet():
    """But it is charged for."""
    waiting = Holding("1", "processing")
    assert [(NOT_BOUGHT, "sold: period 7.00 of 1: not bought")] == told(
        Books([waiting], [SOLD]), Books()
    )


@pytest.mark.parametrize(
    ("services", "why"),
    [
        ([], "it is there, and nobody has it"),
        ([Holding("1", "deleted")], "it is there, and a service that is deleted has it"),
    ],
)
def test_a_licence_is_bought_that_was_not_sold(services, why):
    """Nobody has it, or nobody has it any more."""
    assert [(NOT_SOLD, f"bought: licence of 1: {why}")] == told(Books(services), Books([THEIRS]))


def test_a_licence_that_is_closed_is_nobodys():
    """Neither is its service."""
    gone = Holding("1", "deleted")
    assert [] == told(Books([gone], [SOLD]), Books([gone], [BOUGHT]))


@pytest.mark.parametrize(
    ("licence", "why"),
    [
        (Holding("1", "suspended", "55227"), "it is suspended, and its service active"),
        (Holding("1", "active", "55228"), "it is 55228, and its service has 55227"),
    ],
)
def test_a_licence_is_another_one_than_was_sold(licence, why):
    """Its state or its tariff."""
    assert [(ALIKE, f"bought: licence of 1: {why}")] == told(Books([OURS]), Books([licence]))


def test_what_came_back_needs_no_counterpart():
    """A service that was never made, and gave back what it had paid."""
    back = Charge("1", "refund", "7.00")
    assert [] == told(Books([Holding("1", "deleted")], [SOLD, back]), Books())


def test_days_that_were_sold_and_not_bought():
    """Of 30 days 15 were bought: 6.20 × 15 ÷ 30 = 3.10 of it answers nothing."""
    ours = Charge("1", "period", "6.20", month((12, 1), (12, 31)))
    theirs = Charge("1", "period", "1.94", month((12, 1), (12, 16)))
    assert [(NOT_BOUGHT, "sold: period 3.10 of 1: 15 days of it not bought")] == told(
        Books([OURS], [ours]), Books([THEIRS], [theirs])
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (month((1, 25), (2, 25)), month((2, 2), (3, 2))),  # 31 and 28 days
        (month((1, 1), (12, 31)), month((1, 5), (12, 30))),  # most of a year
    ],
)
def test_months_need_not_be_the_same_ones(ours, theirs):
    """Both sides count them from their own dates."""
    assert [] == told(
        Books([OURS], [Charge("1", "period", "7.00", ours)]),
        Books([THEIRS], [Charge("1", "period", "5.00", theirs)]),
    )


def test_a_change_is_answered_by_a_change():
    """Whatever each side asks for it; a fee and a tax are its own affair."""
    fees = [Charge("1", "upgrade fee", "1.00"), Charge("1", "tax", "0.67")]
    ours = [*fees, Charge("1", "tariff change", "3.50")]
    theirs = [Charge("1", "tariff change", "2.50")]
    assert [] == told(Books([OURS], ours), Books([THEIRS], theirs))


def test_charges_of_one_instant_may_be_told_in_any_order():
    """A month and the one after it, each answered by its own."""
    months = [
        (datetime(2025, n, 1, tzinfo=UTC), datetime(2025, n + 1, 1, tzinfo=UTC)) for n in (1, 2)
    ]
    ours = [Charge("1", "period", "7.00", covers) for covers in months]
    theirs = [Charge("1", "period", "5.00", covers) for covers in reversed(months)]
    assert [] == told(Books([OURS], ours), Books([THEIRS], theirs))


def test_money_that_was_paid_is_what_was_charged():
    """5.00 was charged, and the account has 5.50 less."""
    paid = Books([THEIRS], [BOUGHT], Fraction("5.50"))
    assert [(MONEY, "bought: money 0.50 of all: was paid, and not charged")] == told(
        Books([OURS], [SOLD], Fraction(7)), paid
    )
