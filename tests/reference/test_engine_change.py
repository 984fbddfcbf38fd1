"""Changing the tariff of a running service."""

from __future__ import annotations

import pytest


def tariff(price, change="add funds", **fields):
    """Return a tariff by its monthly price and its policy for changes."""
    return {"prices": {"1 month": price}, "tariff_change": change} | fields


@pytest.fixture
def hosting(house):
    """Have a service of anna's on `start`, ordered on September 1, 2025; it is September 16."""

    def open_hosting(catalogue, *, at="2025-09-16", order=None, ordered="2025-09-01", **options):
        shop = house(catalogue, at=ordered, **options)
        shop.do("order", client="anna", tariff="start", period="1 month", **order or {})
        shop.to(at)
        shop.new()
        return shop

    return open_hosting


def change(shop, **parameters):
    """Change anna's service to `big`."""
    return shop.do("change_tariff", **{"service": "1", "tariff": "big"} | parameters)


@pytest.mark.parametrize(
    ("prices", "readings", "row"),
    [
        # 15 × (20 − 10) ÷ 30, 14 days of it, and back.
        (("10", "20"), {}, ["tariff change 5.00"]),
        (("10", "20"), {"change_day": "old"}, ["tariff change 4.67"]),
        (("20", "10"), {}, ["refund 5.00"]),
        (("10", "10"), {}, []),
    ],
)
def test_funds(hosting, prices, readings, row):
    """The difference for the days left is charged, or refunded; the expiry stays."""
    shop = hosting({"start": tariff(prices[0]), "big": tariff(prices[1])}, readings=readings)
    change(shop)
    assert row == shop.new()
    assert ("big", "2025-10-01") == (shop.service().tariff, shop.expires())
    assert ("change_preset", "user1", "big") == shop.panel.calls[-1]


def test_funds_there_and_back(hosting):
    """Back on the same day, what was charged is refunded."""
    shop = hosting({"start": tariff("10"), "big": tariff("20")})
    change(shop)
    change(shop, tariff="start")
    assert ["tariff change 5.00", "refund 5.00"] == shop.new()


def test_funds_over_two_stretches(hosting):
    """The worked number: renewed Sep 10 to Nov 1, changed Sep 16: 15/30 × 10 + 31/31 × 10."""
    shop = hosting({"start": tariff("10"), "big": tariff("20")}, at="2025-09-10")
    shop.do("renew", service="1", period="1 month")
    shop.to("2025-09-16").new()
    change(shop)
    assert ["tariff change 15.00"] == shop.new()


def test_funds_under_calendar_charging(hosting):
    """The worked number: ordered Sep 17 to Nov 1, changed Sep 20: 11/30 × 10 + 10."""
    catalogue = {"start": tariff("10", calendar={}), "big": tariff("20", calendar={})}
    shop = hosting(catalogue, ordered="2025-09-17", at="2025-09-20")
    change(shop)
    # 3.6667 + 10
    assert ["tariff change 13.67"] == shop.new()


def test_funds_of_a_cut_period(hosting):
    """The worked number: 4.00 a month cut to Dec 16–31, to 8.00 on Dec 21: 10 × 4/31."""
    catalogue = {"start": tariff("4", tariff_end="2021-12-31"), "big": tariff("8")}
    shop = hosting(catalogue, ordered="2021-12-16", at="2021-12-21")
    change(shop)
    # 1.2903
    assert ["tariff change 1.29"] == shop.new()


def test_the_same_kind_of_purchase(hosting):
    """The first period is priced by order prices, a renewed one by renewal prices."""
    catalogue = {
        "start": tariff("10", renewal_prices={"1 month": "8"}),
        "big": tariff("20", renewal_prices={"1 month": "14"}),
    }
    shop = hosting(catalogue)
    change(shop)
    # Sep 16: 15 × (20 − 10) ÷ 30.
    assert ["tariff change 5.00"] == shop.new()
    shop = hosting(catalogue)
    shop.do("renew", service="1", period="1 month")
    shop.to("2025-10-16").new()
    change(shop)
    # Oct 16: 16 × (14 − 8) ÷ 31 = 3.0968.
    assert ["tariff change 3.10"] == shop.new()


