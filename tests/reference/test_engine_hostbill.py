"""A HostBill billing: orders, invoices, payments and upgrades."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

SMALL = {"prices": {"monthly": "10", "annually": "100"}, "upgrades": ["big"], "setup_fee": "3"}
BIG = {"prices": {"monthly": "20"}, "upgrades": ["small"], "upgrade_fee": "5"}


@pytest.fixture
def shop(house):
    """Sell two products; it is June 1, 2025, 09:00 UTC."""

    def open_shop(fields=None, big=None, *, at="2025-06-01 09:00", **options):
        catalogue = {"small": SMALL | (fields or {}), "big": BIG | (big or {})}
        return house(catalogue, at=at, system="hostbill", clients={"anna": "0"}, **options)

    return open_shop


def order(shop, **parameters):
    """Order `small` for a month."""
    return shop.do(
        "order",
        **{
            "client": "anna",
            "product": "small",
            "cycle": "monthly",
            "hostname": "anna.example.com",
        }
        | parameters,
    )


def started(shop):
    """Order `small` and pay it."""
    shop.do("pay", invoice=order(shop)["invoice"])
    shop.new()
    return shop


def upgrade(shop, product="big"):
    """Change the product."""
    return shop.do("change_tariff", service="1", product=product)


def test_an_order_is_invoiced(shop):
    """An order issues an invoice of the cycle and the setup fee, due when the product says."""
    shop = shop({"first_invoice_due": 7})
    assert {"service": "1", "invoice": "1"} == order(shop, hostname="a.example.com")
    assert ["period 10.00 2025-06-01..2025-07-01", "setup 3.00"] == shop.new()
    invoice, service = shop.book.invoices[1], shop.service()
    assert ("13.00", "unpaid", 2) == (str(invoice.total), invoice.status, len(invoice.lines))
    assert datetime(2025, 6, 8, tzinfo=UTC) == invoice.due
    assert ("pending", "a.example.com", []) == (service.status, service.domain, shop.panel.calls)


def test_a_payment_starts_the_service(shop):
    """Paid, the service is made on the panel and runs from its order."""
    shop = shop()
    order(shop)
    shop.to("2025-06-05").do("pay", invoice="1")
    service = shop.service()
    assert ("paid", "active") == (shop.book.invoices[1].status, service.status)
    assert (datetime(2025, 6, 1, tzinfo=UTC), "2025-07-01") == (service.starts, shop.expires())
    assert [("create", "user1", "small", "anna.example.com")] == shop.panel.calls
    assert "0.00" == shop.balance()


@pytest.mark.parametrize(
    ("readings", "adjusted", "expires"),
    [
        # The document's example: ordered January 1, paid January 5.
        ({}, False, "2025-02-01"),
        ({}, True, "2025-02-05"),
        ({"month": "thirty_days"}, False, "2025-01-31"),
        ({"month": "thirty_days"}, True, "2025-02-04"),
        ({"late_payment": "after_due"}, True, "2025-02-05"),
    ],
)
def test_a_late_payment_moves_the_start(shop, readings, adjusted, expires):
    """With the adjustment the first period starts on the payment date."""
    shop = shop({"adjust_initial_period": adjusted}, at="2025-01-01 09:00", readings=readings)
    order(shop)
    shop.to("2025-01-05 18:00").do("pay", invoice="1")
    assert expires == shop.expires()


def test_paid_before_it_is_due_is_not_late_by_reading(shop):
    """Under ``late_payment: after_due`` only a payment after the due date moves the start."""
    shop = shop(
        {"adjust_initial_period": True, "first_invoice_due": 7},
        readings={"late_payment": "after_due"},
    )
    order(shop)
    shop.to("2025-06-08").do("pay", invoice="1")
    assert "2025-07-01" == shop.expires()


@pytest.mark.parametrize(
    ("unit", "amount"),
    # At June 11 06:30 UTC: 19 × 10/30, 473 × 10/720, 1,704,600 × 10/2,592,000.
    [("days", "6.33"), ("hours", "6.57"), ("seconds", "6.58")],
)
def test_an_upgrade(shop, unit, amount):
    """The worked number: 10 to 20 a month in June, and the upgrade fee; due date as before."""
    shop = started(shop({"upgrade_pro_rata": unit}))
    shop.to("2025-06-11 06:30")
    assert {"invoice": "2"} == upgrade(shop)
    assert [f"tariff change {amount}", "upgrade fee 5.00"] == shop.new()
    assert "small" == shop.service().tariff
    shop.do("pay", invoice="2")
    assert ("big", "2025-07-01") == (shop.service().tariff, shop.expires())
    assert ("change_preset", "user1", "big") == shop.panel.calls[-1]


def test_an_upgrade_in_the_last_unit(shop):
    """With no whole day left an upgrade costs its fee."""
    shop = started(shop({"invoice_days_before": 0}))
    shop.to("2025-06-30 12:00")
    upgrade(shop)
    assert ["upgrade fee 5.00"] == shop.new()
    assert "small" == shop.service().tariff


def test_an_upgrade_after_the_cycle(shop):
    """With the renewal past due nothing is changed."""
    shop = started(shop())
    shop.to("2025-07-05")
    refusal = shop.refused("change_tariff", service="1", product="big")
    assert ("hostbill.upgrade.available", "an invoice of the service is past due") == (
        refusal.rule, refusal.reason,
    )  # fmt: skip


def test_a_downgrade_takes_effect_at_once(shop):
    """A downgrade costs nothing and gives nothing back by default."""
    shop = started(shop(big={"prices": {"monthly": "5"}}))
    shop.to("2025-06-11")
    assert {} == upgrade(shop)
    assert ([], "big", 1) == (shop.new(), shop.service().tariff, len(shop.book.invoices))
    assert ("change_preset", "user1", "big") == shop.panel.calls[-1]


def test_one_change_at_a_time(house):
    """While a change waits for its payment another is refused; cancelled, it is forgotten."""
    products = {
        "small": {"prices": {"monthly": "10"}, "upgrades": ["big", "huge"]},
        "big": {"prices": {"monthly": "20"}, "upgrades": ["huge"]},
        "huge": {"prices": {"monthly": "100"}},
    }
    shop = started(house(products, at="2025-06-01", system="hostbill", clients={"anna": "0"}))
    upgrade(shop, "big")
    refusal = shop.refused("change_tariff", service="1", product="huge")
    assert "another change of the service waits for its payment" == refusal.reason
    shop.do("cancel_invoice", invoice="2")
    upgrade(shop, "huge")
    shop.do("pay", invoice="3")
    assert "huge" == shop.service().tariff


@pytest.mark.parametrize("invoice", ["1", "2"])
def test_an_invoice_is_paid_once(shop, invoice):
    """A paid invoice is not paid again."""
    shop = started(shop())
    shop.to("2025-06-11")
    upgrade(shop)
    shop.do("pay", invoice="2")
    refusal = shop.refused("pay", invoice=invoice)
    assert f"invoice {invoice} is paid" == refusal.reason


@pytest.mark.parametrize("cycle", ["weekly", "hourly", "fortnightly"])
def test_a_cycle_that_is_not_sold(shop, cycle):
    """A cycle without a price is an error at order time, and changes nothing."""
    refusal = shop().refused("order", client="anna", product="small", cycle=cycle)
    assert "hostbill.cycle" == refusal.rule


def test_a_free_service_starts_at_once(shop):
    """Nothing is asked, so nothing is invoiced: a free service starts with its order, for good."""
    shop = shop({"prices": {"free": "0"}, "setup_fee": "0"})
    assert {"service": "1"} == order(shop, cycle="free")
    assert ("active", [], {}) == (shop.service().status, shop.new(), shop.book.invoices)
    assert shop.expires() is None


@pytest.mark.parametrize(
    ("cycle", "rows"), [("once", ["period 10.00", "setup 3.00"]), ("free", ["setup 3.00"])]
)
def test_what_is_paid_once(shop, cycle, rows):
    """A service that is sold once, or free with a setup fee, is paid once and does not expire."""
    shop = shop({"prices": {cycle: "10" if cycle == "once" else "0"}})
    order(shop, cycle=cycle)
    assert (rows, "pending") == (shop.new(), shop.service().status)
    shop.do("pay", invoice="1")
    assert ("active", None) == (shop.service().status, shop.expires())
    refusal = shop.refused("change_tariff", service="1", product="big")
    assert "hostbill.cycle" == refusal.rule


@pytest.mark.parametrize(
    ("fields", "ordered", "product", "rule"),
    [
        ({"upgrades": []}, {}, "big", "hostbill.upgrade.available"),
        ({}, {"cycle": "annually"}, "big", "hostbill.cycle"),
    ],
    ids=["listed", "cycle"],
)
def test_a_change_that_is_refused_changes_nothing(shop, fields, ordered, product, rule):
    """A product that is not listed, or not sold for the cycle, is refused."""
    shop = shop(fields)
    shop.do("pay", invoice=order(shop, **ordered)["invoice"])
    assert rule == shop.refused("change_tariff", service="1", product=product).rule


def test_only_active_services_are_upgraded(shop):
    """A service that waits for its payment is not changed."""
    shop = shop()
    order(shop)
    refusal = shop.refused("change_tariff", service="1", product="big")
    assert "the service is pending, not active" == refusal.reason


@pytest.mark.parametrize(
    ("verb", "parameters"),
    [
        ("order", {"client": "anna", "product": "none", "cycle": "monthly"}),
        ("order", {"client": "nobody", "product": "small", "cycle": "monthly"}),
        ("pay", {"invoice": "7"}),
        ("change_tariff", {"service": "7", "product": "big"}),
    ],
    ids=["product", "client", "invoice", "service"],
)
def test_what_is_not_there_is_a_lookup_error(shop, verb, parameters):
    """An unknown client, product, service or invoice is a LookupError, and nothing changes."""
    shop = shop()
    before = shop.frozen()
    with pytest.raises(LookupError):
        shop.billing.act(verb, **parameters)
    assert before == shop.frozen()


def test_a_client_chooses_a_password_for_the_billing(shop):
    """The panel is not asked for anything; one that is blank changes nothing."""
    shop = started(shop())
    asked = len(shop.panel.calls)
    shop.do("reset_password", service="1", password="sesame")
    refusal = shop.billing.act("reset_password", service="1", password=" ")
    assert "hostbill.client.password" == refusal.rule
    assert ("sesame", asked) == (shop.book.clients["anna"].password, len(shop.panel.calls))
