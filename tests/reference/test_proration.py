"""The part of a bought time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.billmanager.charge import calendar_stretches
from prorata.reference.derivation import Recorder
from prorata.reference.periods import add_months
from prorata.reference.proration import (
    DAY_COUNT,
    PERIOD_DAYS,
    Paid,
    Stretch,
    day_of,
    day_price,
    moment_of,
    part,
)

SEP_1 = date(2025, 9, 1).toordinal()
prices = st.fractions(min_value=0, max_value=1000, max_denominator=1000)
places = st.sampled_from(["line", "day_rate", "ratio_9"])


@st.composite
def histories(draw):
    """Draw bought periods that follow one another."""
    starts, stretches = draw(st.dates(date(2020, 1, 1), date(2030, 1, 1))), []
    for months in draw(st.lists(st.sampled_from([1, 3, 12]), min_size=1, max_size=4)):
        expires = add_months(starts, months)
        first, last = starts.toordinal(), expires.toordinal()
        stretches.append(Stretch(first, last, draw(prices), first, last, months))
        starts = expires
    return tuple(stretches)


@st.composite
def cuts(draw, count):
    """Draw a history and days in it, rising."""
    stretches = draw(histories())
    days = st.integers(stretches[0].starts - 3, stretches[-1].expires + 40)
    return stretches, sorted(draw(st.lists(days, min_size=count, max_size=count)))


@given(cuts(3), st.sampled_from(sorted(PERIOD_DAYS)))
def test_parts_add_up(counted, cut, period_days):
    """What a to c costs is what a to b and b to c cost, wherever b lies."""
    stretches, (a, b, c) = cut
    counting = counted(period_days=period_days)
    whole = part(stretches, a, c, counting)
    assert whole == part(stretches, a, b, counting) + part(stretches, b, c, counting)


@given(histories())
def test_the_whole_time_costs_its_price(counted, stretches):
    """All days of what was bought cost what was paid."""
    total = sum(stretch.price for stretch in stretches)
    assert total == part(stretches, stretches[0].starts, stretches[-1].expires, counted())


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), prices)
def test_a_whole_calendar_month_costs_a_month(counted, day, price):
    """By calendar months, the days of a whole month cost the price ÷ the months of the period."""
    first = day.replace(day=1)
    last = add_months(first, 1).toordinal()
    stretch = Stretch(SEP_1, SEP_1 + 1, price, SEP_1, SEP_1 + 1, months=3)
    stretch = Stretch(first.toordinal(), last, price, *(stretch.full_starts, SEP_1 + 92), months=3)
    counting = counted(period_days="calendar_month")
    assert price / 3 == part((stretch,), first.toordinal(), last, counting)


@given(cuts(2), st.integers(0, 50), st.sampled_from(["line", "ratio_9"]))
def test_a_price_scales_its_part(counted, cut, times, place):
    """So many times the price, so many times the part."""
    stretches, (a, b) = cut
    scaled = tuple(
        Stretch(s.starts, s.expires, s.price * times, s.full_starts, s.full_expires, s.months)
        for s in stretches
    )
    counting = counted(rounding_place=place)
    assert part(stretches, a, b, counting) * times == part(scaled, a, b, counting)


@given(cuts(2), places)
def test_nothing_costs_less_than_nothing(counted, cut, place):
    """A part of paid time is never negative, and no days cost nothing."""
    stretches, (a, b) = cut
    counting = counted(rounding_place=place)
    assert part(stretches, a, b, counting) >= 0
    assert 0 == part(stretches, b, b, counting)


@pytest.mark.parametrize(
    ("readings", "amount"),
    [
        # Sep 16 to Oct 1 of 10.00 for September: 15 of 30 days.
        ({}, "5"),
        ({"period_days": "calendar_month"}, "5"),
        # 10 ÷ 30 = 0.3333, rounded to 0.33, × 15.
        ({"rounding_place": "day_rate"}, "4.95"),
        # 15 ÷ 30 = 0.5 to nine places.
        ({"rounding_place": "ratio_9"}, "5"),
        ({"rounding_place": "day_rate", "rounding": "down"}, "4.95"),
    ],
)
def test_half_of_september(counted, bought, readings, amount):
    """Fifteen of thirty days, under each reading."""
    whole = bought("10", "2025-09-01", "2025-10-01")
    counting = counted(**readings)
    assert Fraction(amount) == part((whole,), SEP_1 + 15, SEP_1 + 30, counting)


@pytest.mark.parametrize(
    ("readings", "amount"),
    [
        # 3 × 15/31, 3 × 15/30, and by months: 3 × 15/30 in November.
        ({}, "45/31"),
        ({"period_days": "nominal"}, "1.50"),
        ({"period_days": "calendar_month"}, "1.50"),
        # 15/31 = 0.483870967(74…) to nine places: 0.483870968.
        ({"rounding_place": "ratio_9"}, "1.451612904"),
    ],
)
def test_fifteen_days_of_a_month_of_thirty_one(counted, bought, readings, amount):
    """3.00 for Oct 30 to Nov 30, its days from Nov 15 on."""
    stretch = bought("3", "2025-10-30", "2025-11-30")
    first, last = (date(2025, 11, day).toordinal() for day in (15, 30))
    assert Fraction(amount) == part((stretch,), first, last, counted(**readings))


def test_a_part_over_two_calendar_months(counted, bought):
    """By calendar months each day costs what a day of its own month costs."""
    stretch = bought("31", "2025-01-20", "2025-02-20")
    first = date(2025, 1, 30).toordinal()
    # Two days of January at 31/31, three of February at 31/28.
    expected = 2 + Fraction(3 * 31, 28)
    assert expected == part((stretch,), first, first + 5, counted(period_days="calendar_month"))


@pytest.mark.parametrize("period_days", ["nominal", "calendar_month"])
@pytest.mark.parametrize("fields", [{"calendar": True}, {"months": 0}], ids=["calendar", "days"])
def test_calendar_charging_and_days_go_by_their_own_days(counted, bought, period_days, fields):
    """How a month is counted asks neither calendar charging nor periods that are given in days."""
    stretch = bought("31", "2025-08-01", "2025-09-01", **fields)
    first = date(2025, 8, 2).toordinal()
    assert 3 == part((stretch,), first, first + 3, counted(period_days=period_days))


def test_days_after_the_expiry_cost_as_the_last(counted, bought):
    """After expiry a day costs what a day of the last stretch costs."""
    stretches = (
        bought("31", "2025-08-01", "2025-09-01"),
        bought("60", "2025-09-01", "2025-10-01"),
    )
    first = date(2025, 10, 1).toordinal()
    # 60 ÷ 30 = 2 a day, five days.
    assert 10 == part(stretches, first, first + 5, counted())


def test_nothing_bought_costs_nothing(counted):
    """Without a stretch there is no price."""
    assert 0 == part((), SEP_1, SEP_1 + 5, counted())


def test_the_renewed_service_of_the_worked_numbers(counted, bought):
    """10.00 a month to Oct 1, renewed to Nov 1: what is left on Sep 16 is 15/30 + 31/31 of 10."""
    stretches = (
        bought("10", "2025-09-01", "2025-10-01"),
        bought("10", "2025-10-01", "2025-11-01"),
    )
    assert 15 == part(stretches, SEP_1 + 15, date(2025, 11, 1).toordinal(), counted())


def test_the_cut_period_of_the_worked_numbers(counted, bought):
    """4.00 a month cut to Dec 16–31: from Dec 21 on, ten days of 31 at 4.00."""
    first = date(2021, 12, 16).toordinal()
    full = {"full_starts": first, "full_expires": date(2022, 1, 16).toordinal()}
    stretch = bought("4", "2021-12-16", "2021-12-31", **full)
    assert Fraction(40, 31) == part((stretch,), first + 5, first + 15, counted())


def test_within(counted, bought):
    """A stretch has a part within some days, with what is paid for them, or none."""
    counting = counted()
    stretch = bought("10", "2025-09-01", "2025-10-01", paid=Fraction(9))
    within = stretch.within(SEP_1 + 10, SEP_1 + 90, counting)
    assert (SEP_1 + 10, SEP_1 + 30) == (within.starts, within.expires)
    # 20 of the 30 days of 9.00
    assert (SEP_1, 10, 6) == (within.full_starts, within.price, within.paid)
    assert stretch.within(SEP_1 + 30, SEP_1 + 90, counting) is None
    assert stretch.within(SEP_1, SEP_1 + 30, counting) is stretch
    assert "10.00 for 2025-09-01 .. 2025-10-01" == str(stretch)


def test_what_is_paid_is_shared_as_the_days_cost(counted, bought):
    """By calendar months a day of January costs less than one of February; a free time is even."""
    counting = counted(period_days="calendar_month")
    first = date(2025, 1, 17).toordinal()
    stretch = bought("31", "2025-01-17", "2025-02-14", paid=Fraction(3))
    # 15 days at 31/31 and 13 at 31/28: 15 + 14.39…
    whole = 15 + Fraction(31 * 13, 28)
    assert 3 * 15 / whole == stretch.paid_within(first, first + 15, counting)
    assert 0 == stretch.paid_within(first - 9, first, counting)
    free = bought("0", "2025-01-17", "2025-02-14", paid=Fraction(28))
    assert 15 == free.paid_within(first, first + 15, counting)


@pytest.mark.parametrize("days", range(32))
def test_days_before_others_hold_what_those_leave(counted, bought, days):
    """Thirty of a nominal month's 31 days are worth all of it; its first day holds nothing."""
    stretch = bought("3.10", "2025-01-31", "2025-03-03", paid=Fraction("3.10"))
    counting, first, last = counted(period_days="nominal"), stretch.starts, stretch.expires
    left = stretch.paid_within(first + days, last, counting)
    assert left == min(Fraction("3.10") * (31 - days) / 30, Fraction("3.10"))
    assert stretch.paid_within(first, first + days, counting) == Fraction("3.10") - left


