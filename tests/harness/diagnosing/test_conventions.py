"""What each convention comes to, worked out by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache

import pytest

from prorata.harness.diagnosing import counting
from prorata.harness.diagnosing.conventions import CONVENTIONS
from prorata.harness.diagnosing.hypothesis import BY_DEFAULT
from prorata.harness.diagnosing.probes import probes
from prorata.harness.running.selection import load_text
from prorata.harness.running.story import reference_story
from prorata.reference.readings import DEFAULTS, READINGS

TAXED = """
title: A taxed change
rules: [billmanager.change.funds]
source: ours
given:
  system: billmanager
  tax: {rate: "20", included: no}
  tariffs:
    small: {prices: {1 month: "10.00"}, tariff_change: add funds}
    large: {prices: {1 month: "20.00"}, tariff_change: add funds}
  clients: {anna: {balance: "100.00"}}
timeline:
  - at: 2025-02-01
    order: {as: site, client: anna, tariff: small, period: 1 month}
  - at: 2025-02-11
    change_tariff: {service: site, tariff: large}
    expect: {site: {tariff: large}}
"""
AHEAD = """
title: An upgrade with the next month paid
rules: [hostbill.upgrade.pro-rata]
source: ours
given:
  system: hostbill
  products:
    small: {prices: {monthly: "10.00"}, upgrades: [large]}
    large: {prices: {monthly: "20.00"}}
  clients: {anna: {}}
timeline:
  - at: 2025-09-01
    order: {as: site, client: anna, product: small, cycle: monthly, hostname: a.example.com}
  - at: 2025-09-01
    pay: {invoice: site}
  - at: 2025-09-24
    pay: {invoice: site}
  - at: 2025-09-26
    change_tariff: {service: site, product: large}
    expect: {site: {tariff: small}}
