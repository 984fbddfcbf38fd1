"""The parameters of each act as JSON Schema, made from the models that read scenarios.

As they are sent: with the implementation's ids in place of labels, amounts as strings of digits.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin

from prorata.harness.protocol.fields import AMOUNT, INSTANT
from prorata.harness.scenario.acts import ACTS, OnInvoice
from prorata.harness.scenario.model import Read
from prorata.reference.vocabulary.product import PRODUCT
from prorata.reference.vocabulary.tariff import TARIFF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydantic.fields import FieldInfo

    from prorata.harness.scenario.acts import Act

__all__ = ["NOT_SENT", "by_act"]

#: What happens in a scenario without a question to the billing.
NOT_SENT: Final = frozenset({"wait", "panel"})
_ID: Final = {"type": "string", "minLength": 1}
_PLAIN: Final[Mapping[type, Mapping[str, Any]]] = {
    str: {"type": "string"},
    int: {"type": "integer", "minimum": 0},
    bool: {"type": "boolean"},
    Decimal: {"type": "string", "pattern": f"^{AMOUNT}$"},
    datetime: {"type": "string", "pattern": f"^{INSTANT}$", "format": "date-time"},
}
_SOLD: Final = {"billmanager": TARIFF, "hostbill": PRODUCT}


def by_act() -> list[dict[str, Any]]:
    """Return for each act a condition on `act` and, of one system or the other, its parameters.

    Refers to ``#/$defs/Tariff`` and ``#/$defs/Product``.
    """
    verbs = {verb: None for acts in ACTS.values() for verb in acts if verb not in NOT_SENT}
    return [
        {
            "if": {"properties": {"act": {"const": verb}}},
            "then": {"anyOf": list(_shapes(verb))},
        }
        for verb in verbs
    ]


def _shapes(verb: str) -> Iterator[dict[str, Any]]:
    """Yield the parameters of an act in each system that has it, those that are alike once."""
    seen: list[type[Act]] = []
    for system, acts in ACTS.items():
        if verb in acts and acts[verb] not in seen:
            seen.append(acts[verb])
            yield _parameters(system, verb, acts[verb])


def _parameters(system: str, verb: str, act: type[Act]) -> dict[str, Any]:
    sold = _SOLD[system]
    changes = verb == "set_tariff"
    fields = {
        field.alias or name: field
        for name, field in act.model_fields.items()
        if name != "label" and not (changes and name in sold.names)
    }
    shape: dict[str, Any] = {
        "properties": {name: _field(field) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.is_required()],
    }
    if issubclass(act, OnInvoice):
        shape["properties"]["invoice"] = _ID
        shape["required"].append("invoice")
    return {"allOf": [shape, {"$ref": f"#/$defs/{sold.name}"}]} if changes else shape


def _field(field: FieldInfo) -> dict[str, Any]:
    made = _schema(
        Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    )
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    if isinstance(default, tuple):
        default = list(default)
    return made if default is None else {**made, "default": default}


def _schema(kind: Any) -> dict[str, Any]:
    """Return the schema of a type as it is written in a message."""
    origin = get_origin(kind)
    return _BY_ORIGIN[origin](kind) if origin in _BY_ORIGIN else dict(_PLAIN[kind])


def _annotated(kind: Any) -> dict[str, Any]:
    base, *marks = get_args(kind)
    words = [w for mark in marks if isinstance(mark, Read) for w in mark.schema.get("enum", ())]
    return {"type": "string", "enum": words} if words and base is str else _schema(base)


def _either(kind: Any) -> dict[str, Any]:
    """Leave out null: what is not said is left out of a question."""
    (only,) = (each for each in get_args(kind) if each is not NoneType)
    return _schema(only)


def _mapping(kind: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": _schema(get_args(kind)[1])}


_BY_ORIGIN: Final[Mapping[Any, Callable[[Any], dict[str, Any]]]] = {
    Annotated: _annotated,
    Union: _either,
    UnionType: _either,
    dict: _mapping,
    tuple: lambda kind: {"type": "array", "items": _schema(get_args(kind)[0])},
}
