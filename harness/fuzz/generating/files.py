"""From the plain data of a file to the scenario that is read from it, without any text of YAML."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.harness.scenario.acts import ACTS
from prorata.harness.scenario.given import Given, Head
from prorata.harness.scenario.nodes import MapNode, Tree
from prorata.harness.scenario.places import Place
from prorata.harness.scenario.scenario import Scenario, TimelineStep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from prorata.harness.scenario.acts import Act

__all__ = ["scenario_of"]

_BESIDE: Final = frozenset({"at", "on", "quote", "again"})
_WAIT: Final[Mapping[str, Any]] = {"wait": {}}


class _Mark(NamedTuple):
    line: int = 0
    column: int = 0


class _File(NamedTuple):
    """The data of a file, and the instants of its steps."""

    name: str
    plain: dict[str, Any]
    at: Sequence[datetime]


def scenario_of(plain: dict[str, Any], at: Sequence[datetime], name: str) -> Scenario:
    """Return the scenario of a file that has these data; `at` has the instants of its steps.

    Every place in it is the file's beginning. Raises pydantic's `ValidationError` for data that no
    file may have; what names of the billing mean is not checked.
    """
    file, given = _File(name, plain, at), plain["given"]
    billings = given.get("billings")
    if billings is None:
        return _party(file, given, plain["timeline"])
    judged = next(each for each, row in billings.items() if "sellers" in row)
    own, *others = (
        replace(_party(file, billings[name], _seen_by(name, plain, judged)), name=name)
        for name in sorted(billings, key=lambda each: each != judged)
    )
    world = {each.name: each for each in others}
    steps = tuple(
        replace(step, others={party: each.steps[index] for party, each in world.items()})
        for index, step in enumerate(own.steps)
    )
    return replace(own, others=world, steps=steps)


def _seen_by(name: str, plain: Mapping[str, Any], judged: str) -> Sequence[Mapping[str, Any]]:
    """Return the steps as a billing sees them: what others do is waiting for it."""
    return [row if row.get("on", judged) == name else _WAIT for row in plain["timeline"]]


def _party(
    file: _File, given: Mapping[str, Any], timeline: Sequence[Mapping[str, Any]]
) -> Scenario:
    head, read = Head.model_validate(file.plain), Given.model_validate(given)
    acts, place = ACTS[read.system], Place(f"{file.name}.yaml")
    context = {"zone": read.timezone, "labels": frozenset[str]()}
    steps = tuple(
        _step(row, when.astimezone(read.timezone), acts, context, place)
        for row, when in zip(timeline, file.at, strict=True)
    )
    tree = Tree(place.file, MapNode(_Mark()), file.plain)
    return Scenario(
        file.name, head.title, head.rules, head.source, head.readings, read, steps, tree
    )


def _step(
    row: Mapping[str, Any],
    at: datetime,
    acts: Mapping[str, type[Act]],
    context: Mapping[str, Any],
    place: Place,
) -> TimelineStep:
    verb = next(key for key in row if key not in _BESIDE)
    act = acts[verb].model_validate(row[verb], context=context)
    return TimelineStep(
        at, (verb, act), None, place, quote="quote" in row, again="again" in row
    )  # fmt: skip
