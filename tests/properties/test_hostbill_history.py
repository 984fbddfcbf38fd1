"""Whatever clients of HostBill do and however time is cut, money is conserved and the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prorata.fakes import Ispmanager, transport
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.engine.invariants import check
from prorata.reference.panels import IspmanagerClient
from prorata.reference.readings import choose

PRICES = {"monthly": "10.00", "quarterly": "27.77", "weekly": "3.33", "daily": "0.70"}
LATE = {"late_fee": {"percent": "7.5", "after": 2}, "suspend_after": 3, "terminate_after": 20}
#: One product for each way to invoice, to change, to be late and to end.
CATALOGUE: dict[str, dict[str, Any]] = {
    "plain": {"prices": PRICES, "upgrades": ["taxed", "queued", "hybrid"], **LATE},
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
        "upgrades": ["after"],
        "cancel_pro_rata": "postpaid",
        "suspend_after": 4,
    },
    "after": {
        "prices": {"monthly": "19.99", "weekly": "5.22"},
        "billing_type": "postpaid",
        "upgrades": ["later"],
        "upgrade_fee": "0.50",
    },
    "free": {"prices": {"monthly": "0", "weekly": "0", "free": "0", "once": "5.00"}},
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
for _name in ("plain", "taxed", "queued", "hybrid", "later", "ends"):
    CATALOGUE[_name] |= {"addons": ["ip", "disk"], "sub_products": ["plain", "free"]}
CYCLES = st.sampled_from(["monthly", "monthly", "weekly", "quarterly", "daily", "once", "free"])
HOURS = st.one_of(st.integers(0, 72), st.sampled_from([24, 168, 28 * 24, 31 * 24, 45 * 24]))
NUMBERS = st.integers(0, 40)
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
)
STORIES = st.lists(st.tuples(HOURS, ACTS), max_size=25)
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
        {"pro_rata_unit_remainder": "up", "month_end": "overflow", "rounding": "down"},
    )
)


class Shop:
    """A billing of HostBill with its clock and its panel."""

    def __init__(self, said: dict[str, Any], readings: dict[str, str], zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.clock = Clock(datetime(2025, 1, 30, 9, tzinfo=self.zone).astimezone(UTC))
        presets = {name: {} for name in CATALOGUE}
        self.panel = Ispmanager(self.clock, presets=presets)
        self.billing = Billing(
            RULEBOOKS["hostbill"],
            clock=self.clock,
            readings=choose(readings),
            catalogue=CATALOGUE,
            clients={"anna": "30.00", "ben": "0"},
            panel=IspmanagerClient(
                "http://panel/ispmgr", "root", "prorata", transport=transport(self.panel.app)
            ),
            timezone=zone,
            settings=said,
        )

    def do(self, act: tuple[Any, ...]) -> None:
        """Do an act, on what the number tells of what there is."""
        verb, which, value = act
        book = self.billing.book
        if verb.startswith("order"):
            client = ("anna", "ben")[len(book.services) % 2]
            cycle, beside = (value, {}) if verb == "order" else value
            self.billing.act("order", client=client, product=which, cycle=cycle, **beside)
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
        }
        self.billing.act(verb, **named[verb])

    def go(self, hours: int, step: int) -> None:
        """Let time go on, in steps of so many hours."""
        to = self.clock.now() + timedelta(hours=hours)
        while self.clock.now() < to:
            self.billing.advance_to(min(to, self.clock.now() + timedelta(hours=step)))

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
            (each.status, each.tariff, each.expires, each.next_due)
            for each in book.services.values()
        ]
        return [lines, invoices, services, [str(each.balance) for each in book.clients.values()]]


@given(STORIES, SETTINGS, READINGS, st.sampled_from(["UTC", "Europe/Berlin"]), st.integers(1, 99))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history(
    story: list[tuple[int, tuple[Any, ...]]],
    said: dict[str, Any],
    readings: dict[str, str],
    zone: str,
    step: int,
) -> None:
    """After every act what always holds holds, and any split of time shows the same."""
    shop, other = Shop(said, readings, zone), Shop(said, readings, zone)
    for hours, act in story:
        shop.go(hours, 10_000)
        other.go(hours, step)
        shop.do(act)
        other.do(act)
        assert [] == check(shop.billing, shop.panel.users)
        assert [] == shop.left_over()
        assert shop.state() == other.state()
