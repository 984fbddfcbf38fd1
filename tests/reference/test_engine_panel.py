"""Operations: what the panel did not do is asked again until it is done, once."""

from __future__ import annotations

import pytest

CATALOGUE = {
    "start": {"prices": {"1 month": "10"}, "template": "small"},
    "big": {"prices": {"1 month": "20"}},
}


@pytest.fixture
def shop(house):
    """Sell two tariffs; it is September 1, 2025, 10:00 UTC."""
    return house(CATALOGUE, at="2025-09-01 10:00")


def order(shop):
    """Order `start` for a month."""
    shop.do("order", client="anna", tariff="start", period="1 month")


def actions(shop):
    """Return the names of what the panel was asked."""
    return [call[0] for call in shop.panel.calls]


def running(shop):
    """Return the operations that are not done."""
    return [op for op in shop.book.operations.values() if op.status == "running"]


def test_a_panel_that_answers(shop):
    """What the panel did is done, with one try."""
    order(shop)
    (operation,) = shop.book.operations.values()
    assert ("create", "done", None, 1) == (
        operation.action,
        operation.status,
        operation.error,
        operation.tries,
    )


def test_a_panel_that_is_down_is_asked_less_and_less_often(shop):
    """While the panel is down the service is processing; once it is up, active."""
    shop.panel.down = True
    order(shop)
    assert ("processing", "2025-10-01") == (shop.service().status, shop.expires())
    tried = []
    # Tried at 10:00; again 5, 10, 20, 40 and then every 60 minutes after the last try.
    for due in ("10:05", "10:15", "10:35", "11:15", "12:15", "13:15"):
        hour, minute = map(int, due.split(":"))
        before = f"{hour - (not minute):02}:{(minute - 1) % 60:02}:59"
        shop.to(f"2025-09-01 {before}")
        tried.append(len(actions(shop)))
        shop.to(f"2025-09-01 {due}")
    assert [1, 2, 3, 4, 5, 6] == tried
    assert (7, "create: down") == (len(actions(shop)), running(shop)[0].error)
    shop.panel.down = False
    shop.to("2025-09-01 14:15")
    assert ("active", ["user1"]) == (shop.service().status, list(shop.panel.users))
    shop.to("2025-09-02")
    assert (8, []) == (len(actions(shop)), running(shop))
    # The money moved once.
    assert ["period 10.00 2025-09-01..2025-10-01"] == shop.new()


def test_a_refusal_is_asked_again(shop):
    """What the panel refused is asked again as well, and keeps its error until it is done."""
    shop.panel.refuse("value", "preset", times=2)
    order(shop)
    assert "func: value/preset: no" == running(shop)[0].error
    shop.to("2025-09-01 10:10")
    assert (["create"] * 3, []) == (actions(shop), running(shop))


def test_what_is_refused_five_times_waits_for_staff(shop):
    """Five tries, at 10:00, 10:05 … 10:20; then nothing is asked until staff start it."""
    shop.panel.refuse("value", "preset", times=6)
    order(shop)
    shop.to("2025-09-01 10:19:59")
    assert (4, False) == (len(actions(shop)), running(shop)[0].manual)
    shop.to("2025-09-02")
    assert (5, True) == (len(actions(shop)), running(shop)[0].manual)
    (operation,) = running(shop)
    shop.billing.start_operation(operation.number)
    # Refused once more, it waits for staff again; started again, it is done.
    assert (6, True) == (len(actions(shop)), operation.manual)
    shop.to("2025-09-03")
    shop.billing.start_operation(operation.number)
    assert (7, "done", "active") == (len(actions(shop)), operation.status, shop.service().status)


def test_what_staff_start_is_tried_again_after_that(shop):
    """Unanswered at 10:00, 10:05, 10:15 and, by staff, 10:20: again 40 minutes after the last."""
    shop.panel.down = True
    order(shop)
    shop.to("2025-09-01 10:20")
    assert 3 == len(actions(shop))
    shop.billing.start_operation(running(shop)[0].number)
    shop.to("2025-09-01 10:59:59")
    assert 4 == len(actions(shop))
    shop.to("2025-09-01 11:59:59")
    assert 5 == len(actions(shop))
    shop.to("2025-09-01 12:00")
    assert 6 == len(actions(shop))


