"""Where two runs part: moment by moment, though the two need not stop at the same ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from by_hand import at, line, loaded, notice, seen, service

from prorata.harness.running.comparing import Difference, ToldNames, differences, parted, summed
from prorata.harness.running.places import NOT_TOLD, Writer
from prorata.harness.running.play import Stage
from prorata.harness.running.story import Moment, Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.running.comparing import Parted
    from prorata.harness.running.seen import Seen

TEXT = """
title: Days
rules: [billmanager.charge.daily]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 month: "3.10"}}}
  clients: {anna: {balance: "10.00"}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: start, period: 1 month}
  - at: 2025-08-05
    expect: {site: {status: active}}
"""


def day(number: int, *amounts: str, hour: str = "00:00", **told: Any) -> Seen:
    """Return what was there on a day of August, with lines of these amounts since."""
    lines = tuple(line("daily", amount, service="1") for amount in amounts)
    return seen(
        at=at(f"2025-08-0{number} {hour}"),
        services={"site": service(status=told.pop("status", "active"))},
        lines=lines,
        **told,
    )


def step(*moments: Seen) -> Stage:
    """Return a step with all that was seen on the way to it."""
    return Stage(moments[-1], moments)


def story(*steps: Sequence[Seen]) -> Story:
    """Return the reference's run."""
    moments = [tuple(Moment(each, (), ()) for each in one) for one in steps]
    return Story(steps=moments, whole=[one[-1] for one in steps])


def where(ours: Story, *stages: Stage, **options: Any) -> tuple[Any, ...] | None:
    """Return day, step and places at which two runs first part."""
    found = parting(ours, *stages, **options)
    if found is None:
        return None
    return (
        found.scene.theirs.at.day,
        found.step,
        [(*each.path, each.wanted, each.seen) for each in found.differences],
    )


def parting(
    ours: Story, *stages: Stage, told: ToldNames | None = None, **options: Any
) -> Parted | None:
    """Return where two runs first part."""
    scenario = loaded(TEXT)
    known = told or ToldNames()
    for stage in stages:
        known.note(stage.seen)
    return parted(scenario, ours, stages, Writer(scenario), known, **options)[0]


ORDERED = day(1)
#: A line a day, and the step on the fifth.
DAYS = [day(2, "1.00"), day(3, "2.00"), day(4, "3.00"), day(5, "4.00")]
OURS = story([ORDERED], DAYS)


def test_two_runs_that_stop_at_the_same_moments() -> None:
    """They are compared at each."""
    assert where(OURS, step(ORDERED), step(*DAYS)) is None
    other = [*DAYS[:1], day(3, "2.50"), *DAYS[2:]]
    assert where(OURS, step(ORDERED), step(*other)) == (
        3, 1, [("charged", "daily", "2.00", "2.50")],
    )  # fmt: skip


def test_one_that_stops_at_fewer_moments_has_more_lines_at_each() -> None:
    """Lines count from the moment seen before."""
    fewer = step(day(3, "1.00", "2.00"), day(5, "3.00", "4.00"))
    assert where(OURS, step(ORDERED), fewer) is None
    assert where(OURS, step(ORDERED), step(day(5, "4.00", "3.00", "2.00", "1.00"))) is None
    missing = step(day(3, "1.00", "2.00"), day(5, "4.00"))
    assert where(OURS, step(ORDERED), missing) == (
        5, 1, [("charged", "daily", "3.00, 4.00", "4.00")],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("theirs", "hour"),
    [
        # The line of the third day comes at six, or before the day, or a day late, or another does.
        ([day(3), day(3, "2.00", hour="06:00")], True),
        ([day(2, "2.00", hour="20:00"), day(3)], True),
        ([day(3), day(4, "2.00")], False),
        ([day(3), day(3, "2.50", hour="06:00")], False),
        # The service is suspended until six, or until the next day.
        ([day(3, "2.00", status="suspended"), day(3, hour="06:00")], True),
        ([day(3, "2.00", status="suspended"), day(4)], False),
    ],
)
def test_the_same_on_the_same_day_is_at_another_hour(theirs: Sequence[Seen], hour: bool) -> None:
    """That is told apart from what comes on another day, and from what is another thing."""
    ours = story([ORDERED], [day(3, "2.00"), day(5)])
    found = parting(ours, step(ORDERED), step(*theirs, day(5)))
    assert found is not None
    assert hour == found.scene.at_another_hour


def test_one_that_stops_at_more_moments_has_nothing_there() -> None:
    """Between its own moments the reference stays as it is."""
    ours = story([ORDERED], [day(3, "1.00"), day(5, "2.00")])
    more = [day(2), day(3, "1.00"), day(4), day(5, "2.00")]
    assert where(ours, step(ORDERED), step(*more)) is None
    early = [day(2, "1.00"), day(3), day(4), day(5, "2.00")]
    assert where(ours, step(ORDERED), step(*early)) == (
        2, 1, [("charged", "daily", "nothing", "1.00")],
    )  # fmt: skip
    gone = [day(2), day(3, "1.00"), day(4, status="suspended"), day(5, "2.00")]
    assert where(ours, step(ORDERED), step(*gone)) == (
        4, 1, [("site", "status", "active", "suspended")],
    )  # fmt: skip


