"""Files that are many scenarios: how they are expanded, and every mistake at its place."""

# ruff: noqa: E501 - a table with one mistake a line reads best

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prorata.harness.scenario.checks import KnownNames
from prorata.harness.scenario.loader import loads
from prorata.harness.scenario.problems import ScenarioErrors
from prorata.harness.scenario.variants import parted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.scenario import Scenario

KNOWN = KnownNames(frozenset({"a.rule"}), {"rounding": ("down",)}, {"USD": 2, "JPY": 0}.__getitem__)
BRANCHED = """\
title: Two futures
rules: [a.rule]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 month: "3.10"}}}
  clients: {anna: {balance: "10.00"}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: start, period: 1 month}
branches:
  late:
    - at: 2025-09-05
      renew: {service: site, period: 1 month}
      expect: {balance: {anna: "3.80"}}
  in time:
    - at: 2025-08-05
      expect: {site: {status: active}}
    - at: 2025-08-06
      order: {as: other, client: anna, tariff: start, period: 1 month}
"""
TABLE = """\
title: $name, bought for $price on $$1
rules: [a.rule]
source: ours
rows:
  - {name: cheap, price: "3.10", period: 1 month, left: "6.90"}
  - {name: dear, price: "9.00", period: 1 year, left: "1.00"}
given:
  system: billmanager
  tariffs: {start: {prices: {$period: $price}}}
  clients: {anna: {balance: "10.00"}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: "${name}st", period: $period}
    expect: {balance: {anna: $left}, refused: {rule: a.rule, reason: $5}}
""".replace('"${name}st"', "start")


def loaded(text: str, changes: Mapping[str, str] | None = None) -> list[Scenario]:
    """Load a text."""
    return loads(text.encode(), file="x.yaml", id="x", known=KNOWN, changes=changes or {})


def problems(text: str, changes: Mapping[str, str] | None = None) -> list[str]:
    """Load a text; return its problems as lines, without the file's name."""
    try:
        loaded(text, changes)
    except ScenarioErrors as errors:
        return [str(problem).removeprefix("x.yaml:") for problem in errors.problems]
    return []


def changed(text: str, old: str, new: str) -> str:
    """Replace the one occurrence of a text."""
    assert 1 == text.count(old), old
    return text.replace(old, new)


def test_each_branch_is_a_scenario() -> None:
    """The beginning is shared; every step and expectation stays where it stands in the file."""
    late, in_time = loaded(BRANCHED)
    assert [("x#late", "#late"), ("x#in time", "#in time")] == [
        (each.id, each.variant) for each in (late, in_time)
    ]
    assert [9, 13] == [step.place.line for step in late.steps]
    assert [9, 17, 19] == [step.place.line for step in in_time.steps]
    assert ["order", "renew"] == [step.act[0] for step in late.steps if step.act]
    place = late.place(("timeline", 1, "expect", "balance", "anna"))
    assert "x.yaml:15:32" == str(place)


def test_each_row_is_a_scenario() -> None:
    """Its values stand for the variables, in keys, values and inside of texts; two dollars are one."""
    cheap, dear = loaded(TABLE)
    assert ["x[cheap]", "x[dear]"] == [cheap.id, dear.id]
    assert ["cheap, bought for 3.10 on $1", "dear, bought for 9.00 on $1"] == [
        cheap.title,
        dear.title,
    ]
    assert {"start": {"prices": {"1 year": "9.00"}}} == dear.catalogue()
    expect = dear.steps[0].expect
    assert expect is not None
    assert "1.00" == str(expect.balance["anna"])
    assert expect.refused is not None
    assert "$5" == expect.refused.reason
    place = dear.place(("timeline", 0, "expect", "balance", "anna"))
    assert "x.yaml:14:30" == str(place)


