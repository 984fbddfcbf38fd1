"""The clock moves forward only, and only when it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.clock import BackwardsError, Clock, NaiveError

START = datetime(2025, 1, 31, 9, 30, tzinfo=UTC)
spans = st.integers(0, 10**8).map(lambda seconds: timedelta(seconds=seconds))


@given(st.lists(spans, max_size=10))
def test_it_goes_where_it_is_told(steps):
    """After any number of moves it stands at the last one."""
    clock, at = Clock(START), START
    for step in steps:
        at += step
        clock.advance_to(at)
    assert at == clock.now()


@given(spans.filter(bool))
def test_it_never_goes_back(span):
    """A move into the past is refused, and the clock stands where it stood."""
    clock = Clock(START)
    with pytest.raises(BackwardsError, match="time moves forward only") as caught:
        clock.advance_to(START - span)
    assert (START, START - span) == (caught.value.now, caught.value.to)
    assert START == clock.now()


def test_making_it_again_moves_nothing():
    """Where time stands is said once, when the clock is made."""
    clock = Clock(START)
    Clock.__init__(clock, START - timedelta(days=1))
    clock.__init__(START + timedelta(days=1))
    assert START == clock.now()


def test_a_span_below_nothing_is_the_past():
    """Advancing by less than nothing is going back."""
    with pytest.raises(BackwardsError):
        Clock(START).advance(seconds=-1)


@pytest.mark.parametrize(
    ("span", "to"),
    [
        ({}, START),
        ({"months": 1}, datetime(2025, 2, 28, 9, 30, tzinfo=UTC)),
        ({"days": 1}, datetime(2025, 2, 1, 9, 30, tzinfo=UTC)),
        ({"hours": 1}, datetime(2025, 1, 31, 10, 30, tzinfo=UTC)),
        ({"minutes": 1}, datetime(2025, 1, 31, 9, 31, tzinfo=UTC)),
        ({"seconds": 1}, datetime(2025, 1, 31, 9, 30, 1, tzinfo=UTC)),
    ],
)
def test_a_span_is_what_it_says(span, to):
    """Nothing is added that nobody names."""
    clock = Clock(START)
    clock.advance(**span)
    assert to == clock.now()


def test_it_speaks_utc():
    """Whatever offset an instant comes with, the clock answers in UTC."""
    clock = Clock(START.astimezone(timezone(timedelta(hours=5))))
    assert (START, UTC) == (clock.now(), clock.now().tzinfo)


@pytest.mark.parametrize("make", [Clock, Clock(START).advance_to])
def test_a_naive_instant_is_refused(make):
    """An instant without its offset is no instant."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  naive on purpose
    with pytest.raises(NaiveError, match="2026-01-01T00:00:00 has no offset") as caught:
        make(naive)
    assert naive == caught.value.instant


def test_spans_add_up():
    """Months keep the day where the month has it; the rest is added to that."""
    clock = Clock(START)
    clock.advance(months=1, days=1, hours=2, minutes=3, seconds=4)
    # Jan 31 + 1 month = Feb 28; + 1 day = Mar 1; 09:30:00 + 02:03:04 = 11:33:04.
    assert datetime(2025, 3, 1, 11, 33, 4, tzinfo=UTC) == clock.now()
