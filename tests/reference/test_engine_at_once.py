"""Renewals decided once for all that are alike, and enrolled books: the same as one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prorata.reference.clock import Clock
from prorata.reference.engine import Billing
from prorata.reference.engine.billmanager import BILLMANAGER, at_once
from prorata.reference.engine.billmanager.enrol import Enrolment
from prorata.reference.engine.billmanager.renew import renew_or_expire
from prorata.reference.engine.ports import PanelFailedError
from prorata.reference.money import Money
from prorata.reference.readings import choose

CATALOGUE = {
    "start": {
        "prices": {"1 month": "3.10", "3 months": "9.00"},
        "auto_deletion": 20,
        "trial": {"days": 7},
    },
    "pro": {
        "prices": {"1 month": "7.90"},
        "renewal_prices": {"1 month": "7.50"},
        "setup_fee": "2.00",
        "tariff_end": "2025-04-10",
    },
    "month": {"prices": {"1 month": "6.00"}, "calendar": {}},
    "extra": {
        "prices": {"1 month": "5.00"},
        "resources": {"disk": {"prices": {"1 month": "1.00"}}},
    },
}
ONE_BY_ONE = replace(BILLMANAGER, at_once={})
STARTS = datetime(2025, 1, 28, 9, tzinfo=UTC)
ENDS = datetime(2025, 6, 3, tzinfo=UTC)


class Quiet:
    """A panel that does what it is asked, but makes nobody while it is down."""

    down = False

    def __getattr__(self, name):
        """Do it."""
        return self._fail if self.down and name == "create" else lambda *_: None

    def _fail(self, *_):
        raise PanelFailedError("user.edit", "is down", may_have_happened=False)


def billing(rulebook, clients=(), panel=None):
    """Return a billing of these rules and clients with balances."""
    return Billing(
        rulebook,
        clock=Clock(STARTS),
        readings=choose(),
        catalogue=CATALOGUE,
        clients=dict(clients),
        panel=panel or Quiet(),
        timezone="Europe/Berlin",
    )


orders = st.lists(
    st.fixed_dictionaries(
        {
            "tariff": st.sampled_from(["start", "start", "pro", "month", "extra"]),
            "auto_renewal": st.sampled_from([True, True, False]),
            "balance": st.sampled_from(["12.00", "40.00", "300.00"]),
            "day": st.integers(0, 3),
            "suspended": st.sampled_from([False, False, True]),
        }
    ),
    min_size=1,
    max_size=12,
)


def played(rulebook, wanted):
    """Return the ledger, the services and the balances of a history."""
    shop = billing(rulebook, {f"c{n}": order["balance"] for n, order in enumerate(wanted)})
    for n, order in sorted(enumerate(wanted), key=lambda pair: pair[1]["day"]):
        shop.advance_to(STARTS.replace(day=28 + order["day"]))
        resources = {"resources": {"disk": 2}} if order["tariff"] == "extra" else {}
        done = shop.act(
            "order",
            client=f"c{n}",
            tariff=order["tariff"],
            period="1 month",
            auto_renewal=order["auto_renewal"],
            **resources,
        )
        if order["suspended"]:
            shop.act("suspend", service=done["service"], by="staff")
    shop.advance_to(ENDS)
    book = shop.book
    return list(shop.ledger), list(shop.decisions), book.services, book.clients, shop.next_due()


@settings(max_examples=30)
@given(orders)
def test_at_once_is_as_one_by_one(wanted):
    """What is renewed at once leaves the ledger, services and balances of one by one."""
    assert played(ONE_BY_ONE, wanted) == played(BILLMANAGER, wanted)


def test_what_is_decided_once_is_applied_to_each():
    """Of three services alike, two are renewed: one client's balance is too small."""
    shop = billing(BILLMANAGER, {"anna": "9.30", "bert": "3.10", "cleo": "6.20"})
    for client in ("anna", "bert", "cleo"):
        shop.act("order", client=client, tariff="start", period="1 month", auto_renewal=True)
    shop.advance_to(datetime(2025, 3, 1, tzinfo=UTC))
    lines = [(line.client, str(line.amount)) for line in shop.ledger]
    assert [("anna", "3.10"), ("cleo", "3.10")] == lines[3:]
    assert ["active", "suspended", "active"] == [s.status for s in shop.book.services.values()]
    # 9.30 − 2 × 3.10, 3.10 − 3.10, 6.20 − 2 × 3.10
    assert ["3.10", "0.00", "0.00"] == [str(c.balance) for c in shop.book.clients.values()]


@pytest.mark.parametrize(
    ("second", "act", "amounts"),
    [
        # Of the order 5.00 and 2 × 1.00, and so again of the renewal.
        ({"resources": {"disk": 2}}, None, ["5.00", "5.00", "2.00", "5.00", "5.00", "2.00"]),
        ({}, ("delete", {"by": "staff"}), ["5.00", "5.00", "5.00"]),
        # Renewed by hand until March 28, it is not renewed again on February 28.
        ({}, ("renew", {"period": "1 month"}), ["5.00", "5.00", "5.00", "5.00"]),
    ],
    ids=["with a resource", "deleted", "renewed before"],
)
def test_what_is_not_alike_is_decided_alone(second, act, amounts):
    """A service is not renewed as the one before it that expires together with it."""
    shop = billing(BILLMANAGER, {"anna": "20.00", "ben": "20.00"})
    order = {"tariff": "extra", "period": "1 month", "auto_renewal": True}
    shop.act("order", client="anna", **order)
    number = shop.act("order", client="ben", **order, **second)["service"]
    shop.advance_to(datetime(2025, 2, 10, tzinfo=UTC))
    if act:
        shop.act(act[0], service=number, **act[1])
    shop.advance_to(datetime(2025, 3, 1, tzinfo=UTC))
    assert amounts == [str(line.amount) for line in shop.ledger]


