"""Playing: how time goes, what may be due, which invoice is paid, and what a trace tells."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.protocol import RefusedAct, Result, Settled
from prorata.harness.running.endings import LostError
from prorata.harness.running.play import play
from prorata.harness.running.player import Watch
from prorata.harness.running.runner import judge_all

BERLIN_MIDNIGHT = timedelta(hours=22)  # in summer, UTC on the day before


def clocks(near: Any) -> list[datetime]:
    """Return the instants to which a billing was told to go, each once."""
    return list(
        dict.fromkeys(each.to.astimezone(UTC) for each in near.asked if each.type == "clock")
    )


def told(judged: Any, answer: Any) -> tuple[str, str, str]:
    """Judge a billing whose answers to `clock` come from a function; say whose fault what is."""

    def alter(request: Any, honest: Any) -> Any:
        return Result(answer(request, honest.body)) if request.type == "clock" else honest

    verdict = judged(alter=alter)
    return verdict.verdict, verdict.fault, verdict.reason


def test_time_goes_from_due_moment_to_due_moment(bench: Any, written: Any, late: str) -> None:
    """The reference says what is due next: the expiry, at midnight in Berlin, and no more."""
    near = bench()
    assert next(judge_all([written(late)], near, near.panels)).verdict == "pass"
    # 2025-08-01 09:00, 2025-09-01 00:00 and 2025-09-05 12:00 in Berlin, two hours ahead of UTC.
    expected = [
        datetime(2025, 8, 1, 7, tzinfo=UTC),
        datetime(2025, 8, 31, 22, tzinfo=UTC),
        datetime(2025, 9, 5, 10, tzinfo=UTC),
    ]
    assert expected == clocks(near)


TWICE = """\
title: The second half past two of the night in which clocks go back
rules: [billmanager.order.price]
source: ours
given:
  system: billmanager
  timezone: Europe/Berlin
  tariffs: {start: {prices: {1 month: "3.10"}}}
  clients: {anna: {balance: "10.00"}}
timeline:
  - at: 2025-10-26 02:30:00 +02:00
    order: {as: site, client: anna, tariff: start, period: 1 month}
    expect: {balance: {anna: "6.90"}}
  - at: 2025-10-26 02:30:00 +01:00
    wait: {}
