"""The schema of a scenario file."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.scenario.acts import ACTS
from prorata.harness.scenario.draft import BESIDE
from prorata.harness.scenario.expect import Expect
from prorata.harness.scenario.given import Given, Head
from prorata.harness.scenario.grades import GradeField
from prorata.harness.scenario.instants import Instant
from prorata.harness.scenario.shapes import shape_of
from prorata.harness.scenario.texts import ANY_TEXT, YES_OR_NO, words
from prorata.harness.schemas.definitions import (
    VARIABLE,
    Definitions,
    document,
    one_of,
    referring,
)
from prorata.reference.readings import READINGS
from prorata.reference.rules import ids
from prorata.reference.vocabulary.words import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["scenario_schema", "sold_somewhere"]

#: What a system sells.
SOLD: Final = {"billmanager": "tariffs", "hostbill": "products"}
#: What is read by itself.
_APART: Final = ("given", "timeline", "branches", "rows")


def scenario_schema() -> dict[str, Any]:
    """Return the schema of a scenario file."""
    made = Definitions(variables=True)
    head = _named(made, made.mapping(Head, *_APART))
    made.schemas |= _definitions(made)
    _check_more(made)
    several = {"required": ["billings"]}
    forms = {name: {"properties": {"system": {"const": name}}} for name in SYSTEMS}
    form: Mapping[str, Any] = _form("Given", "AnyStep")
    for name, said in forms.items():
        form = _if({**said, "required": ["system"]}, _form(f"{name}.given", f"{name}.step"), form)
    form = _if(several, _form("Billings", "StepOfSeveral"), form)
    places = {name: _PLACES[name] for name in _APART}
    whole = {
        **head,
        "properties": {**head["properties"], **places},
        "required": [*head["required"], "given", "timeline"],
        "anyOf": [{"required": ["branches"]}, {"properties": {"timeline": _SHOWS}}],
        **form,
    }
    del whole["patternProperties"]
    return document("A scenario of prorata", whole, made.schemas)


#: Some step expects something.
_SHOWS: Final[Mapping[str, Any]] = {"contains": {"required": ["expect"]}}
_PLACES: Final[Mapping[str, Any]] = {
    "given": {"description": "The billing before the first step.", "type": "object"},
    "timeline": {"description": "Steps, in the order of time.", "type": "array"},
    "branches": {
        "description": "Futures by their names, each a list of steps that follow the timeline.",
        "type": "object",
        "minProperties": 1,
    },
    "rows": {
        "description": "A table: the file is a scenario for each row; $column stands for a value.",
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "required": ["name"],
            "propertyNames": {"pattern": r"^[a-z]\w*$"},
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        },
    },
}


def _named(made: Definitions, head: dict[str, Any]) -> dict[str, Any]:
    """Name the rules and the readings that there are."""
    rules = {"type": "array", "items": referring("rule"), "minItems": 1}
    made.schemas["rule"] = made.single(words(*sorted(ids())))
    readings = {
        "type": "object",
        "properties": {name: made.single(words(*each.values)) for name, each in READINGS.items()},
        **made.closed(),
    }
    return {**head, "properties": {**head["properties"], "rules": rules, "readings": readings}}


def _check_more(made: Definitions) -> None:
    """Add to the schemas of models what is checked of a file beyond them."""
    refusal = made.schemas["ExpectedRefusal"]["properties"]
    refusal["rule"] = referring("rule")
    made.schemas["Expect"]["properties"]["refused"]["anyOf"][0] = referring("rule")
    for name, ways in {
        "Tariff": ("prices", "daily", "trial"),
        "Product": ("prices", "bundle"),
    }.items():
        made.schemas[name]["anyOf"] = [{"required": [way]} for way in ways]


def _if(given: Mapping[str, Any], then: Mapping[str, Any], other: Mapping[str, Any]) -> Any:
    condition = {"properties": {"given": given}, "required": ["given"]}
    return {"if": condition, "then": then, "else": other}


def _form(given: str, step: str) -> dict[str, Any]:
    """Return the schema of a file whose `given` and steps are of these definitions."""
    steps = {"type": "array", "items": referring(step)}
    futures = {"additionalProperties": {**steps, **_SHOWS}}
    return {"properties": {"given": referring(given), "timeline": steps, "branches": futures}}


def _definitions(made: Definitions) -> dict[str, Any]:
    """Return the definitions that no model has: of `given` and of steps, by system."""
    made.reference(Expect)
    expect = _expectation(made)
    made.schemas["Expect"] = expect
    some = {"type": "object", "minProperties": 1, "additionalProperties": referring("Expect")}
    given = _given(made)
    acts = {name: _acts(made, [name]) for name in SYSTEMS}
    every = _acts(made, SYSTEMS)
    return {
        "Given": sold_somewhere(given, list(SOLD.values())),
        **{f"{name}.given": _of_system(given, name) for name in SYSTEMS},
        "Billings": {
            "type": "object",
            "properties": {
                "billings": {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": referring("Given"),
                }
            },
        },
        **{f"{name}.step": _step(made, acts[name], referring("Expect")) for name in SYSTEMS},
        "AnyStep": _step(made, every, referring("Expect")),
        "StepOfSeveral": _step(made, every, some, on=made.single(ANY_TEXT)),
    }


def _expectation(made: Definitions) -> dict[str, Any]:
    """Return the schema of what is expected, where any other key is the label of a service."""
    found = made.mapping(Expect, "services")
    services = made.of(shape_of(Expect.model_fields["services"].annotation))
    return {**found, "additionalProperties": services["additionalProperties"]}


def _given(made: Definitions) -> dict[str, Any]:
    """Return the schema of a billing of either system; products may stand in a JSON file."""
    found = made.mapping(Given)
    products = found["properties"]["products"]
    named = {"type": "string", "pattern": rf"\.json$|{VARIABLE}"}
    properties = {**found["properties"], "products": {"anyOf": [products, named]}}
    return {**found, "properties": properties, "required": []}


def sold_somewhere(given: Mapping[str, Any], sold: Sequence[str]) -> dict[str, Any]:
    """Return the schema of a billing that says its system and what it sells, or has a catalogue."""
    itself = [{"required": ["system", each]} for each in sold]
    return {**given, "anyOf": [{"required": ["catalogue"]}, *itself]}


def _of_system(given: Mapping[str, Any], system: str) -> dict[str, Any]:
    """Leave out of a billing what the other system sells."""
    others = set(SOLD.values()) - {SOLD[system]}
    rest = {key: value for key, value in given["properties"].items() if key not in others}
    return sold_somewhere({**given, "properties": rest}, [SOLD[system]])


def _acts(made: Definitions, systems: Sequence[str]) -> dict[str, Any]:
    """Return the schema of each act by its verb."""
    verbs = list(dict.fromkeys(verb for each in systems for verb in ACTS[each]))
    return {
        verb: one_of(*(made.reference(ACTS[s][verb]) for s in systems if verb in ACTS[s]))
        for verb in verbs
    }


def _step(
    made: Definitions, acts: Mapping[str, Any], expect: Mapping[str, Any], **more: Any
) -> dict[str, Any]:
    """Return the schema of a step: when, one act at most, and what is expected."""
    asked = {key: made.single(YES_OR_NO) for key in BESIDE}
    asked["grade"] = made.of(shape_of(GradeField))
    around = {"at": made.of(shape_of(Instant)), **more, **asked, "expect": dict(expect)}
    beside = [key for key in around if key != "at"]
    return {
        "type": "object",
        "properties": {**around, **acts},
        "required": ["at"],
        "minProperties": 2,
        # One act at most: no more keys than those beside it, and one.
        "anyOf": [
            {"required": list(some), "maxProperties": 2 + len(some)}
            for count in range(len(beside) + 1)
            for some in combinations(beside, count)
        ],
        **made.closed(),
    }
