"""Servers with control panels, whose licences are bought from a seller, without the harness."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import pytest

from prorata.fakes.billmanager import Billmanager
from prorata.fakes.billmanager.port import Obliging
from prorata.fakes.direct import Direct
from prorata.fakes.faults import Faults
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.engine.billmanager.catalogue import ControlPanel
from prorata.reference.engine.resell import Trade
from prorata.reference.panels import BillmanagerSeller
from prorata.reference.readings import choose
from prorata.reference.refusal import Refusal

NUMBERS = {"lite": "55227", "pro": "55228", "trial": "55239"}
PRICES = {"lite": "6.00", "pro": "12.00", "trial": "0"}
PANELS = {
    "enumeration": "panels",
    "prices": {name: {"1 month": price} for name, price in PRICES.items()},
}
SOLD = {
    "vps": {"prices": {"1 month": "20.00"}, "module": "servers", "control_panel": PANELS},
    "plain": {"prices": {"1 month": "25.00"}, "module": "servers"},
}
SETTINGS = {
    "modules": {
        "servers": {"type": "vmmanager", "licence_server": "licences"},
        "licences": {"type": "billmanager", "seller": "seller"},
    },
    "enumerations": {"panels": NUMBERS},
}
PARTNERS = {"groups": {"partners": {"suspend": True, "delete": True}}}
#: How long after the last fault, or after staff have started what was held, all agree.
AGREED = timedelta(hours=3)


class Two:
    """A seller and a billing that sells servers with its licences, on one clock."""

    def __init__(self, balance="1000.00"):
        self.clock = Clock(datetime(2025, 9, 1, 10, 2, tzinfo=UTC))
        partner = {"balance": balance, "group": "partners"}
        self.seller = Billmanager(self.clock, clients={"partner": partner}, settings=PARTNERS)
        self.seller.faults = Faults()
        self.billing = Billing(
            RULEBOOKS["billmanager"],
            clock=Clock(self.clock.now()),
            readings=choose({}),
            catalogue=SOLD,
            clients={"anna": "5000.00"},
            panel=Obliging(),
            settings=SETTINGS,
            trade=partial(Trade, sellers={"licences": self._way()}),
        )

    def _way(self):
        transport = Direct(self.seller)
        return BillmanagerSeller("http://seller/billmgr", "partner", "prorata", transport=transport)

    def go(self, by):
        """Let time pass, five minutes by five minutes, or in two hundred steps."""
        to, step = self.clock.now() + by, max(timedelta(minutes=5), by / 200)
        while self.clock.now() < to:
            self.clock.advance_to(min(to, self.clock.now() + step))
            self.seller.catch_up()
            self.billing.advance_to(self.clock.now())

    def order(self, panel="lite"):
        """Order a server of Anna."""
        told = {"client": "anna", "tariff": "vps", "period": "1 month", "auto_renewal": True}
        done = self.billing.act("order", **told, control_panel=panel)
        return self.billing.book.services[int(done["service"])]

    def bought(self, service):
        """Return the tariffs of the licences of a server that are there, by number."""
        items = self.seller.state.items
        own = [number for number, item in items.items() if item.remoteid == str(service.number)]
        services = [self.seller.billing.book.services[number] for number in own]
        there = [each.tariff for each in services if each.status != "deleted"]
        return [str(self.seller.listings.by_name[name].id) for name in there]


@pytest.fixture
def two():
    """Return a seller and its buyer."""
    return Two()


def test_a_server_is_active_before_its_licence(two):
    """Nothing is asked of a panel; the licence's operation is open."""
    service = two.order()
    assert ("active", {1: [1]}) == (service.status, two.billing.book.running)
    assert ["55227"] == two.bought(service)
    two.go(timedelta(minutes=5))
    assert {} == two.billing.book.running
    assert "" == service.resold.licence.ip


def test_a_server_without_a_panel_asks_nothing(two):
    """In all of its life."""
    service = two.order("")
    for act in ("suspend", "resume", "delete"):
        two.billing.act(act, service="1", by="staff")
    assert ("deleted", {}) == (service.status, two.billing.book.operations)


def test_a_licence_that_went_is_no_news(two):
    """What arrives about it later, or again, is passed over."""
    service = two.order()
    two.go(timedelta(minutes=5))
    for value in ("none", "pro"):
        two.billing.act("set_control_panel", service="1", value=value)
    two.go(timedelta(minutes=10))
    assert ({"1"}, "2") == (service.resold.past, service.resold.licence.number)
    two.billing.trade.look_at_all("licences", two.billing.trade.sellers["licences"])
    assert "2" == service.resold.licence.number
    assert ["55228"] == two.bought(service)


FAULTS = (
    "reset_after", "reset_before", "event_lost", "event_repeated", "event_out_of_order", "down", "",
)  # fmt: skip
DEEDS = ("lite", "pro", "none", "suspend", "resume", "renew", "plain", "delete")


def some_history(two, random):
    """Do this and that to some servers, with this and that going wrong."""
    # A client of the seller has one trial of it.
    services = [two.order(random.choice(each)) for each in (("trial", "lite"), ("lite", "pro", ""))]
    for _ in range(random.randint(1, 8)):
        fault = random.choice(FAULTS)
        if fault == "down":
            two.seller.down = True
        elif fault:
            two.seller.faults.add(fault, times=random.randint(1, 2))
        service = random.choice(services)
        deed, told = random.choice(DEEDS), {"service": str(service.number)}
        if deed in {"suspend", "resume", "delete"}:
            two.billing.act(deed, **told, by="staff")
        elif deed == "renew":
            two.billing.act("renew", **told, period="1 month")
        elif deed == "plain":
            two.billing.act("change_tariff", **told, tariff="plain")
        else:
            done = two.billing.act("set_control_panel", **told, value=deed)
            assert not isinstance(done, Refusal) or done.rule
        two.go(timedelta(minutes=random.choice((1, 7, 45, 60 * 24 * 35))))
        two.seller.down = False
    return services


def agree(two):
    """Let the faults end, have staff start what was left to them, and let time pass."""
    two.seller.faults.clear()
    two.go(AGREED)
    for number in list(two.billing.book.running):
        two.billing.act("start_operation", service=str(number))
    two.go(AGREED)


def check(two, services):
    """Each server has the licence that it is to have, and one only."""
    for service in services:
        value = ControlPanel.value(service.resources)
        wants = [NUMBERS[value]] if value and service.status != "deleted" else []
        assert wants == two.bought(service)
        if wants and value != "trial":
            held = "client" in service.resold.licence.suspended_by
            assert held == (service.status == "suspended")
            assert service.resold.licence.expires >= service.ends.date()
    for ledger in (two.billing.ledger, two.seller.billing.ledger):
        assert all(line.amount.units > 0 for line in ledger)


@pytest.mark.parametrize("seed", range(40))
def test_random_histories_agree_when_the_faults_end(seed):
    """No licence is lost, none is bought twice, whatever was lost on the way."""
    two = Two()
    services = some_history(two, Random(seed))
    agree(two)
    check(two, services)
