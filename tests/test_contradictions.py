"""docs/contradictions.md: its numbers by hand, its readings, its places, and that it is current."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from prorata.harness.tracing import contradictions_page, documents
from prorata.harness.tracing.__main__ import main
from prorata.harness.tracing.disagreeing import contradictions, discrepancies
from prorata.harness.tracing.outcomes import outcomes, summed
from prorata.reference.readings import READINGS
from prorata.reference.rules import DOCUMENTS, rules

DOCS = Path(__file__).parents[1] / "docs"
EVERY = {each.name: each for each in contradictions()}
NOTHING = ("0.00", None)

#: What the client pays under each answer and until when that is, worked out by hand.
BY_HAND = {
    "billmanager-activated-by-itself": {
        "enabled when it is made": ("3.10", "2025-10-01"),  # the month
        "enabled afterwards": NOTHING,
    },
    "billmanager-amounts-of-disk": {
        "the least": ("5.15", "2025-10-01"),  # 3.10 + 1024 × 0.002 = 2.048
        "the most": NOTHING,
    },
    "billmanager-daily-charge": {
        "rate_fixed": ("3.00", "2025-02-01"),  # 30 × 0.10
        "rate_from_month": ("3.72", "2025-02-01"),  # 31 × 3.60/30
    },
    "billmanager-days-left": {
        "civil_dates": ("11.45", "2025-11-30"),  # 10.00 + 3 × 15/31 = 1.4516
        "elapsed_ceil": ("11.45", "2025-11-30"),  # 14.25 days are 15 begun ones
        "elapsed_floor": ("11.35", "2025-11-30"),  # 3 × 14/31 = 1.3548
        "elapsed_exact": ("11.38", "2025-11-30"),  # 3 × 14.25/31 = 1.3790
        "both dates, as a fee counts": ("11.55", "2025-11-30"),  # 3 × 16/31 = 1.5484
    },
    "billmanager-days-overdue": {
        "inclusive": ("6.45", "2025-10-05"),  # 2 × 3.10 + 5 × 0.10 × 50 %
        "started": ("6.40", "2025-10-05"),  # 2 × 3.10 + 4 × 0.10 × 50 %
    },
    "billmanager-disabled-period": {
        "orders_only": ("39.60", "2026-09-01"),  # 3.10 + 36.50
        "orders_and_renewals": ("3.10", "2025-09-01"),
    },
    "billmanager-downgrade-extra-charge-only": {
        # 20 + 15/30 of a mailbox + 10 + 1: at 1.00 it is 0.50, at 2.00 it is 1.00
        "switch_back_free": ("31.50", "2025-11-01"),
        "keep_until_expiry": ("32.00", "2025-11-01"),
    },
    "billmanager-downtime-given-back": {
        "not charged": ("2.90", "2025-02-01"),  # 31 days less January 11 and 12
        "given back": ("2.80", "2025-02-01"),  # 31 days less 72 hours
    },
    "billmanager-from-suspension-or-expiry": {
        "from the expiry": ("6.20", "2025-09-02"),  # Saturday, August 2 + 1 month
        "from the suspension": ("6.20", "2025-09-04"),  # Monday, August 4 + 1 month
    },
    "billmanager-full-payment-counts-from": {
        "from the current date": ("30.00", "2025-10-16"),  # September 16 + 1 month
        "from the expiry": ("30.00", "2025-11-01"),  # October 1 + 1 month
    },
    "billmanager-name-too-long": {
        "refuse": NOTHING,  # a-very-long-login has 17 characters
        "cut": ("3.10", "2025-10-01"),
    },
    "billmanager-paid-before-it-is-ready": {
        "paid from the order": ("3.10", "2025-10-01"),
        "paid from its activation": ("3.10", "2025-10-03"),
    },
    "billmanager-several-calendar-months": {
        "spread": ("34.84", "2025-11-01"),  # 10 × 15/31 + 3 × 10 = 34.8387
        "refused": NOTHING,
    },
    "billmanager-traffic-ordered-or-used": {
        "what is ordered": ("13.34", "2025-10-01"),  # 3.10 + 1024 × 0.01
        "what is used": ("3.10", "2025-10-01"),
    },
    "billmanager-weekend-end": {
        "monday": ("6.45", "2025-09-04"),  # 2 × 3.10 + 2 × 0.10 + 1 × 0.10 × 50 %
        "next_charge": ("6.40", "2025-09-04"),  # 2 × 3.10 + 2 × 0.10
    },
    "billmanager-weekend-in-money-or-days": {
        "in days": ("6.20", "2025-10-06"),  # Saturday, September 6 + 1 month
        "in money": ("6.40", "2025-10-08"),  # 2 × 0.10; Monday, September 8 + 1 month
    },
    "hostbill-credit-of-a-downgrade": {
        "the part that is left": ("15.00", "2025-10-01"),  # 20 − 15 × (20 − 10)/30
        "what was paid": ("0.00", "2025-10-01"),  # 20 − 20
    },
    "hostbill-full-month-or-full-period": {
        "the full fee": ("10.00", "2025-10-01"),
        "the full period": ("10.00", "2025-10-20"),  # September 20 + 1 month
    },
    "hostbill-half-a-year-of-a-licence": {
        "an error": ("70.00", "2025-08-01"),  # January to July
        "sold": ("60.00", "2025-08-01"),  # January, and a half-year
    },
    "hostbill-hybrid-and-the-queue": {
        "hybrid waits": ("10.00", "2025-10-01"),
        "invoiced at once": ("15.00", "2025-10-01"),  # 10 + 15 × (20 − 10)/30
    },
    "hostbill-late-fee-after-which-due-date": {
        "the due date of the invoice": ("20.00", "2025-11-01"),  # paid a day before October 9
        "the due date of the service": ("21.00", "2025-11-01"),  # 10 % of 10.00 on October 4
    },
    "hostbill-late-payment": {
        "after_order": ("10.00", "2025-02-05"),
        "after_due": ("20.00", "2025-03-01"),  # the second month was asked for on February 1
    },
    "hostbill-metered-volume": {
        "inclusive": ("1.10", None),  # (20 − 9) × 0.10
        "exclusive": ("1.00", None),  # (20 − 10) × 0.10
    },
    "hostbill-one-month-or-thirty-days": {
        "calendar": ("120.00", "2026-01-05"),  # 12 months
        "thirty_days": ("130.00", "2026-01-30"),  # day 360 is December 31: 13 × 30 = 390 days
    },
    "hostbill-past-or-left": {
        "the time left": ("16.67", "2025-07-01"),  # 10 + 20 × 10/30 = 6.6667
        "the time past": ("13.33", "2025-07-01"),  # 10 + 10 × 10/30 = 3.3333
    },
    "hostbill-refund-of-a-licence": {
        "deactivated by staff": ("30.00", "2025-09-11"),
        "cancelled by the client": ("10.00", "2025-09-11"),  # 30 − 30 × 20/30
    },
    "hostbill-request-to-cancel": {
        "when it is for": ("30.00", "2025-10-01"),
        "when it is made": ("30.00", "2025-09-11"),
    },
    "reselling-failed-operation": {
        "task_stays": ("7.00", "2025-10-01"),
        "no_task": ("7.00", "2025-10-01"),
    },
    "reselling-ispmanager5-last-sale": {
        # June 10 to December 10 are 6 × 4.00; then 21 of 31 days: 4 × 21/31 = 2.7097
        "tariff_end": ("26.71", "2021-12-31"),
        "june_15": ("4.00", "2021-07-10"),
    },
    "reselling-ispmanager5-supported": {
        "until it expires": ("40.00", "2022-03-01"),
        "until the end of 2021": ("33.53", "2022-01-01"),  # 40 × 306/365 = 33.5342
    },
}


@pytest.mark.parametrize("name", EVERY)
def test_what_either_answer_comes_to(name):
    """A run of the reference, or the sum, is what was worked out by hand."""
    found = {
        one.way.name: (one.total, one.until and f"{one.until:%Y-%m-%d}")
        for one in outcomes(EVERY[name])
    }
    assert BY_HAND[name] == found


def test_the_sums_that_are_written_out_are_right():
    """As in 3.10 × 2 ÷ 31 = 0.20."""
    written = [
        sum_and_result
        for each in EVERY.values()
        for sum_and_result in re.findall(r"([\d.]+(?: [×÷] [\d.]+)+) = ([\d.]+\d)", each.costs)
    ]
    assert len(written) >= 4
    for text, result in written:
        assert result == summed(text), text


def test_the_answers_differ():
    """In what is paid, in how long that lasts, or, of a failed operation, in its task alone."""
    alike = {name for name, ways in BY_HAND.items() if len({*ways.values()}) == 1}
    assert {"reselling-failed-operation"} == alike


def test_what_a_reading_may_be_is_what_is_played():
    """Each value, and the default is the reading's."""
    for each in EVERY.values():
        assert each.default in {way.name for way in each.ways}, each.name
        if each.reading:
            reading = READINGS[each.reading]
            played = tuple(way.name for way in each.ways if not way.sum)
            assert (reading.values, reading.default) == (played, each.default)


