"""Readings: a closed list of named choices, each with a complete table."""

from __future__ import annotations

from pathlib import Path

import pytest

from prorata.reference import engine, readings
from prorata.reference.proration import Counting
from prorata.reference.readings import (
    DEFAULTS,
    READINGS,
    ReadingError,
    asked_by,
    bind,
    choose,
    table,
)
from prorata.reference.rules import Rulings, function_of, ids

PAGE = (Path(__file__).parents[2] / "docs" / "readings.md").read_text(encoding="utf-8")
# Every value as the rules list it, the default first.
LISTED = {
    "month": "calendar thirty_days",
    "month_end": "anchor clamp_and_stay overflow",
    "day_count": "civil_dates elapsed_ceil elapsed_floor elapsed_exact",
    "overdue_days": "inclusive started",
    "period_days": "actual nominal calendar_month",
    "daily_charge": "rate_fixed rate_from_month",
    "rounding": "half_up half_even down",
    "rounding_place": "line day_rate ratio_9",
    "posting_digits": "daily_four minor_unit four_decimals",
    "change_day": "new old",
    "downgrade_extra_charge_only": "switch_back_free keep_until_expiry",
    "change_period_rounding": "down exact nearest",
    "calendar_long_period": "spread refused",
    "disabled_period": "orders_only orders_and_renewals",
    "auto_retry": "never daily",
    "weekend_end": "monday next_charge",
    "failed_operation_task": "task_stays no_task",
    "name_too_long": "refuse cut",
    "ispmanager5_last_sale": "tariff_end june_15",
    "late_payment": "after_order after_due",
    "late_fee_base": "invoice_total invoice_subtotal",
    "pro_rata_unit_remainder": "down up nearest",
    "full_month_first_period": "this_month one_full_month",
    "cycle_change": "next_due at_once",
    "metered_volume": "inclusive exclusive",
}


def test_the_list_is_closed():
    """There are these readings with these values, the default first, and no others."""
    assert LISTED == {name: " ".join(reading.values) for name, reading in READINGS.items()}
    assert {name: values.split()[0] for name, values in LISTED.items()} == dict(DEFAULTS)
    assert list(LISTED) == list(READINGS)


@pytest.mark.parametrize("reading", READINGS.values(), ids=lambda reading: reading.name)
def test_the_page_says_where_each_applies_and_who_decides(reading):
    """The page of readings has both under the name of the reading."""
    told = PAGE.split(f"## {reading.name}\n")[1].split("\n## ")[0]
    assert f" Applies to: {reading.applies_to}. " in told
    assert f" Decided by: {reading.decided_by}." in told


@pytest.mark.parametrize("name", LISTED)
def test_every_table_is_complete(name):
    """What each value of a reading means is said, once for each."""
    assert set(engine.RULEBOOKS) == {"billmanager", "hostbill"}
    for rule in ids():
        function_of(rule)
    assert READINGS[name].values == tuple(readings._tables[name])


def test_a_table_with_a_hole_is_refused():
    """A table that lacks a value, or has them in another order, is not taken."""
    with pytest.raises(ReadingError, match="the table of rounding has"):
        table("rounding", {"half_up": 1, "down": 2})


def test_the_last_choice_is_the_strongest():
    """Choices overrule the defaults, and later ones the earlier."""
    chosen = choose({"rounding": "down", "month": "thirty_days"}, {"rounding": "half_even"})
    assert {**DEFAULTS, "rounding": "half_even", "month": "thirty_days"} == chosen


@pytest.mark.parametrize(
    ("choice", "why"),
    [
        ({"leap": "yes"}, 'unknown reading "leap"; there are month, month_end'),
        (
            {"rounding": "up"},
            '"up" is not a value of the reading rounding; there are half_up, half_ev',
        ),
        ({"rounding": "half_upp"}, 'of the reading rounding; did you mean "half_up"\\?'),
    ],
)
def test_what_the_list_lacks_is_refused(choice, why):
    """An unknown reading or value is refused with what there is."""
    with pytest.raises(ReadingError, match=why):
        choose(choice)


def test_a_rule_asks_by_its_parameters():
    """A parameter named as a reading, or as a bundle of them, asks for it; others do not."""

    def rule(*, price, month_end, counting):
        """Ask."""

    assert ("month_end", "period_days", "rounding", "rounding_place") == asked_by(rule)
    bound = bind(rule, Rulings(choose({"month_end": "overflow"}), 3).meaning, 3)
    assert ["month_end", "counting"] == list(bound)
    assert (3, Counting) == (bound["counting"].pricing.digits, type(bound["counting"]))