def test_before_the_first_moment_of_the_reference_there_is_nothing_to_compare() -> None:
    """What is seen there by then is seen at its first moment."""
    ours = story([day(3, "1.00")])
    assert where(ours, step(day(1), day(2), day(3, "1.00"))) is None


def test_notices_of_several_moments_count_together() -> None:
    """As lines do."""
    first, other = notice("anna", "activation"), notice("ben", "activation")
    ours = story([day(2, notifications=(first,)), day(3, notifications=(other,))])
    assert where(ours, step(day(3, notifications=(other, first)))) is None


def test_a_run_that_ended_early_is_compared_as_far_as_it_came() -> None:
    """Whichever of the two it is."""
    assert where(OURS, step(ORDERED)) is None
    assert where(story([ORDERED]), step(ORDERED), step(*DAYS)) is None


def test_the_scene_is_that_of_the_moment() -> None:
    """With what the reference did there and before; no step on the way to one."""
    found = parting(OURS, step(ORDERED), step(DAYS[0], day(3), *DAYS[2:]))
    assert found is not None
    assert (None, 3) == (found.scene.step, found.scene.moment.seen.at.day)
    assert [1, 2] == [each.seen.at.day for each in found.scene.before]
    last = parting(OURS, step(ORDERED), step(*DAYS[:3], day(5)))
    assert last is not None
    assert last.scene.step is not None


def test_causes_are_told_before_what_follows_from_them() -> None:
    """A line before the status, the status before the panel and the balance."""
    theirs = replace(day(1, "1.00", status="suspended"), balances={"anna": "9.00"})
    ours = story([replace(day(1), balances={"anna": "10.00"})])
    found = where(ours, step(theirs))
    assert found is not None
    assert [("charged", "daily"), ("site", "status"), ("balance", "anna")] == [
        each[:2] for each in found[2]
    ]


def test_sums_are_compared_where_lines_are_not_itemised() -> None:
    """Per moment, whatever the lines."""
    theirs = step(day(3, "3.00"), day(5, "5.00", "2.00"))
    assert where(OURS, step(ORDERED), theirs, itemised=False) is None
    wrong = step(day(3, "3.50"), day(5, "7.00"))
    assert where(OURS, step(ORDERED), wrong, itemised=False) == (
        3, 1, [("charged", "3.00", "3.50")],
    )  # fmt: skip


def test_what_is_told_nowhere_is_no_difference() -> None:
    """Told once, it is told always."""
    ours = story([replace(day(1), balances={"anna": "10.00"})], [day(5)])
    assert where(ours, step(day(1)), step(day(5))) is None
    scenario = loaded(TEXT)
    both = [step(day(1)), step(day(5))]
    assert parted(scenario, ours, both, Writer(scenario), ToldNames()) == (None, ("balances",))
    told = ToldNames()
    told.note(replace(day(5), balances={"anna": "10.00"}))
    assert where(ours, step(day(1)), step(day(5)), told=told) == (
        1, 0, [("balance", "anna", "10.00", NOT_TOLD)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "seen_there", "found"),
    [
        ({("a", "b"): "1"}, {("a", "b"): "1"}, []),
        ({("a", "b"): "1"}, {("a", "b"): "2"}, [Difference(("a", "b"), "1", "2")]),
        ({("a", "b"): "1"}, {}, [Difference(("a", "b"), "1", "nothing")]),
        ({}, {("a", "b"): "2"}, [Difference(("a", "b"), "nothing", "2")]),
        ({("a", "b"): "nothing"}, {("a", "b"): NOT_TOLD}, []),
        # What lines cover is looked at where the lines themselves are the same.
        (
            {("charged", "tax"): "1", ("covers", "tax"): "x"},
            {("charged", "tax"): "2", ("covers", "tax"): "y"},
            [Difference(("charged", "tax"), "1", "2")],
        ),
    ],
)
def test_differences(wanted: Any, seen_there: Any, found: list[Difference]) -> None:
    """Of texts by place."""
    assert found == list(differences(wanted, seen_there))


def test_a_sum_stands_for_its_lines() -> None:
    """What goes to the client counts against it, and what is inside another line not at all."""
    texts = {
        ("charged", "period"): "3.10, 2.00 of site",
        ("charged", "refund"): "1.00",
        ("charged", "tax inside"): "0.50",
        ("charged", "setup"): "nothing",
        ("covers", "period"): "3.10 for 2025-08-01 .. 2025-09-01",
        ("balance", "anna"): "5.00",
    }
    alone = {("balance", "anna"): "5.00", ("charged",): "4.10"}
    assert summed(texts, ()) == alone
    assert summed({("balance", "anna"): "5.00"}, ()) == {("balance", "anna"): "5.00"}
    below = {("seller", *path): text for path, text in texts.items()}
    both = summed({**texts, **below}, {"seller"})
    assert both == {**alone, **{("seller", *path): text for path, text in alone.items()}}