def test_what_is_not_made_is_not_renewed_with_what_is():
    """A service that the panel has not made by its expiry waits, though another one is renewed."""
    panel = Quiet()
    shop = billing(BILLMANAGER, {"anna": "20.00", "ben": "20.00"}, panel)
    order = {"tariff": "extra", "period": "1 month", "auto_renewal": True}
    shop.act("order", client="anna", **order)
    panel.down = True
    shop.act("order", client="ben", **order)
    shop.advance_to(datetime(2025, 3, 1, tzinfo=UTC))
    assert ["active", "processing"] == [s.status for s in shop.book.services.values()]
    # Two orders, and one renewal.
    assert ["anna", "ben", "anna"] == [line.client for line in shop.ledger]


@pytest.mark.parametrize(
    ("first", "calls"),
    # Decided once for all; a client who cannot pay is asked about alone besides.
    [("300.00", 1), ("3.10", 2)],
    ids=["rich", "poor"],
)
def test_a_large_book_is_decided_once(monkeypatch, first, calls):
    """Of 2,000 services alike, the handler decides on one, whatever the first client can pay."""
    counted = Mock(side_effect=renew_or_expire)
    monkeypatch.setattr(at_once, "renew_or_expire", counted)
    rulebook = replace(BILLMANAGER, due={**BILLMANAGER.due, "renewal": counted})
    shops = [billing(book) for book in (rulebook, ONE_BY_ONE)]
    for shop in shops:
        enrolment = Enrolment(shop)
        for n in range(2000):
            balance = Money.of("300.00" if n else first, "USD")
            enrolment.add(f"c{n}", balance, tariff="start", period="1 month", auto_renewal=True)
    shops[0].advance_to(datetime(2025, 3, 1, tzinfo=UTC))
    assert calls == counted.call_count
    shops[1].advance_to(datetime(2025, 3, 1, tzinfo=UTC))
    one, other = ((list(s.ledger), list(s.decisions), s.book.services, s.book.clients)
                  for s in shops)  # fmt: skip
    assert one == other
    assert 2000 - (calls - 1) == sum(s.status == "active" for s in shops[0].book.services.values())


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["start", "pro", "month"]), min_size=1, max_size=8))
def test_enrolling_is_as_ordering(tariffs):
    """A book that is enrolled is the book that the same orders make."""
    ordered = billing(BILLMANAGER, {f"c{n}": "50.00" for n in range(len(tariffs))})
    enrolled = billing(BILLMANAGER)
    enrolment = Enrolment(enrolled)
    for n, tariff in enumerate(tariffs):
        ordered.act("order", client=f"c{n}", tariff=tariff, period="1 month", auto_renewal=True)
        enrolment.add(
            f"c{n}", Money.of("50.00", "USD"), tariff=tariff, period="1 month", auto_renewal=True
        )
    for shop in (ordered, enrolled):
        shop.advance_to(ENDS)
    assert list(ordered.ledger) == list(enrolled.ledger)
    assert list(ordered.decisions) == list(enrolled.decisions)
    assert ordered.book.services == enrolled.book.services
    assert ordered.book.clients == enrolled.book.clients


def test_enrolling_on_another_day_is_ordering_on_that_day():
    """What is alike on one day is ordered anew on the next, and every balance was received."""
    ordered = billing(BILLMANAGER, {"anna": "50.00", "ben": "40.00"})
    enrolled = billing(BILLMANAGER)
    enrolment = Enrolment(enrolled)
    for client, balance, day in (("anna", "50.00", 29), ("ben", "40.00", 30)):
        for shop in (ordered, enrolled):
            shop.advance_to(datetime(2025, 1, day, 9, tzinfo=UTC))
        ordered.act("order", client=client, tariff="start", period="1 month", auto_renewal=True)
        money = Money.of(balance, "USD")
        enrolment.add(client, money, tariff="start", period="1 month", auto_renewal=True)
    assert list(ordered.ledger) == list(enrolled.ledger)
    assert ordered.book.services == enrolled.book.services
    assert [("anna", Money.of("50.00", "USD")), ("ben", Money.of("40.00", "USD"))] == (
        enrolled.receipts
    )


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ({"period": "1 year"}, "has no price for 1 year"),
        ({"balance": "1.00"}, "start for 1 month is a trial, or the balance does not pay it"),
        ({"period": "trial", "auto_renewal": False}, "start for trial is a trial"),
    ],
    ids=["refused", "unpaid", "trial"],
)
def test_what_cannot_be_ordered_is_not_enrolled(order, why):
    """An order that would be refused, or would wait for money, is an error."""
    wanted = {"period": "1 month", "balance": "9.00", "auto_renewal": True} | order
    enrolment = Enrolment(billing(BILLMANAGER))
    with pytest.raises(ValueError, match=why):
        enrolment.add(
            "anna",
            Money.of(wanted["balance"], "USD"),
            tariff="start",
            period=wanted["period"],
            auto_renewal=wanted["auto_renewal"],
        )