"""


def test_an_hour_that_comes_twice_is_played_twice(bench: Any, written: Any) -> None:
    """A step in the second of two equal hours is an hour after the same time in the first."""
    near = bench()
    assert next(judge_all([written(TWICE)], near, near.panels)).verdict == "pass"
    expected = [datetime(2025, 10, 26, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    assert expected == clocks(near)


def test_without_next_time_goes_by_every_civil_midnight(
    bench: Any,
    written: Any,
    late: str,
    on: Any,
) -> None:
    """Who does not say what is due next is stepped through every midnight of the zone."""
    near = bench(alter=on("clock", lambda _: Settled(settled=True)))
    assert next(judge_all([written(late)], near, near.panels)).verdict == "pass"
    first = datetime(2025, 8, 1, tzinfo=UTC) + BERLIN_MIDNIGHT
    # Midnights from Aug 2 to Sep 5 in Berlin: 30 in August and 5 in September.
    midnights = [first + timedelta(days=day) for day in range(35)]
    assert [
        datetime(2025, 8, 1, 7, tzinfo=UTC),
        *midnights,
        datetime(2025, 9, 5, 10, tzinfo=UTC),
    ] == clocks(near)


def test_a_billing_may_need_several_messages_to_settle(judged: Any) -> None:
    """settled: false is asked again at the same instant."""
    left = {}

    def slowly(request: Any, honest: Settled) -> Settled:
        left[request.to] = left.get(request.to, 3) - 1
        return honest if left[request.to] <= 0 else Settled(settled=False)

    assert told(judged, slowly)[0] == "pass"


def test_a_billing_that_never_settles_is_at_fault(judged: Any) -> None:
    """A hundred times is enough."""
    assert ("error", "implementation",
            "has not settled at 2025-08-01T09:00:00+02:00 after 100 times") == told(
        judged, lambda *_: Settled(settled=False),
    )  # fmt: skip


def test_a_billing_that_is_never_done_is_at_fault(judged: Any) -> None:
    """Something due now, though everything due by now has been done."""
    verdict, fault, reason = told(judged, lambda request, _: Settled(settled=True, next=request.to))
    assert ("error", "implementation") == (verdict, fault)
    assert reason.startswith("is never done at 2025-08-01T09:00:00+02:00: something stays due at")


def test_next_may_not_go_backwards(judged: Any) -> None:
    """At the expiry, what is due next lies before it."""
    expiry = datetime(2025, 8, 31, 22, tzinfo=UTC)

    def backwards(request: Any, honest: Settled) -> Settled:
        if request.to.astimezone(UTC) < expiry:
            return honest
        return Settled(settled=True, next=expiry - timedelta(days=1))

    assert (
        "error",
        "adapter",
        "says at 2025-08-31T22:00:00+00:00 that the next due moment is 2025-08-30T22:00:00+00:00",
    ) == told(judged, backwards)


def test_something_due_again_and_again_ends_as_the_fault_of_the_billing(judged: Any) -> None:
    """A second later, for ever: two thousand times within a day is enough."""

    def again(request: Any, _: Settled) -> Settled:
        return Settled(settled=True, next=request.to + timedelta(seconds=1))

    # The first after 09:00 in Berlin; 2,000 seconds are 33 minutes and 20 seconds.
    span = "from 2025-08-01T09:00:01+02:00 to 2025-08-01T09:33:20+02:00"
    expected = f"has something due 2,000 times within a day, {span}"
    assert ("error", "implementation", expected) == told(judged, again)


def test_something_due_each_minute_is_no_fault(bench: Any, written: Any, late: str) -> None:
    """1,440 times a day, for two days."""
    text = (
        late[: late.index("  - at: 2025-09-05")]
        + """
  - at: 2025-08-03 09:00
    wait: {}
    expect: {site: {status: active}}
"""
    )

    def minutes(request: Any, honest: Any) -> Any:
        if request.type != "clock":
            return honest
        return Result(Settled(settled=True, next=request.to + timedelta(minutes=1)))

    near = bench(alter=minutes)
    assert 2 == len(list(play(written(text), near, near.panels)))
    assert 2 * 1440 < len(clocks(near)) < 2 * 1440 + 3


def test_a_scenario_has_a_limit_of_time(bench: Any, written: Any, late: str) -> None:
    """However well each message is answered."""
    near = bench()
    verdict = next(judge_all([written(late)], near, near.panels, patience=0.0))
    assert ("error", "implementation", "the scenario is not over after 0 s") == (
        verdict.verdict,
        verdict.fault,
        verdict.reason,
    )


@pytest.mark.parametrize(
    ("watch", "expected"),
    [
        (Watch(), ([0, 0], 1)),
        (Watch(moments=True), ([1, 36], 1)),
        # Of 35 midnights the first fifteen, those with the numbers 20 and 30, and the step.
        (Watch(moments=True, most=15), ([1, 18], 1)),
        (Watch(twice=True), ([0, 0], 2)),
    ],
)
def test_how_closely_an_implementation_is_watched(
    bench: Any, written: Any, late: str, watch: Watch, expected: tuple[list[int], int]
) -> None:
    """At each midnight of a month, at some of them, or at the step alone; asked again or not."""

    def midnights(request: Any, honest: Any) -> Any:
        return Result(Settled(settled=True)) if request.type == "clock" else honest

    near, (seen, clocked) = bench(alter=midnights), expected
    stages = list(play(written(late), near, near.panels, watch=watch))
    assert seen == [len(stage.moments) for stage in stages]
    assert all(not stage.moments or stage.moments[-1].at == stage.seen.at for stage in stages)
    asked = [each.to.astimezone(UTC) for each in near.asked if each.type == "clock"]
    third_of_august = datetime(2025, 8, 2, 22, tzinfo=UTC)
    assert clocked == asked.count(third_of_august)
    # The step renews: it is asked once before the act, then as after everything else.
    assert 1 + clocked == asked.count(datetime(2025, 9, 5, 10, tzinfo=UTC))


PAID = """
title: Two invoices, one of them paid
rules: [hostbill.upgrade.pro-rata]
source: ours
given:
  system: hostbill
  products: {small: {prices: {monthly: "10.00"}}}
  clients: {anna: {}}