"""
#: What a billing that follows a convention posts of each kind, in the first probe that shows it.
POSTED = {
    # February 11 to March 1: 18 days of 28; 10.00 to 20.00 a month, so × 10.
    # (3 − 2) × 30 + 1 − 11 = 20 of 30
    "30/360": ("a change in February", "tariff change", "6.67"),
    # 416 whole hours until March 1, of 30 × 24 = 720
    "upgrades by months of 30 days": ("an upgrade in February", "tariff change", "5.78"),
    # 18 of 31
    "months of 31 days": ("a change in February", "tariff change", "5.81"),
    # from 15:30 on 17 days and 8 whole hours: 416 of 730
    "730 hours to a month": ("a change in February", "tariff change", "5.70"),
    # 18 × 12 ÷ 365
    "price × 12 ÷ 365": ("a change in February", "tariff change", "5.92"),
    # 19 of 28
    "an inclusive end": ("a change in February", "tariff change", "6.79"),
    # 10 days are used: 10 of 28
    "used part in arrears": ("a change in February", "tariff change", "3.57"),
    # 20.00 × 18 ÷ 28 = 12.857, and 10.00 × 18 ÷ 28 = 6.4286 is given back
    "credit and charge as two legs": ("a change in February", "tariff change", "12.86"),
    # 2024-05-20 to 2025-01-10 is 235 days; 1111.11 × 235 ÷ 365
    "years of 365 days": ("a change in a leap year", "tariff change", "715.37"),
    # 235 ÷ 366 = 0.64208, so 0.6421; 2345.67 × 0.6421 − 1234.56 × 0.6421 = 713.4437
    "a ratio to 4 digits": ("a change in a leap year", "tariff change", "713.44"),
    # 2345.67 ÷ 366 = 6.40893, 1234.56 ÷ 366 = 3.37311; 235 × (6.4089 − 3.3731) = 713.413
    "day rates to 4 digits": ("a change in a leap year", "tariff change", "713.41"),
    # 200000000 × 15 ÷ 31 = 96774193.5484 and half of it 48387096.7742: …93.55 − …96.77
    "credit and charge rounded apart": (
        "edge/ratio-rounded-to-nine-decimals", "tariff change", "48387096.78",
    ),
    # 30 × 0.1 = 3 over 31 days: 0.0968 each, the last one 3 − 30 × 0.0968 = 0.0960
    "remainder on the last slice": ("a day of an order period", "daily", "0.0960"),
    # September 1 00:00 to 5 12:00: 4 whole days × 1.00 × 50 %
    "whole elapsed days overdue": ("a late renewal at noon", "late fee", "2.00"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONVENTIONS)
def test_what_is_posted(name):
    """Each posts another amount than the documents have it, and this one."""
    probe, kind, amount = POSTED[name]
    amounts = posted(probe, kind, name)
    assert Fraction(amount) == amounts[-1]
    assert amounts != posted(probe, kind)


@cache
def by_name():
    """Return the probes by their names."""
    return {each.scenario.id: each for each in probes()}


def posted(probe, kind, *conventions):
    """Return the amounts of a kind that are posted in a probe under conventions."""
    story = by_name()[probe].stories.under(BY_DEFAULT.by(*conventions))
    lines = [line for seen in story.whole for line in seen.lines]
    return [Fraction(line.amount) for line in lines if line.kind == kind]


@pytest.mark.parametrize(
    ("conventions", "probe", "amount"),
    [
        # 18 days are left: 20 × 18/31 = 11.6129 and 10 × 18/31 = 5.8065, 11.61 − 5.81
        (["months of 31 days", "credit and charge rounded apart"], "a change in February", "5.80"),
        # 19 days with that of the expiry: 10 × 19 ÷ (730/24) = 6.2466
        (["730 hours to a month", "an inclusive end"], "a change in February", "6.25"),
        # 17 days and 8.5 hours are left, whole hours 416, and a day more: 10 × 440/730 = 6.0274
        (["730 hours to a month", "an inclusive end"], "an upgrade in February", "6.03"),
        # 10 days are gone of 31: 10 × 10/31
        (["months of 31 days", "used part in arrears"], "a change in February", "3.23"),
    ],
)
def test_what_is_posted_under_two(conventions, probe, amount):
    """Each is done, whichever is named first."""
    for order in (conventions, conventions[::-1]):
        assert Fraction(amount) == posted(probe, "tariff change", *order)[-1]
    assert Fraction(amount) not in (
        posted(probe, "tariff change", each)[-1] for each in conventions
    )


def test_of_what_are_about_the_same_one_is_followed():
    """The one that is put last."""
    by = BY_DEFAULT.by("30/360").by("an inclusive end").by("months of 31 days")
    assert ["months of 31 days", "an inclusive end"] == by.named
    assert "months of 31 days and an inclusive end" == str(by)


def test_two_legs_are_taxed_each():
    """A charge of 12.86 and a credit of 6.43 at 20 %: 2.57 (2.572), and 1.29 (1.286) back."""
    taxed = load_text(TAXED.encode(), "taxed")[0]
    convention = CONVENTIONS["credit and charge as two legs"]
    lines = reference_story(taxed, DEFAULTS, convention.instead).billing.ledger.since(0)
    assert [
        ("tariff change", "12.86"), ("tax", "2.57"), ("refund", "6.43"), ("tax refund", "1.29"),
    ] == [(line.kind, str(line.amount)) for line in lines][2:]  # fmt: skip


def test_the_table_is_told_in_sentences():
    """Each has a sentence, and says what documents have to do with it."""
    for each in CONVENTIONS.values():
        assert each.sentence.endswith(".")
        assert each.told == "no document has it" or " rules it out: " in each.told
        assert f"{each.about}: {each.name} ({each.told})" == str(each)


def test_no_convention_is_a_reading():
    """The list of readings is closed, and none of these has the name of a value."""
    values = {value for reading in READINGS.values() for value in reading.values}
    assert set() == values & CONVENTIONS.keys()


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2025, 2, 11), date(2025, 3, 1), 20),
        (date(2025, 1, 31), date(2025, 2, 28), 28),
        (date(2025, 1, 31), date(2025, 3, 31), 60),
        (date(2025, 1, 15), date(2026, 1, 15), 360),
    ],
)
def test_days_of_30_360(first, last, days):
    """A month has 30 days, and a 31st is a 30th where the other end is one."""
    assert days == counting.days_360(first, last)


def test_every_convention_shows_in_a_probe_that_is_written_for_them():
    """Or it could never be told from none."""
    own = [each.stories for each in by_name().values() if each.own]
    for name in CONVENTIONS:
        one = BY_DEFAULT.by(name)
        assert any(each.between(BY_DEFAULT, one, None) for each in own), name


def test_a_cycle_that_is_paid_after_this_one_is_counted_alike():
    """5 of September's days and October's 31 at 10.00 × 36 ÷ 30 = 12.00, not 1.67 + 10.00."""
    scenario = load_text(AHEAD.encode(), "ahead")[0]
    convention = CONVENTIONS["upgrades by months of 30 days"]
    *_, line = reference_story(scenario, DEFAULTS, convention.instead).billing.ledger.since(0)
    assert ("tariff change", "12.00") == (line.kind, str(line.amount))