@pytest.mark.parametrize(
    ("day", "left"),
    # 3.00 for ten days from Sep 1 on.
    [(-5, "3"), (0, "3"), (4, "1.80"), (9, "0.30"), (10, "0"), (20, "0")],
)
def test_what_is_left_of_a_line(day, left):
    """What was posted for some days is left by the days from a day on."""
    line = Paid("disk", SEP_1, SEP_1 + 10, Fraction(3))
    assert Fraction(left) == line.left(SEP_1 + day)
    assert "3.00 for 2025-09-01 .. 2025-09-11" == str(line)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001  of any zone
def test_a_moment_is_a_day_and_its_fraction(moment):
    """A civil moment, in whole seconds, is a day number and comes back from it."""
    moment = moment.replace(microsecond=0)
    day, into = moment_of(day_of(moment))
    assert moment == datetime.combine(day, datetime.min.time()) + into


def test_a_date_is_a_whole_day():
    """A date, and a midnight, has no fraction."""
    assert [SEP_1] * 2 == [day_of(date(2025, 9, 1)), day_of(datetime(2025, 9, 1, tzinfo=UTC))]
    assert Fraction(1, 2) == day_of(datetime(2025, 9, 1, 12, tzinfo=UTC)) - SEP_1


@pytest.mark.parametrize(
    ("reading", "days"),
    [
        # From Sep 16 06:00 to Oct 1 00:00: 14 days and 18 hours.
        ("civil_dates", 15),
        ("elapsed_ceil", 15),
        ("elapsed_floor", 14),
        ("elapsed_exact", Fraction(59, 4)),
    ],
)
def test_days_left(reading, days):
    """Dates are subtracted, or the time that really passes is."""
    now, expires = datetime(2025, 9, 16, 6, tzinfo=UTC), datetime(2025, 10, 1, tzinfo=UTC)
    assert days == DAY_COUNT[reading](now, expires, 0)