def test_a_resource_ordered_in_parts_is_changed_once(hosting):
    """A resource bought twice is priced by its units, not by all of them each time."""
    disk = {"disk": {"prices": {"1 month": "1.00"}}}
    catalogue = {"start": tariff("10", resources=disk), "big": tariff("10", resources=disk)}
    shop = hosting(catalogue, at="2025-09-01")
    for amount in (2, 3):
        shop.do("order_resource", service="1", resource="disk", amount=amount)
    shop.to("2025-09-16").new()
    change(shop)
    # The same prices for tariff and resource: nothing to pay.
    assert [] == shop.new()


def test_a_resource_that_the_new_tariff_lacks_does_not_break_its_renewal(hosting):
    """After a change to a tariff without the resource the service renews."""
    databases = {"databases": {"prices": {"1 month": "3.00"}}}
    shop = hosting(
        {"start": tariff("10", resources=databases), "big": tariff("20")},
        order={"resources": {"databases": 1}, "auto_renewal": True},
    )
    change(shop)
    # 15/30 × (20 − 10 − 3)
    assert ["tariff change 3.50"] == shop.new()
    shop.to("2025-10-01")
    assert ["period 20.00 2025-10-01..2025-11-01"] == shop.new()


@pytest.mark.parametrize(
    ("prices", "reading", "expires"),
    [
        (("10", "20"), "down", "2025-09-23"),
        (("10", "20"), "nearest", "2025-09-24"),
        (("10", "20"), "exact", "2025-09-23 12:00"),
        (("20", "10"), "down", "2025-10-16"),
    ],
)
def test_the_period_changes(hosting, prices, reading, expires):
    """No money moves: what is left lasts shorter or longer at the new day price."""
    shop = hosting(
        {"start": tariff(prices[0], "change period"), "big": tariff(prices[1])},
        readings={"change_period_rounding": reading},
    )
    change(shop)
    assert ([], "big", expires) == (shop.new(), shop.service().tariff, shop.expires())
    shop.to("2025-09-20")
    assert "active" == shop.service().status
    shop.to(f"{expires}")
    assert "suspended" == shop.service().status


def test_a_recalculated_service_renews_from_its_new_expiry(hosting):
    """A renewal before the new expiry is plain and keeps the day of the change."""
    shop = hosting({"start": tariff("20", "change period"), "big": tariff("10")}, may_overlap=True)
    change(shop)
    shop.do("renew", service="1", period="1 month")
    # Oct 16 and a month, anchored on the 16th, the day of the change.
    assert (["period 10.00 2025-10-16..2025-11-16"], "2025-11-16") == (shop.new(), shop.expires())


def test_an_exact_expiry_keeps_its_hour(hosting):
    """An expiry with an hour, renewed plainly, keeps it."""
    shop = hosting(
        {"start": tariff("10", "change period"), "big": tariff("20")},
        readings={"change_period_rounding": "exact"},
        may_overlap=True,
    )
    change(shop)
    shop.do("renew", service="1", period="1 month")
    assert shop.expires().endswith(" 12:00")