def test_an_answer_after_silence_is_counted_as_one(shop):
    """Silence does not count as a refusal, and after a refusal the silence is counted anew."""
    shop.panel.fail(may_have_happened=False, times=2)
    shop.panel.refuse("value", "preset")
    shop.panel.fail(may_have_happened=False)
    order(shop)
    # Unanswered at 10:00 and 10:05, refused at 10:15, unanswered at 10:20, done at 10:25.
    shop.to("2025-09-01 10:24:59")
    assert (4, "processing") == (len(actions(shop)), shop.service().status)
    shop.to("2025-09-01 10:25")
    assert (5, "active") == (len(actions(shop)), shop.service().status)


@pytest.mark.parametrize(
    ("done", "calls"),
    # The user is there: nothing is made a second time. It is not: it is made.
    [(True, ["create", "exists"]), (False, ["create", "exists", "create"])],
)
def test_what_may_have_happened_is_looked_at_first(shop, done, calls):
    """After an answer that was lost, the panel is asked for the user before another is made."""
    shop.panel.fail(done=done, may_have_happened=True)
    order(shop)
    assert "processing" == shop.service().status
    shop.to("2025-09-01 10:05")
    assert (calls, "active") == (actions(shop), shop.service().status)
    assert ["user1"] == list(shop.panel.users)


def test_a_look_that_fails_is_no_answer(shop):
    """Where the look fails too, it is repeated."""
    shop.panel.fail(times=2, done=True)
    order(shop)
    # At 10:00, 10:05 and 10:15.
    shop.to("2025-09-01 10:15")
    assert ["create", "exists", "exists"] == actions(shop)


def test_doubt_stays(shop):
    """A try that certainly did not reach the panel does not settle what an earlier one did."""
    shop.panel.fail(done=True)
    shop.panel.fail(may_have_happened=False)
    order(shop)
    shop.to("2025-09-01 10:15")
    assert ["create", "exists", "exists"] == actions(shop)
    assert "active" == shop.service().status


@pytest.mark.parametrize("verb", ["suspend", "resume", "delete"])
@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer_is_made_good(shop, verb, done):
    """Whether or not the lost request was carried out, in the end the panel has it, once."""
    order(shop)
    if verb == "resume":
        shop.do("suspend", service="1", by="staff")
    shop.panel.fail(done=done, may_have_happened=True)
    shop.do(verb, service="1", by="staff")
    shop.to("2025-09-01 12:00")
    assert [] == running(shop)
    assert ({"user1"} if verb == "suspend" else set()) == shop.panel.off
    assert (verb == "delete") == ("user1" not in shop.panel.users)


def test_a_domain_that_is_taken(shop):
    """A service whose domain is somebody's already is made without it."""
    shop.panel.refuse("exists", "name")
    order(shop)
    assert {"user1": ("small", None)} == shop.panel.users
    assert ("active", []) == (shop.service().status, running(shop))


def test_operations_keep_their_order(shop):
    """A later wish waits for an earlier one: resumed while the suspension hangs, the user is on."""
    order(shop)
    shop.panel.fail()
    shop.do("suspend", service="1", by="staff")
    shop.to("2025-09-01 10:02").do("resume", service="1", by="staff")
    shop.to("2025-09-01 10:30")
    assert ("active", set(), []) == (shop.service().status, shop.panel.off, running(shop))


def test_a_service_deleted_before_it_was_made(shop):
    """A service that is deleted while its creation hangs leaves no user behind."""
    shop.panel.fail()
    order(shop)
    shop.to("2025-09-01 10:02").do("delete", service="1", by="staff")
    shop.to("2025-09-01 10:30")
    assert ("deleted", {}, []) == (shop.service().status, shop.panel.users, running(shop))


