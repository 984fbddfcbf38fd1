"""What random histories have found: each as the shortest history that shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any


def test_a_free_service_renews_itself(world: Any, starts: Any) -> None:
    """Nothing is posted for a renewal at price 0, and the service runs on: 31 January + 2 months.

    In three jumps and in one, with another free service that expires at the same instant.
    """
    one, other = (world(starts[0], clients={"anna": "1.00"}) for _ in range(2))
    end = one.clock.now() + timedelta(days=45)
    for opened, split in ((one, None), (other, "days")):
        for _ in range(2):
            opened.act("anna", "order", tariff="free", period="1 month", auto_renewal=True)
        opened.go(end, split)
        assert [] == opened.wrong()
        assert [("active", "2025-03-31")] * 2 == [
            (service.status, str(service.ends.date()))
            for service in opened.billing.book.services.values()
        ]
        assert [] == list(opened.billing.ledger)
    assert one.seen() == other.seen()


def test_a_free_time_is_paid_for_by_a_change(world: Any, starts: Any) -> None:
    """Free from January 31 to February 28, changed at once: 28 days at 3.10 a month = 3.10."""
    opened = world(starts[0], clients={"anna": "10.00"})
    opened.act("anna", "order", tariff="free", period="1 month")
    assert "done" == opened.act("anna", "change_tariff", tariff="behind")
    assert [("tariff change", "3.10")] == [
        (line.kind, str(line.amount)) for line in opened.billing.ledger
    ]
    assert [] == opened.wrong()