def test_a_recalculated_period_by_renewal_prices(hosting):
    """A renewed service with a resource is recalculated by the renewal price of the new tariff."""
    disk = {"disk": {"prices": {"1 month": "0"}}}
    shop = hosting(
        {
            "start": tariff("10", "change period", resources=disk, resource_order="full price"),
            "big": tariff("40", renewal_prices={"1 month": "20"}, resources=disk),
        },
        may_overlap=True,
    )
    shop.to("2025-09-30").do("renew", service="1", period="1 month")
    shop.to("2025-10-16")
    shop.do("order_resource", service="1", resource="disk", amount=1)
    change(shop)
    # 16 days left of October at 10 ÷ 31 are worth 16 × 10/20 = 8 days at 20 ÷ 31 (Oct 16–Nov 16).
    assert "2025-10-24" == shop.expires()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (tariff("0", "change period"), tariff("10"), "billmanager.change.free"),
        (tariff("10", "change period"), tariff("0"), "billmanager.change.free"),
        (tariff("10", "change period"), tariff("1000"), "billmanager.change.period"),
        (
            tariff("10", "change period"),
            {"prices": {"1 year": "100"}},
            "billmanager.order.price",
        ),
        (tariff("10"), {"prices": {"1 year": "100"}}, "billmanager.order.price"),
        (
            tariff("10", "extra charge only"),
            {"prices": {"1 year": "100"}},
            "billmanager.order.price",
        ),
        (
            tariff("10", {"full payment": "current date"}),
            {"prices": {"1 year": "100"}},
            "billmanager.order.price",
        ),
        (tariff("10", "forbidden"), tariff("20"), "billmanager.change.forbidden"),
        (tariff("10"), tariff("20", enabled=False), "billmanager.tariff.enabled"),
        (tariff("10"), tariff("500"), "billmanager.change.funds"),
        (
            tariff("10", "extra charge only"),
            tariff("500"),
            "billmanager.change.extra-charge-only",
        ),
        (
            tariff("10", {"full payment": "current date"}),
            tariff("500"),
            "billmanager.change.full-payment",
        ),
    ],
    ids=str,
)
def test_a_change_that_is_refused_changes_nothing(hosting, old, new, rule):
    """A change is refused by its rule, with the books and the panel as they were."""
    shop = hosting({"start": old, "big": new})
    assert rule == shop.refused("change_tariff", service="1", tariff="big").rule


@pytest.mark.parametrize(
    ("at", "refused"),
    # The day of the change is the old tariff's: from September 20 on the new one has no day.
    [("2025-09-18", False), ("2025-09-19", True)],
)
def test_the_new_days_begin_before_the_tariff_ends(hosting, at, refused):
    """A change of the period whose first day is the end of the new tariff is refused."""
    shop = hosting(
        {"start": tariff("10", "change period"), "big": tariff("20", tariff_end="2025-09-20")},
        at=at,
        readings={"change_day": "old"},
    )
    if refused:
        refusal = shop.refused("change_tariff", service="1", tariff="big")
        assert "billmanager.order.tariff-end" == refusal.rule
    else:
        change(shop)
        assert "2025-09-20" == shop.expires()


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_only_active_services_change(hosting, status):
    """A service that is not active does not change its tariff."""
    shop = hosting({"start": tariff("10"), "big": tariff("20")})
    shop.do("suspend" if status == "suspended" else "delete", service="1", by="staff")
    refusal = shop.refused("change_tariff", service="1", tariff="big")
    assert "billmanager.lifecycle.status" == refusal.rule


def test_extra_charge_only_upgrade(hosting):
    """An upgrade costs the difference for the days left."""
    shop = hosting({"start": tariff("10", "extra charge only"), "big": tariff("20")})
    change(shop)
    assert (["tariff change 5.00"], "big") == (shop.new(), shop.service().tariff)


def test_extra_charge_only_downgrade_and_back(hosting):
    """A downgrade gives nothing back, and the way back before expiry costs nothing."""
    policy = "extra charge only"
    shop = hosting(
        {"start": tariff("20", policy), "small": tariff("10", policy), "big": tariff("30")}
    )
    change(shop, tariff="small")
    assert ([], "small") == (shop.new(), shop.service().tariff)
    change(shop, tariff="start")
    assert ([], "start") == (shop.new(), shop.service().tariff)
    change(shop, tariff="small")
    shop.to("2025-09-21")
    change(shop)
    # What was paid for is still 20: 10 days × (30 − 20) ÷ 30 = 3.3333.
    assert ["tariff change 3.33"] == shop.new()


KEEP = {"downgrade_extra_charge_only": "keep_until_expiry"}


@pytest.fixture
def kept(hosting):
    """Have a downgrade from 20.00 to 10.00 that waits for October 1."""

    def open_kept(**options):
        policy = "extra charge only"
        catalogue = {
            "start": tariff("20", policy),
            "small": tariff("10", policy),
            "big": tariff("30", policy),
        }
        shop = hosting(catalogue, readings=KEEP, **options)
        change(shop, tariff="small")
        return shop

    return open_kept