timeline:
  - at: 2025-06-01
    order: {as: site, client: anna, product: small, cycle: monthly, hostname: anna.example.com}
  - at: 2025-06-01 01:00
    pay: {invoice: site}
    expect: {site: {status: active}}
"""


def test_the_oldest_unpaid_invoice_is_paid(bench: Any, written: Any, on: Any) -> None:
    """Among invoices of one instant the lower number is the older: 9 before 10."""

    def many(body: Any) -> Any:
        if not body.invoices:
            return body
        (only,) = body.invoices.values()
        others = {
            "3": only.model_copy(update={"status": "paid"}),
            "4": only.model_copy(update={"service": "77", "lines": []}),
            "10": only,
            "9": only,
            "1": only.model_copy(update={"issued": only.issued + timedelta(hours=1)}),
        }
        return body.model_copy(update={"invoices": others})

    near = bench(alter=on("observe", many))
    with pytest.raises(KeyError):  # the reference behind it has no such invoice
        list(play(written(PAID), near, near.panels))
    (paid,) = [each for each in near.asked if each.type == "act" and each.act == "pay"]
    # Of another service are both the fourth and its line.
    assert paid.parameters == {"invoice": "9", "payment": "1"}


def test_what_a_refused_order_did_not_make_is_lost(bench: Any, written: Any) -> None:
    """A later act that names the service cannot be sent."""

    def refuse(request: Any, answer: Any) -> Any:
        return RefusedAct("no") if request.type == "act" and request.act == "order" else answer

    near = bench(alter=refuse)
    with pytest.raises(LostError, match=r"^no order made site$"):
        list(play(written(PAID), near, near.panels))


def test_a_trace_tells_messages_and_panel_calls_in_their_order(
    bench: Any,
    written: Any,
    late: str,
) -> None:
    """Each with the scenario and its simulated instant; panel calls between question and answer."""
    near, events = bench(), []
    list(play(written(late), near, near.panels, trace=events.append))
    assert {"own"} == {each["scenario"] for each in events}
    assert all(datetime.fromisoformat(each["at"]).tzinfo for each in events)
    text = "".join(kind for each in events for kind in (">", "<") if kind in each)
    assert text == "><" * (len(text) // 2)
    assert '"type":"open"' in events[0][">"]
    assert '"type":"close"' in events[-2][">"]
    order = next(n for n, each in enumerate(events) if '"act":"order"' in each.get(">", ""))
    assert events[order]["at"] == "2025-08-01T07:00:00+00:00"
    assert events[order + 1]["panel"]["func"].startswith("user")
    answer = next(each["<"] for each in events[order:] if "<" in each)
    assert json.loads(answer)["result"] == {"service": "1"}


def test_a_trace_ends_with_the_message_that_broke_it(
    bench: Any,
    written: Any,
    late: str,
) -> None:
    """The question of a crash is the one that matters most."""

    def crash(request: Any, answer: Any) -> Any:
        if request.type == "act":
            raise ImplementationFault("implementation", "fell over")
        return answer

    near, events = bench(alter=crash), []
    with pytest.raises(ImplementationFault):
        list(play(written(late), near, near.panels, trace=events.append))
    asked = max(number for number, each in enumerate(events) if ">" in each)
    assert '"act":"order"' in events[asked][">"]
    # The order had made a user before it fell.
    assert all("panel" in each for each in events[asked + 1 :])
    assert len(events) > asked + 1
