"""A history as the plain data of its file: written as a text, and taken apart into its places."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.authoring.writing import WrittenStep, scenario_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prorata.harness.scenario import Scenario

__all__ = [
    "Place",
    "Plain",
    "at",
    "head_of",
    "places",
    "plain_of",
    "said",
    "steps_of",
    "text_of",
    "with_other",
    "without",
]

Plain = dict[str, Any]
Place = tuple[str | int, ...]

_HEAD: Final = ("title", "rules", "source", "readings", "given")
#: What a step says beside its act.
_BESIDE: Final = ("at", "on", "grade", "quote", "again", "expect")
_COUNT: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_SWITCHES: Final = {"yes": True, "no": False}


def plain_of(scenario: Scenario) -> Plain:
    """Return the data of a scenario's file, a copy, without expectations."""
    found: Plain = deepcopy(dict(scenario.tree.plain))
    for step in found["timeline"]:
        step.pop("expect", None)
    return found


def text_of(plain: Plain) -> str:
    """Return the text of a file with these data, which expects what nobody is to judge.

    A file that expects nothing is none.
    """
    first, *others = steps_of(plain)
    expect: dict[str, Any] = {"charged": []}
    for name in plain["given"].get("billings", ()):
        expect = {name: {"charged": []}}
    return scenario_text(head_of(plain), [first._replace(expect=expect), *others])


def head_of(plain: Plain) -> dict[str, Any]:
    """Return what stands above the timeline, as it is written."""
    return {key: _written(plain[key]) for key in _HEAD if plain.get(key)}


def steps_of(plain: Plain) -> list[WrittenStep]:
    """Return the steps of a file, as they are written."""
    return [_step(each) for each in plain["timeline"]]


def _step(row: Mapping[str, Any]) -> WrittenStep:
    verb = said(row)
    beside = {key: _written(row[key]) for key in ("on", "quote", "again") if key in row}
    act = (verb, _written(row[verb])) if verb else None
    return WrittenStep(row["at"], act, _written(row.get("expect", {})), beside=beside)


def said(row: Mapping[str, Any]) -> str:
    """Return the verb of a step, nothing where it has none."""
    return next((key for key in row if key not in _BESIDE), "")


def _written(value: Any) -> Any:
    """Return a value as `flow` writes it: counts and switches bare, other texts as they need."""
    if isinstance(value, dict):
        return {key: _written(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_written(each) for each in value]
    if isinstance(value, str) and _COUNT.fullmatch(value):
        return int(value)
    return _SWITCHES.get(value, value) if isinstance(value, str) else value


def places(value: Any, below: Place = ()) -> Iterator[Place]:
    """Yield every place in a value, those that hold others before these."""
    keys: Sequence[Any] = ()
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = range(len(value) - 1, -1, -1)
    for key in keys:
        yield (*below, key)
        yield from places(value[key], (*below, key))


def at(plain: Any, place: Place) -> Any:
    """Return what stands at a place; `LookupError` where nothing does."""
    for key in place:
        plain = plain[key]
    return plain


def without(plain: Plain, place: Place) -> Plain:
    """Return a copy without what stands at a place."""
    found = deepcopy(plain)
    del at(found, place[:-1])[place[-1]]
    return found


def with_other(plain: Plain, place: Place, value: Any) -> Plain:
    """Return a copy with another value at a place."""
    found = deepcopy(plain)
    at(found, place[:-1])[place[-1]] = value
    return found
