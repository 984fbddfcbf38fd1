"""Selecting scenarios, the Python API, and where panels answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from bundled import SCENARIOS

import prorata.harness
from prorata.harness.implementations.base import CannotStart, ImplementationFault
from prorata.harness.running import selection
from prorata.harness.running.api import end, run
from prorata.harness.running.panels import _presets, open_panels
from prorata.harness.running.selection import SelectionError, load_files, own_file, select
from prorata.harness.scenario import ScenarioErrors, bundled_root, discover
from prorata.reference.clock import Clock
from prorata.reference.readings import ReadingError

FEE = "documented/late-fee-half-of-five-days"
POLITE = Path(__file__).parents[1] / "implementations" / "polite.py"


def ids(*selection: str) -> list[str]:
    """Return the ids of what is selected."""
    return [scenario.id for scenario in select(selection)]


def test_nothing_selected_is_everything_bundled() -> None:
    """All of it, in the order of the paths."""
    every = list(SCENARIOS)
    files = {scenario.place(()).file for scenario in SCENARIOS.values()}
    assert len(discover(bundled_root())) == len(files) < len(every)
    assert ids("*") == every
    assert FEE in every


@pytest.mark.parametrize("text", [FEE, f"{FEE}.yaml", "documented/late-fee-half-*"])
def test_a_scenario_is_selected_by_its_id_or_a_glob(text: str) -> None:
    """With its ending or without."""
    assert [FEE] == ids(text)


def test_a_folder_is_selected_by_its_name() -> None:
    """With its slash or without, and each scenario once."""
    documented = ids("documented/*")
    assert documented == ids("documented") == ids("documented/")
    assert documented == ids("documented", FEE, "documented/late*")


def test_rules_select_the_scenarios_about_them() -> None:
    """By id or glob; together with scenarios each comes once."""
    by_rule = ids("billmanager.renew.late-fee.percent")
    assert FEE in by_rule
    assert about("billmanager.renew.late-fee.percent") == by_rule
    assert about("billmanager.renew.") == ids("billmanager.renew.*")
    assert sorted(by_rule) == sorted(ids(FEE, "billmanager.renew.late-fee.percent"))


def about(beginning: str) -> list[str]:
    """Return the scenarios about a rule whose id begins so."""
    return [
        each.id
        for each in SCENARIOS.values()
        if any(rule.startswith(beginning) for rule in each.rules)
    ]


def test_the_rules_of_a_scenario_stand_in_its_file() -> None:
    """They are found without reading it as YAML: no variable of a row makes one."""
    texts = {each.place(()).file: "" for each in SCENARIOS.values()}
    texts = {file: Path(file).read_text("utf-8") for file in texts}
    assert [] == [
        (each.id, rule)
        for each in SCENARIOS.values()
        for rule in each.rules
        if rule not in texts[each.place(()).file]
    ]


MANY = "edge/late-fee-by-the-day-and-what-was-bought"
ROWS = ("next day", "five days", "thirty days")
BRANCHES = ("for a month", "for a year")


@pytest.mark.parametrize(
    ("text", "rows", "branches"),
    [
        (MANY, ROWS, BRANCHES),
        (f"{MANY}.yaml", ROWS, BRANCHES),
        (f"{MANY}[five days]", ("five days",), BRANCHES),
        (f"{MANY}[*days]", ("five days", "thirty days"), BRANCHES),
        (f"{MANY}#for a year", ROWS, ("for a year",)),
        (f"{MANY}[next day]#for a month", ("next day",), ("for a month",)),
        ("edge/late-fee-by-*[next*]#* month", ("next day",), ("for a month",)),
        ("edge/late-fee-by-the-day-and-what-was-bough[t]", ROWS, BRANCHES),
    ],
)
def test_rows_and_branches_are_selected_behind_their_file(
    text: str,
    rows: tuple[str, ...],
    branches: tuple[str, ...],
) -> None:
    """A file means all of them; brackets are a row's where that gives a file, else a glob's."""
    assert [f"{MANY}[{row}]#{branch}" for row in rows for branch in branches] == ids(text)


def test_each_row_and_branch_comes_once() -> None:
    """However often it is selected, by name or by rule."""
    one = f"{MANY}[five days]#for a year"
    assert [one] == ids(one, f"{MANY}[five*]#for a year")
    every = ids(one, "billmanager.renew.late-fee.percent")
    assert one == every[0]
    assert sorted(ids("billmanager.renew.late-fee.percent")) == sorted(every)


@pytest.mark.parametrize("part", ["[six days]", "#for a week", "[five days]#for", "[]"])
def test_a_part_that_is_none_is_refused(part: str) -> None:
    """With the nearest one, or those there are."""
    with pytest.raises(SelectionError, match="edge/late-fee-by-the-day") as caught:
        select([f"{MANY}{part}"])
    assert f"nothing is called {MANY}{part}; " in str(caught.value)
    with pytest.raises(SelectionError, match="nothing is called"):
        select([f"{FEE}#late"])


def test_parts_of_ones_own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What selects them again is the file with the part behind it."""
    monkeypatch.chdir(tmp_path)
    text = Path(select([MANY])[0].place(()).file).read_text(encoding="utf-8")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    found = select(["own.yaml#for a year", "own.yaml[next day]", "./own.yaml[next day]#for a year"])
    assert [
        "own.yaml[next day]#for a year",
        "own.yaml[five days]#for a year",
        "own.yaml[thirty days]#for a year",
        "own.yaml[next day]#for a month",
    ] == [own_file(each) for each in found]
    assert [each.id for each in found] == [
        each.id for each in select([own_file(each) for each in found])
    ]
    (tmp_path / "own[1].yaml").write_text(text, encoding="utf-8")
    assert len(select(["own[1].yaml"])) == 6
    with pytest.raises(SelectionError, match=r"nothing is called own\.yaml\[none\]"):
        select(["own.yaml[none]"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("documented/late-fee-half-of-five-day", f'did you mean "{FEE}"?'),
        ("documentd/*", 'did you mean "documented/*"?'),
        ("documentd/late-fee-half-of-five-days[row]#b", f'did you mean "{FEE}[row]#b"?'),
        ("billmanager.renw.*", 'did you mean "billmanager.renew.*"?'),
        (
            "billmanager.renew.late-fee.percents",
            'did you mean "billmanager.renew.late-fee.percent"?',
        ),
        ("zzz", "nothing is called zzz; a / means scenarios, a . means rules"),
        ("", "nothing is called "),
        ("nowhere/*", "nothing is called nowhere/*"),
    ],
)
def test_a_selection_that_names_nothing_is_refused(text: str, message: str) -> None:
    """With what was probably meant."""
    with pytest.raises(SelectionError) as caught:
        select([text])
    assert message in str(caught.value)