@pytest.mark.parametrize(
    ("reading", "days"),
    [("civil_dates", 1), ("elapsed_ceil", 1), ("elapsed_floor", 0), ("elapsed_exact", "23/24")],
)
def test_days_left_where_an_hour_is_missing(reading, days):
    """Berlin's March 30, 2025 has 23 hours and is one civil day."""
    berlin = ZoneInfo("Europe/Berlin")
    now, expires = datetime(2025, 3, 30, tzinfo=berlin), datetime(2025, 3, 31, tzinfo=berlin)
    assert Fraction(days) == DAY_COUNT[reading](now, expires, 0)


def test_the_day_of_the_change_can_be_the_old_ones():
    """Under civil dates, the days that go to the old tariff are taken off."""
    now, expires = datetime(2025, 9, 16, tzinfo=UTC), datetime(2025, 10, 1, tzinfo=UTC)
    assert 14 == DAY_COUNT["civil_dates"](now, expires, 1)


@pytest.mark.parametrize(
    ("readings", "fields", "price"),
    [
        # 31.00 for Oct 15 to Nov 15, 31 days; 30 nominal ones; the 31 days of October.
        ({}, {}, 1),
        ({"period_days": "nominal"}, {}, Fraction(31, 30)),
        ({"period_days": "calendar_month"}, {}, 1),
        # Of three months a day of October costs a third of the price ÷ 31.
        ({"period_days": "calendar_month"}, {"months": 3}, Fraction(1, 3)),
        ({"rounding_place": "day_rate", "period_days": "nominal"}, {}, Fraction("1.03")),
    ],
)
def test_the_first_day_has_a_price(counted, bought, readings, fields, price):
    """A stretch costs so much a day, as its first day does; every day of the even one does."""
    counting = counted(**readings)
    stretch = bought("31", "2025-10-15", "2025-11-15", **fields)
    found, even = day_price(stretch, counting)
    assert price == found
    first = date(2025, 11, 10).toordinal()
    assert 5 * price == part((even,), first, first + 5, counting)


