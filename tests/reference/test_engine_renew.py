"""Renewing, expiring and deleting, with BILLmanager's rules."""

from __future__ import annotations

import pytest

START = {"prices": {"1 month": "3.10", "1 year": "36.50"}}


@pytest.fixture
def hosting(house):
    """Have a service of anna's, ordered for a month on August 1, 2025 unless told otherwise."""

    def open_hosting(
        fields=None, *, at="2025-08-01 09:30", period="1 month", order=None, **options
    ):
        shop = house({"start": START | (fields or {})}, at=at, **options)
        shop.do("order", client="anna", tariff="start", period=period, **order or {})
        shop.new()
        return shop

    return open_hosting


def test_a_renewal_before_expiry_is_plain(hosting):
    """Before or at expiry, the new expiry is the old one plus the period."""
    shop = hosting()
    shop.to("2025-08-15 10:00").do("renew", service="1", period="1 month")
    assert ["period 3.10 2025-09-01..2025-10-01"] == shop.new()
    shop.do("renew", service="1", period="1 year")
    assert ["period 36.50 2025-10-01..2026-10-01"] == shop.new()
    assert "2026-10-01" == shop.expires()


def test_a_renewal_on_the_expiry_date_is_plain(hosting):
    """On the date of its expiry a service is suspended already, and its renewal is plain."""
    shop = hosting({"late_renewal_fee": {"fixed": "1.00"}})
    shop.to("2025-09-01 15:00").do("renew", service="1", period="1 month")
    assert ["period 3.10 2025-09-01..2025-10-01"] == shop.new()
    assert ["create", "suspend", "resume"] == [call[0] for call in shop.panel.calls]


@pytest.mark.parametrize(
    ("reading", "expiries"),
    [
        ("anchor", ["2025-02-28", "2025-03-31", "2025-04-30"]),
        ("clamp_and_stay", ["2025-02-28", "2025-03-28", "2025-04-28"]),
        ("overflow", ["2025-03-03", "2025-04-03", "2025-05-03"]),
    ],
)
def test_three_months_from_the_last_of_january(hosting, reading, expiries):
    """A service ordered on January 31 keeps its day as ``month_end`` says."""
    shop = hosting(at="2025-01-31", readings={"month_end": reading}, may_overlap=False)
    found = [shop.expires()]
    for _ in range(2):
        shop.do("renew", service="1", period="1 month")
        found.append(shop.expires())
    assert expiries == found


def test_an_unpaid_service_is_suspended_at_its_expiry(hosting):
    """Nobody renews: at the expiry it is suspended for non-payment, whatever the balance."""
    shop = hosting()
    shop.to("2025-08-31 23:59:59")
    assert "active" == shop.service().status
    shop.to("2025-09-01")
    assert ("suspended", {"non-payment"}) == (shop.service().status, shop.service().suspended_by)
    assert ({"user1"}, []) == (shop.panel.off, shop.new())


@pytest.mark.parametrize(
    ("policy", "rows", "expires"),
    [
        ("none", ["period 3.10 2025-09-05..2025-10-05"], "2025-10-05"),
        (
            {"fixed": "2.50"},
            ["late fee 2.50", "period 3.10 2025-09-05..2025-10-05"],
            "2025-10-05",
        ),
        # The document's example: five days, Sep 1 to 5, at 3.10 ÷ 31, half of it.
        (
            {"percent": "50"},
            ["late fee 0.25", "period 3.10 2025-09-05..2025-10-05"],
            "2025-10-05",
        ),
        ("from suspension", ["period 3.10 2025-09-01..2025-10-01"], "2025-10-01"),
    ],
    ids=str,
)
def test_renewed_late(hosting, policy, rows, expires):
    """Renewed on September 5 after August: by each policy for late renewals."""
    shop = hosting({"late_renewal_fee": policy})
    shop.to("2025-09-05 11:00").do("renew", service="1", period="1 month")
    assert (sorted(rows), expires) == (sorted(shop.new()), shop.expires())
    assert ("active", set()) == (shop.service().status, shop.panel.off)


def test_a_late_renewal_moves_the_day_that_is_kept(hosting):
    """A renewal that moved the period starts a new anchor."""
    shop = hosting(at="2025-07-31")
    shop.to("2025-09-05").do("renew", service="1", period="1 month")
    shop.do("renew", service="1", period="1 month")
    assert "2025-11-05" == shop.expires()


