"""Ordering and paying, with BILLmanager's rules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from prorata.reference.engine import UnknownActError

START = {"prices": {"1 month": "3.10", "1 year": "36.50"}, "template": "small"}


@pytest.fixture
def shop(house):
    """Sell `start` with further fields; it is September 1, 2025, 09:30 UTC."""

    def open_shop(fields=None, *, at="2025-09-01 09:30", **options):
        return house({"start": START | (fields or {})}, at=at, **options)

    return open_shop


def order(shop, **parameters):
    """Order `start` for a month, as anna."""
    return shop.do(
        "order", **{"client": "anna", "tariff": "start", "period": "1 month"} | parameters
    )


def test_an_order_is_paid_from_the_balance(shop):
    """An order that the balance pays starts on its day at 00:00, with a user from the preset."""
    shop = shop({"setup_fee": "1.00"})
    assert {"service": "1"} == order(shop)
    assert ["period 3.10 2025-09-01..2025-10-01", "setup 1.00"] == shop.new()
    service = shop.service()
    assert ("active", "2025-10-01", 1) == (service.status, shop.expires(), service.anchor)
    assert datetime(2025, 9, 1, tzinfo=UTC) == service.starts
    # 100 − 3.10 − 1.00
    assert "95.90" == shop.balance()
    assert [("create", "user1", "small", "anna.example.com")] == shop.panel.calls


def test_an_order_without_money_waits_for_it(shop):
    """An order that the balance does not pay starts on the day of the payment."""
    shop = shop(clients={"anna": "3.00"})
    order(shop)
    assert ("ordered", []) == (shop.service().status, shop.new())
    shop.to("2025-09-10 12:00").do("pay", client="anna", amount="0.05")
    assert ("ordered", []) == (shop.service().status, shop.panel.calls)
    shop.do("pay", client="anna", amount="0.05")
    assert ["period 3.10 2025-09-10..2025-10-10"] == shop.new()
    assert ("active", "0.00") == (shop.service().status, shop.balance())


def test_a_payment_starts_services_in_the_order_of_their_orders(shop):
    """A payment pays the services that wait one after the other, as far as it goes."""
    shop = shop(clients={"anna": "0", "ben": "0"})
    for client in ("ben", "anna", "anna"):
        order(shop, client=client)
    shop.do("pay", client="anna", amount="5.00")
    statuses = [service.status for service in shop.book.services.values()]
    # 5.00 − 3.10 = 1.90, which is not enough for another 3.10.
    assert (["ordered", "active", "ordered"], "1.90") == (statuses, shop.balance())


def test_a_payment_cannot_start_what_is_no_longer_sold(shop):
    """A service that waits for its payment past the tariff's end does not start."""
    shop = shop({"tariff_end": "2025-09-05"}, clients={"anna": "0"})
    order(shop)
    shop.to("2025-09-06").do("pay", client="anna", amount="5.00")
    assert ("ordered", "5.00") == (shop.service().status, shop.balance())
    # Nothing was decided about its dates: it only waited, for want of money and of a tariff.
    made = [(each.what, each.function.__name__) for each in shop.billing.decisions]
    assert [("nothing: order", "not_started"), ("nothing: order", "still_waits")] == made


def test_what_waits_for_its_payment_is_asked_for_what_it_was_ordered_at(shop):
    """Ordered at 3.10, dearer before it is paid: 3.10 pays it, and the next period costs 5.00."""
    shop = shop(clients={"anna": "0"})
    order(shop)
    shop.do("set_tariff", tariff="start", prices={"1 month": "5.00"})
    shop.do("pay", client="anna", amount="8.10")
    assert ("active", "5.00") == (shop.service().status, shop.balance())
    shop.do("renew", service="1", period="1 month")
    assert "0.00" == shop.balance()


@pytest.mark.parametrize("opening", ["0", "-5.00"])
def test_a_free_service_needs_no_payment(house, opening):
    """A price of zero: the order is enabled without payment, whatever the balance."""
    shop = house({"free": {"prices": {"1 month": "0"}}}, at="2025-09-01", clients={"anna": opening})
    order(shop, tariff="free")
    assert ("active", []) == (shop.service().status, shop.new())


def test_several_at_once(shop):
    """Several services of one order are services of their own."""
    shop = shop({"maximum_quantity": 3}, first_ids={"service": 510})
    assert {"service": "510", "services": ["510", "511", "512"]} == order(shop, quantity=3)
    assert [510, 511, 512] == list(shop.book.services)
    assert ["user510", "user511", "user512"] == list(shop.panel.users)
    # 100 − 3 × 3.10
    assert "90.70" == shop.balance()