def test_rows_and_branches_together() -> None:
    """Every row has every branch; a row's values reach into branches, with or without braces."""
    text = TABLE + "branches:\n  a b:\n    - {at: 2025-08-02, expect: {balance: {anna: $left}}}\n"
    text += '  c-$name:\n    - {at: "${day}-03", expect: {charged: []}}\n'
    text = changed(changed(text, "cheap,", "cheap, day: 2025-08,"), "dear,", "dear, day: 2025-08,")
    text = text.replace("title: $name, day: 2025-08,", "title: $name,")
    assert ["x[cheap]#a b", "x[cheap]#c-cheap", "x[dear]#a b", "x[dear]#c-dear"] == [
        each.id for each in loaded(text)
    ]
    assert [2, 3] == [each.steps[1].at.day for each in loaded(text)[:2]]


def test_without_rows_a_dollar_is_a_dollar() -> None:
    """A text of a file without rows is never looked into."""
    assert "$name" == loaded(changed(BRANCHED, "Two futures", "$name"))[0].title


def test_a_timeline_may_be_empty_where_branches_are() -> None:
    """Then nothing is shared but what is given."""
    head, _, _ = BRANCHED.partition("timeline:")
    order = "{as: s, client: anna, tariff: start, period: 1 month}"
    text = f"{head}timeline: []\nbranches: {{a: [{{at: 2025-01-01, order: {order}, expect: {{charged: []}}}}]}}\n"
    assert ["x#a"] == [each.id for each in loaded(text)]


def test_values_are_set_before_a_file_is_expanded() -> None:
    """A path is that of the file; setting away a variable makes no column useless."""
    assert ["3.10", "9.00"] == [
        each.catalogue()["start"]["prices"][period]
        for each, period in zip(loaded(TABLE), ("1 month", "1 year"), strict=True)
    ]
    cheap, dear = loaded(TABLE, {"rows.0.price": "4.00", "rows.1.left": "2"})
    assert "4.00" == cheap.catalogue()["start"]["prices"]["1 month"]
    assert dear.steps[0].expect is not None
    assert "2" == str(dear.steps[0].expect.balance["anna"])
    fixed = loaded(TABLE, {"given.tariffs.start.prices.$period": "5.00"})
    assert ["5.00", "5.00"] == [
        next(iter(each.catalogue()["start"]["prices"].values())) for each in fixed
    ]
    late, _ = loaded(BRANCHED, {"branches.late.0.at": "2025-09-06"})
    assert 6 == late.steps[1].at.day
    assert [
        '11:1: nothing to set at "branches.never": there is no "never"; the keys here are late, in time'
    ] == [line.replace("12:3", "11:1") for line in problems(BRANCHED, {"branches.never": "1"})]


BRANCHES = [
    (
        "late:",
        "late/er:",
        '12:3: "late/er" cannot name a branch; use letters, digits, spaces and . + -',
    ),
    (
        "late:",
        '"late ":',
        '12:3: "late " cannot name a branch; use letters, digits, spaces and . + -',
    ),
    ("late:", "in time:", '16:3: "in time" is given twice; the first is on line 12'),
    (
        '      expect: {balance: {anna: "3.80"}}\n',
        "",
        '12:3: nothing is expected in any step of branch "late"; it shows nothing',
    ),
    ("service: site", "service: sit", '14:24: no service is called "sit"; did you mean "site"?'),
    ("service: site", "service: other", '14:24: no service is called "other"; known here: site'),
    ("at: 2025-08-05", "at: 2025-07-05", "17:11: 2025-07-05 is earlier than the step before"),
    ("as: other", "as: site", '20:19: label "site" is given twice; step 1 has it already'),
    ('"3.80"', '"3.801"', "15:32: 3.801 is never posted: USD has 2 digits after the point here"),
    ('"10.00"', "ten", "7:29: ten is not a balance; write digits such as 100.00 or -3.10"),
    (
        "branches:",
        "branchs:",
        '11:1: unknown key "branchs" in the scenario; did you mean "branches"?',
    ),
]


@pytest.mark.parametrize(("old", "new", "line"), BRANCHES)
def test_mistakes_in_branches(old: str, new: str, line: str) -> None:
    """What all branches share is said once; what one of them has, at its place."""
    assert line in problems(changed(BRANCHED, old, new))
    assert 1 == problems(changed(BRANCHED, old, new)).count(line)


