"""The drawing of a scenario: what stands where, and what it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logged import record

from prorata.harness.report.amounts import amount_text, several
from prorata.harness.report.page.drawing import FirstDifference, drawing
from prorata.harness.report.page.listing import happened
from prorata.harness.report.page.marks import DrawnMark, row
from prorata.harness.report.page.scale import Scale, scale_of
from prorata.harness.report.page.shapes import triangle
from prorata.harness.report.told import RecordTold

DIFFERENCE = FirstDifference("2025-09-05 12:00", "late fee expected 0.25 got 0.20")


def told(**changes):
    """Return the record of a wrong late fee, as a log tells it."""
    return RecordTold.model_validate(record(**changes))


def drawn(told_record, difference=None):
    """Return a drawing, as elements."""
    return ET.fromstring(drawing(told_record, difference))


def texts(svg):
    """Return what is written in a drawing, but for titles."""
    return ["".join(each.itertext()) for each in svg.iter("text")]


def of(svg, kind):
    """Return the elements of a class."""
    return [each for each in svg.iter() if kind in each.get("class", "").split()]


def test_bought_periods_are_bars_with_what_was_paid():
    """From the first day to the last: August is 31 of the 35 days and a part that are shown."""
    expected, got = of(drawn(told()), "bar")
    start, end = datetime(2025, 8, 1, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC)
    # Time begins with the order at 09:00, where the bar is cut; it ends with the renewal.
    shown = datetime(2025, 9, 5, 12, tzinfo=UTC) - datetime(2025, 8, 1, 9, tzinfo=UTC)
    width = (end - start - timedelta(hours=9)) / shown * (920 - 108 - 8)

    assert (108.0, round(width)) == (float(got.get("x")), float(got.get("width")))
    assert "expected" in expected.get("class")
    assert "3.10 period" in texts(drawn(told()))


def test_charges_and_refunds_are_marks_with_amounts():
    """A charge points down with a minus, a refund up with a plus."""
    back = {"at": "2025-08-20T00:00+00:00", "what": "line", "kind": "refund", "amount": "1.00",
            "service": "site"}  # fmt: skip
    svg = drawn(told(got=[*record()["got"], back], expected=[]))
    words = texts(svg)

    assert {"−3.10 period", "+1.00 refund", "−0.20 late fee"} <= set(words)
    assert len(of(svg, "charge")) == 2
    assert len(of(svg, "refund")) == 1


def test_expected_stands_beside_got_and_what_is_off_looks_so():
    """Both sides have their rows; only what has no counterpart is marked."""
    svg = drawn(told(), DIFFERENCE)
    off = ["".join(each.itertext()) for each in svg.iter("tspan")]

    assert ["−0.25 late fee", "−0.20 late fee"] == off
    assert texts(svg).count("expected") == texts(svg).count("got") == 2


def test_the_first_difference_is_a_line_through_all():
    """It stands at its instant, with what is said of it as its title."""
    svg = drawn(told(), DIFFERENCE)
    (line,) = [each for each in of(svg, "first") if each.tag == "path"]
    titles = ["".join(each.itertext()) for each in svg.iter("title")]

    # The last instant of all: 108 + 804 = 912.
    assert line.get("d").startswith("M912 0V")
    assert "first difference at 2025-09-05 12:00: late fee expected 0.25 got 0.20" in titles


def test_suspensions_are_parts_of_a_strip():
    """A service is active until it is suspended, on each side."""
    svg = drawn(told())

    assert len(of(svg, "suspended")) == len(of(svg, "active")) == 2
    assert texts(svg).count("suspended") == 2


def test_acts_payments_and_calls():
    """What was done and what panels were asked has a row each; a refusal looks otherwise."""
    steps = [*record()["steps"],
             {"at": "2025-08-10T00:00+00:00", "act": "pay by anna 5.00", "verb": "pay"},
             {"at": "2025-08-20T00:00+00:00", "act": "renew site", "verb": "renew",
              "refused": "no money"}]  # fmt: skip
    svg = drawn(told(steps=steps, expected=[]))

    assert {"acts", "panel calls", "user.add.finish", "pay by anna 5.00"} <= set(texts(svg))
    assert len(of(svg, "payment")) == 1
    assert of(svg, "refused")


def test_invoices_tell_what_is_due():
    """An unpaid one is a mark with its total and its day, a paid one another mark."""
    unpaid = {"at": "2025-08-01T09:00+00:00", "what": "invoice", "invoice": 1, "total": "3.10",
              "status": "unpaid", "due": "2025-08-08T00:00+00:00"}  # fmt: skip
    paid = {**unpaid, "at": "2025-08-20T00:00+00:00", "status": "paid"}
    svg = drawn(told(got=[*record()["got"], unpaid, paid], expected=[]))

    assert {"3.10 unpaid, due 08-08", "3.10 paid"} <= set(texts(svg))


def test_days_bought_one_by_one_are_one_bar():
    """Thirty days at 0.10 are a bar that says so."""
    days = [
        {"at": f"2025-08-{day:02}T00:00+00:00", "what": "line", "kind": "daily", "amount": "0.10",
         "service": "site",
         "covers": [f"2025-08-{day:02}T00:00+00:00", f"2025-08-{day + 1:02}T00:00+00:00"]}
        for day in range(1, 31)
    ]  # fmt: skip
    svg = drawn(told(got=days, expected=[]))

    assert len(of(svg, "bar")) == 1
    assert "30 × 0.10 daily" in texts(svg)


def test_several_billings_have_rows_of_their_own():
    """What a seller charges stands beside what its buyer charges."""
    sold = {**record()["got"][0], "billing": "seller"}
    words = texts(drawn(told(got=[*record()["got"], sold], expected=[])))

    assert {"site", "seller site", "money", "seller money"} <= set(words)


def test_a_side_that_tells_nothing():
    """An implementation that posts no line has an empty row beside what is expected."""
    svg = drawn(told(got=[]), DIFFERENCE)

    assert {"expected", "got", "−0.25 late fee"} <= set(texts(svg))
    assert texts(svg).count("nothing") == 2


def test_a_scenario_without_steps_has_no_drawing():
    """Of one that was never played there is nothing to draw."""
    assert drawing(RecordTold(), DIFFERENCE) == ""


INSTANTS = st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
WORDS = st.text(max_size=8)
EVENTS = st.fixed_dictionaries(
    {"at": INSTANTS, "what": st.sampled_from(["line", "service", "invoice", "notice", "other"])},
    optional={
        "covers": st.tuples(INSTANTS, INSTANTS), "amount": WORDS, "kind": WORDS, "service": WORDS,
        "status": WORDS, "billing": st.sampled_from(["", "seller"]), "total": WORDS,
        "due": INSTANTS, "expires": INSTANTS,
    },
)  # fmt: skip
STEPS = st.fixed_dictionaries({"at": INSTANTS, "act": WORDS, "verb": WORDS})


@given(
    steps=st.lists(STEPS, min_size=1, max_size=4),
    got=st.lists(EVENTS, max_size=6),
    expected=st.lists(EVENTS, max_size=6),
    at=WORDS | INSTANTS,
)
def test_whatever_is_told_is_drawn_and_listed(steps, got, expected, at):
    """At any instants, in any order, with any words: XML whose every place is within the width."""
    told_record = told(steps=steps, got=got, expected=expected)
    svg = drawn(told_record, FirstDifference(at, "x"))
    rows, more = happened(told_record)

    assert all(0 <= float(each.get("x", 0)) <= 920 for each in svg.iter())
    assert len(rows) + more >= len(got)


@pytest.mark.parametrize("year", [1, 9998])
def test_time_at_its_edges(year):
    """A period at the end of all time, if one is told, is drawn as far as it is shown."""
    covers = [f"{year:04}-01-01T00:00+00:00", f"{year + 1:04}-01-01T00:00+00:00"]
    got = [{**record()["got"][0], "covers": covers}]

    assert of(drawn(told(got=got, expected=[])), "bar")


def test_texts_keep_clear_of_each_other():
    """No text covers another text, nor a mark that comes after it."""
    marks = [DrawnMark(x, "act", "renew site for 1 month", "") for x in range(100, 900, 60)]
    made = row(marks, triangle, 900)
    places = re.findall(r'<text x="(\d+)" y="(\d+)">([^<]*)</text>', "".join(made.shapes(0)))
    levels = {}
    for x, y, text in places:
        assert float(x) >= levels.get(y, 0.0)
        levels[y] = float(x) + 6 * len(text)

    assert len(levels) > 1


def test_a_bar_that_goes_on_after_what_is_shown():
    """Ten years that are bought on the last day do not press all the rest together."""
    first, last = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)
    scale = scale_of([first, last], [last.replace(year=2035)], 100, 800)

    # 59 days of acts, and 45 % of that after them: 100 + 800 / 1.45 = 652.
    assert round(scale.at(last)) == 652
    assert scale.goes_on(last.replace(year=2035))


@pytest.mark.parametrize("days", [1, 3, 20, 60, 400, 5000])
def test_days_are_named_where_there_is_room(days):
    """However long a scenario, a few days are named, in order and apart."""
    start = datetime(2025, 1, 15, tzinfo=UTC)
    places = [x for x, _ in Scale(start, start + timedelta(days=days), 0, 900).ticks(9)]

    assert 1 <= len(places) <= 12
    assert all(b - a > 60 for a, b in pairwise(places))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("3.1", "3.10"), ("2.0000", "2.00"), ("0.0997", "0.0997"), ("-5", "-5.00"), ("", ""),
     ("1E+900000", "1E+900000"), ("NaN", "NaN"), ("much", "much")],
)  # fmt: skip
def test_amounts(amount, shown):
    """Two digits, or as many as there are; what is no amount stays what it is."""
    assert shown == amount_text(amount)


def test_amounts_that_are_alike_are_counted():
    """30 × 0.10 says more than thirty times 0.10."""
    assert several(["0.10"] * 30 + ["3.1"]) == "30 × 0.10 + 3.10"
