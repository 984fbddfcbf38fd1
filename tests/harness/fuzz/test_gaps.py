"""What is wrong, in units that speak."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from prorata.harness.fuzz.days import notable
from prorata.harness.fuzz.gaps import gap, telling
from prorata.harness.fuzz.plain import text_of
from prorata.harness.fuzz.sources import bare
from prorata.harness.running.verdict import Mismatch

#: A month of 31 days for 3.10, five of them: 0.50; half of it is 0.25.
FEE = ("overdue: 2025-09-05 − 2025-09-01 + 1 = 5", "part: start 3.10 × 5 ÷ 31 = 0.50")


def missed(path: tuple[str, ...], expected: str, got: str, *lines: str) -> Mismatch:
    """Return a difference at a place."""
    return Mismatch("a.rule", "2025-09-05 12:00", "renew site", path, expected, got, "", "", lines)


@pytest.mark.parametrize(
    ("expected", "got", "said"),
    [
        ("0.25", "0.20", "charges one day too few (late fee 0.20, not 0.25)"),
        ("0.25", "0.30", "charges one day too many (late fee 0.30, not 0.25)"),
        ("0.25", "0.35", "charges two days too many (late fee 0.35, not 0.25)"),
        ("0.25", "0.26", "charges what is rounded otherwise (late fee 0.26, not 0.25)"),
        ("0.25", "0.50", "charges twice as much (late fee 0.50, not 0.25)"),
        ("0.25", "0.00", "charges nothing (late fee 0.00, not 0.25)"),
        ("0.25", "-0.25", "charges with the other sign (late fee -0.25, not 0.25)"),
        ("0.25", "7.25", "charges too much (late fee 7.25, not 0.25)"),
        ("0.25", "nothing", "charges no late fee, which is 0.25"),
        ("nothing", "0.25", "charges a late fee of 0.25 that is not due"),
    ],
)
def test_a_charge(expected: str, got: str, said: str) -> None:
    """By days where a count of days explains it, else by its relation to what is right."""
    assert said == gap(missed(("charged", "late fee"), expected, got, *FEE))


@pytest.mark.parametrize(
    ("expected", "got", "said"),
    [
        ("2025-10-01 00:00", "2025-10-02 00:00", "sets expires one day too late"),
        ("2025-10-01 00:00", "2025-09-28 00:00", "sets expires three days too early"),
        ("2025-10-01 00:00", "2025-10-01 02:00", "sets expires 2 hours too late"),
    ],
)
def test_a_date(expected: str, got: str, said: str) -> None:
    """By days, or by hours where it is no whole day."""
    assert said == gap(missed(("site", "expires"), expected, got))


def test_other_places() -> None:
    """An act, a balance, the panel, and what always holds."""
    assert "is refused by a.rule" == gap(missed(("act",), "done", "refused by a.rule"))
    assert "is done and should be refused by a.rule" == gap(
        missed(("act",), "refused by a.rule", "done")
    )
    assert "leaves a balance of 1.00 where 2.00 is right" == gap(
        missed(("balance", "anna"), "2.00", "1.00")
    )
    assert "shows on the panel suspended no where yes is right" == gap(
        missed(("ispmanager", "site", "suspended"), "yes", "no")
    )
    assert "breaks what always holds: s1 has two" == gap(
        missed(("always",), "no gap", "s1 has two")
    )


def test_what_is_telling_whatever_the_amounts_are() -> None:
    """Too much and too little are not."""
    fee = ("charged", "late fee")
    assert "one day too few" == telling(missed(fee, "0.25", "0.20", *FEE))
    assert "" == telling(missed(fee, "0.25", "7.25", *FEE))
    assert "one day too late" == telling(missed(("s", "expires"), "2025-10-01", "2025-10-02"))
    assert "too early" == telling(missed(("s", "expires"), "2025-10-31", "2025-10-02"))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2024-02-29", "on February 29"),
        ("2025-02-28", "on the last day of February"),
        ("2025-03-30", "on the day on which the clocks change"),
        ("2025-04-30", "on the last day of a month"),
        ("2025-05-01", "on the first day of a month"),
        ("2025-05-30", "on a day that February does not have"),
        ("2025-05-04", "on a weekend"),  # a Sunday
        ("2025-05-06", ""),
        ("2025-05-20", "on the pro-rata day"),
    ],
)
def test_what_is_notable_about_a_day(late: Any, day: str, said: str) -> None:
    """By the calendar, by the clocks of the zone, by what tariffs say."""
    if day.endswith("-20"):
        late["given"]["tariffs"]["small"]["calendar"] = {"pro_rata_day": "20"}
    scenario = bare(text_of(late), "late.yaml")

    assert said == notable(datetime.fromisoformat(day), scenario)
