"""The seam for another convention: one run of the rules, of which no other run hears."""

from __future__ import annotations

from fractions import Fraction

from prorata.reference.billmanager import order, renew
from prorata.reference.money import ROUNDING
from prorata.reference.readings import DEFAULTS
from prorata.reference.rules import Instead, Rulings


def test_another_meaning_of_a_reading():
    """It holds whichever value is chosen, and for these rulings alone."""
    down = Rulings(DEFAULTS, 2, Instead(readings={"rounding": ROUNDING["down"]}))
    assert ROUNDING["down"] is down.meaning("rounding")
    assert ROUNDING["half_up"] is Rulings(DEFAULTS, 2).meaning("rounding")


def test_another_answer_of_a_rule():
    """It gets the right rule, with its readings, and the arguments."""
    twice = Instead(rules={renew.late_fee_fixed: lambda right, /, **told: 2 * right(**told)})
    amount = {"amount": Fraction(3)}
    assert Fraction(6) == Rulings(DEFAULTS, 2, twice)(renew.late_fee_fixed, **amount)
    assert Fraction(3) == Rulings(DEFAULTS, 2)(renew.late_fee_fixed, **amount)


def test_several_amounts_of_a_rule():
    """Each is posted by itself; where nothing is said, there is the one of the rule."""
    halves = Instead(legs={renew.late_fee_fixed: lambda right, /, **told: [right(**told) / 2] * 2})
    ruled, amount = Rulings(DEFAULTS, 2, halves), {"amount": Fraction(3)}
    assert [Fraction(3, 2)] * 2 == ruled.legs(renew.late_fee_fixed, amount)
    assert (Fraction(1),) == ruled.legs(order.price, {"setup_fee": Fraction(1)})


def test_what_was_asked():
    """The readings that a run hung on are known when it is over."""
    ruled = Rulings(DEFAULTS, 2)
    assert frozenset() == ruled.readings_asked
    assert ruled.counting
    assert {"period_days", "rounding", "rounding_place"} == ruled.readings_asked
