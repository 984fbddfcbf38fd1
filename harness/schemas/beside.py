"""The schemas of the files beside scenarios: catalogues, seeds, rules of faults, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.fault_files import FIELDS
from prorata.fakes.faults import BINARIES, CALLS, EVENTS
from prorata.harness.running.settings import LONGEST, PANELS, SETTINGS
from prorata.harness.scenario.given import Given
from prorata.harness.schemas.definitions import Definitions, document, one_of, referring
from prorata.harness.schemas.scenario import SOLD
from prorata.reference.vocabulary.words import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.fault_files import FaultField
    from prorata.harness.scenario.model import Part

__all__ = ["catalogue_schema", "faults_schema", "seed_schema", "settings_schema"]


def catalogue_schema() -> dict[str, Any]:
    """Return the schema of a catalogue, whose book is that of its system."""
    from prorata.harness.simulate.catalogue import BookShape, CatalogueFile, HostbillBook

    made = Definitions(variables=False)
    made.schemas["Given"] = {**made.mapping(Given, "catalogue"), "required": ["system"]}
    books: dict[str, type[Part]] = {"billmanager": BookShape, "hostbill": HostbillBook}
    forms = [
        {
            "properties": {
                "given": {"properties": {"system": {"const": name}}, "required": [SOLD[name]]},
                "book": made.reference(books[name]),
            }
        }
        for name in SYSTEMS
    ]
    whole = made.mapping(CatalogueFile)
    whole["properties"]["given"] = referring("Given")
    whole["properties"]["book"] = {"type": "object"}
    return document("A catalogue of prorata", {**whole, "anyOf": forms}, made.schemas)


def seed_schema() -> dict[str, Any]:
    """Return the schema of a seed of panels."""
    from prorata.harness.cli.seeds import NOT_HERE, Seed

    made = Definitions(variables=False)
    whole = {**made.mapping(Seed, *NOT_HERE), "required": [], "minProperties": 1}
    return document("A seed of prorata's panels", whole, made.schemas)


_TYPES: Final[Mapping[type, str]] = {str: "string", int: "integer", float: "number"}


def faults_schema() -> dict[str, Any]:
    """Return the schema of rules of faults."""
    rule = {
        "type": "object",
        "properties": {**{name: _fault_field(field) for name, field in FIELDS.items()}, **_NAMED},
        "required": ["kind"],
        "additionalProperties": False,
    }
    whole = {
        "type": "object",
        "properties": {
            "seed": {"type": "integer", "description": "It decides what is left to chance."},
            "faults": {"type": "array", "items": rule},
        },
        "additionalProperties": False,
    }
    return document("Rules of faults of prorata's panels", whole, {})


#: What is one of a list of words; what `prorata panel faults` adds to a rule is not minded.
_NAMED: Final[Mapping[str, Any]] = {
    "kind": {"enum": [*CALLS, *EVENTS]},
    "panel": {"anyOf": [{"enum": [*BINARIES, *BINARIES.values()]}, {"pattern": r"[*?\[]"}]},
    "seen": {},
    "happened": {},
}


def _fault_field(field: FaultField) -> dict[str, Any]:
    if field.kind is str:
        return {"type": "string"}
    return {"type": _TYPES[field.kind], "minimum": field.least, "maximum": field.most}


def settings_schema() -> dict[str, Any]:
    """Return the schema of `prorata.toml`."""
    whole = {
        "type": "object",
        "properties": {name: _setting(name, kind) for name, kind in SETTINGS.items()},
        "additionalProperties": False,
    }
    return document("Settings of prorata", whole, {})


_TEXT: Final = {"type": "string"}
_SETTINGS: Final[Mapping[type, dict[str, Any]]] = {
    str: {"type": "string", "minLength": 1},
    list: {"type": "array", "items": _TEXT},
    dict: {"type": "object", "additionalProperties": _TEXT},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}
_BOUNDS: Final[Mapping[str, dict[str, Any]]] = {
    "panels": {"enum": list(PANELS)},
    "max-failures": {"minimum": 1},
    "timeout": {"exclusiveMinimum": 0, "maximum": LONGEST},
}


def _setting(name: str, kind: type | tuple[type, ...]) -> dict[str, Any]:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return {**one_of(*(_SETTINGS[each] for each in kinds)), **_BOUNDS.get(name, {})}