def test_every_reading_that_a_document_decides_is_there():
    """And that of the two tables that the vendor has published."""
    named = {
        name
        for name, reading in READINGS.items()
        if any(document in reading.decided_by for document in DOCUMENTS[:5])
    }
    assert len(named) >= 11
    assert named | {"metered_volume"} | {"daily_charge"} <= {
        each.reading for each in EVERY.values()
    }


def test_every_place_is_in_its_document():
    """What disagrees has two of them at least; the vendor's pages have their own sections."""
    for each in (*EVERY.values(), *discrepancies()):
        assert len(each.places) >= 2, each.title
        for place in each.places:
            sections = documents()[place.document].sections
            assert place.document == "vendor" or place.section in sections, place


def test_every_rule_exists():
    """Of each contradiction one at least."""
    for each in EVERY.values():
        assert each.rules
        assert {*each.rules} <= {*rules()}


def test_the_page_and_its_pictures_are_current(tmp_path):
    """What is written anew is what is there: python -m prorata.harness.tracing docs."""
    (tmp_path / "pictures").mkdir()
    assert 0 == CliRunner().invoke(main, [str(tmp_path)]).exit_code
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")}
    shown = {path.relative_to(DOCS) for path in DOCS.glob("pictures/contradiction-*.svg")}
    assert shown | {Path("contradictions.md")} == written
    for name in written:
        assert (DOCS / name).read_text(encoding="utf-8") == (tmp_path / name).read_text(
            encoding="utf-8"
        ), f"renew {name}"


@pytest.mark.parametrize("name", EVERY)
def test_a_picture_has_a_lane_for_every_answer(name):
    """With the name, the amount, and one that holds; it is told in words as well."""
    picture = ET.fromstring(contradictions_page.picture(EVERY[name]))
    said = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}text")]
    groups = [each.get("class") for each in picture.iter("{http://www.w3.org/2000/svg}g")]
    assert 1 == groups.count("held")
    assert len(EVERY[name].ways) == len(groups)
    (description,) = picture.iter("{http://www.w3.org/2000/svg}desc")
    for one in outcomes(EVERY[name]):
        assert one.way.name in said
        assert one.total in said
        assert f"{one.way.name}: {one.total}" in description.text
