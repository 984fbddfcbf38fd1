"""The ledger: append-only."""

from __future__ import annotations

from datetime import UTC, datetime

from prorata.reference.ledger import KINDS, TO_CLIENT, Ledger, Line

AT = datetime(2025, 9, 1, tzinfo=UTC)


def test_lines_are_read_in_posting_order(usd):
    """A ledger gives back the lines as they were posted, all of them or those since a count."""
    rows = [
        (AT, kind, usd("1.00"), "anna", number, None, "rule", {"price": 1})
        for number, kind in enumerate(("period", "setup", "refund"), 1)
    ]
    ledger = Ledger()
    for row in rows:
        ledger.append(*row)
    assert 3 == len(ledger)
    assert [Line(*row) for row in rows] == list(ledger)
    assert [Line(*rows[2])] == list(ledger.since(2))


def test_what_goes_to_the_client():
    """Of all kinds, refunds, the tax on them and credit go to the client."""
    assert {"refund", "tax refund", "credit"} == TO_CLIENT
    assert set(KINDS) > TO_CLIENT
