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


def test_a_free_period_ends_the_older_one(world: Any, starts: Any) -> None:
    """A whole period bought for nothing on January 31 ends what was bought until March 31.

    The month from January 31 ends on February 28, when the next one is paid: 2.22.
    """
    opened = world(starts[0], clients={"anna": "50.00"})
    opened.act("anna", "order", tariff="anew", period="3 months", auto_renewal=True)
    assert "done" == opened.act("anna", "change_tariff", tariff="free", period="1 month")
    opened.act("anna", "set_tariff", tariff="free", prices={"1 month": "2.22"})
    opened.go(opened.clock.now() + timedelta(days=32))
    assert [] == opened.wrong()
    assert ["15.15", "2.22"] == [str(line.amount) for line in opened.billing.ledger]
    (service,) = opened.billing.book.services.values()
    assert "2025-03-31" == str(service.ends.date())


def test_a_resource_that_a_change_ends_keeps_what_its_days_cost(world: Any, starts: Any) -> None:
    """Of 10.32 and 0.34 for January 31 and February, 5.89 are given back for February.

    February costs 10 and 0.33, and 4.44 at the new tariff, which has no databases.
    """
    opened = world(starts[0], clients={"anna": "20.00"})
    resources = {"databases": 1}
    opened.act("anna", "order", tariff="calendar", period="1 month", resources=resources)
    opened.go(opened.clock.now() + timedelta(days=1))
    assert "done" == opened.act("anna", "change_tariff", tariff="upward")
    assert [("period", "10.32"), ("resource", "0.34"), ("refund", "5.89")] == [
        (line.kind, str(line.amount)) for line in opened.billing.ledger
    ]
    assert [] == opened.astray()
    assert [] == opened.wrong()
