"""Good scenarios: typed, with their places, and in the protocol's words."""

# ruff: noqa: E501 - a file or a message in one piece reads best

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

import prorata.harness.scenario as package
from prorata.harness.scenario import (
    ACTS,
    Place,
    Problem,
    Scenario,
    ScenarioErrors,
    bundled_root,
    discover,
    load,
    load_many,
    summary,
)
from prorata.harness.scenario.checks import KnownNames
from prorata.harness.scenario.loader import loads

if TYPE_CHECKING:
    from pathlib import Path

BERLIN = ZoneInfo("Europe/Berlin")
EVERYTHING = """\
title: Every word of a BILLmanager scenario
rules: [a.rule]
source: ours
readings: {posting_digits: daily_four}
given:
  system: billmanager
  timezone: Europe/Berlin
  tariffs:
    start:
      prices: {1 month: "3.10", 1 year: 36.50}
      renewal_prices: {1 month: "2.90"}
      disabled_periods: [3 months]
      setup_fee: 0.0000001
      enabled: no
      calendar: {}
      late_renewal_fee: from suspension
      tariff_change: {full payment: current date}
      tariff_end: 2031-12-31
      minimum_period: {days: 30}
      resources: {disk: {included: 1024, step: 1, prices: {1 month: "0.10"}}}
      groups: {allow: [good], forbid: []}
    day: {daily: {price: "0.1", clients_may_suspend: yes}, late_renewal_fee: {fixed: 1}}
    try: {trial: {days: 14}, tariff_change: forbidden}
  clients: {anna: {balance: "-1.00"}, bob: {}}
  first_ids: {service: 510}
  ispmanager: {presets: {start: {limit_quota: "1024"}}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: start, period: 1 month, resources: {disk: 5}, auto_renewal: yes}
    expect:
      site: {status: active, starts: 2025-08-01, resources: {disk: 5}}
      charged: []
      ispmanager: [{user: site, preset: start}, {user: site, exists: yes}]
  - at: 2025-10-26 02:30:10 +01:00
    change_tariff: {service: site, tariff: day}
    expect: {refused: {rule: a.rule, reason: no}, balance: {anna: "-1.0001"}}
  - at: 2025-10-26T01:45:00Z
    order: {as: other, client: bob, tariff: try, period: 14 days}
    expect: {refused: a.rule}
  - at: 2025-11-01
    set_tariff: {tariff: start, tariff_end: 2030-01-01, weekend: do not suspend}
  - at: 2025-11-01
    set_auto_renewal: {service: site, period: no}
  - at: 2025-11-01
    set_auto_renewal: {service: site, period: 1 month}
  - at: 2025-11-02
    order: {as: other, client: bob, tariff: day, period: 1 day}
    expect:
      charged: [{kind: daily, amount: "0.1000", service: other, lines: 1}]
"""


KNOWN = KnownNames(
    frozenset({"a.rule"}),
    {"posting_digits": ("daily_four", "four_decimals")},
    {"USD": 2}.__getitem__,
)


def loaded(text: str, **changes: str) -> Scenario:
    """Load a text."""
    dotted = {path.replace("__", "."): value for path, value in changes.items()}
    (scenario,) = loads(text.encode(), file="every.yaml", id="every", known=KNOWN, changes=dotted)
    return scenario


@pytest.fixture(scope="module")
def every() -> Scenario:
    """Load the scenario with every word."""
    return loaded(EVERYTHING)


def test_a_catalogue_has_the_words_of_the_file(every: Scenario) -> None:
    """Tariffs go out as they are written: money as its digits, counts and booleans as such."""
    assert {
        "start": {
            "prices": {"1 month": "3.10", "1 year": "36.50"},
            "renewal_prices": {"1 month": "2.90"},
            "disabled_periods": ["3 months"],
            "setup_fee": "0.0000001",
            "enabled": False,
            "calendar": {},
            "late_renewal_fee": "from suspension",
            "tariff_change": {"full payment": "current date"},
            "tariff_end": "2031-12-31",
            "minimum_period": {"days": 30},
            "resources": {"disk": {"included": 1024, "step": 1, "prices": {"1 month": "0.10"}}},
            "groups": {"allow": ["good"], "forbid": []},
        },
        "day": {
            "daily": {"price": "0.1", "clients_may_suspend": True},
            "late_renewal_fee": {"fixed": "1"},
        },
        "try": {"trial": {"days": 14}, "tariff_change": "forbidden"},
    } == every.catalogue()
    assert {"anna": {"balance": "-1.00"}, "bob": {}} == every.clients()


