"""`prorata readings`: what each value means, by numbers that the rules come to as well."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from prorata.harness.cli.meanings import MEANINGS
from prorata.harness.cli.readings_ import page
from prorata.reference.billmanager import change, charge, name, order, renew
from prorata.reference.hostbill import (
    cycle,
    full_month,
    initial_period,
    late_fee,
    metered,
    upgrade,
)
from prorata.reference.money import POSTING_DIGITS, ROUNDING, Money, exact
from prorata.reference.periods import MONTH, MONTH_END
from prorata.reference.proration import (
    DAY_COUNT,
    PERIOD_DAYS,
    ROUNDING_PLACE,
    Counting,
    Pricing,
    Stretch,
    part,
)
from prorata.reference.readings import READINGS
from prorata.reference.refusal import Refusal
from prorata.reference.resell import ispmanager5
from prorata.reference.resell.operation import FAILED_OPERATION_TASK, operation
from prorata.reference.rules import Rulings

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[3] / "docs" / "readings.md"
DEFAULT = {reading: READINGS[reading].default for reading in READINGS}
BERLIN = ZoneInfo("Europe/Berlin")


def posted(amount: Fraction, rounding: str = "half_up", digits: str = "minor_unit") -> str:
    """Return an amount in dollars as it is posted, for a line of no special kind."""
    decimals = POSTING_DIGITS[digits]("late fee", 2)
    return str(Money.post(amount, "USD", decimals, ROUNDING[rounding]))


def failed_tasks(reading: str) -> str:
    """Count the tasks of an operation that has failed."""
    return str(int(operation(failed=True, failed_operation_task=FAILED_OPERATION_TASK[reading])))


def sold_in_june(reading: str) -> str:
    """Return until when a month of ISPmanager 5 is sold on June 20."""
    sold = ispmanager5.end_of_sale(
        number=3541,
        today=date(2021, 6, 20),
        starts=date(2021, 6, 20),
        expires=date(2021, 7, 20),
        ispmanager5_last_sale=ispmanager5.ISPMANAGER5_LAST_SALE[reading],
    )
    return "refused" if isinstance(sold, Refusal) else sold.isoformat()


def renewed(month_end: str, months: int) -> str:
    """Return where so many months in a row lead from January 31, one at a time."""
    day = date(2025, 1, 31)
    for _ in range(months):
        day = MONTH_END[month_end](day, 1, 31)
    return day.isoformat()


def days_left(day_count: str, now: datetime, expires: datetime) -> str:
    """Return the days left as text."""
    days = Fraction(DAY_COUNT[day_count](now, expires, 0))
    return f"{float(days):g} day{'' if days == 1 else 's'}"


def cost(
    price: str, paid: tuple[date, date], days: tuple[date, date], period: str, place: str = "line"
) -> str:
    """Return what some days of a month cost that was paid for."""
    starts, expires = (day.toordinal() for day in paid)
    stretch = Stretch(starts, expires, exact(price), starts, expires, months=1)
    pricing = Pricing(2, ROUNDING["half_up"], ROUNDING_PLACE[place])
    counting = Counting(pricing, PERIOD_DAYS[period])
    return posted(part([stretch], *(day.toordinal() for day in days), counting))


def day_of_january(value: str) -> str:
    """Return what January 1 costs at 0.10 a day where the month costs 3.00."""
    terms = charge.DayTerms(
        day=date(2025, 1, 1), day_price=exact("0.10"), month_price=exact("3.00"),
        by_order_period=False,
    )  # fmt: skip
    amount = charge.daily(terms=terms, daily_charge=charge.DAILY_CHARGE[value])
    return str(Money.post(amount, "USD", 4, ROUNDING["half_up"]))


def change_of_june(change_day: str) -> str:
    """Return what a change from 10.00 to 20.00 costs on June 11 of a month that is paid."""
    starts, expires = date(2025, 6, 1).toordinal(), date(2025, 7, 1).toordinal()
    old = Stretch(starts, expires, exact("10.00"), starts, expires, months=1)
    pricing = Pricing(2, ROUNDING["half_up"], ROUNDING_PLACE["line"])
    return posted(
        change.funds(
            old=[old],
            new=[old._replace(price=exact("20.00"))],
            now=datetime(2025, 6, 11, tzinfo=UTC),
            expires=datetime(2025, 7, 1, tzinfo=UTC),
            paid={"start": exact("10.00")},
            day_count=DAY_COUNT["civil_dates"],
            change_day=change.CHANGE_DAY[change_day],
            counting=Counting(pricing, PERIOD_DAYS["actual"]),
        )
    )


def refused(refusal: object, otherwise: str) -> str:
    """Return that something is refused, or what there is otherwise."""
    return "refused" if refusal else otherwise


def cheaper_from(value: str) -> str:
    """Return when a downgrade of June 11 begins of what is paid until July 1."""
    waits = change.DOWNGRADE_EXTRA_CHARGE_ONLY[value]
    return "2025-07-01" if change.waits(downgrade_extra_charge_only=waits) else "2025-06-11"


def bought(rounding: str) -> str:
    """Return what 7.75 days come to that what is left buys."""
    by_second, rounded = change.CHANGE_PERIOD_ROUNDING[rounding]
    days = Fraction(rounded(Fraction("7.75")), 86_400 if by_second else 1)
    return f"{float(days):g} days"


def tried_again(value: str) -> str:
    """Return when a renewal is tried again at a midnight after the payment of September 2."""
    again = renew.retried(wanted=True, auto_retry=renew.AUTO_RETRY[value])
    return "2025-09-03" if again else "not at all"


def named(value: str) -> str:
    """Return what becomes of a login that is too long."""
    found = name.username(
        user=1, client="a-very-long-login", account=1, domain="", template="@USERNAME@",
        name_too_long=name.NAME_TOO_LONG[value],
    )  # fmt: skip
    return "refused" if isinstance(found, Refusal) else found


def begins(value: str) -> str:
    """Return when a first period begins that is paid before it is due."""
    late = initial_period.LATE_PAYMENT[value]
    moved = late(date(2025, 1, 1), date(2025, 1, 8), date(2025, 1, 5))
    return "2025-01-05" if moved else "2025-01-01"


def hours(value: str, minutes: int) -> str:
    """Return how many hours ten hours and some minutes are."""
    left = upgrade.PRO_RATA_UNIT_REMAINDER[value](10 * 3600 + minutes * 60, 3600)
    return f"{left} hours"


LONG_DAY = datetime(2025, 10, 26, tzinfo=BERLIN), datetime(2025, 10, 27, tzinfo=BERLIN)
EVENING = datetime(2025, 11, 15, 18, tzinfo=UTC), datetime(2025, 11, 30, tzinfo=UTC)
OVERDUE = datetime(2025, 9, 1, tzinfo=UTC), datetime(2025, 9, 5, tzinfo=UTC)
SATURDAY = datetime(2025, 8, 2, tzinfo=UTC)
JANUARY = date(2025, 1, 1), date(2025, 2, 1)
WINTER = date(2025, 1, 20), date(2025, 2, 20)
HALF = date(2025, 1, 1), date(2025, 1, 16)
TEN_DAYS = date(2025, 1, 1), date(2025, 1, 11)
TEN_OF_FEBRUARY = date(2025, 2, 1), date(2025, 2, 11)
JUNE, TEN_OF_JUNE = (date(2025, 6, 1), date(2025, 7, 1)), (date(2025, 6, 1), date(2025, 6, 11))


#: What each value comes to in the case of one that is not the default.
def asked_now(value: str) -> str:
    """Return what a change from 10.00 a month to 100.00 a year asks on September 16."""
    if not cycle.CYCLE_CHANGE[value]():
        return "nothing"
    days = (datetime(2025, 9, day, tzinfo=UTC) for day in (16, 1))
    now, starts = days
    unused = Rulings(DEFAULT, 2)(
        cycle.change,
        now=now,
        starts=starts,
        expires=datetime(2025, 10, 1, tzinfo=UTC),
        price=Fraction(10),
        unit="days",
    )
    return posted(100 - unused)


def of_twenty(value: str) -> str:
    """Return what a volume of twenty units costs."""
    brackets = metered.Bracket(Fraction(0), Fraction(0)), metered.Bracket(Fraction(10), TENTH)
    return posted(
        metered.metered(
            scheme="volume",
            brackets=brackets,
            measured=(Fraction(20),),
            metered_volume=metered.METERED_VOLUME[value],
        )
    )


TENTH = Fraction(1, 10)
COMES_TO: dict[tuple[str, str], Callable[[str], str]] = {
    ("month", "thirty_days"): lambda value: MONTH[value](
        date(2025, 1, 5), 1, 5, MONTH_END["anchor"]).isoformat(),
    ("month_end", "clamp_and_stay"): lambda value: renewed(value, 2),
    ("month_end", "overflow"): lambda value: renewed(value, 1),
    ("day_count", "elapsed_ceil"): lambda value: days_left(value, *LONG_DAY),
    ("day_count", "elapsed_floor"): lambda value: days_left(value, *EVENING),
    ("day_count", "elapsed_exact"): lambda value: days_left(value, *EVENING),
    ("overdue_days", "started"): lambda value: f"{renew.OVERDUE_DAYS[value](*OVERDUE)} days",
    ("period_days", "nominal"): lambda value: cost("3.10", JANUARY, TEN_DAYS, value),
    ("period_days", "calendar_month"): lambda value: cost("3.10", WINTER, TEN_OF_FEBRUARY, value),
    ("daily_charge", "rate_from_month"): day_of_january,
    ("rounding", "half_even"): lambda value: posted(Fraction("0.125"), value),
    ("rounding", "down"): lambda value: posted(Fraction("0.129"), value),
    ("rounding_place", "day_rate"): lambda value: cost("10.00", JANUARY, HALF, "actual", value),
    ("rounding_place", "ratio_9"): lambda value: cost("3.015", JUNE, TEN_OF_JUNE, "actual", value),
    ("posting_digits", "minor_unit"): lambda value: str(Money.post(
        Fraction("0.0968"), "USD", POSTING_DIGITS[value]("daily", 2), ROUNDING["half_up"])),
    ("posting_digits", "four_decimals"): lambda value: posted(Fraction("0.125"), digits=value),
    ("change_day", "old"): change_of_june,
    ("downgrade_extra_charge_only", "keep_until_expiry"): cheaper_from,
    ("change_period_rounding", "exact"): bought,
    ("change_period_rounding", "nearest"): bought,
    ("calendar_long_period", "refused"): lambda value: refused(
        charge.CALENDAR_LONG_PERIOD[value](3), "10.00 a month"),
    ("disabled_period", "orders_and_renewals"): lambda value: refused(
        order.DISABLED_PERIOD[value](True), "3.10"),
    ("auto_retry", "daily"): tried_again,
    ("weekend_end", "next_charge"): lambda value: (
        f"{renew.WEEKEND_END[value](SATURDAY):%Y-%m-%d %H:%M}"),
    ("name_too_long", "cut"): named,
    ("late_payment", "after_due"): begins,
    ("late_fee_base", "invoice_subtotal"): lambda value: posted(
        late_fee.late_fee(total=Fraction(12), tax=Fraction(2), percent=Fraction(10),
                          late_fee_base=late_fee.LATE_FEE_BASE[value])),
    ("full_month_first_period", "one_full_month"): lambda value: (
        full_month.FULL_MONTH_FIRST_PERIOD[value](date(2025, 1, 12)).isoformat()),
    ("cycle_change", "at_once"): asked_now,
    ("failed_operation_task", "no_task"): failed_tasks,
    ("ispmanager5_last_sale", "june_15"): sold_in_june,
    ("metered_volume", "exclusive"): of_twenty,
    ("pro_rata_unit_remainder", "up"): lambda value: hours(value, 15),
    ("pro_rata_unit_remainder", "nearest"): lambda value: hours(value, 45),
}  # fmt: skip

VALUES = [(reading, value) for reading in READINGS for value in READINGS[reading].values]
OTHERS = [each for each in VALUES if DEFAULT[each[0]] != each[1]]


def test_every_value_has_its_meaning() -> None:
    """In the order of the closed list, the default without a case and all others with one."""
    assert [(each, value) for each in MEANINGS for value in MEANINGS[each].values] == VALUES
    for reading, value in VALUES:
        is_default = DEFAULT[reading] == value
        assert (MEANINGS[reading].values[value].apart is None) == is_default
    assert {reading for reading, _ in OTHERS} == {reading for reading, _ in COMES_TO}


@pytest.mark.parametrize(("reading", "value"), OTHERS, ids="=".join)
def test_a_case_tells_a_value_from_the_default(reading: str, value: str) -> None:
    """By what the rules come to."""
    apart = MEANINGS[reading].values[value].apart
    assert apart is not None
    assert apart.here != apart.default
    comes_to = COMES_TO[reading, value]
    assert (comes_to(DEFAULT[reading]), comes_to(value)) == (apart.default, apart.here)


def test_one_reading_is_explained(call: Any) -> None:
    """Each value in a sentence, with a case and both numbers."""
    said = call("readings", "overdue_days")
    assert (said.code, said.out.splitlines()) == (
        0,
        [
            "overdue_days",
            "  How many days is a late renewal overdue?",
            "  inclusive  (default)",
            "    The dates of the expiry, of the renewal, and all between them.",
            "  started",
            "    The time since the expiry in days of 24 hours, a begun one counted.",
            "    expired 2025-09-01 00:00, renewed 2025-09-05 00:00: 4 days, by default 5 days",
            "  applies to: late fee",
            "  decided by: billmanager-hosting: expired Sep 1 and renewed Sep 5 is 5 days",
            "  rules: billmanager.renew.late-fee.percent",
        ],
    )
    both = call("readings", "rounding", "overdue_days", "rounding").out
    assert both.startswith("rounding\n")
    assert both.count("\noverdue_days\n") == 1


def test_json_has_the_meanings(call: Any) -> None:
    """Of all readings, or of those named."""
    found = json.loads(call("readings", "--json").out)["readings"]
    assert [row["name"] for row in found] == list(READINGS)
    (row,) = json.loads(call("readings", "rounding", "--json").out)["readings"]
    assert row["values"] == ["half_up", "half_even", "down"]
    assert row["meanings"]["half_up"] == {"sentence": "To the nearest, a half up."}
    assert row["meanings"]["down"] == {
        "sentence": "What is too much is dropped.",
        "case": "0.129",
        "default": "0.13",
        "here": "0.12",
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("roundin",), 'unknown reading "roundin"; did you mean "rounding"?\n'),
        (("x",), 'unknown reading "x"; prorata readings lists them\n'),
        (("--json", "--markdown"), "either --json or --markdown"),
    ],
)
def test_a_reading_that_there_is_not_is_exit_2(
    call: Any, words: tuple[str, ...], message: str
) -> None:
    """With the nearest one, or those there are."""
    said = call("readings", *words)
    assert (said.code, message in said.err) == (2, True)


def test_the_page_is_current(call: Any) -> None:
    """docs/readings.md is what the command prints: make it anew with --markdown."""
    assert call("readings", "--markdown").out == page()
    assert PAGE.read_text("utf-8") == page()