def test_a_rule_without_a_scenario_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that exists and that no scenario is about names nothing either."""
    monkeypatch.setattr(selection, "ids", lambda: frozenset({"resell.nothing"}))
    with pytest.raises(SelectionError, match="no scenario is about"):
        select(["resell.nothing"])


def test_files_and_folders_of_ones_own(
    tmp_path: Path,
    late: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two folders may hold files of one name: both are selected, each file once."""
    monkeypatch.chdir(tmp_path)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "fee.yaml").write_text(late, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    found = select(["one", "two/", "one/fee.yaml", str(tmp_path / "two" / "fee.yaml")])
    assert len(found) == 2
    assert [Path("one/fee.yaml"), Path("two/fee.yaml")] == [
        Path(own_file(each)).resolve().relative_to(tmp_path.resolve()) for each in found
    ]
    assert ids("one", "two/fee.yaml") == ["one/fee", "two/fee"]
    monkeypatch.chdir(tmp_path / "one")
    elsewhere = (tmp_path / "two" / "fee").as_posix()
    assert ids("fee.yaml", "../two") == ["fee", elsewhere]
    project = select(["fee.yaml", "../two"], project=tmp_path)
    assert ["one/fee", "two/fee"] == [each.id for each in project]
    assert ["fee.yaml", "../two/fee.yaml"] == [own_file(each) for each in project]
    there = select(["one/fee.yaml", "two", FEE], folder=Path(".."), project=tmp_path)
    assert [FEE, "one/fee", "two/fee"] == [each.id for each in there]
    monkeypatch.chdir(tmp_path)
    assert own_file(select([FEE])[0]) == ""
    with pytest.raises(ScenarioErrors, match="this folder has no scenario in it"):
        select(["empty"])
    with pytest.raises(ScenarioErrors, match="cannot be read"):
        load_files([tmp_path / "none.yaml"], tmp_path)


def test_changes_reach_what_is_selected(tmp_path: Path, late: str) -> None:
    """--set changes a value of the file before it is checked."""
    path = tmp_path / "fee.yaml"
    path.write_text(late, encoding="utf-8")
    (changed,) = select([str(path)], {"given.clients.anna.balance": "7.00"})
    assert {"anna": {"balance": "7.00"}} == changed.clients()


def test_run_judges_one_scenario_or_several() -> None:
    """By default on the reference, in process."""
    results = run(FEE)
    assert (results.implementation, results.exit_code, results.count("pass")) == ("reference", 0, 1)
    assert 2 == run([FEE, "worked/upgrade-by-days"]).count("pass")
    assert {"rounding": "down"} == run(FEE, readings={"rounding": "down"}).readings


def test_the_reference_takes_the_readings_that_a_scenario_pins() -> None:
    """Undeclared, it runs under the pin; under another one that is declared it is skipped."""
    pinned = "edge/part-of-a-cent-is-dropped"
    assert run(pinned).count("pass") == 1
    assert run(pinned, readings={"rounding": "half_up"}).count("skipped") == 1


def test_run_refuses_what_it_cannot_do() -> None:
    """A selection, a reading, an implementation that there is not."""
    with pytest.raises(SelectionError):
        run("zzz")
    with pytest.raises(ReadingError):
        run(FEE, readings={"rounding": "up"})
    with pytest.raises(CannotStart):
        run(FEE, "stdio:/nowhere")


def test_run_asks_another_implementation_through_a_socket(tmp_path: Path) -> None:
    """A process that is no billing for this scenario, but answers."""
    results = run(FEE, f"stdio:{sys.executable} {POLITE}")
    assert (results.implementation, results.version) == ("polite", "1")
    assert results.count("pass") == 0


def test_an_improper_goodbye_is_told_and_changes_no_verdict() -> None:
    """`end` returns what was wrong."""

    class Rude:
        def close(self) -> None:
            raise ImplementationFault("implementation", "after stop it exited with code 7")

    rude: Any = Rude()
    assert end(rude) == "after stop it exited with code 7"


def test_panels_answer_in_process_or_behind_a_port(written: Any, late: str) -> None:
    """The same panel, the same address but for its host."""
    scenario = written(late)
    clock = Clock(scenario.steps[0].at)
    with open_panels("inprocess") as panels:
        assert panels.transport("http://ispmanager") is None
        access = panels.access(panels.fresh(scenario, clock))
        assert access["ispmanager"].url == "http://ispmanager/ispmgr"
        assert panels.address == "in process"
        assert panels.transport("http://ispmanager") is not None
    with open_panels("socket") as panels:
        access = panels.access(panels.fresh(scenario, clock))
        assert panels.address.startswith("127.0.0.1:")
        assert access["ispmanager"].url == f"http://{panels.address}/ispmgr"
        assert panels.transport("http://ispmanager") is None


def test_a_panel_has_the_presets_that_the_scenario_names(written: Any, late: str) -> None:
    """Named presets, else an empty one for each template that is sold."""
    assert {"start": {}} == _presets(written(late))
    named = late.replace(
        "  clients:", '  ispmanager: {presets: {big: {limit_quota: "5"}}}\n  clients:'
    )
    assert {"big": {"limit_quota": "5"}} == _presets(written(named.replace(
        "{start: {prices", "{start: {template: big, prices")))  # fmt: skip
    other = late.replace("{start: {prices", "{start: {template: gold, prices")
    assert {"gold": {}} == _presets(written(other))


def test_the_public_names_are_there() -> None:
    """Each is found when it is first used, others are not."""
    assert prorata.harness.run is run
    for name in prorata.harness.__all__:
        assert callable(getattr(prorata.harness, name))
    with pytest.raises(AttributeError, match="has no attribute 'runs'"):
        prorata.harness.runs  # type: ignore[attr-defined]  # noqa: B018
