"""Both sides of a purchase: the client's charge, the seller's below it, and what is left."""

from __future__ import annotations

from datetime import datetime

import pytest

from prorata.harness.explaining import data, explained, texts
from prorata.harness.running.selection import select
from prorata.reference.readings import choose

LIFE = "reselling/life-of-a-licence"
BEHIND = "reselling/what-the-seller-does"
ENDS = "reselling/end-of-sale-example"


def moments_of(scenario):
    """Return the moments of a scenario as data."""
    (found,) = select([scenario])
    return data(list(explained(found, choose(found.readings, {}))), found.given.timezone)


def page(scenario):
    """Return the explanation of a scenario as lines."""
    (found,) = select([scenario])
    moments = list(explained(found, choose(found.readings, {})))
    return [line.rstrip() for line in texts(moments, found.given.timezone, 80)]


def margins(scenario):
    """Return what was charged here, what it cost there, and what is left, purchase by purchase."""
    return [
        (each["charged"] and each["charged"]["amount"], each["cost"]["amount"], each["margin"])
        for moment in moments_of(scenario)
        for each in moment["purchases"]
    ]


# By hand: 7.00 and 5.00 a month; 15 days × 7.00/30 = 3.50 and × 5.00/30 = 2.50; 20 days × 7.00/30
# = 4.67 and × 5.00/30 = 3.33.
@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (f"{LIFE}#renewed by hand", [("7.00", "5.00", "2.00"), ("7.00", "5.00", "2.00")]),
        (f"{LIFE}#a dearer tariff", [("7.00", "5.00", "2.00"), ("3.50", "2.50", "1.00")]),
        (
            f"{LIFE}#a dearer tariff and back",
            [("7.00", "5.00", "2.00"), ("4.67", "3.33", "1.34"), ("-3.50", "-2.50", "-1.00")],
        ),
        # The seller is paid twice, once with the event of the first renewal: none is mixed up.
        (f"{LIFE}#renewed twice at once", [("7.00", "5.00", "2.00")] * 3),
        (
            f"{LIFE}#renewed for another period",
            [("7.00", "5.00", "2.00"), ("70.00", "50.00", "20.00")],
        ),
        # 7.00 and 4.00 for a month, of which 15 of 31 days are left: 3.39 and 1.94
        (ENDS, [("7.00", "4.00", "3.00"), ("3.39", "1.94", "1.45")]),
        # A third month is sold here, and none there.
        (f"{ENDS}-without-an-end-date", [("7.00", "4.00", "3.00"), ("7.00", "1.94", "5.06")]),
        # What the seller does by itself, nobody has paid for here.
        (f"{BEHIND}#the dearer tariff", [("7.00", "5.00", "2.00"), (None, "2.50", "-2.50")]),
        # What was refused there was charged here, and is left where staff start it again.
        ("faults/reselling-no-balance#paid and started", [("7.00", "5.00", "2.00")]),
        ("faults/reselling-no-balance#deleted before it was made", []),
    ],
)
def test_the_margin(scenario, expected):
    """It is the client's charge less the seller's."""
    assert expected == margins(scenario)


def test_both_sides_stand_under_each_other():
    """The act, the client's line with its derivation, the seller's with its own, the margin."""
    lines = page(f"{LIFE}#a dearer tariff")
    begins = lines.index("2025-09-16 00:00  change panel from lite to pro")
    moment = lines[begins : lines.index("", begins)]
    wanted = [
        "  difference  7.00 − 3.50                                   3.50",
        "  posted      tariff change                                 3.50 USD",
        "  bought      for panel at seller",
        "  difference  5.00 − 2.50                                   2.50",
        "  posted      tariff change                                 2.50 USD",
        "  margin      3.50 − 2.50                                   1.00 USD",
    ]
    assert wanted == [line for line in moment if line in wanted]


def test_a_charge_that_comes_later_says_for_what_it_is():
    """The seller was down for an hour: its charge is told at its own instant."""
    lines = page("faults/reselling-seller-down#for an hour")
    begins = next(n for n, line in enumerate(lines) if line.startswith("2025-09-01 11:17"))
    moment = lines[begins : lines.index("", begins)]
    assert "  margin      7.00 − 5.00                                   2.00 USD" in moment
    assert "              charged here on 2025-09-01 10:02" in moment


def test_what_another_billing_does_has_a_title():
    """Its act is told, and what comes of it after that."""
    titles = [
        (each["at"][:16], each["title"]) for each in moments_of(f"{BEHIND}#suspended and resumed")
    ]
    assert ("2025-09-05T12:01", "seller: suspend panel by staff") in titles
    assert ("2025-09-05T12:05", "suspension of panel") in titles


def test_the_sellers_lines_have_their_derivation():
    """As data too: the steps, the rule, and the instant at which each side was charged."""
    moments = moments_of(f"{LIFE}#a dearer tariff")
    (purchase,) = [each for moment in moments[1:] for each in moment["purchases"]]
    assert ("seller", "panel") == (purchase["seller"], purchase["service"])
    (line,) = purchase["lines"]
    assert "billmanager.change.funds" == line["rule"]
    # 15 of 30 days at 10.00 less as many at 5.00
    told = [(step["label"], step["numbers"], step["result"]) for step in line["steps"]]
    assert ("difference", "5.00 − 2.50", "2.50") == told[-1]
    at = {datetime.fromisoformat(purchase[side]["at"]) for side in ("charged", "cost")}
    assert {datetime.fromisoformat("2025-09-16T00:00:00+00:00")} == at
