"""The schedule: by instant, then by phase, then in the order of the orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.schedule import Schedule

START = datetime(2025, 9, 1, tzinfo=UTC)
FAR = START + timedelta(days=100)
instants = st.integers(0, 20).map(lambda days: START + timedelta(days=days))
#: Phase, service, what.
dues = st.tuples(st.integers(0, 8), st.integers(1, 5), st.sampled_from(["a", "b"]))
plans = st.lists(st.tuples(instants, dues), max_size=30)


def filled(plan):
    """Return a schedule of these things."""
    schedule = Schedule()
    for when, (phase, service, what) in plan:
        schedule.add(when, phase, what, service)
    return schedule


def taken(schedule, upto):
    """Take all that is due up to an instant: when, which service, what."""
    found = []
    while batch := schedule.take(upto):
        when, things = batch
        found += [(when, service, what) for service, what in things]
    return found


def in_order(plan):
    """Return the things of a plan by instant, phase and service, each once."""
    return [(when, service, what) for when, (_, service, what) in sorted(set(plan))]


@given(plans)
def test_pops_are_sorted(plan):
    """Things come by instant, phase and order, and the same thing at one instant only once."""
    assert in_order(plan) == taken(filled(plan), FAR)


@given(plans, st.lists(instants, max_size=5).map(sorted))
def test_any_split_of_a_jump_gives_the_same_order(plan, stops):
    """However often a jump is interrupted, the same things come in the same order."""
    schedule, found = filled(plan), []
    for stop in (*stops, FAR):
        part = taken(schedule, stop)
        assert all(when <= stop for when, _, _ in part)
        found += part
    assert in_order(plan) == found


@given(plans)
def test_the_next_is_the_first(plan):
    """The next instant is the earliest at which something is due, or none."""
    assert min((when for when, _ in plan), default=None) == filled(plan).next()


def test_nothing_is_due_before_its_time():
    """A thing is not taken before its instant; at it, it is, and then there is nothing."""
    schedule = filled([(START, (0, 1, "a"))])
    assert schedule.take(START - timedelta(microseconds=1)) is None
    assert [(START, 1, "a")] == taken(schedule, START)
    assert (None, None) == (schedule.next(), schedule.take(FAR))


def test_what_is_added_at_the_instant_comes_in_its_phase():
    """What the doing of one thing adds for the same instant comes before later phases."""
    schedule = filled([(START, (2, 1, "renewal")), (START, (5, 1, "suspension"))])
    _, things = schedule.take(START)
    assert [(1, "renewal")] == list(things)
    schedule.add(START, 3, "expiry", 1)
    assert ["expiry", "suspension"] == [what for _, _, what in taken(schedule, START)]


def test_many_things_go_into_one_bucket():
    """The services for which the same thing is due can be put in together."""
    schedule = Schedule()
    schedule.bucket(START, 2, "renewal").extend([3, 1, 2, 3])
    assert [(START, 1, "renewal"), (START, 2, "renewal"), (START, 3, "renewal")] == taken(
        schedule, START
    )