def test_several_at_once_as_far_as_the_money_goes(shop):
    """Of several services those start that the balance pays."""
    shop = shop({"maximum_quantity": 3}, clients={"anna": "7.00"})
    order(shop, quantity=3)
    statuses = [service.status for service in shop.book.services.values()]
    # 7.00 − 2 × 3.10 = 0.80
    assert (["active", "active", "ordered"], "0.80") == (statuses, shop.balance())


def test_deleted_services_do_not_count_to_the_limit(shop):
    """The limit is of the services that a client has; deleted ones do not count."""
    shop = shop({"service_limit": 1})
    order(shop)
    wants = {"client": "anna", "tariff": "start", "period": "1 month"}
    assert "billmanager.order.service-limit" == shop.refused("order", **wants).rule
    shop.do("delete", service="1", by="staff")
    order(shop)


@pytest.mark.parametrize(
    ("fields", "wants", "rule"),
    [
        ({"enabled": False}, {}, "billmanager.tariff.enabled"),
        ({"daily": {"price": "0.1"}, "calendar": {}}, {}, "billmanager.charge.calendar"),
        ({}, {"quantity": 2}, "billmanager.order.quantity"),
        ({"service_limit": 0}, {}, "billmanager.order.service-limit"),
        ({}, {"period": "3 months"}, "billmanager.order.price"),
        ({"disabled_periods": ["1 month"]}, {}, "billmanager.order.price"),
        ({"tariff_end": "2025-09-01"}, {}, "billmanager.order.tariff-end"),
        ({"minimum_period": {"days": 31}}, {}, "billmanager.order.minimum-period"),
        ({"minimum_period": {"months": 2}}, {}, "billmanager.order.minimum-period"),
        ({"username_template": "seventeen-letters"}, {}, "billmanager.name.username"),
        (
            {"resources": {"disk": {"maximum": 5, "prices": {"1 month": "1"}}}},
            {"resources": {"disk": 6}},
            "billmanager.order.resources",
        ),
        (
            {"resources": {"disk": {"minimum": 2, "prices": {"1 month": "1"}}}},
            {"resources": {"disk": 1}},
            "billmanager.order.resources",
        ),
        (
            {"resources": {"disk": {"step": 4, "prices": {"1 month": "1"}}}},
            {"resources": {"disk": 6}},
            "billmanager.order.resources",
        ),
        ({}, {"resources": {"disk": 6}}, "billmanager.order.resources"),
        (
            {"daily": {"price": "0.1"}, "tariff_end": "2025-09-01"},
            {},
            "billmanager.order.tariff-end",
        ),
    ],
    ids=str,
)
def test_an_order_that_is_refused_changes_nothing(shop, fields, wants, rule):
    """What may not be ordered is refused by its rule, with the books and the panel as they were."""
    shop = shop(fields)
    wants = {"client": "anna", "tariff": "start", "period": "1 month"} | wants
    assert rule == shop.refused("order", **wants).rule


def test_the_minimum_period_is_long_enough(shop):
    """September has thirty days, so a month from its first is sold where thirty are the minimum."""
    shop = shop({"minimum_period": {"days": 30}})
    order(shop)
    assert "active" == shop.service().status


def test_long_calendar_periods_are_refused_by_reading(shop):
    """Under ``calendar_long_period: refused`` a year is refused, a month sold."""
    shop = shop({"calendar": {}}, readings={"calendar_long_period": "refused"})
    wants = {"client": "anna", "tariff": "start", "period": "1 year"}
    assert "billmanager.charge.calendar" == shop.refused("order", **wants).rule
    order(shop)


@pytest.mark.parametrize(
    ("day", "row"),
    [
        # 10 × 20/31 = 6.4516; 10 × 15/31 + 10 = 14.8387.
        ("2025-07-12", "period 6.45 2025-07-12..2025-08-01"),
        ("2025-07-17", "period 14.84 2025-07-17..2025-09-01"),
        ("2025-07-01", "period 10.00 2025-07-01..2025-08-01"),
    ],
)
def test_calendar_months_are_ordered_by_their_days(house, day, row):
    """Ordered before the pro-rata day to the next first, from it on to the one after."""
    shop = house({"start": {"prices": {"1 month": "10"}, "calendar": {}}}, at=day)
    order(shop)
    assert [row] == shop.new()


def test_calendar_months_last_three_months(house):
    """Three months at 30.00 from July 17: 15/31 of ten, and three tens."""
    shop = house({"start": {"prices": {"3 months": "30"}, "calendar": {}}}, at="2025-07-17")
    order(shop, period="3 months")
    # 10 × 15/31 = 4.8387, + 30
    assert ["period 34.84 2025-07-17..2025-11-01"] == shop.new()


