"""A generated history is a scenario that a file can hold."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from prorata.harness.fuzz.generating import Focus, Seeded, history
from prorata.harness.fuzz.generating.files import scenario_of
from prorata.harness.running.selection import load_text

MADE = [history(Seeded(7, number), name=f"7/{number}", focus=Focus()) for number in range(150)]


def read(plain: dict[str, Any], name: str) -> Any:
    """Read the text of a file with these data, and a last step that expects something."""
    nothing: dict[str, Any] = {"charged": []}
    expect = {"reseller": nothing} if "billings" in plain["given"] else nothing
    whole = deepcopy(plain)
    whole["timeline"].append({"at": plain["timeline"][-1]["at"], "expect": expect})
    (found,) = load_text(json.dumps(whole, ensure_ascii=False).encode(), f"{name}.yaml")
    return found


def told(scenario: Any, steps: int) -> list[Any]:
    """Return all that a scenario says, but for places and expectations."""
    own = [
        (step.at, step.at.utcoffset(), step.act, step.quote, step.again)
        for step in scenario.steps[:steps]
    ]
    head = scenario.title, scenario.rules, scenario.source, scenario.readings, scenario.name
    others = [told(each, steps) for each in scenario.others.values()]
    return [head, scenario.given, own, list(scenario.others), others]


@pytest.mark.parametrize("tenth", range(10))
def test_what_is_read_from_its_file_is_the_same(tenth: int) -> None:
    """The short way to a scenario, without a text, leads where the loader's checks do."""
    for made in MADE[tenth::10]:
        scenario = made.scenario
        count = len(scenario.steps)
        found = read(scenario.tree.plain, scenario.id)
        assert told(found, count) == told(scenario, count)


def test_instants_of_a_file_are_those_of_the_steps() -> None:
    """Histories are of zones whose clocks change: there a text says which instant is meant."""
    zones = {made.scenario.given.timezone.key for made in MADE}
    assert {"Europe/Berlin", "Africa/Cairo", "America/Santiago", "UTC"} <= zones


def test_data_that_no_file_may_have_are_refused() -> None:
    """The models are those of files."""
    plain = deepcopy(MADE[0].scenario.tree.plain)
    plain["timeline"][0]["order"] = {"as": "site"}
    with pytest.raises(ValidationError):
        scenario_of(plain, [step.at for step in MADE[0].scenario.steps], "wrong")


def test_places_are_those_of_the_file() -> None:
    """Whatever is asked for stands at the beginning of a file with the history's name."""
    made = MADE[3].scenario
    assert "7/3.yaml:1:1" == str(made.place(("timeline", 0, "at")))
