"""`prorata scenarios`: what there is, and the file of one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prorata.harness.scenario import bundled_root

FEE = "documented/late-fee-half-of-five-days"
MANY = "edge/late-fee-by-the-day-and-what-was-bought"


def test_each_file_is_told_with_what_its_scenarios_have_in_common(call: Any) -> None:
    """Id, title, rows and branches, rules, document; then how many there are."""
    assert call("scenarios", FEE, MANY).out.splitlines() == [
        FEE,
        "  Half of five overdue days",
        "  billmanager.renew.late-fee.percent",
        "  from billmanager-hosting, Policy / Late renewal fee",
        MANY,
        "  The late fee grows by the day, and is the same for whatever is bought then",
        "  [next day] [five days] [thirty days] #for a month #for a year",
        "  billmanager.renew.late-fee.percent",
        "  from billmanager-hosting, Policy / Late renewal fee",
        "7 scenarios in 2 files",
    ]
    assert call("scenarios", FEE).out.endswith("\n1 scenario\n")


def test_a_glob_a_rule_or_a_file_selects(call: Any, wrong: Path) -> None:
    """As they do for a run."""
    ids = [
        row["id"]
        for row in json.loads(call("scenarios", "documented/*", "--json").out)["scenarios"]
    ]
    assert FEE in ids
    assert all(each.startswith("documented/") for each in ids)
    assert "Half of five overdue days, wrongly" in call("scenarios", str(wrong)).out
    assert "7 scenarios" in call("scenarios", f"{MANY}[*]", FEE).out


def test_json_has_each_scenario(call: Any) -> None:
    """With the file that it stands in."""
    (row,) = json.loads(call("scenarios", f"{MANY}[five days]#for a year", "--json").out)[
        "scenarios"
    ]
    assert row == {
        "id": f"{MANY}[five days]#for a year",
        "title": "The late fee grows by the day, and is the same for whatever is bought then",
        "rules": ["billmanager.renew.late-fee.percent"],
        "document": "billmanager-hosting",
        "section": "Policy / Late renewal fee",
        "file": str(bundled_root() / f"{MANY}.yaml"),
    }


@pytest.mark.parametrize("named", [FEE, f"{FEE}.yaml"])
def test_a_file_is_shown_with_its_path(call: Any, named: str) -> None:
    """The path stands last: line 20 of what is shown is line 20 of the file, as reports name it."""
    path = bundled_root() / f"{FEE}.yaml"
    said = call("scenarios", "show", named)
    assert (said.code, said.out) == (0, f"{path.read_text('utf-8')}# {path}\n")
    Path("shown.yaml").write_text(said.out, encoding="utf-8")
    assert call("check", "shown.yaml").code == 0
    found = json.loads(call("scenarios", "show", named, "--json").out)
    assert found == {"file": str(path), "text": path.read_text("utf-8")}


def test_a_row_shows_its_file(call: Any, wrong: Path) -> None:
    """However it is named; a file of one's own as well."""
    assert (
        call("scenarios", "show", f"{MANY}[five days]").out == call("scenarios", "show", MANY).out
    )
    wrong.write_text(wrong.read_text("utf-8").rstrip(), encoding="utf-8")
    shown = call("scenarios", "show", str(wrong)).out
    assert shown == f"{wrong.read_text('utf-8')}\n# {wrong}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show",), "show takes the id of one scenario"),
        (("show", FEE, MANY), "show takes the id of one scenario"),
        (("show", "documented"), "show takes one file, these are "),
        (("documentd/*",), 'nothing is called documentd/*; did you mean "documented/*"?'),
        (("show", f"{FEE}s"), f'nothing is called {FEE}s; did you mean "{FEE}"?'),
    ],
)
def test_what_cannot_be_shown_is_exit_2(call: Any, words: tuple[str, ...], message: str) -> None:
    """In one line."""
    said = call("scenarios", *words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith(message)
