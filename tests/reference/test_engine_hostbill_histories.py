"""Whatever happens between HostBill and its seller: when the faults are over, both agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from prorata.fakes.billmanager import Billmanager
from prorata.fakes.billmanager.port import Obliging
from prorata.fakes.direct import Direct
from prorata.fakes.faults import Faults
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.engine.resell import Trade
from prorata.reference.panels import BillmanagerSeller
from prorata.reference.readings import choose

LITE = {"module": "ispmanager", "seller_tariff": "55227"}
PRO = {"module": "ispmanager", "seller_tariff": "55228"}
LATE = {"suspend_after": 3, "terminate_after": 12}
SOLD = {
    "lite": {"prices": {"monthly": "7.00"}, "upgrades": ["pro"], **LITE, **LATE},
    "pro": {"prices": {"monthly": "14.00"}, "upgrades": ["lite"], **PRO, **LATE},
    "ahead": {
        "prices": {"monthly": "7.00"},
        "create_account": "on order",
        "renew_account": "with the invoice",
        "auto_cancel_after": 4,
        **LITE,
        **LATE,
    },
}
MODULES = {"modules": {"ispmanager": {"type": "ispmanager_reselling", "seller": "seller"}}}
PARTNERS = {"groups": {"partners": {"suspend": True, "delete": True}}}
CALLS = (
    "soft.order.param", "service.prolong", "service.changepricelist", "soft.delete",
    "soft.suspend", "soft.resume", "soft.edit", "soft", "itemevent",
)  # fmt: skip
#: Within so many minutes after the last start all that was open is done: 14 polls.
SETTLED = 70
MOST = 4


class History:
    """A HostBill and its seller, to which things happen."""

    def __init__(self):
        self.clock = Clock(datetime(2025, 9, 1, 10, 2, tzinfo=UTC))
        partner = {"balance": "30.00", "group": "partners"}
        self.seller = Billmanager(self.clock, clients={"partner": partner}, settings=PARTNERS)
        self.seller.faults = Faults()
        way = BillmanagerSeller(
            "http://seller/billmgr", "partner", "prorata", transport=Direct(self.seller)
        )
        self.billing = Billing(
            RULEBOOKS["hostbill"],
            clock=Clock(self.clock.now()),
            readings=choose({}),
            catalogue=SOLD,
            clients={"anna": "0"},
            panel=Obliging(),
            settings=MODULES,
            trade=partial(Trade, sellers={"ispmanager": way}),
        )

    def happens(self, what, which):
        """Let something happen, to one of the services or of the calls where it is about one."""
        verb, told = what
        services = self.billing.book.services
        if verb == "order":
            if len(services) < MOST:
                self.billing.act("order", client="anna", cycle="monthly", **told)
        elif verb == "pay":
            for number in list(self.billing.book.invoices):
                self.billing.act("pay", invoice=str(number))
        elif verb == "fault":
            func = {"func": CALLS[which % len(CALLS)]} if "nth" in told else {}
            self.seller.faults.add(**told, **func)
        elif verb == "state":
            self.seller.down = told["down"]
        elif services:
            self._to(verb, told, str(1 + which % len(services)))

    def _to(self, verb, told, service):
        if not verb.startswith("seller "):
            self.billing.act(verb, service=service, **told)
            return
        resold = self.billing.book.services[int(service)].resold
        if resold.licence is not None:
            verb = verb.removeprefix("seller ")
            self.seller.billing.act(verb, service=resold.licence.number, **told)

    def go(self, minutes):
        """Let time pass, by hours at most."""
        to = self.clock.now() + timedelta(minutes=minutes)
        while self.clock.now() < to:
            self.clock.advance_to(min(to, self.clock.now() + timedelta(hours=1)))
            self.seller.catch_up()
            self.billing.advance_to(self.clock.now())
            self.seller.catch_up()

    def settle(self):
        """End the faults, start what waits for staff, and let both hear of it."""
        self.seller.down, self.seller.faults = False, Faults()
        self.seller.billing.act("pay", client="partner", amount="9999.00")
        for _ in range(2):
            for number in self.billing.book.services:
                self.billing.act("start_operation", service=str(number))
            self.go(SETTLED)

    def disagreements(self):
        """Yield the services whose licences are others than they should be."""
        there = self.seller.billing.book.services
        for service in self.billing.book.services.values():
            own = [
                there[number].status
                for number, item in self.seller.state.items.items()
                if item.remoteid == str(service.number)
            ]
            if own not in MEANS[service.status]:
                yield service.number, service.status, own


#: The licences that a service of a status has at the seller.
GONE = ([], ["deleted"])
MEANS = {
    "pending": ([],),
    "active": (["active"],),
    "suspended": (["suspended"], ["deleted"]),
    "terminated": GONE,
    "cancelled": GONE,
}
THINGS = [
    *(("order", {"product": product}) for product in SOLD),
    *[("pay", {})] * 3,
    ("renew", {}),
    ("change_tariff", {"product": "pro"}),
    ("change_tariff", {"product": "lite"}),
    ("suspend", {"by": "staff"}),
    ("resume", {"by": "staff"}),
    ("delete", {"by": "staff"}),
    ("cancel", {"when": "immediately"}),
    ("cancel", {"when": "end of period"}),
    ("start_operation", {}),
    ("state", {"down": True}),
    ("state", {"down": False}),
    ("fault", {"kind": "reset_after", "nth": 1}),
    ("fault", {"kind": "status", "nth": 1}),
    ("fault", {"kind": "event_lost", "times": 1}),
    ("fault", {"kind": "event_repeated", "times": 1}),
    ("fault", {"kind": "event_out_of_order", "times": 1}),
    ("seller suspend", {"by": "staff"}),
    ("seller resume", {"by": "staff"}),
    ("seller delete", {"by": "staff"}),
]
AFTER = (1, 5, 30, 600, 4320, 17280)  # minutes: up to twelve days
STEPS = st.tuples(st.sampled_from(THINGS), st.integers(0, 35), st.sampled_from(AFTER))


@settings(max_examples=40)
@given(st.lists(STEPS, min_size=4, max_size=25))
def test_both_agree_when_the_faults_are_over(steps):
    """No licence is bought twice, none is lost, and each is as its service is."""
    history = History()
    for what, which, minutes in steps:
        history.happens(what, which)
        history.go(minutes)
    history.settle()
    assert [] == list(history.disagreements())