def test_what_was_never_made_is_not_renewed(house):
    """At its expiry a service that hangs stays as it is; made later, it is renewed from there."""
    shop = house(CATALOGUE, at="2025-09-01 10:00")
    shop.panel.down = True
    shop.do("order", client="anna", tariff="start", period="1 month", auto_renewal=True)
    shop.new()
    shop.to("2025-10-03 10:00")
    assert ("processing", "2025-10-01", []) == (shop.service().status, shop.expires(), shop.new())
    rule = shop.refused("renew", service="1", period="1 month").rule
    assert "billmanager.lifecycle.status" == rule
    shop.panel.down = False
    # Tried at 10:00, 10:05, 10:15, 10:35 and 11:15 of September 1, then hourly at a quarter past.
    shop.to("2025-10-03 10:15")
    assert ("active", "2025-11-01") == (shop.service().status, shop.expires())
    assert ["period 10.00 2025-10-01..2025-11-01"] == shop.new()


def test_an_unpaid_service_that_was_never_made(shop):
    """Made after its expiry, a service that nobody renews is suspended at once."""
    shop.panel.down = True
    order(shop)
    shop.to("2025-10-01 10:00")
    assert ("processing", set()) == (shop.service().status, shop.service().suspended_by)
    shop.panel.down = False
    shop.to("2025-10-01 10:15")
    assert ("suspended", {"user1"}, []) == (shop.service().status, shop.panel.off, running(shop))
    assert ("2025-10-01", {"non-payment"}) == (shop.expires(), shop.service().suspended_by)


def test_made_more_than_a_period_late(house):
    """It is renewed from its expiry again and again, until its time reaches past the day."""
    shop = house(CATALOGUE, at="2025-09-01 10:00")
    shop.panel.down = True
    shop.do("order", client="anna", tariff="start", period="1 month", auto_renewal=True)
    shop.new()
    shop.to("2025-11-05 10:00")
    shop.panel.down = False
    shop.to("2025-11-05 10:15")
    # A month from October 1 is over on November 1.
    assert ("active", "2025-12-01") == (shop.service().status, shop.expires())
    assert set() == shop.panel.off
    assert ["2025-10-01..2025-11-01", "2025-11-01..2025-12-01"] == [
        row.split()[-1] for row in shop.new()
    ]


def test_a_service_charged_by_day_that_was_never_made(house):
    """No day is charged until there is a user; the day on which it is made is charged then."""
    shop = house({"day": {"daily": {"price": "0.10"}}}, at="2025-09-01 10:00")
    shop.panel.down = True
    shop.do("order", client="anna", tariff="day", period="1 month")
    assert ["daily 0.10 2025-09-01..2025-09-02"] == shop.new()
    shop.to("2025-09-03 10:00")
    assert ("processing", []) == (shop.service().status, shop.new())
    shop.panel.down = False
    shop.to("2025-09-03 10:15")
    assert ["daily 0.10 2025-09-03..2025-09-04"] == shop.new()
    assert ("active", "2025-09-04") == (shop.service().status, shop.expires())


def test_an_operation_waits_for_the_one_before(shop):
    """However many operations of a service hang, the first is asked and the others wait."""
    order(shop)
    shop.panel.down = True
    shop.do("suspend", service="1", by="staff")
    shop.to("2025-09-01 10:02").do("resume", service="1", by="staff")
    shop.panel.calls.clear()
    shop.to("2025-09-01 12:14:59")
    # The first is asked at 10:05, 10:15, 10:35 and 11:15; the second waits for it.
    assert ["suspend"] * 4 == actions(shop)


def test_services_do_not_wait_for_one_another(shop):
    """What hangs for one service does not hold up another."""
    shop.panel.fail(times=2)
    order(shop)
    order(shop)
    order(shop)
    assert ["processing", "processing", "active"] == [
        service.status for service in shop.book.services.values()
    ]
    shop.to("2025-09-01 10:05")
    assert ["user1", "user2", "user3"] == sorted(shop.panel.users)
