"""Each thing that always holds is missed when it does not: a billing is spoiled and looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from prorata.fakes import Ispmanager
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.engine.invariants import Violation, check
from prorata.reference.money import Money
from prorata.reference.panels import IspmanagerClient
from prorata.reference.readings import choose


@pytest.fixture
def ordered(world: Any, starts: Any) -> Any:
    """A service that anna ordered for a month, 3.10, on 2025-01-31; it expires on 2025-02-28."""
    opened = world(starts[0], clients={"anna": "100.00"})
    opened.act("anna", "order", tariff="month", period="1 month")
    assert [] == opened.wrong()
    opened.derived = 0
    return opened


def spoil_row(opened: Any, **fields: Any) -> None:
    """Put other values in the last line."""
    line = replace(list(opened.billing.ledger)[-1], **fields)
    opened.billing.ledger.rows[-1] = tuple(getattr(line, name) for name in line.__slots__)


def test_conservation(ordered: Any) -> None:
    """Money that came from nowhere: 100.00 − 3.10 = 96.90, and a cent more is held."""
    client = ordered.billing.book.clients["anna"]
    client.balance += Money.of("0.01", "USD")
    assert ["conservation: anna has 96.91 USD, 96.90 came in and stayed"] == ordered.wrong()


def test_posting(ordered: Any) -> None:
    """A line of a cent less than 3.10, though the balance agrees."""
    spoil_row(ordered, amount=Money.of("3.09", "USD"))
    ordered.billing.book.clients["anna"].balance += Money.of("0.01", "USD")
    covers = "for 2025-01-31 00:00 .. 2025-02-28 00:00"
    line = f"period 3.09 USD of service 1 {covers}"
    assert [f"posting: {line} is posted, exactly it is 3.10"] == ordered.wrong()
    ordered.derived = 0
    spoil_row(ordered, amount=Money.of("0", "USD"))
    ordered.billing.book.clients["anna"].balance += Money.of("3.09", "USD")
    line = f"period 0.00 USD of service 1 {covers}"
    assert [
        f"posting: {line} is posted, exactly it is 3.10",
        f"posting: {line} is no amount to post",
    ] == ordered.wrong()


def test_overlap(ordered: Any) -> None:
    """A renewal that covers the last day of the period before it again."""
    ordered.act("anna", "renew", period="1 month")
    starts, ends = list(ordered.billing.ledger)[-1].covers
    spoil_row(ordered, covers=(starts - timedelta(days=1), ends))
    (said,) = ordered.wrong()
    assert said.startswith("overlap: service 1: period 3.10 USD of service 1 for 2025-01-31")
    assert said.endswith(" pay for 2025-02-27 00:00:00+00:00 twice")


def test_only_periods_and_days_cover_a_time(ordered: Any) -> None:
    """A line of another kind covers nothing."""
    spoil_row(ordered, kind="resource")
    against = [said.partition(":")[0] for said in ordered.wrong()]
    assert ["overlap", "gap"] == against


def test_gap(ordered: Any) -> None:
    """A service that runs on after its expiry, and one that expires later than was paid for."""
    service = ordered.billing.book.services[1]
    paid_until = service.expires
    service.expires = service.starts
    said = "gap: service 1 is active; it expired 2025-01-31 00:00:00+00:00"
    assert [said] == ordered.wrong()
    service.expires = paid_until + timedelta(days=10)
    ordered.clock.advance_to(paid_until)
    said = "gap: service 1 is active, and nothing pays for 2025-02-28 00:00:00+00:00"
    assert [said] == ordered.wrong()
    last = service.stretches[-1]
    service.stretches = (last._replace(expires=last.expires + 10),)
    assert [said] == ordered.wrong()
    service.stretches = (last._replace(expires=last.expires + 10, price=last.price * 0),)
    assert [] == ordered.wrong()  # that time is bought, for nothing


@pytest.mark.parametrize(
    ("period", "until", "days"),
    # Counted from January 31 and kept to the first of the month: each falls short of its length.
    [("1 month", "2025-02-01", 1), ("3 months", "2025-04-01", 60), ("1 year", "2026-01-01", 335)],
)
def test_length(world: Any, starts: Any, period: str, until: str, days: int) -> None:
    """A bought month that is a day long, and years of eleven months."""
    opened = world(starts[0], clients={"anna": "100.00"})
    opened.act("anna", "order", tariff="month", period=period)
    assert [] == opened.wrong()
    rows = opened.billing.decisions.rows
    (number,) = (n for n, made in enumerate(opened.billing.decisions) if made.what == "expires")
    made = list(opened.billing.decisions)[number]
    spoiled = replace(made, arguments={**made.arguments, "anchor": 1})
    rows[number] = tuple(getattr(spoiled, name) for name in made.__slots__)
    said = f"length: {period} of service 1 from 2025-01-31 to {until} has {days} days"
    assert [said] == opened.wrong()


def test_refund(ordered: Any) -> None:
    """What was never posted is given back: 3.10 that was charged, told as a refund."""
    spoil_row(ordered, kind="refund", covers=None)
    said = "refund: refund 3.10 USD of service 1 gives back 3.10 more than was posted"
    assert said in ordered.wrong()


def test_a_refund_of_tax_is_not_that_of_a_price(ordered: Any) -> None:
    """A tax on what was charged does not make room for a refund of the price."""
    spoil_row(ordered, kind="tax", covers=None)
    line = replace(list(ordered.billing.ledger)[-1], kind="refund", amount=Money.of("0.01", "USD"))
    ordered.billing.ledger.append(*(getattr(line, name) for name in line.__slots__))
    said = "refund: refund 0.01 USD of service 1 gives back 0.01 more than was posted"
    assert said in ordered.wrong()


def test_charge(ordered: Any) -> None:
    """Charges after the order of a service that was never made, and after a deletion."""
    ordered.go(ordered.clock.now() + timedelta(days=1))
    ordered.act("anna", "renew", period="1 month")
    assert [] == ordered.wrong()
    service = ordered.billing.book.services[1]
    service.status, ordered.billing.book.running[1] = "processing", [1]
    line = "period 2.90 USD of service 1 for 2025-02-28 00:00 .. 2025-03-31 00:00"
    assert [f"charge: {line} is charged, and the service is not made yet"] == ordered.wrong()
    service.status, service.deleted = "deleted", ordered.clock.now() - timedelta(hours=1)
    assert [f"charge: {line} is charged after the deletion"] == ordered.wrong()


def test_agreement(ordered: Any) -> None:
    """Users on the panel that are in another state, of another preset, or missing."""
    users = ordered.panel.state.users
    users["user1"] = replace(users["user1"], active=False, preset="large")
    assert [
        "agreement: user1 is suspended on the panel, service 1 active",
        "agreement: user1 has the preset large, its tariff small",
    ] == ordered.wrong()
    users["user9"] = users.pop("user1")
    assert [
        "agreement: user1 is not on the panel, service 1 active",
    ] == ordered.wrong()
    users["user1"] = users.pop("user9")
    ordered.billing.book.services[1].status = "deleted"
    assert ["agreement: user1 is on the panel, service 1 deleted"] == ordered.wrong()
    ordered.billing.book.running[1] = [1]
    assert [] == ordered.wrong()


def test_invoices_add_up(starts: Any) -> None:
    """HostBill charges by invoice: its lines and its total are one sum, and so is what pays it."""
    clock = Clock(starts[0])
    panel = Ispmanager(clock, presets={"small": {}})
    billing = Billing(
        RULEBOOKS["hostbill"],
        clock=clock,
        readings=choose({}),
        catalogue={"small": {"prices": {"monthly": "10.00"}}},
        clients={"anna": "0"},
        panel=IspmanagerClient("http://panel/ispmgr", "root", "prorata"),
    )
    billing.act("order", client="anna", product="small", cycle="monthly", hostname="a.example.com")
    assert [] == check(billing, panel.users)
    billing.book.invoices[1].total = Money.of("9.00", "USD")
    said = "invoice 1 asks for 9.00, its lines for 10.00"
    assert [Violation("conservation", said)] == check(billing, panel.users)
    billing.book.invoices[1].total = Money.of("10.00", "USD")
    billing.book.invoices[1].status = "paid"
    said = "invoice 1 of 10.00 is paid with 0.00"
    assert [Violation("conservation", said)] == check(billing, panel.users)
