"""The schedule: by instant, then by phase, then in the order of the orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.schedule import Due, Schedule

START = datetime(2025, 9, 1, tzinfo=UTC)
FAR = START + timedelta(days=100)
instants = st.integers(0, 20).map(lambda days: START + timedelta(days=days))
dues = st.builds(Due, st.integers(0, 8), st.integers(1, 5), st.sampled_from(["a", "b"]))
plans = st.lists(st.tuples(instants, dues), max_size=30)


def filled(plan):
    """Return a schedule of these things."""
    schedule = Schedule()
    for when, due in plan:
        schedule.add(when, due)
    return schedule


def popped(schedule, upto):
    """Take all that is due up to an instant."""
    found = []
    while one := schedule.pop(upto):
        found.append(one)
    return found


@given(plans)
def test_pops_are_sorted(plan):
    """Things come by instant, phase and order, and the same thing at one instant only once."""
    assert sorted(set(plan)) == popped(filled(plan), FAR)


@given(plans, st.lists(instants, max_size=5).map(sorted))
def test_any_split_of_a_jump_gives_the_same_order(plan, stops):
    """However often a jump is interrupted, the same things come in the same order."""
    schedule, found = filled(plan), []
    for stop in (*stops, FAR):
        part = popped(schedule, stop)
        assert all(when <= stop for when, _ in part)
        found += part
    assert popped(filled(plan), FAR) == found


@given(plans)
def test_the_next_is_the_first(plan):
    """The next instant is the earliest at which something is due, or none."""
    assert min((when for when, _ in plan), default=None) == filled(plan).next()


def test_nothing_is_due_before_its_time():
    """A thing is not taken before its instant; at it, it is, and then there is nothing."""
    due = Due(0, 1, "a")
    schedule = filled([(START, due)])
    assert schedule.pop(START - timedelta(microseconds=1)) is None
    assert (START, due) == schedule.pop(START)
    assert (None, None) == (schedule.next(), schedule.pop(FAR))


def test_what_is_added_on_the_way_comes_at_its_place():
    """A thing that is put to the instant at hand comes after the phases before it."""
    schedule = filled([(START, Due(2, 1, "renewal")), (START, Due(5, 1, "suspension"))])
    schedule.pop(START)
    schedule.add(START, Due(3, 1, "expiry"))
    assert ["expiry", "suspension"] == [due.what for _, due in popped(schedule, START)]
