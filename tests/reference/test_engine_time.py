"""A jump through time, daily steps and any other split of it give the same."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prorata.reference.clock import BackwardsError

DISK = {"disk": {"included": 1, "prices": {"1 month": "3.00", "3 months": "8.00"}}}
CATALOGUE = {
    "month": {
        "prices": {"1 month": "3.10", "3 months": "9.00"},
        "renewal_prices": {"1 month": "2.90"},
        "late_renewal_fee": {"percent": "50"},
        "weekend": "do not suspend",
        "auto_deletion": 20,
        "resources": DISK,
        "resource_cancel": "refund",
        "template": "small",
    },
    "big": {"prices": {"1 month": "7.00", "3 months": "20.00"}, "tariff_change": "change period"},
    "day": {"daily": {"price": "0.1", "by_order_period": True}, "auto_deletion": 5},
    "calendar": {"prices": {"1 month": "10"}, "calendar": {}, "late_renewal_fee": {"fixed": "1"}},
}
# Days from the first, hours, act, parameters; the panel is down for the hours named.
HISTORY = (
    (
        0,
        9,
        "order",
        {"client": "anna", "tariff": "month", "period": "1 month", "auto_renewal": True},
    ),
    (0, 10, "order", {"client": "anna", "tariff": "day", "period": "1 month"}),
    (1, 8, "order", {"client": "ben", "tariff": "month", "period": "3 months"}),
    (2, 12, "down", {}),
    (2, 13, "order", {"client": "ben", "tariff": "calendar", "period": "1 month"}),
    (3, 7, "up", {}),
    (9, 15, "order_resource", {"service": "1", "resource": "disk", "amount": 2}),
    (20, 0, "change_tariff", {"service": "3", "tariff": "big"}),
    (40, 6, "suspend", {"service": "1", "by": "staff"}),
    (41, 6, "resume", {"service": "1", "by": "staff"}),
    (45, 6, "cancel_resource", {"service": "1", "resource": "disk"}),
    (50, 11, "renew", {"service": "4", "period": "1 month"}),
    (60, 0, "pay", {"client": "anna", "amount": "5.00"}),
    (75, 11, "renew", {"service": "1", "period": "1 month"}),
    (80, 5, "change_tariff", {"service": "1", "tariff": "big"}),
    (140, 0, "wait", {}),
)
STOPS = st.lists(st.integers(0, 140 * 24 * 60), max_size=25)


def played(house, stops, *, timezone, readings=None):
    """Play the history, stopping also at `stops`, in minutes; return all that can be seen."""
    clients = {"anna": "22.00", "ben": "60.00"}
    shop = house(
        CATALOGUE,
        at="2025-02-26",
        timezone=timezone,
        clients=clients,
        readings=readings,
        may_overlap=True,
    )
    start = shop.clock.now()
    moments = [(start + timedelta(minutes=stop), "stop", {}) for stop in stops]
    moments += [
        (start + timedelta(days=days, hours=hours), verb, parameters)
        for days, hours, verb, parameters in HISTORY
    ]
    answers = []
    for when, verb, parameters in sorted(moments, key=lambda moment: moment[0]):
        shop.billing.advance_to(when)
        if verb in {"down", "up"}:
            shop.panel.down = verb == "down"
        elif verb != "stop":
            answers.append(shop.billing.act(verb, **parameters))
            if verb == "pay":
                shop.received[parameters["client"]] += Fraction(parameters["amount"])
            shop.check()
    lines = [
        (str(line.at), row) for line, row in zip(shop.billing.ledger, shop.rows(), strict=True)
    ]
    return answers, lines, shop.panel.calls, shop.book, shop.billing.next_due()


@pytest.fixture(scope="module")
def one_jump(house):
    """Play the history without a stop on the way, once for a zone and its readings."""
    seen = {}

    def jump(timezone, readings):
        key = timezone, tuple(readings.items())
        if key not in seen:
            seen[key] = played(house, [], timezone=timezone, readings=readings)
        return seen[key]

    return jump


READINGS = (
    {},
    {"auto_retry": "daily", "weekend_end": "next_charge"},
    {"change_period_rounding": "exact", "day_count": "elapsed_exact"},
)


def test_the_history_says_something(one_jump):
    """The history posts many kinds of lines, asks the panel, and is refused nothing by accident."""
    _answers, lines, calls, book, _due = one_jump("UTC", READINGS[0])
    kinds = {row.split(" ")[1] for _, row in lines}
    assert {"period", "daily", "resource", "refund", "tariff", "late"} == kinds
    assert {"create", "suspend", "resume", "change_preset"} <= {call[0] for call in calls}
    assert all(operation.status == "done" for operation in book.operations.values())


@settings(max_examples=10)
@given(
    STOPS,
    st.sampled_from(["UTC", "Europe/Berlin", "Africa/Cairo"]),
    st.sampled_from(READINGS),
)
def test_any_split_of_time_gives_the_same(house, one_jump, stops, timezone, readings):
    """Lines, panel calls, books and the next due moment do not depend on the steps."""
    assert one_jump(timezone, readings) == played(
        house, stops, timezone=timezone, readings=readings
    )


@pytest.mark.parametrize("timezone", ["UTC", "Europe/Berlin", "Asia/Beirut"])
@pytest.mark.parametrize("hours", [24, 7])
def test_steps_give_the_same(house, one_jump, timezone, hours):
    """Daily steps, or steps of some hours, give what one jump gives."""
    stops = range(0, 140 * 24 * 60, hours * 60)
    assert one_jump(timezone, {}) == played(house, stops, timezone=timezone, readings={})


def test_the_same_twice(house, one_jump):
    """The same history gives the same, each time."""
    assert one_jump("UTC", {}) == played(house, [], timezone="UTC", readings={})


def test_time_moves_forward_only(house):
    """A billing does not go back, and does nothing when asked to."""
    shop = house(CATALOGUE, at="2025-02-26")
    before = shop.frozen()
    with pytest.raises(BackwardsError):
        shop.billing.advance_to(shop.instant("2025-02-25"))
    assert before == shop.frozen()


def test_the_next_due_moment(house):
    """The next due moment is the expiry that comes first, or none."""
    shop = house(CATALOGUE, at="2025-02-26 12:00")
    assert shop.billing.next_due() is None
    shop.do("order", client="anna", tariff="month", period="1 month")
    shop.do("order", client="anna", tariff="day", period="1 month")
    assert shop.instant("2025-02-27") == shop.billing.next_due()


def test_renewals_come_before_suspensions(house):
    """At one instant renewals come first, in the order of the orders, then suspensions."""
    shop = house({"month": {"prices": {"1 month": "10"}}}, at="2025-09-01")
    shop.do("order", client="anna", tariff="month", period="1 month")
    for _ in range(2):
        shop.do("order", client="anna", tariff="month", period="1 month", auto_renewal=True)
    shop.panel.calls.clear()
    shop.to("2025-10-01")
    renewed = [row[0] for row in shop.rows()[3:]]
    assert (["2", "3"], [("suspend", "user1")]) == (renewed, shop.panel.calls)
