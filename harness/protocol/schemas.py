"""JSON Schemas of every message, printed from the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.harness.protocol.bodies import BODIES, Body, Observation
from prorata.harness.protocol.requests import (
    Advance,
    Close,
    Observe,
    Open,
    Perform,
    Quote,
    Start,
    Stop,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["schemas"]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REQUESTS: Final[dict[str, type[BaseModel]]] = {
    "start": Start,
    "open": Open,
    "clock": Advance,
    "act": Perform,
    "quote": Quote,
    "observe": Observe,
    "close": Close,
    "stop": Stop,
}
_SEQ: Final = {"type": "integer", "minimum": 1}
_TEXT: Final = {"type": "string", "minLength": 1}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each request (``clock``) and of its answer (``clock.answer``)."""
    return {
        name: schema
        for request, model in _REQUESTS.items()
        for name, schema in (
            (request, _request(model)),
            (f"{request}.answer", _answer(request, BODIES[request])),
        )
    }


def _request(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema()
    schema["properties"]["seq"] = _SEQ
    if model is Open:
        _declare(schema)
    if model in {Perform, Quote}:
        _declare_acts(schema)
    return {"$schema": _DIALECT, **schema, "required": ["seq", "type", *schema.get("required", [])]}


def _declare_acts(schema: dict[str, Any]) -> None:
    """Say what the parameters of each act are; one that is not known may be asked as well."""
    from prorata.harness.protocol.acts import by_act

    schema["$defs"] = _sold()
    schema["allOf"] = by_act()


def _sold() -> dict[str, Any]:
    from prorata.reference.vocabulary.product import PRODUCT
    from prorata.reference.vocabulary.schema import schema_of
    from prorata.reference.vocabulary.tariff import TARIFF

    return {record.name: schema_of(record) for record in (TARIFF, PRODUCT)}


def _declare(schema: dict[str, Any]) -> None:
    """Say what the catalogue and the settings of a billing are."""
    from prorata.reference.vocabulary.schema import schema_of
    from prorata.reference.vocabulary.settings import SETTINGS

    sold = _sold()
    schema["$defs"] |= sold
    either = {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in sold]}
    schema["properties"]["catalogue"]["additionalProperties"] = either
    schema["properties"]["settings"] |= schema_of(SETTINGS)


def _be_strict(observation: dict[str, Any], line: dict[str, Any]) -> None:
    """Say what protocol 1 has beyond protocol 0: there is no null where there always is a thing."""
    line["required"].append("at")
    for field in (line["properties"]["at"], *observation["properties"].values()):
        del field["default"]
        (own,) = (way for way in field.pop("anyOf") if way != {"type": "null"})
        field.update(own)


def _answer(request: str, body: type[Body]) -> dict[str, Any]:
    """Return the schema of the four ways to answer; keys not named are tolerated."""
    result = body.model_json_schema(ref_template="#/$defs/{model}")
    definitions = result.pop("$defs", {})
    if body is Observation:
        _be_strict(result, definitions["LedgerLine"])
    refusal = {
        "type": "object",
        "properties": {"reason": _TEXT, "rule": {"anyOf": [_TEXT, {"type": "null"}]}},
        "required": ["reason"],
    }
    ways = {"result": result, "refusal": refusal, "unsupported": _TEXT, "error": _TEXT}
    return {
        "$schema": _DIALECT,
        "title": f"Answer to {request}",
        "type": "object",
        "properties": {"seq": _SEQ, **ways},
        "required": ["seq"],
        "oneOf": [{"required": [way]} for way in ways],
        **({"$defs": definitions} if definitions else {}),
    }