@pytest.mark.parametrize(
    ("branches", "line"),
    [
        ("{}", "11:1: expected branches by their names, each a list of steps, found none"),
        ("soon", "11:1: expected branches by their names, each a list of steps, found soon"),
        ("[late]", "11:1: expected branches by their names, each a list of steps, found a list"),
        (
            "{late: {at: 2025-09-01}}",
            '11:12: expected a list of steps in branch "late", found a mapping',
        ),
        ("{late: []}", '11:12: branch "late" has no step'),
        (
            "{late: [soon]}",
            '11:12: nothing is expected in any step of branch "late"; it shows nothing',
        ),
    ],
)
def test_branches_that_are_none(branches: str, line: str) -> None:
    """They are told apart before anything else is looked at."""
    head, _, _ = BRANCHED.partition("branches:")
    assert [line] == problems(f"{head}branches: {branches}\n")


ROWS = [
    ("name: cheap, ", "", '5:5: missing "name" in a row'),
    ("name: dear", "name: cheap", '6:12: row "cheap" is given twice'),
    (
        "name: dear",
        'name: "a[b]"',
        '6:12: "a[b]" cannot name a row; use letters, digits, spaces and . + -',
    ),
    (
        "name: dear",
        "name: [dear]",
        "6:12: a list cannot name a row; use letters, digits, spaces and . + -",
    ),
    ('price: "9.00"', "price: [9.00]", '6:25: expected a text for "price", found a list'),
    ('price: "9.00", ', "", '9:39: row "dear" has no "price"; known here: left, name, period'),
    (
        'price: "9.00"',
        "price: nine",
        '9:39: nine is not an amount; write digits such as 3.10 (row "dear")',
    ),
    (
        'price: "3.10"',
        "Price: 1",
        '5:19: "Price" cannot name a variable; use small letters and digits',
    ),
    ("anna: $left", "anna: $lft", '14:30: row "cheap" has no "lft"; did you mean "left"?'),
    ("anna: $left", 'anna: "1"', '5:51: no text of the scenario has "$left"'),
    ("tariff: start", "tariff: star", '13:45: unknown tariff "star"; did you mean "start"?'),
    (
        "{$period: $price}",
        "{$period: $price, 1 year: 5}",
        '9:47: "1 year" is given twice (row "dear")',
    ),
    ("rows:", "row:", '4:1: unknown key "row" in the scenario; did you mean "rows"?'),
]


@pytest.mark.parametrize(("old", "new", "line"), ROWS)
def test_mistakes_in_rows(old: str, new: str, line: str) -> None:
    """A value is read where it is used; the row is named where only some rows have the problem."""
    found = problems(changed(TABLE, old, new))
    assert line in found


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("[]", "4:1: expected a list of rows, each with its name, found none"),
        ("{a: 1}", "4:1: expected a list of rows, each with its name, found a mapping"),
        ("[a]", '4:8: missing "name" in a row'),
    ],
)
def test_rows_that_are_none(rows: str, line: str) -> None:
    """A table is a list of rows with names."""
    head, _, rest = TABLE.partition("rows:\n")
    _, _, rest = rest.partition("given:")
    assert [line] == problems(f"{head}rows: {rows}\ngiven:{rest}")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("edge/a", ("edge/a", None, None)),
        ("edge/a[b c]", ("edge/a", "b c", None)),
        ("edge/a#b", ("edge/a", None, "b")),
        ("edge/a[b]#c d", ("edge/a", "b", "c d")),
        ("edge/[ab]*", ("edge/[ab]*", None, None)),
        ("#/a", ("#/a", None, None)),
        ("", ("", None, None)),
    ],
)
def test_a_selection_has_parts(text: str, parts: tuple[str, str | None, str | None]) -> None:
    """A row and a branch stand behind the file."""
    assert parts == parted(text)
