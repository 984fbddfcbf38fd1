"""Two billings with one network between them, driven without the harness."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from prorata.fakes.billmanager import Billmanager
from prorata.fakes.billmanager.port import Obliging
from prorata.fakes.direct import Direct
from prorata.fakes.faults import Faults
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.engine.resell import Trade
from prorata.reference.engine.snapshot import Snapshot
from prorata.reference.panels import BillmanagerSeller
from prorata.reference.readings import choose

SOLD = {
    "lite": {"prices": {"1 month": "7.00"}, "module": "licences", "seller_tariff": "55227"},
    "pro": {"prices": {"1 month": "14.00"}, "module": "licences", "seller_tariff": "55228"},
}
MODULES = {"modules": {"licences": {"type": "billmanager", "seller": "seller"}}}
SERVERS = {
    "vps": {
        "prices": {"1 month": "20.00"},
        "module": "servers",
        "control_panel": {"enumeration": "panels", "prices": {"lite": {"1 month": "6.00"}}},
    }
}
WITH_SERVERS = {
    "modules": {
        **MODULES["modules"],
        "servers": {"type": "vmmanager", "addresses": ["192.0.2.10"], "licence_server": "licences"},
    },
    "enumerations": {"panels": {"lite": "55227"}},
}
PARTNERS = {"groups": {"partners": {"suspend": True, "delete": True}}}


class Two:
    """A seller and a billing that buys there, on one clock."""

    def __init__(self, balance="100.00", *, servers=False):
        self.clock = Clock(datetime(2025, 9, 1, 10, 2, tzinfo=UTC))
        partner = {"balance": balance, "group": "partners"}
        self.seller = Billmanager(self.clock, clients={"partner": partner}, settings=PARTNERS)
        self.seller.faults = Faults()
        self.way = BillmanagerSeller(
            "http://seller/billmgr", "partner", "prorata", transport=Direct(self.seller)
        )
        self.billing = Billing(
            RULEBOOKS["billmanager"],
            clock=Clock(self.clock.now()),
            readings=choose({}),
            catalogue=SERVERS if servers else SOLD,
            clients={"anna": "100.00"},
            panel=Obliging(),
            settings=WITH_SERVERS if servers else MODULES,
            trade=partial(Trade, sellers={"licences": self.way}),
        )

    def go(self, minutes):
        """Let time pass in steps of five minutes at most."""
        to = self.clock.now() + timedelta(minutes=minutes)
        while self.clock.now() < to:
            self.clock.advance_to(min(to, self.clock.now() + timedelta(minutes=1)))
            self.seller.catch_up()
            self.billing.advance_to(self.clock.now())

    def order(self):
        """Order the licence of Anna."""
        done = self.billing.act("order", client="anna", tariff="lite", period="1 month")
        return self.billing.book.services[int(done["service"])]

    def calls(self, func):
        """Count the calls of a function of the seller."""
        return sum(call.func == func for call in self.seller.calls)


@pytest.fixture
def two():
    """Return a seller and its buyer."""
    return Two()


def test_an_operation_stays_open_until_the_event(two):
    """It is asked once, and done at the next whole five minutes."""
    service = two.order()
    assert ("processing", {1: [1]}) == (service.status, two.billing.book.running)
    assert two.billing.book.operations[1].asked
    two.go(3)
    assert ("active", {}) == (service.status, two.billing.book.running)
    assert 1 == two.calls("soft.order.param")


def test_a_refusal_by_value_is_tried_once():
    """Until staff start it."""
    two = Two("1.00")
    service = two.order()
    two.go(300)
    assert ("processing", 1) == (service.status, two.calls("soft.order.param"))
    assert two.billing.book.operations[1].manual
    two.seller.billing.act("pay", client="partner", amount="10.00")
    two.billing.act("start_operation", service="1")
    two.go(5)
    assert ("active", 2) == (service.status, two.calls("soft.order.param"))


def test_what_is_not_answered_is_tried_less_and_less_often(two):
    """After 5, 10, 20, 40, then every 60 minutes."""
    two.seller.down = True
    two.order()
    tried = [0]
    for minute in range(1, 200):
        two.go(1)
        if two.billing.book.operations[1].tries > len(tried):
            tried.append(minute)
    assert [0, 5, 15, 35, 75, 135, 195] == tried


def test_a_lost_answer_buys_nothing_twice(two):
    """The licence is found by what its buyer calls it."""
    two.seller.faults.add("reset_after", func="soft.order.param", nth=1)
    two.seller.faults.add("event_lost", times=1)
    service = two.order()
    two.go(20)
    assert ("active", 1) == (service.status, len(two.seller.billing.book.services))


def test_an_event_that_came_early_is_not_forgotten(two):
    """The licence is known by its name before the answer to its order was."""
    two.seller.faults.add("reset_after", func="soft.order.param", nth=1)
    service = two.order()
    two.go(3)
    assert "active" == service.status
    two.go(30)
    assert 1 == two.calls("soft.order.param")


def test_a_key_that_is_not_ready_is_asked_for_again(two):
    """At each poll, until it is there."""
    two.seller.polls_for_key = 3
    service = two.order()
    two.go(3)
    assert ("active", "") == (service.status, service.resold.licence.key)
    two.go(20)
    assert service.resold.licence.key.startswith("1-")
    looked = two.calls("soft.edit")
    two.go(60)
    assert looked == two.calls("soft.edit")


def test_a_licence_that_is_forgotten_is_looked_at_no_more():
    """Its server was to get another one, which the money was short for, and then none."""
    two = Two("5.00", servers=True)
    two.billing.act("order", client="anna", tariff="vps", period="1 month", control_panel="lite")
    two.go(3)
    two.billing.act("set_control_panel", service="1", value="none")
    two.billing.act("set_control_panel", service="1", value="lite")
    two.go(5)
    assert (1, True) == (len(two.billing.book.running[1]), two.billing.book.operations[3].manual)
    two.billing.act("set_control_panel", service="1", value="none")
    two.go(5)
    assert {} == two.billing.book.running
    assert not two.billing.trade.waits()


def test_a_poll_that_finds_nothing_asks_once(two):
    """Twelve in an hour, and nothing else."""
    two.order()
    two.go(8)
    before, polled = len(two.seller.calls), two.calls("itemevent")
    two.go(60)
    assert (12, 12) == (len(two.seller.calls) - before, two.calls("itemevent") - polled)


def test_a_copy_goes_on_from_where_it_was(two):
    """With its cursor, and what is open."""
    two.order()
    copy = Snapshot(two.billing).restore(panel=Obliging(), clock=Clock(two.clock.now()))
    two.clock.advance(minutes=3)
    copy.advance_to(two.clock.now())
    assert "active" == copy.book.services[1].status
    assert "processing" == two.billing.book.services[1].status


def test_a_jump_comes_to_the_same_as_small_steps(two):
    """What the seller told meanwhile is heard all the same."""
    service = two.order()
    two.clock.advance(days=40)
    two.seller.catch_up()
    two.billing.advance_to(two.clock.now())
    assert ("suspended", {"non-payment", "seller"}) == (service.status, service.suspended_by)
    assert "non-payment" in service.resold.licence.suspended_by


def test_a_change_behind_another_one_waits_for_its_event(two):
    """What was asked for is what an event has to show, whatever was decided on since."""
    service = two.order()
    two.go(3)
    for tariff in ("pro", "lite"):
        two.billing.act("change_tariff", service="1", tariff=tariff)
    assert ([2, 3], "55228") == (two.billing.book.running[1], _there(two))
    two.go(10)
    assert ({}, "55227") == (two.billing.book.running, _there(two))
    assert ("lite", 2) == (service.tariff, two.calls("service.changepricelist"))


def _there(two):
    """Return the number of the tariff that the licence has at the seller."""
    return two.way.look("1").tariff


def test_what_a_restart_forgot_is_looked_for(two):
    """An order that was tried is searched for, and what may be there is closed."""
    two.seller.down = True
    two.order()
    kept = Snapshot(two.billing)
    two.seller.down = False
    two.go(5)
    again = kept.restore(panel=Obliging())
    again.advance_to(two.clock.now())
    assert 1 == two.calls("soft.order.param")
    deleting = kept.restore(panel=Obliging())
    deleting.act("delete", service="1", by="staff")
    assert "deleted" == two.seller.services[1].status


def test_a_renewal_that_a_restart_forgot_is_not_asked_again():
    """The seller counts a day less, for its day began later: what is paid for is there."""
    two = Two()
    service = two.order()
    two.go(3)
    kept = Snapshot(two.billing)
    two.seller.billing.act("renew", service="1", period="1 month")
    again = kept.restore(panel=Obliging())
    expires = again.book.services[1].expires
    again.book.services[1].expires = expires + timedelta(days=1)
    again.act("renew", service="1", period="1 month")
    assert (0, service.number) == (two.calls("service.prolong"), 1)


def test_two_days_that_are_left_are_bought_all_the_same():
    """Of a few days a few are no matter of zones."""
    two = Two()
    two.order()
    two.go(3)
    ends = {"tariff_end": "2025-10-03"}
    two.seller.billing.act("set_tariff", tariff="ispmanager 6 lite", **ends)
    two.billing.act("set_tariff", tariff="lite", **ends)
    two.clock.advance(days=20)
    two.seller.catch_up()
    two.billing.advance_to(two.clock.now())
    two.billing.act("renew", service="1", period="1 month")
    assert (1, "2025-10-03") == (two.calls("service.prolong"), str(two.way.look("1").expires))


def test_what_was_undone_before_it_was_seen_is_asked_for_anew(two):
    """A suspension that the seller lifted at once is no operation that waits for ever."""
    two.order()
    two.go(3)
    two.billing.act("suspend", service="1", by="staff")
    two.seller.billing.act("resume", service="1", by="client")
    assert "active" == two.seller.services[1].status
    two.go(15)
    assert ({}, "suspended") == (two.billing.book.running, two.seller.services[1].status)