def test_from_suspension_a_month_is_too_short(hosting):
    """A renewal counted from the suspension that has passed already names the periods needed."""
    shop = hosting({"late_renewal_fee": "from suspension"})
    shop.to("2025-10-15")
    refusal = shop.refused("renew", service="1", period="1 month")
    assert "billmanager.renew.from-suspension" == refusal.rule
    assert "2 periods are needed" in refusal.reason


def test_from_suspension_past_the_tariff_end(hosting):
    """Counted from the suspension, a period cut by the tariff's end may not reach the renewal."""
    shop = hosting({"late_renewal_fee": "from suspension", "tariff_end": "2025-09-10"})
    shop.to("2025-09-15")
    refusal = shop.refused("renew", service="1", period="1 month")
    assert "billmanager.renew.from-suspension" == refusal.rule
    assert "the renewed time ends on 2025-09-10, and it is 2025-09-15" == refusal.reason


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        # The worked number: Saturday and Sunday at 0.10 as period, Monday and Tuesday half as fee.
        (
            {"late_renewal_fee": {"percent": "50"}},
            [
                "late fee 0.10",
                "period 0.20 2025-09-06..2025-09-08",
                "period 3.10 2025-09-09..2025-10-09",
            ],
        ),
        (
            {"late_renewal_fee": {"fixed": "1"}},
            [
                "late fee 1.00",
                "period 0.20 2025-09-06..2025-09-08",
                "period 3.10 2025-09-09..2025-10-09",
            ],
        ),
        ({}, ["period 3.10 2025-09-09..2025-10-09"]),
        # From suspension counts from the expiry: its extra days are paid in days.
        ({"late_renewal_fee": "from suspension"}, ["period 3.10 2025-09-06..2025-10-06"]),
    ],
    ids=str,
)
def test_a_weekend_is_run_through(hosting, fields, rows):
    """Expired on Saturday and run on to Monday: the extra days are paid where a penalty is set."""
    shop = hosting({"weekend": "do not suspend"} | fields, at="2025-08-06")
    shop.to("2025-09-07 23:59:59")
    assert "active" == shop.service().status
    shop.to("2025-09-08")
    assert "suspended" == shop.service().status
    shop.to("2025-09-09 08:00").do("renew", service="1", period="1 month")
    assert rows == sorted(shop.new())


def test_renewed_on_the_weekend(hosting):
    """Renewed on Sunday, one day was run unpaid and none is overdue; it was never suspended."""
    shop = hosting(
        {"weekend": "do not suspend", "late_renewal_fee": {"percent": "50"}}, at="2025-08-06"
    )
    shop.to("2025-09-07 08:00").do("renew", service="1", period="1 month")
    assert [
        "period 0.10 2025-09-06..2025-09-07",
        "period 3.10 2025-09-07..2025-10-07",
    ] == shop.new()
    shop.to("2025-09-20")
    assert ["create"] == [call[0] for call in shop.panel.calls]


def test_a_weekend_ends_at_the_daily_charge(hosting):
    """Under ``weekend_end: next_charge`` the service runs to 05:00 on Monday."""
    shop = hosting(
        {"weekend": "do not suspend"}, at="2025-08-06", readings={"weekend_end": "next_charge"}
    )
    shop.to("2025-09-08 04:59:59")
    assert "active" == shop.service().status
    shop.to("2025-09-08 05:00")
    assert "suspended" == shop.service().status


def test_automatic_renewal(hosting):
    """At its expiry a service renews from the balance, and does so again."""
    shop = hosting(order={"auto_renewal": True}, clients={"anna": "10.00"})
    shop.to("2025-11-15")
    rows = ["period 3.10 2025-09-01..2025-10-01", "period 3.10 2025-10-01..2025-11-01"]
    assert rows == shop.new()
    # 10 − 3 × 3.10 = 0.70: the third time there is not enough, and the service is suspended.
    assert ("suspended", "0.70") == (shop.service().status, shop.balance())
    shop.do("pay", client="anna", amount="50.00")
    shop.to("2025-12-15")
    assert ([], "suspended") == (shop.new(), shop.service().status)


