"""Whatever clients of HostBill do and however time is cut, money is conserved and the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from copy import copy, deepcopy
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prorata.fakes import Ispmanager, transport
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.engine.invariants import check
from prorata.reference.engine.snapshot import Snapshot
from prorata.reference.panels import IspmanagerClient
from prorata.reference.readings import choose
from prorata.reference.refusal import Refusal

PRICES = {"monthly": "10.00", "quarterly": "27.77", "weekly": "3.33", "daily": "0.70"}
LATE = {"late_fee": {"percent": "7.5", "after": 2}, "suspend_after": 3, "terminate_after": 20}
REMINDERS = {
    "before": 3,
    "after": [1, 2, 3],
    "own": [{"when": "after", "days": 2, "template": "Last warning"}],
}
NOTICES = {"before": 2, "own": [{"when": "after", "days": 1, "template": "It has ended"}]}
#: What every product tells.
TOLD: dict[str, Any] = {
    "messages": {"order": "Ordered", "created": "Made", "terminated": "Gone", "upgraded": "Yours"},
    "reminders": REMINDERS,
    "expiry_notices": NOTICES,
}
BRACKETS = [
    {"above": "0", "up_to": "10", "price": "0"},
    {"above": "10", "up_to": "50.5", "price": "0.10"},
    {"above": "50.5", "price": "0.033"},
]
TIERED, OVERAGE, VOLUME = (
    {"scheme": scheme, "brackets": BRACKETS} for scheme in ("tiered", "overage", "volume")
)
#: One product for each way to invoice, to change, to be late and to end.
CATALOGUE: dict[str, dict[str, Any]] = {
    "plain": {"prices": PRICES, "upgrades": ["taxed", "queued", "hybrid", "later"], **LATE},
    "taxed": {
        "prices": {"monthly": "20.05", "quarterly": "55.55", "weekly": "7.77"},
        "tax": {"rate": "19"},
        "setup_fee": "3.00",
        "upgrade_fee": "1.00",
        "upgrade_pro_rata": "hours",
        "upgrades": ["plain", "free"],
        "downgrade_credit": "always",
        "cancel_pro_rata": "prepaid",
        "cancel_unpaid_invoices": True,
        "adjust_initial_period": True,
        **LATE,
    },
    "queued": {
        "prices": {"monthly": "12.34", "weekly": "4.56"},
        "tax": {"rate": "7"},
        "upgrade_queue": True,
        "upgrades": ["taxed", "plain"],
        "downgrade_credit": "after no unpaid invoices",
        "renew_account": "with the invoice",
        "cancel_pro_rata": "prepaid",
        "expected_days_before": 2,
    },
    "hybrid": {
        "prices": {"monthly": "15.00", "weekly": "5.00"},
        "billing_type": "hybrid",
        "full_month": True,
        "upgrades": ["taxed", "plain"],
        "create_account": "on order",
        "auto_cancel_after": 5,
        "suspend_after": 0,
    },
    "later": {
        "prices": {"monthly": "9.99", "weekly": "2.22"},
        "billing_type": "postpaid",
        "setup_fee": "1.00",
        "tax": {"rate": "19"},
        "upgrades": ["after", "plain"],
        "cancel_pro_rata": "postpaid",
        "suspend_after": 4,
    },
    "after": {
        "prices": {"monthly": "19.99", "weekly": "5.22"},
        "billing_type": "postpaid",
        "upgrades": ["later", "plain"],
        "upgrade_fee": "0.50",
        "auto_cancellation": False,
    },
    "free": {"prices": {"monthly": "0", "weekly": "0", "free": "0", "once": "5.00"}},
    "metered": {
        "prices": {"metered": "10.00", "monthly": "12.00"},
        "tax": {"rate": "19"},
        "upgrades": ["used"],
        "downgrade_credit": "always",
        "cancel_pro_rata": "prepaid",
        "metered": {"traffic": TIERED, "mail": OVERAGE},
        **LATE,
    },
    "used": {
        "prices": {"metered": "15.00"},
        "upgrades": ["metered"],
        "invoice_days_before": 0,
        "due_days_later": 3,
        "full_month": True,
        "cancel_unpaid_invoices": True,
        "metered": {"traffic": VOLUME},
        **LATE,
    },
    "used later": {
        "prices": {"metered": "5.00"},
        "billing_type": "postpaid",
        "cancel_pro_rata": "postpaid",
        "metered": {"traffic": OVERAGE},
        "suspend_after": 4,
    },
    "ends": {
        "prices": {"monthly": "8.00", "weekly": "2.00"},
        "auto_renewal": False,
        "create_account": "by cron",
    },
    "ip": {"addon": True, "prices": {"monthly": "1.11", "weekly": "0.33"}, "setup_fee": "0.50"},
    "disk": {
        "addon": True,
        "prices": {"monthly": "2.22", "quarterly": "6.00", "once": "9.00"},
        "tax": {"rate": "5"},
    },
    "sum": {
        "bundle": ["plain", "taxed"],
        "part_cycles": {"taxed": "quarterly"},
        "cancel_pro_rata": "prepaid",
        **LATE,
    },
    "fixed": {
        "bundle": ["plain", "taxed", "later"],
        "prices": {"monthly": "25.01", "weekly": "9.99"},
        "tax": {"rate": "19"},
        "setup_fee": "1.00",
        "cancel_pro_rata": "prepaid",
        "auto_cancel_after": 6,
        **LATE,
    },
    "fixed later": {
        "bundle": ["plain", "queued"],
        "prices": {"monthly": "20.00", "weekly": "7.00"},
        "billing_type": "postpaid",
        "cancel_pro_rata": "postpaid",
        "cancel_unpaid_invoices": True,
        "suspend_after": 2,
        "terminate_after": 9,
    },
}
CATALOGUE = {
    name: {**TOLD, **row, **({"reminders": {"before": 5}} if name == "taxed" else {})}
    for name, row in CATALOGUE.items()
}
CYCLES = st.sampled_from(["monthly", "monthly", "weekly", "quarterly", "daily", "once", "free"])
HOURS = st.one_of(st.integers(0, 72), st.sampled_from([24, 168, 28 * 24, 31 * 24, 45 * 24]))
NUMBERS = st.integers(0, 40)
METERED = ["metered", "used", "used later"]
#: A variable, an amount of it, and how many hours ago it was used.
USED = st.tuples(
    st.sampled_from(["traffic", "traffic", "traffic", "mail"]),
    st.sampled_from(["0", "1", "9.5", "20", "55", "1000"]),
    st.sampled_from([0, 0, 1, 5, 100, 24 * 40]),
)
for _name in ("plain", "taxed", "queued", "hybrid", "later", "ends"):
    CATALOGUE[_name] |= {"addons": ["ip", "disk"], "sub_products": ["plain", "free"]}
BESIDE = st.fixed_dictionaries(
    {},
    optional={
        "addons": st.dictionaries(st.sampled_from(["ip", "disk"]), CYCLES, max_size=2),
        "sub_products": st.dictionaries(st.sampled_from(["plain", "free"]), CYCLES, max_size=1),
    },
)
ACTS = st.one_of(
    st.tuples(st.just("order"), st.sampled_from(sorted(CATALOGUE)), CYCLES),
    st.tuples(
        st.just("order with"),
        st.sampled_from(sorted(CATALOGUE)),
        st.tuples(st.sampled_from(["monthly", "weekly"]), BESIDE),
    ),
    st.tuples(st.just("order"), st.sampled_from(["sum", "fixed", "fixed later"]), CYCLES),
    st.tuples(st.just("pay"), NUMBERS, st.sampled_from([None, None, None, "1.00", "50.00"])),
    st.tuples(st.just("pay"), NUMBERS, st.none()),
    st.tuples(st.just("change_tariff"), NUMBERS, st.sampled_from(sorted(CATALOGUE))),
    st.tuples(st.just("change_tariff"), NUMBERS, st.sampled_from(["plain", "taxed", "queued"])),
    st.tuples(st.just("change_period"), NUMBERS, CYCLES),
    st.tuples(st.just("renew"), NUMBERS, st.none()),
    st.tuples(st.just("cancel"), NUMBERS, st.sampled_from(["immediately", "end of period"])),
    st.tuples(st.just("cancel_invoice"), NUMBERS, st.none()),
    st.tuples(st.just("suspend"), NUMBERS, st.none()),
    st.tuples(st.just("resume"), NUMBERS, st.none()),
    st.tuples(st.just("delete"), NUMBERS, st.none()),
    st.tuples(st.just("reset_password"), NUMBERS, st.sampled_from(["sesame", " "])),
    st.tuples(st.just("functions_for"), NUMBERS, st.none()),
    st.tuples(st.just("order"), st.sampled_from(METERED), st.just("metered")),
    st.tuples(st.just("report_usage"), NUMBERS, USED),
    st.tuples(st.just("report_usage"), NUMBERS, USED),
    st.tuples(st.just("transfer"), NUMBERS, st.sampled_from(["anna", "ben"])),
    st.tuples(st.just("delete_order"), NUMBERS, st.booleans()),
)
STORIES = st.lists(st.tuples(HOURS, ACTS), max_size=25)
#: Two metered services that are paid, then mostly reports and payments.
BEGUN = [
    act
    for product in METERED
    for act in ((0, ("order", product, "metered")), (0, ("pay", 0, None)))
]
METERED_ACTS = {
    "report_usage": USED,
    "pay": st.sampled_from([None, None, "1.00"]),
    "change_tariff": st.sampled_from(METERED),
    "cancel": st.sampled_from(["end of period", "immediately"]),
    "cancel_invoice": st.none(),
}
OFTEN = ["report_usage"] * 9 + ["pay"] * 6
METERED_ACT = st.sampled_from([*OFTEN, *METERED_ACTS]).flatmap(
    lambda verb: st.tuples(st.just(verb), st.integers(0, 2), METERED_ACTS[verb])
)
METERED_HOURS = st.sampled_from([0, 1, 2, 5, 26, 24 * 7, 24 * 10, 24 * 20])
METERED_STORIES = st.lists(st.tuples(METERED_HOURS, METERED_ACT), min_size=15, max_size=30).map(
    lambda story: [*BEGUN, *story]
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "cron": st.just({"daily_at": "02:30"}),
        "invoicing": st.fixed_dictionaries(
            {},
            optional={
                "merge": st.sampled_from(["generation day", "due date"]),
                "continued": st.booleans(),
                "zero": st.booleans(),
            },
        ),
        "downgrade_credit": st.just("always"),
    },
)
READINGS = st.sampled_from(
    (
        {},
        {"cycle_change": "at_once"},
        {"cycle_change": "at_once", "full_month_first_period": "one_full_month"},
        {"late_fee_base": "invoice_subtotal", "rounding": "half_even", "month": "thirty_days"},
        {"metered_volume": "exclusive", "rounding": "down"},
        {"pro_rata_unit_remainder": "up", "month_end": "overflow", "rounding": "down"},
    )
)


class Shop:
    """A billing of HostBill with its clock and its panel."""

    def __init__(self, said: dict[str, Any], readings: dict[str, str], zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.reported: dict[int, Fraction] = defaultdict(Fraction)
        self.clock = Clock(datetime(2025, 1, 30, 9, tzinfo=self.zone).astimezone(UTC))
        presets = {name: {} for name in CATALOGUE}
        self.panel = Ispmanager(self.clock, presets=presets)
        self.billing = Billing(
            RULEBOOKS["hostbill"],
            clock=self.clock,
            readings=choose(readings),
            catalogue=CATALOGUE,
            clients={"anna": "30.00", "ben": "0"},
            panel=self._client(self.panel),
            timezone=zone,
            settings=said,
        )

    @staticmethod
    def _client(panel: Ispmanager) -> IspmanagerClient:
        wire = transport(panel.app)
        return IspmanagerClient("http://panel/ispmgr", "root", "prorata", transport=wire)

    def do(self, act: tuple[Any, ...]) -> None:
        """Do an act, on what the number tells of what there is."""
        verb, which, value = act
        book = self.billing.book
        if verb.startswith("order"):
            client = ("anna", "ben")[len(book.services) % 2]
            name = f"{client}.example.com"
            cycle, beside = (value, {}) if verb == "order" else value
            said = {"product": which, "cycle": cycle, "hostname": name, **beside}
            self.billing.act("order", client=client, **said)
            return
        many = book.invoices if "invoice" in verb or verb == "pay" else book.services
        if not many:
            return
        own = str(sorted(many)[-1 - which % len(many)])
        named = {
            "pay": {"invoice": own, "amount": value},
            "change_tariff": {"service": own, "product": value},
            "change_period": {"service": own, "cycle": value},
            "renew": {"service": own},
            "cancel": {"service": own, "when": value},
            "cancel_invoice": {"invoice": own},
            "suspend": {"service": own, "by": "staff"},
            "resume": {"service": own, "by": "staff"},
            "delete": {"service": own, "by": "staff"},
            "reset_password": {"service": own, "password": value},
            "functions_for": {"service": own},
            "report_usage": {"service": own, **self.used(value)},
            "transfer": {"service": own, "to": value, "by": "staff"},
            "delete_order": {"service": own, "data": value},
        }
        done = self.billing.act(verb, **named[verb])
        if verb == "report_usage" and not isinstance(done, Refusal):
            self.reported[int(own)] += Fraction(value[1])

    def miscounted(self) -> list[int]:
        """Return the services that run whose usage is not either asked for, once, or counted."""
        asked = {
            id(made.arguments["measured"]): (made.service, made.arguments["measured"])
            for made in (*self.billing.ledger, *self.billing.decisions)
            if "measured" in made.arguments
        }
        found = dict.fromkeys(self.billing.book.services, Fraction(0))
        for service, measured in asked.values():
            found[service] += sum(measured)
        for number, service in self.billing.book.services.items():
            found[number] += sum(each.amount for each in service.usage)
        return [
            number
            for number, service in self.billing.book.services.items()
            if service.status in {"active", "suspended"} and found[number] != self.reported[number]
        ]

    def used(self, value: Any) -> dict[str, str]:
        """Return what is reported, for an act that reports usage."""
        if not isinstance(value, tuple):
            return {}
        variable, amount, hours = value
        at = (self.clock.now() - timedelta(hours=hours)).isoformat()
        return {"variable": variable, "amount": amount, "at": at}

    def go(self, hours: int, step: int) -> None:
        """Let time go on, in steps of so many hours."""
        to = self.clock.now() + timedelta(hours=hours)
        while self.clock.now() < to:
            self.billing.advance_to(min(to, self.clock.now() + timedelta(hours=step)))

    def play(self, story: list[tuple[int, tuple[Any, ...]]]) -> None:
        """Do one act after another."""
        for hours, act in story:
            self.go(hours, 10_000)
            self.do(act)

    def copied(self) -> Shop:
        """Return a shop that goes on from here, with a copy of the panel."""
        other = copy(self)
        other.clock = Clock(self.clock.now())
        other.panel = Ispmanager(other.clock, presets={})
        other.panel.state = deepcopy(self.panel.state)
        other.billing = Snapshot(self.billing).restore(
            panel=self._client(other.panel), clock=other.clock
        )
        return other

    def left_over(self) -> list[int]:
        """Return the addons that run though their services have ended."""
        services, gone = self.billing.book.services, {"terminated", "cancelled"}
        addons = [each for each in services.values() if not each.has_account]
        owners = {each.number: each.belongs.to for each in addons if each.belongs}
        return [
            each.number
            for each in addons
            if services[owners[each.number]].status in gone and each.status not in gone
        ]

    def state(self) -> list[object]:
        """Return all that is seen of it."""
        book = self.billing.book
        lines = [
            (line.at, line.kind, str(line.amount), line.covers) for line in self.billing.ledger
        ]
        invoices = [
            (each.number, each.status, str(each.total), str(each.paid), each.due)
            for each in book.invoices.values()
        ]
        services = [
            (each.status, each.tariff, each.expires, each.next_due, each.usage, each.client)
            for each in book.services.values()
        ]
        balances = [str(each.balance) for each in book.clients.values()]
        return [lines, invoices, services, balances, book.notifications]

    def accounts_told(self) -> int:
        """Return how many accounts there are by what clients were told."""
        kinds = Counter(each.kind for each in self.billing.book.notifications)
        return kinds["Made"] - kinds["Gone"]

    def reminded(self) -> list[tuple[int, datetime]]:
        """Return the invoices that are paid or cancelled, with when they were last reminded of."""
        invoices = self.billing.book.invoices.values()
        return [
            (each.number, each.reminded)
            for each in invoices
            if each.reminded is not None and each.status != "unpaid"
        ]


ZONES = st.sampled_from(["UTC", "Europe/Berlin"])


@pytest.mark.sweep
@given(STORIES, SETTINGS, READINGS, ZONES, st.integers(1, 99))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history(
    story: list[tuple[int, tuple[Any, ...]]],
    said: dict[str, Any],
    readings: dict[str, str],
    zone: str,
    step: int,
) -> None:
    """After every act what always holds holds, and any split of time shows the same."""
    holds(story, Shop(said, readings, zone), Shop(said, readings, zone), step)


@pytest.mark.sweep
@given(METERED_STORIES, SETTINGS, READINGS, ZONES, st.integers(1, 99))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_of_metered_services(
    story: list[tuple[int, tuple[Any, ...]]],
    said: dict[str, Any],
    readings: dict[str, str],
    zone: str,
    step: int,
) -> None:
    """So it is where most of what happens is usage, and none of that is lost or asked twice."""
    holds(story, Shop(said, readings, zone), Shop(said, readings, zone), step)


def holds(story: list[tuple[int, tuple[Any, ...]]], shop: Shop, other: Shop, step: int) -> None:
    """Play a story in one shop, and in another one in steps of time."""
    for hours, act in story:
        closed = shop.reminded()
        shop.go(hours, 10_000)
        assert set(closed) <= set(shop.reminded())
        other.go(hours, step)
        shop.do(act)
        other.do(act)
        assert [] == check(shop.billing, shop.panel.users)
        assert [] == shop.miscounted()
        assert [] == shop.left_over()
        assert shop.state() == other.state()
        # Beside them there is the user of the server itself.
        assert len(shop.panel.users) == 1 + shop.accounts_told()


@given(STORIES, STORIES, SETTINGS, READINGS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_goes_on_from_a_snapshot(
    before: list[tuple[int, tuple[Any, ...]]],
    after: list[tuple[int, tuple[Any, ...]]],
    said: dict[str, Any],
    readings: dict[str, str],
) -> None:
    """A billing goes on from a snapshot as without one, and as often as it is restored."""
    shop = Shop(said, readings, "Europe/Berlin")
    shop.play(before)
    shops = [shop.copied(), shop.copied()]
    stood = shop.state()
    for other in shops:
        other.play(after)
        assert [] == check(other.billing, other.panel.users)
    assert stood == shop.state()
    shop.play(after)
    assert [shop.state()] * 2 == [other.state() for other in shops]