def test_a_downgrade_waits_for_the_expiry(kept):
    """Under ``keep_until_expiry`` the old tariff stays until expiry, the new one starts then."""
    shop = kept(order={"auto_renewal": True})
    assert "start" == shop.service().tariff
    shop.to("2025-09-30")
    assert ("start", "start") == (shop.service().tariff, shop.panel.users["user1"][0])
    shop.to("2025-10-01")
    assert ["period 10.00 2025-10-01..2025-11-01"] == shop.new()
    assert ("small", "small") == (shop.service().tariff, shop.panel.users["user1"][0])


def test_a_downgrade_waits_also_when_renewed_early(kept):
    """Renewed before its expiry, the service has the old tariff until then."""
    shop = kept()
    shop.do("renew", service="1", period="1 month")
    assert ["period 10.00 2025-10-01..2025-11-01"] == shop.new()
    assert ("start", "start") == (shop.service().tariff, shop.panel.users["user1"][0])
    shop.to("2025-10-01")
    assert ("small", "small") == (shop.service().tariff, shop.panel.users["user1"][0])


def test_a_downgrade_renewed_late(kept):
    """Renewed after its expiry, the service and its user have the new tariff."""
    shop = kept()
    shop.to("2025-10-05").do("renew", service="1", period="1 month")
    assert ("small", "small") == (shop.service().tariff, shop.panel.users["user1"][0])


def test_a_downgrade_of_a_deleted_service_asks_nothing(kept):
    """A service that is deleted before its expiry is not changed on the panel."""
    shop = kept()
    shop.do("delete", service="1", by="staff")
    shop.to("2025-10-02")
    assert "delete" == shop.panel.calls[-1][0]


def test_a_period_to_renew_by_is_that_of_the_downgrade(kept):
    """What is renewed is the tariff that waits: a period that it does not sell is refused."""
    shop = kept()
    shop.do("set_tariff", tariff="start", prices={"1 month": "20", "3 months": "60"})
    refusal = shop.refused("set_auto_renewal", service="1", period="3 months")
    assert "billmanager.order.price" == refusal.rule
    shop.do("set_tariff", tariff="small", prices={"1 month": "10", "1 year": "60"})
    shop.do("set_auto_renewal", service="1", period="1 year")
    shop.to("2025-10-01")
    assert ["period 60.00 2025-10-01..2026-10-01"] == shop.new()


def test_an_upgrade_replaces_a_downgrade_that_waits(kept):
    """An upgrade after the downgrade is what the service renews as."""
    shop = kept(order={"auto_renewal": True})
    change(shop)
    shop.to("2025-10-01")
    # 15 days × (30 − 20) ÷ 30
    assert ["tariff change 5.00", "period 30.00 2025-10-01..2025-11-01"] == shop.new()
    assert ("big", "big") == (shop.service().tariff, shop.panel.users["user1"][0])


@pytest.mark.parametrize(
    ("renew_from", "expires"),
    [("current date", "2025-10-16"), ("service expiration date", "2025-11-01")],
)
def test_full_payment(hosting, renew_from, expires):
    """The whole price is paid, for a period from today or from the expiry."""
    shop = hosting(
        {
            "start": tariff("10", {"full payment": renew_from}),
            "big": tariff("20", setup_fee="5"),
        },
        may_overlap=True,
    )
    change(shop)
    starts = "2025-09-16" if renew_from == "current date" else "2025-10-01"
    assert [f"period 20.00 {starts}..{expires}"] == shop.new()
    assert ("big", expires) == (shop.service().tariff, shop.expires())


def test_full_payment_for_another_period(hosting):
    """Any period that the new tariff sells can be bought."""
    shop = hosting(
        {
            "start": tariff("10", {"full payment": "current date"}),
            "big": {"prices": {"1 year": "60"}},
        },
        may_overlap=True,
    )
    change(shop, period="1 year")
    assert ["period 60.00 2025-09-16..2026-09-16"] == shop.new()