def test_automatic_renewal_tries_again_by_reading(hosting):
    """Under ``auto_retry: daily`` it is tried at each midnight until the balance allows."""
    shop = hosting(
        order={"auto_renewal": True}, clients={"anna": "5.00"}, readings={"auto_retry": "daily"}
    )
    shop.to("2025-09-03 10:00")
    assert "suspended" == shop.service().status
    shop.do("pay", client="anna", amount="5.00")
    assert [] == shop.new()
    shop.to("2025-09-04")
    # Late, without a policy: from the renewal on.
    assert ["period 3.10 2025-09-04..2025-10-04"] == shop.new()
    assert "active" == shop.service().status


def test_automatic_renewal_is_turned_on_and_off(hosting):
    """The client turns it on for a period, and off."""
    shop = hosting()
    shop.do("set_auto_renewal", service="1", period="1 year")
    shop.to("2025-09-01")
    assert ["period 36.50 2025-09-01..2026-09-01"] == shop.new()
    shop.do("set_auto_renewal", service="1", period="no")
    shop.to("2026-09-01")
    assert ("suspended", []) == (shop.service().status, shop.new())


def test_renewal_prices(hosting):
    """Renewals use the renewal price of the period, and pay no setup fee."""
    shop = hosting({"renewal_prices": {"1 month": "2.50"}, "setup_fee": "1.00"})
    shop.do("renew", service="1", period="1 month")
    shop.do("renew", service="1", period="1 year")
    rows = ["period 2.50 2025-09-01..2025-10-01", "period 36.50 2025-10-01..2026-10-01"]
    assert rows == shop.new()


def test_resources_are_renewed(hosting):
    """A service's resources are paid with each renewal."""
    disk = {"included": 1, "prices": {"1 month": "0.50"}}
    shop = hosting({"resources": {"disk": disk}}, order={"resources": {"disk": 3}})
    shop.do("renew", service="1", period="1 month")
    # (3 − 1) × 0.50
    assert ["period 3.10 2025-09-01..2025-10-01", "resource 1.00"] == shop.new()


def test_the_tariff_end_shortens_a_renewal(house):
    """The document's example: renewed on Dec 16 for a month, the tariff ends Dec 31: 15 days."""
    tariff = {"prices": {"1 month": "4"}, "tariff_end": "2021-12-31"}
    shop = house({"start": tariff}, at="2021-11-16")
    shop.do("order", client="anna", tariff="start", period="1 month")
    shop.to("2021-12-16 12:00").do("renew", service="1", period="1 month")
    # 4 × 15/31 = 1.9355
    assert "period 1.94 2021-12-16..2021-12-31" == shop.new()[-1]
    refusal = shop.refused("renew", service="1", period="1 month")
    assert "billmanager.order.tariff-end" == refusal.rule


def test_a_calendar_renewal_from_a_first_is_a_whole_month(house):
    """A calendar service renews from first to first at the whole price."""
    shop = house({"start": {"prices": {"1 month": "10"}, "calendar": {}}}, at="2025-07-17")
    shop.do("order", client="anna", tariff="start", period="1 month")
    shop.new()
    shop.do("renew", service="1", period="1 month")
    assert ["period 10.00 2025-09-01..2025-10-01"] == shop.new()


def test_a_calendar_renewal_from_another_day(house):
    """A renewal that does not start on a first is dated and priced as an order."""
    shop = house({"start": {"prices": {"1 month": "10"}, "calendar": {}}}, at="2025-07-17")
    shop.do("order", client="anna", tariff="start", period="1 month")
    shop.new()
    shop.to("2025-09-20").do("renew", service="1", period="1 month")
    # Sep 20 on: 11 of 30 days, and October: 3.6667 + 10.
    assert ["period 13.67 2025-09-20..2025-11-01"] == shop.new()


@pytest.mark.parametrize(
    ("reading", "refused"), [("orders_only", False), ("orders_and_renewals", True)]
)
def test_disabled_periods_and_renewals(house, reading, refused):
    """Whether a disabled period may still be renewed is a reading; it is never ordered."""
    tariff = START | {"disabled_periods": ["1 year"]}
    shop = house({"start": tariff}, at="2025-08-01", readings={"disabled_period": reading})
    shop.do("order", client="anna", tariff="start", period="1 month")
    if refused:
        refusal = shop.refused("renew", service="1", period="1 year")
        assert "billmanager.order.price" == refusal.rule
    else:
        shop.do("renew", service="1", period="1 year")
        assert "2026-09-01" == shop.expires()


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({}, "billmanager.renew.plain"),
        ({"late_renewal_fee": {"percent": "50"}}, "billmanager.renew.plain"),
    ],
    ids=str,
)
def test_a_renewal_that_the_balance_does_not_pay(hosting, fields, rule):
    """A renewal without the money is refused, fee and all, with the amounts named."""
    shop = hosting(fields, clients={"anna": "6.00"})
    shop.to("2025-09-05")
    refusal = shop.refused("renew", service="1", period="1 month")
    assert rule == refusal.rule
    # 6.00 − 3.10 = 2.90
    assert "the balance is 2.90 USD" in refusal.reason


