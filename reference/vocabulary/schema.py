"""What the vocabulary declares as JSON Schemas: of values as the protocol writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.reference.vocabulary.kinds import Choice, Each, Many, Plain, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.reference.vocabulary.kinds import Field, Kind

__all__ = ["schema_of"]


def schema_of(kind: Kind) -> dict[str, Any]:
    """Return the schema of a value of this kind; it refers to nothing outside of itself."""
    return _SCHEMAS[type(kind)](kind)


def _text(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{pattern}$"}


_DIGITS: Final = _text(r"[0-9]+(\.[0-9]+)?")
_PLAIN: Final[Mapping[Plain, dict[str, Any]]] = {
    Plain.AMOUNT: _DIGITS,
    Plain.NUMBER: _DIGITS,
    Plain.WHOLE: {"type": "integer", "minimum": 0},
    Plain.NATURAL: {"type": "integer", "minimum": 1},
    Plain.DAYS: {"type": "integer", "minimum": 0, "maximum": 36525},
    Plain.SOME_DAYS: {"type": "integer", "minimum": 1, "maximum": 36525},
    Plain.SOME_MONTHS: {"type": "integer", "minimum": 1, "maximum": 1200},
    Plain.DAY_OF_MONTH: {"type": "integer", "minimum": 1, "maximum": 31},
    Plain.DATE: {"type": "string", "format": "date"},
    Plain.TIME: _text(r"([01][0-9]|2[0-3]):[0-5][0-9]"),
    Plain.PERIOD: _text(r"[1-9][0-9]{0,3} (day|month|year)s?"),
    Plain.TEXT: {"type": "string", "minLength": 1},
    Plain.YES_NO: {"type": "boolean"},
}


def _choice(choice: Choice) -> dict[str, Any]:
    alone = {"type": "string", "enum": list(choice.words)}
    valued = {
        "type": "object",
        "properties": {word: schema_of(kind) for word, kind in choice.valued.items()},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    if not choice.valued:
        return alone
    return {"anyOf": [alone, valued]} if choice.words else valued


def _each(each: Each) -> dict[str, Any]:
    return {
        "type": "object",
        "propertyNames": schema_of(each.key),
        "additionalProperties": schema_of(each.value),
    }


def _record(record: Record) -> dict[str, Any]:
    """Leave room for fields that are not known: whoever is asked ignores them."""
    needed = [field.name for field in record.fields if field.needed]
    return {
        "description": record.sentence,
        "type": "object",
        "properties": {field.name: _field(field) for field in record.fields},
        **({"required": needed} if needed else {}),
    }


def _field(field: Field) -> dict[str, Any]:
    said = {} if field.default is None else {"default": field.default}
    return {**schema_of(field.kind), "description": field.sentence, **said}


_SCHEMAS: Final[Mapping[type, Callable[[Any], dict[str, Any]]]] = {
    Plain: lambda kind: dict(_PLAIN[kind]),
    Choice: _choice,
    Each: _each,
    Many: lambda many: {"type": "array", "items": schema_of(many.of)},
    Record: _record,
}