def test_what_is_not_written_has_its_default(every: Scenario) -> None:
    """The pro-rata day is 15, the product type decides about weekends, the currency is USD."""
    start = every.given.tariffs["start"]
    assert start.calendar
    assert 15 == start.calendar.pro_rata_day
    assert "product type" == start.weekend
    assert "USD" == every.given.currency
    assert Decimal(0) == every.given.clients["bob"].balance
    assert date(2031, 12, 31) == start.tariff_end
    assert every.given.first_ids
    assert 510 == every.given.first_ids.service


def test_a_date_is_its_first_instant_in_the_zone(every: Scenario) -> None:
    """Civil times are aware in the scenario's zone; a written offset decides between two."""
    assert datetime(2025, 8, 1, tzinfo=BERLIN) == every.steps[0].at
    assert timedelta(hours=2) == every.steps[0].at.utcoffset()
    # 02:30:10 at +01:00 is 01:30:10 UTC, the second 02:30 of that night.
    assert datetime(2025, 10, 26, 1, 30, 10, tzinfo=UTC) == every.steps[1].at.astimezone(UTC)
    assert "2025-10-26T02:30:10+01:00" == every.steps[1].at.isoformat()
    assert datetime(2025, 10, 26, 1, 45, tzinfo=UTC) == every.steps[2].at.astimezone(UTC)
    expect = every.steps[0].expect
    assert expect
    assert every.steps[0].at == expect.services["site"].starts


def test_expectations_tell_nothing_from_none(every: Scenario) -> None:
    """`charged: []` expects no line; without `charged`, lines are not judged."""
    first, second, third, fourth = (step.expect for step in every.steps[:4])
    assert first
    assert () == first.charged
    assert [("start", True), (None, True)] == [
        (user.preset, user.exists) for user in first.ispmanager
    ]
    assert second
    assert second.refused
    assert ("a.rule", "no") == (second.refused.rule, second.refused.reason)
    assert second.charged is None
    assert third
    assert third.refused
    assert ("a.rule", None) == (third.refused.rule, third.refused.reason)
    assert fourth is None


def test_an_act_leaves_without_labels(every: Scenario) -> None:
    """Labels become the implementation's ids, the label of an order stays behind."""
    acts = [step.act for step in every.steps]
    messages = [(verb, act.message({"site": "17"}.__getitem__)) for verb, act in filter(None, acts)]
    assert [
        (
            "order",
            {
                "client": "anna",
                "tariff": "start",
                "period": "1 month",
                "resources": {"disk": 5},
                "auto_renewal": True,
            },
        ),
        ("change_tariff", {"service": "17", "tariff": "day"}),
        ("order", {"client": "bob", "tariff": "try", "period": "14 days"}),
        (
            "set_tariff",
            {"tariff": "start", "tariff_end": "2030-01-01", "weekend": "do not suspend"},
        ),
        ("set_auto_renewal", {"service": "17", "period": "no"}),
        ("set_auto_renewal", {"service": "17", "period": "1 month"}),
        ("order", {"client": "bob", "tariff": "day", "period": "1 day"}),
    ] == messages


def test_a_payment_keeps_the_label_of_its_service() -> None:
    """Which invoice is the oldest unpaid one is found out by the harness, from the label."""
    act = ACTS["hostbill"]["pay"].model_validate({"invoice": "site"})
    assert {} == act.message({"site": "1"}.__getitem__)
    assert "site" == getattr(act, "label", None)


def test_a_place_is_asked_for_by_its_path(every: Scenario) -> None:
    """A path leads to its value, or to the nearest thing around what is not there."""
    assert Place("every.yaml", 36, 46) == every.place(
        ("timeline", 1, "expect", "refused", "reason")
    )
    assert Place("every.yaml", 36, 23) == every.place(("timeline", 1, "expect", "refused", "x"))
    assert Place("every.yaml", 34, 5) == every.steps[1].place