@given(prices, st.dates(date(2025, 1, 1), date(2026, 1, 1)), st.sampled_from([1, 3, 12]))
def test_calendar_stretches_cover_their_days(counted, price, day, months):
    """The calendar months from a day on lie end to end, each at its share of the price."""
    expires = add_months(day.replace(day=1), months)
    stretches = calendar_stretches(starts=day, expires=expires, months=months, price=price)
    ends = [day.toordinal(), *(stretch.expires for stretch in stretches)]
    assert [stretch.starts for stretch in stretches] == ends[:-1]
    assert expires.toordinal() == ends[-1]
    whole = sum(stretch.price for stretch in stretches)
    gone = (
        price
        / months
        * (day.day - 1)
        / (add_months(day.replace(day=1), 1) - day.replace(day=1)).days
    )
    assert whole - gone == part(stretches, ends[0], ends[-1], counted())


def test_a_part_is_explained(counted, bought):
    """Every piece is noted with its price, days and full days, of what it is, and their sum."""
    tariff = bought("10", "2025-09-01", "2025-10-01")._replace(tariff="small")
    databases = tariff._replace(price=Fraction(2), item="databases")
    recorder = Recorder()
    part((tariff, databases), SEP_1, SEP_1 + 15, counted(), recorder)
    # Half of 30 days for 10.00 and for 2.00.
    assert [
        ("part", "small", "10.00 × 15 ÷ 30", "5.00"),
        ("part", "databases", "2.00 × 15 ÷ 30", "1.00"),
        ("sum", "", "5.00 + 1.00", "6.00"),
    ] == [(step.label, step.of, step.numbers, step.result) for step in recorder.steps]
    assert timedelta(0) == moment_of(SEP_1)[1]


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("line", ("10.00 × 15 ÷ 31", "", "4.838709…")),
        # 10/31 = 0.3226 is 0.32 a day.
        ("day_rate", ("0.32 × 15", "a day is 10.00 ÷ 31, rounded", "4.80")),
        # 15/31 = 0.48387096774…
        (
            "ratio_9",
            ("10.00 × 0.483870968", "the ratio is 15 ÷ 31, to nine decimals", "4.838709…"),
        ),
    ],
)
def test_what_is_rounded_first_is_shown_rounded(counted, bought, place, told):
    """So that the numbers of a step come to its result."""
    recorder = Recorder()
    august = bought("10", "2025-08-01", "2025-09-01")
    part((august,), SEP_1 - 31, SEP_1 - 16, counted(rounding_place=place), recorder)
    (step,) = recorder.steps
    assert told == (step.numbers, step.why, step.result)