def test_calendar_charging_sells_no_days(house):
    """Calendar charging has months for periods: a period in days is refused."""
    shop = house({"start": {"prices": {"10 days": "4"}, "calendar": {}}}, at="2025-07-17")
    refusal = shop.refused("order", client="anna", tariff="start", period="10 days")
    assert refusal.rule.startswith("billmanager.")


def test_a_period_in_days(house):
    """A period of ten days is ten civil days."""
    shop = house({"start": {"prices": {"10 days": "4"}}}, at="2025-07-25")
    order(shop, period="10 days")
    assert ["period 4.00 2025-07-25..2025-08-04"] == shop.new()


def test_the_tariff_end_shortens_an_order(house):
    """4.00 a month ordered Dec 16, the tariff ends Dec 31: 4 × 15/31 = 1.9355."""
    shop = house(
        {"start": {"prices": {"1 month": "4"}, "tariff_end": "2021-12-31"}}, at="2021-12-16"
    )
    order(shop)
    assert ["period 1.94 2021-12-16..2021-12-31"] == shop.new()


def test_resources_are_ordered_with_the_service(shop):
    """A resource above its included amount is a line of its own."""
    disk = {"included": 10, "prices": {"1 month": "0.20"}}
    shop = shop({"resources": {"disk": disk}})
    order(shop, resources={"disk": 15})
    # (15 − 10) × 0.20
    assert ["period 3.10 2025-09-01..2025-10-01", "resource 1.00"] == shop.new()


def test_a_named_domain_is_kept(shop):
    """A domain is made up only where the order names none."""
    shop = shop({"domain_template": "@USERNAME@@ID@.test"})
    order(shop, domain="shop.example.org")
    order(shop)
    assert ["shop.example.org", "anna2.test"] == [s.domain for s in shop.book.services.values()]


def test_a_long_name_is_cut_by_reading(shop):
    """Under ``name_too_long: cut`` a name has its first sixteen characters."""
    shop = shop({"username_template": "seventeen-letters"}, readings={"name_too_long": "cut"})
    order(shop)
    assert ["seventeen-letter"] == list(shop.panel.users)


@pytest.mark.parametrize(
    ("verb", "parameters"),
    [
        ("order", {"client": "nobody", "tariff": "start", "period": "1 month"}),
        ("order", {"client": "anna", "tariff": "none", "period": "1 month"}),
        ("renew", {"service": "7", "period": "1 month"}),
        ("pay", {"client": "nobody", "amount": "1"}),
    ],
    ids=["client", "tariff", "service", "payer"],
)
def test_who_is_not_there_is_a_lookup_error(shop, verb, parameters):
    """An unknown client, tariff or service is a LookupError, and nothing changes."""
    shop = shop()
    before = shop.frozen()
    with pytest.raises(LookupError):
        shop.billing.act(verb, **parameters)
    assert before == shop.frozen()


@pytest.mark.parametrize(
    ("verb", "parameters"),
    [
        ("order", {"client": "anna", "tariff": "start", "period": "monthly"}),
        ("pay", {"client": "anna", "amount": "1e3"}),
        ("renew", {"service": "one", "period": "1 month"}),
    ],
    ids=["period", "amount", "number"],
)
def test_what_cannot_be_read_is_a_value_error(shop, verb, parameters):
    """A parameter that cannot be read is a ValueError, and nothing changes."""
    shop = shop()
    before = shop.frozen()
    with pytest.raises(ValueError, match=r"."):
        shop.billing.act(verb, **parameters)
    assert before == shop.frozen()


@pytest.mark.parametrize("system", ["billmanager", "hostbill"])
def test_an_unknown_act(house, system):
    """An act that the rulebook does not have is an error of its own; waiting is one that it has."""
    shop = house({}, at="2025-09-01", system=system)
    with pytest.raises(UnknownActError, match="dance"):
        shop.billing.act("dance")
    assert {} == shop.do("wait")


def test_amounts_in_a_currency_without_cents(house):
    """In yen a line is posted in whole yen: 310 × 20/31 = 200."""
    tariff = {"prices": {"1 month": "311"}, "calendar": {}}
    shop = house({"start": tariff}, at="2025-07-12", currency="JPY", clients={"anna": "1000"})
    order(shop)
    # 311 × 20/31 = 200.6451…
    assert ["period 201 2025-07-12..2025-08-01"] == shop.new()
    assert "799" == shop.balance()