def test_full_payment_with_a_resource(hosting):
    """The resources that a service has are paid with the period."""
    disk = {"disk": {"prices": {"1 month": "3.00"}}}
    shop = hosting(
        {
            "start": tariff("10", {"full payment": "current date"}, resources=disk),
            "big": tariff("20", resources=disk),
        },
        order={"resources": {"disk": 2}},
        may_overlap=True,
    )
    change(shop)
    assert ["period 20.00 2025-09-16..2025-10-16", "resource 6.00"] == shop.new()


def test_full_payment_with_a_resource_that_is_not_sold(hosting):
    """A resource that the new tariff does not have does not break the change."""
    databases = {"databases": {"prices": {"1 month": "3.00"}}}
    shop = hosting(
        {
            "start": tariff("10", {"full payment": "current date"}, resources=databases),
            "big": tariff("20"),
        },
        order={"resources": {"databases": 2}},
        may_overlap=True,
    )
    change(shop)
    assert ["period 20.00 2025-09-16..2025-10-16"] == shop.new()


def test_full_payment_under_calendar_charging(hosting):
    """A calendar tariff is bought by calendar months: 15 of September's 30 days, and October."""
    shop = hosting(
        {
            "start": tariff("10", {"full payment": "current date"}),
            "big": tariff("20", calendar={}),
        },
        may_overlap=True,
    )
    change(shop)
    assert ["period 30.00 2025-09-16..2025-11-01"] == shop.new()


@pytest.mark.parametrize(
    "policy",
    ["add funds", "change period", "extra charge only", {"full payment": "current date"}],
    ids=str,
)
@pytest.mark.parametrize("new", [{"daily": {"price": "0.2"}}, tariff("20")], ids=["day", "period"])
def test_a_daily_service_changes_or_is_refused(hosting, policy, new):
    """A change of a service under daily charging works out or is refused, and time goes on."""
    shop = hosting(
        {"start": {"daily": {"price": "0.1"}, "tariff_change": policy}, "big": new},
        may_overlap=True,
    )
    shop.billing.act("change_tariff", service="1", tariff="big")
    shop.to("2025-09-18")
    assert {"start", "big"} >= {shop.service().tariff, shop.panel.users["user1"][0]}
    assert shop.service().tariff == shop.panel.users["user1"][0]


@pytest.mark.parametrize(
    ("policy", "new", "rule"),
    [
        ("forbidden", {"daily": {"price": "0.2"}}, "billmanager.change.forbidden"),
        ("add funds", tariff("20"), "billmanager.charge.daily"),
    ],
    ids=["forbidden", "period"],
)
def test_a_daily_change_that_is_refused(hosting, policy, new, rule):
    """Where changes are forbidden, or between days and periods, a daily service stays as it is."""
    shop = hosting({"start": {"daily": {"price": "0.1"}, "tariff_change": policy}, "big": new})
    assert rule == shop.refused("change_tariff", service="1", tariff="big").rule


def test_the_next_day_costs_the_new_price(hosting):
    """Changed to another price a day, the days after the change cost that."""
    shop = hosting({"start": {"daily": {"price": "0.1"}}, "big": {"daily": {"price": "0.2"}}})
    change(shop)
    assert [] == shop.new()
    shop.to("2025-09-17")
    assert ["daily 0.20 2025-09-17..2025-09-18"] == shop.new()


@pytest.mark.parametrize("policy", ["add funds", "extra charge only", "change period"])
def test_a_change_while_a_service_runs_unpaid(hosting, policy):
    """On the weekend after its expiry no days are left: nothing is charged, or it is refused."""
    shop = hosting(
        {"start": tariff("10", policy, weekend="do not suspend"), "big": tariff("20")},
        ordered="2025-08-06",
        at="2025-09-07 12:00",
    )
    shop.billing.act("change_tariff", service="1", tariff="big")
    assert [] == shop.new()


def test_a_debtor_may_downgrade(hosting):
    """A change that gives money back is not refused for a balance below zero."""
    shop = hosting({"start": tariff("20"), "big": tariff("10")}, clients={"anna": "20"})
    shop.book.clients["anna"].balance -= shop.book.clients["anna"].balance.of("1", "USD")
    answer = shop.billing.act("change_tariff", service="1", tariff="big")
    assert {} == answer
