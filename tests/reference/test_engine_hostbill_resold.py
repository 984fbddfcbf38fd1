"""HostBill and the seller of its licences, with one network between them, without the harness."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from prorata.fakes.billmanager import Billmanager
from prorata.fakes.billmanager.port import Obliging
from prorata.fakes.direct import Direct
from prorata.fakes.faults import Faults
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.engine.hostbill.catalogue import Product
from prorata.reference.engine.invariants import check
from prorata.reference.engine.resell import Trade
from prorata.reference.panels import BillmanagerSeller
from prorata.reference.readings import choose

LITE = {"module": "ispmanager", "seller_tariff": "55227"}
SOLD = {
    "lite": {"prices": {"monthly": "7.00"}, "upgrades": ["pro"], **LITE},
    "pro": {"prices": {"monthly": "14.00"}, "module": "ispmanager", "seller_tariff": "55228"},
    "taxed": {"prices": {"monthly": "7.00"}, "tax": {"rate": "20"}, **LITE},
    "server": {"prices": {"monthly": "30.00"}},
    "pack": {"bundle": ["server", "lite"], "prices": {"monthly": "18.50"}},
}
MODULES = {"modules": {"ispmanager": {"type": "ispmanager_reselling", "seller": "seller"}}}
PARTNERS = {"groups": {"partners": {"suspend": True, "delete": True}}}


class Shop:
    """A HostBill that buys from a seller, on one clock."""

    def __init__(self, balance="100.00"):
        self.clock = Clock(datetime(2025, 9, 1, 10, 2, tzinfo=UTC))
        partner = {"balance": balance, "group": "partners"}
        self.seller = Billmanager(self.clock, clients={"partner": partner}, settings=PARTNERS)
        self.seller.faults = Faults()
        self.billing = Billing(
            RULEBOOKS["hostbill"],
            clock=Clock(self.clock.now()),
            readings=choose({}),
            catalogue=SOLD,
            clients={"anna": "0"},
            panel=Obliging(),
            settings=MODULES,
            trade=partial(Trade, sellers={"ispmanager": self._way()}),
        )

    def _way(self):
        address = "http://seller/billmgr"
        return BillmanagerSeller(address, "partner", "prorata", transport=Direct(self.seller))

    def go(self, **time):
        """Let time pass: minutes and hours by five minutes, days by hours."""
        to = self.clock.now() + timedelta(**time)
        step = timedelta(hours=1) if "days" in time else timedelta(minutes=5)
        while self.clock.now() < to:
            self.clock.advance_to(min(to, self.clock.now() + step))
            self.seller.catch_up()
            self.billing.advance_to(self.clock.now())

    def buy(self, product):
        """Order and pay a product for Anna; return the services of its order."""
        done = self.billing.act("order", client="anna", product=product, cycle="monthly")
        self.pay(done["invoice"])
        return list(self.billing.book.services.values())

    def pay(self, invoice):
        """Pay an invoice whole."""
        self.billing.act("pay", invoice=invoice)

    @property
    def credit(self):
        """What Anna has."""
        return str(self.billing.book.clients["anna"].balance)

    def calls(self, func):
        """Count the calls of a function of the seller."""
        return sum(call.func == func for call in self.seller.calls)

    def wrong(self):
        """Return what is wrong with either billing by what always holds."""
        return [*check(self.billing, {}), *check(self.seller.billing, {})]


@pytest.fixture
def shop():
    """Return a HostBill with its seller."""
    return Shop()


def test_what_has_a_number_at_a_seller_is_a_licence():
    """And is sold as one, whatever its row leaves out."""
    assert Product.of("lite", SOLD["lite"]).licence
    assert not Product.of("server", SOLD["server"]).licence


def test_a_paid_licence_is_bought_once_and_active_by_its_event(shop):
    """It has no user on a panel."""
    (service,) = shop.buy("lite")
    assert ("processing", "", 1) == (service.status, service.user, shop.calls("soft.order.param"))
    shop.go(minutes=60)
    assert ("active", 1) == (service.status, shop.calls("soft.order.param"))


def test_a_year_of_renewals_is_bought_month_by_month(shop):
    """Each side is asked twelve times: 12 × 7.00 here, 12 × 5.00 there."""
    (service,) = shop.buy("lite")
    for _ in range(11):
        shop.go(minutes=5)
        shop.pay(shop.billing.act("renew", service="1")["invoice"])
    assert datetime(2026, 9, 1, tzinfo=UTC) == service.expires
    charged = [line.amount.exact for line in shop.billing.ledger]
    assert (12, 84) == (len(charged), sum(charged))
    shop.go(minutes=5)
    assert 11 == shop.calls("service.prolong")
    assert "40.00" == str(shop.seller.billing.book.clients["partner"].balance)
    assert [] == [each for each in shop.wrong() if each.against != "agreement"]


def test_cycles_that_are_paid_in_another_order_are_all_bought(shop):
    """The later one moves the expiry, the earlier one is bought all the same."""
    (service,) = shop.buy("lite")
    shop.billing.configure({"invoicing": {"continued": True}})
    shop.go(days=60)
    older, newer = shop.billing.book.unpaid[1]
    shop.pay(str(newer))
    shop.go(hours=1)
    shop.pay(str(older))
    shop.go(hours=1)
    assert (datetime(2025, 12, 1, tzinfo=UTC), 2) == (
        service.expires,
        shop.calls("service.prolong"),
    )
    assert date(2025, 12, 31) == service.resold.licence.expires  # October 31 + 2 months


@pytest.mark.parametrize(
    ("product", "back"),
    [
        ("lite", "7.00"),
        ("taxed", "8.40"),  # 7.00 + 20 %
    ],
)
def test_what_was_never_made_is_paid_back_whole(product, back):
    """When it is known at the seller that there is none."""
    shop = Shop("1.00")
    (service,) = shop.buy(product)
    shop.go(hours=3)
    shop.seller.down = True
    shop.billing.act("delete", service="1", by="staff")
    assert ("terminated", "0.00") == (service.status, shop.credit)
    shop.seller.down = False
    shop.go(minutes=60)
    assert ("terminated", back) == (service.status, shop.credit)
    assert [] == [each for each in shop.wrong() if each.against != "agreement"]


def test_what_may_have_been_made_is_not_paid_back_before_it_is_looked_for(shop):
    """It is found, closed, and nothing comes back."""
    shop.seller.faults.add("reset_after", func="soft.order.param", nth=1)
    (service,) = shop.buy("lite")
    shop.seller.down = True
    shop.billing.act("delete", service="1", by="staff")
    shop.go(minutes=30)
    assert ("terminated", "0.00") == (service.status, shop.credit)
    shop.seller.down = False
    shop.go(minutes=60)
    assert "deleted" == shop.seller.billing.book.services[1].status
    assert ("0.00", 1) == (shop.credit, shop.calls("soft.delete"))


def test_a_closed_licence_is_invoiced_no_more(shop):
    """And what was invoiced is cancelled."""
    (service,) = shop.buy("lite")
    shop.go(days=24)
    assert ["paid", "unpaid"] == [each.status for each in shop.billing.book.invoices.values()]
    shop.seller.billing.act("delete", service="1", by="staff")
    shop.go(days=60)
    assert ["paid", "cancelled"] == [each.status for each in shop.billing.book.invoices.values()]
    assert ("suspended", {"seller"}) == (service.status, service.suspended_by)
    assert "resell.events" == shop.billing.act("renew", service="1", by="staff").rule


def test_a_change_seen_at_the_seller_moves_no_money(shop):
    """The product is the one that has its number, from the next invoice on."""
    (service,) = shop.buy("lite")
    shop.go(minutes=10)
    shop.seller.billing.act("change_tariff", service="1", tariff="ispmanager 6 pro", by="staff")
    shop.go(minutes=10)
    assert ("pro", 1) == (service.tariff, len(shop.billing.ledger))
    assert 0 == shop.calls("service.changepricelist")
    shop.go(days=24)
    assert "14.00" == str(list(shop.billing.ledger)[-1].amount)


def test_staff_lift_their_own_suspension_alone(shop):
    """What the seller holds stays suspended until its event."""
    (service,) = shop.buy("lite")
    shop.go(minutes=10)
    shop.billing.act("suspend", service="1", by="staff")
    shop.seller.billing.act("suspend", service="1", by="staff")
    shop.go(minutes=10)
    assert {"staff", "seller"} == service.suspended_by
    shop.billing.act("resume", service="1", by="staff")
    assert ("suspended", {"seller"}) == (service.status, service.suspended_by)
    assert "resell.events" == shop.billing.act("resume", service="1", by="staff").rule
    shop.seller.billing.act("resume", service="1", by="staff")
    shop.go(minutes=10)
    assert ("active", frozenset()) == (service.status, service.suspended_by)


def test_a_licence_in_a_bundle_needs_no_room_on_the_server(shop):
    """The server is an account there, the licence is not."""
    server, licence = shop.buy("pack")
    shop.go(minutes=10)
    assert ("active", "active") == (server.status, licence.status)
    assert ("user1", "") == (server.user, licence.user)


def test_what_waits_for_staff_holds_up_no_suspension_and_no_resumption(shop):
    """A change that the seller refused for a suspension would else keep that for ever."""
    (service,) = shop.buy("lite")
    shop.go(minutes=10)
    upgrade = shop.billing.act("change_tariff", service="1", product="pro")["invoice"]
    shop.billing.act("suspend", service="1", by="staff")
    shop.go(minutes=10)
    shop.pay(upgrade)
    assert ["change_preset"] == [
        shop.billing.book.operations[number].action for number in shop.billing.book.running[1]
    ]
    shop.billing.act("resume", service="1", by="staff")
    licence = shop.seller.billing.book.services[1]
    assert ("active", "active", "ispmanager 6 lite") == (
        service.status,
        licence.status,
        licence.tariff,
    )
    shop.go(minutes=10)
    assert ("55228", {}) == (service.resold.licence.tariff, shop.billing.book.running)
