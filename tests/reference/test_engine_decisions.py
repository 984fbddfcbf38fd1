"""Decisions: what is kept for one service, and what many have alike."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

from prorata.reference.billmanager import order, renew
from prorata.reference.engine.decisions import Decision, Decisions

NOW = datetime(2025, 1, 15, tzinfo=UTC)
STARTS = {"starts": date(2025, 1, 15)}


def test_rows_are_read_as_decisions():
    """One of a service alone has all its fields; of those alike each service adds its own."""
    kept = Decisions()
    kept.rows.append((NOW, "expires", 1, order.trial, STARTS, 2))
    first = kept.alike((NOW, "expires", renew.plain, STARTS))
    asked = {"price": Fraction(5), "balance": Fraction(0)}
    second = kept.alike(
        (NOW, "nothing: period", order.price, asked), (NOW, "expires", order.trial, STARTS)
    )
    mark = kept.mark
    kept.rows.append((first, 7, 4, 100))
    kept.rows.append((second, 8, 5, 31000))
    assert (0, 1) == (first, second)
    later = [
        Decision(NOW, "expires", 7, renew.plain, STARTS, 4),
        Decision(
            NOW,
            "nothing: period",
            8,
            order.price,
            {"price": Fraction(5), "balance": Fraction(31000)},
            5,
        ),
        Decision(NOW, "expires", 8, order.trial, STARTS, 5),
    ]
    assert [Decision(NOW, "expires", 1, order.trial, STARTS, 2), *later] == [*kept]
    assert later == [*kept.since(mark)]
    assert Fraction(0) == asked["balance"]


def test_a_decision_tells_its_rule():
    """And whether nothing was to be posted."""
    made = Decision(NOW, "nothing: period", 1, order.trial, STARTS, 0)
    assert (True, "billmanager.order.trial") == (made.nothing, made.rule)
    assert not Decision(NOW, "expires", 1, order.trial, STARTS, 0).nothing
