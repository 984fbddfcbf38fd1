"""Civil dates, months and service periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.periods import (
    MONTH,
    MONTH_END,
    Length,
    add_months,
    days_in_month,
    elapsed,
    first_of_next_month,
    midnight,
    nominal_days,
    period_end,
)

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
months = st.integers(1, 60)
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "America/Havana", "Asia/Beirut"]
)


@given(days, st.integers(-600, 600))
def test_months_are_added_as_dateutil_adds_them(day, count):
    """A month later is the same day of the next month, or that month's last."""
    assert day + relativedelta(months=count) == add_months(day, count)


@given(days, months)
def test_an_anchored_service_never_drifts(day, count):
    """Month after month, a service keeps its day where the month has it."""
    reached = day
    for _ in range(count):
        reached = MONTH_END["anchor"](reached, 1, day.day)
    assert min(day.day, days_in_month(reached)) == reached.day
    assert day + relativedelta(months=count) == reached


@given(days, months)
def test_a_clamped_service_stays_where_it_fell(day, count):
    """Once a short month has moved the day, it stays moved."""
    reached = expected = day
    for _ in range(count):
        reached = MONTH_END["clamp_and_stay"](reached, 1, day.day)
        expected += relativedelta(months=1)
    assert expected == reached


@given(days, months)
def test_overflow_is_what_php_does(day, count):
    """The days that a month lacks run over into the next one, as in PHP's ``+1 month``."""
    # PHP moves the month, keeps the number of the day, and lets it overflow.
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    expected = date(year, month + 1, 1) + timedelta(days=day.day - 1)
    assert expected == MONTH_END["overflow"](day, count, day.day)


@pytest.mark.parametrize(
    ("reading", "reached"),
    [
        ("anchor", [date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)]),
        ("clamp_and_stay", [date(2025, 2, 28), date(2025, 3, 28), date(2025, 4, 28)]),
        ("overflow", [date(2025, 3, 3), date(2025, 4, 3), date(2025, 5, 3)]),
    ],
)
def test_three_months_from_the_last_of_january(reading, reached):
    """One month from January 31, three times, as each reading has it."""
    ends, start = [], date(2025, 1, 31)
    for _ in range(3):
        start = MONTH_END[reading](start, 1, 31)
        ends.append(start)
    assert reached == ends


@pytest.mark.parametrize(
    ("count", "total"), [(1, 30), (3, 90), (12, 365), (13, 395), (36, 1095), (24, 730)]
)
def test_nominal_days(count, total):
    """Each whole year has 365 days and each further month 30."""
    assert total == nominal_days(count)


def test_a_month_of_thirty_days():
    """January 5 and a month of thirty days is February 4, a calendar month February 5."""
    ends = [
        MONTH[name](date(2025, 1, 5), 1, 5, MONTH_END["anchor"])
        for name in ("thirty_days", "calendar")
    ]
    assert [date(2025, 2, 4), date(2025, 2, 5)] == ends


@given(
    days, st.integers(1, 400), st.sampled_from(sorted(MONTH)), st.sampled_from(sorted(MONTH_END))
)
def test_a_period_of_days_is_its_days(day, count, month, month_end):
    """A period that is given in days does not ask what a month is."""
    end = period_end(
        day, Length(days=count), day.day, month=MONTH[month], month_end=MONTH_END[month_end]
    )
    assert day + timedelta(days=count) == end


def test_a_period_of_months_goes_by_its_anchor():
    """From February 28 with the anchor 31, a month ends on March 31."""
    end = period_end(
        date(2025, 2, 28),
        Length(months=1),
        31,
        month=MONTH["calendar"],
        month_end=MONTH_END["anchor"],
    )
    assert date(2025, 3, 31) == end


@given(days)
def test_the_first_of_the_next_month(day):
    """It is a first, and the day before it is in the month of the day."""
    first = first_of_next_month(day)
    assert 1 == first.day
    assert (day.year, day.month) == ((first - timedelta(days=1)).year, (first - timedelta(1)).month)


@given(days, zones)
def test_midnight_is_the_first_instant_of_its_day(day, zone):
    """Its civil date is the day's, and a second earlier it is another day."""
    zone = ZoneInfo(zone)
    instant = midnight(day, zone).astimezone(UTC)
    assert day == instant.astimezone(zone).date()
    assert day - timedelta(days=1) == (instant - timedelta(seconds=1)).astimezone(zone).date()


def test_midnight_that_a_zone_skips():
    """Cairo went from 00:00 to 01:00 on April 25, 2025: that day began at 22:00 UTC."""
    instant = midnight(date(2025, 4, 25), ZoneInfo("Africa/Cairo"))
    assert datetime(2025, 4, 24, 22, tzinfo=UTC) == instant.astimezone(UTC)


def test_midnight_that_a_zone_has_twice():
    """Havana set 01:00 back to 00:00 on November 2, 2025: the earlier one, at 04:00 UTC, counts."""
    instant = midnight(date(2025, 11, 2), ZoneInfo("America/Havana"))
    assert datetime(2025, 11, 2, 4, tzinfo=UTC) == instant.astimezone(UTC)


def test_elapsed_time_is_real():
    """Between two midnights of Berlin an hour is missing in spring."""
    berlin = ZoneInfo("Europe/Berlin")
    gone = elapsed(midnight(date(2025, 3, 30), berlin), midnight(date(2025, 3, 31), berlin))
    assert timedelta(hours=23) == gone


@pytest.mark.parametrize(
    ("text", "length", "written"),
    [
        ("1 month", Length(months=1), "1 month"),
        ("3 months", Length(months=3), "3 months"),
        ("12 months", Length(months=12), "1 year"),
        ("3 years", Length(months=36), "3 years"),
        ("18 months", Length(months=18), "18 months"),
        ("1 day", Length(days=1), "1 day"),
        ("10 days", Length(days=10), "10 days"),
    ],
)
def test_a_length_is_read_and_written(text, length, written):
    """A period is a count of days, months or years; whole years are written as years."""
    assert length == Length.of(text)
    assert written == str(length)


@given(
    st.builds(Length, months=st.integers(1, 9999)) | st.builds(Length, days=st.integers(1, 9999))
)
def test_a_length_that_is_written_is_read_again(length):
    """Writing and reading a period gives it back."""
    assert length == Length.of(str(length))


@pytest.mark.parametrize(
    "text", ["", "month", "0 months", "-1 month", "1.5 months", "1 hour", "٣ days"]
)
def test_anything_else_is_no_length(text):
    """What is no count of a known unit is refused."""
    with pytest.raises(ValueError, match="is not a period"):
        Length.of(text)