def test_a_period_that_is_not_sold_is_not_renewed(hosting):
    """A period without a price is refused."""
    refusal = hosting().refused("renew", service="1", period="3 months")
    assert "billmanager.order.price" == refusal.rule


@pytest.mark.parametrize("days", [0, 1, 14])
def test_an_unpaid_service_is_deleted(hosting, days):
    """So many days after its expiry, a service suspended for non-payment is deleted."""
    shop = hosting({"auto_deletion": days})
    if days:
        shop.to(f"2025-09-{days:02} 23:59:59")
        assert "suspended" == shop.service().status
    shop.to(f"2025-09-{1 + days:02}")
    assert ("deleted", {}) == (shop.service().status, shop.panel.users)
    refusal = shop.refused("renew", service="1", period="1 month")
    assert "billmanager.lifecycle.status" == refusal.rule


def test_a_renewed_service_is_not_deleted(hosting):
    """A renewal before the deletion prevents it; the next unpaid expiry counts anew."""
    shop = hosting({"auto_deletion": 14})
    shop.to("2025-09-05").do("renew", service="1", period="1 month")
    shop.to("2025-10-18 23:59")
    assert "suspended" == shop.service().status
    # Expired Oct 5; fourteen days later.
    shop.to("2025-10-19")
    assert "deleted" == shop.service().status


def test_an_earlier_expiry_does_not_delete(hosting):
    """A deletion that was due for an expiry since renewed leaves the service alone."""
    shop = hosting({"auto_deletion": 40})
    shop.to("2025-09-05").do("renew", service="1", period="1 month")
    # Expired Sep 1, so the deletion was due on Oct 11; expired again Oct 5, it is on Nov 14.
    shop.to("2025-11-13 23:59")
    assert "suspended" == shop.service().status
    shop.to("2025-11-14")
    assert "deleted" == shop.service().status


def test_a_service_that_ran_over_the_weekend_is_not_deleted_before(hosting):
    """A deletion that falls into the weekend waits for the suspension."""
    shop = hosting({"auto_deletion": 1, "weekend": "do not suspend"}, at="2025-08-06")
    shop.to("2025-09-07 12:00")
    assert "active" == shop.service().status
    shop.to("2025-09-08")
    assert "deleted" == shop.service().status


def test_a_deleted_service_never_comes_back(hosting):
    """What was deleted is neither suspended nor renewed at its expiry."""
    shop = hosting(order={"auto_renewal": True})
    shop.do("delete", service="1", by="staff")
    shop.to("2025-12-01")
    assert ([], "deleted") == (shop.new(), shop.service().status)
    assert ["create", "delete"] == [call[0] for call in shop.panel.calls]


@pytest.mark.parametrize(
    ("timezone", "ordered", "expires"),
    [
        ("Africa/Cairo", "2025-03-25 12:00", "2025-04-24 22:00+00:00"),
        ("America/Havana", "2025-10-02 12:00", "2025-11-02 04:00+00:00"),
        ("Asia/Beirut", "2025-02-28 12:00", "2025-03-27 22:00+00:00"),
        ("Europe/Berlin", "2025-02-28 12:00", "2025-03-27 23:00+00:00"),
    ],
)
@pytest.mark.parametrize("auto_renewal", [True, False])
def test_midnights_that_a_zone_skips_or_has_twice(
    hosting, timezone, ordered, expires, auto_renewal
):
    """A service expires, or renews, at the first instant of its day in its zone."""
    shop = hosting(at=ordered, timezone=timezone, order={"auto_renewal": auto_renewal})
    shop.to(expires)
    assert ("active" if auto_renewal else "suspended") == shop.service().status
    assert (1 if auto_renewal else 0) == len(shop.new())