def test_a_change_from_outside() -> None:
    """A dotted path, whose keys may hold spaces, replaces one value."""
    price = loaded(EVERYTHING, **{"given.tariffs.start.prices.1 month": "4.00"})
    assert "4.00" == price.catalogue()["start"]["prices"]["1 month"]
    listed = loaded(EVERYTHING, **{"given.tariffs.start.disabled_periods.0": "1 year"})
    assert ["1 year"] == listed.catalogue()["start"]["disabled_periods"]
    when = loaded(EVERYTHING, **{"timeline.0.at": "2025-08-02"})
    assert datetime(2025, 8, 2, tzinfo=BERLIN) == when.steps[0].at


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("given.tariffs.strat.enabled", '9:5: nothing to set at "given.tariffs.strat.enabled": there is no "strat"; the keys here are start, day, try'),
        ("timeline.7.at", '28:3: nothing to set at "timeline.7.at": there is no "7"; the keys here are 0, 1, 2, 3, 4, 5, 6'),
        ("title.x", '1:8: nothing to set at "title.x": there is no "x" in a text'),
        ("", '1:1: nothing to set at "": there is no ""; the keys here are title, rules, source, readings, given, timeline'),
        ("title.", '1:8: nothing to set at "title.": there is no "" in a text'),
    ],
)  # fmt: skip
def test_a_change_of_nothing_is_a_problem(path: str, line: str) -> None:
    """A path that leads nowhere lists the keys where it stopped."""
    with pytest.raises(ScenarioErrors) as caught:
        loaded(EVERYTHING, **{path: "4.00"})
    assert [f"every.yaml:{line}"] == [str(problem) for problem in caught.value.problems]


def test_a_changed_value_is_checked() -> None:
    """A bad new value is reported where the old one stands."""
    with pytest.raises(ScenarioErrors) as caught:
        loaded(EVERYTHING, **{"given.tariffs.start.prices.1 month": "cheap"})
    assert "every.yaml:10:25: cheap is not an amount" in str(caught.value)


def write(root: Path, name: str, text: str) -> Path:
    """Write a scenario file."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_files_are_found_and_named(tmp_path: Path) -> None:
    """An id is the path below the root without .yaml; shared catalogues are no scenarios."""
    text = EVERYTHING.replace("readings: {posting_digits: daily_four}\n", "")
    for name in ("edge/b.yaml", "edge/a.yaml", "edge/notes.txt", "catalogues/hosting.yaml"):
        write(tmp_path, name, text)
    found = discover(tmp_path)
    assert ["a.yaml", "b.yaml"] == [path.name for path in found]
    scenarios = load_many(found, root=tmp_path, known=KNOWN)
    assert ["edge/a", "edge/b"] == [scenario.id for scenario in scenarios]
    (other,) = load(found[0], root=tmp_path / "no", known=KNOWN)
    assert found[0].with_suffix("").as_posix() == other.id


def test_problems_of_all_files_come_together(tmp_path: Path) -> None:
    """Many files are loaded to the end, and the last line counts."""
    paths = [
        write(tmp_path, "a.yaml", "title: x\n"),
        write(tmp_path, "b.yaml", ""),
        tmp_path / "none.yaml",
    ]
    with pytest.raises(ScenarioErrors) as caught:
        load_many(paths, root=tmp_path, known=KNOWN)
    assert [
        f'{paths[0]}:1:1: missing "given" in the scenario',
        f'{paths[0]}:1:1: missing "rules" in the scenario',
        f'{paths[0]}:1:1: missing "source" in the scenario',
        f'{paths[0]}:1:1: missing "timeline" in the scenario',
        f"{paths[1]}:1:1: the file is empty; a scenario has a title",
        f"{paths[2]}:1:1: cannot be read: No such file or directory",
        "6 problems in 3 files",
    ] == str(caught.value).splitlines()


def test_one_problem_is_singular() -> None:
    """The closing line counts like a person."""
    assert "1 problem in 1 file" == summary([Problem(Place("a.yaml"), "wrong")])
    assert "0 problems in 0 files" == summary([])


def test_bundled_scenarios_are_a_real_folder() -> None:
    """The scenarios that come along can be opened as files."""
    assert bundled_root().is_dir()
    assert "scenarios" == bundled_root().name


def test_the_package_has_no_other_names() -> None:
    """Public names are imported when first asked for, unknown ones are refused."""
    with pytest.raises(AttributeError, match="has no attribute 'lod'"):
        _ = package.lod
    assert all(getattr(package, name) is not None for name in package.__all__)
