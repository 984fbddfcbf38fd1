"""The control functions as an OpenAPI 3.1 document, made from their table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.control.declaring import READS
from prorata.fakes.control.functions import CONTROLS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.control.declaring import Control
    from prorata.fakes.mgr5.params import Param

__all__ = ["document"]

_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message"],
            "properties": {
                "field": {"type": "string", "description": "The field that is wrong"},
                "message": {"type": "string"},
                "expected": {"type": "string", "description": "What belongs there"},
            },
        },
    },
}
_TIME_HEADER: Final = {
    "X-Prorata-Time": {
        "description": "Where simulated time stands",
        "schema": {"type": "string", "format": "date-time"},
    },
}


def document() -> dict[str, Any]:
    """Return the document. Its paths are below `/_prorata`, or `/NAME/_prorata` of a fork."""
    paths: dict[str, dict[str, Any]] = {}
    for (method, name), control in CONTROLS.items():
        paths.setdefault(f"/{name}", {})[method.lower()] = _operation(control)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "prorata: control of panels",
            "summary": "Time, snapshots, forks, faults and the journal of a set of panels",
            "version": _version(),
        },
        "servers": [
            {"url": "/_prorata", "description": "The first set"},
            {
                "url": "/{set}/_prorata",
                "description": "A fork",
                "variables": {"set": {"default": "fork", "description": "Its name"}},
            },
        ],
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR},
            "responses": {
                "Error": {
                    "description": "Nothing was changed",
                    "headers": _TIME_HEADER,
                    "content": _json({"$ref": "#/components/schemas/Error"}),
                },
            },
        },
    }


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("prorata")
    except PackageNotFoundError:  # the folders are used without being installed
        return "0"


def _operation(control: Control) -> dict[str, Any]:
    reads = control.method == READS
    asked = {"parameters": _query(control)} if reads else _body(control)
    answer = {"type": "object", "properties": dict(control.answer)}
    said_no = {"$ref": "#/components/responses/Error"}
    done = {"description": "Done", "headers": _TIME_HEADER, "content": _json(answer)}
    return {
        "operationId": f"{'get' if reads else 'do'}_{control.name}",
        "summary": control.summary,
        **asked,
        "responses": {"200": done, "4XX": said_no, "503": said_no},
    }


def _query(control: Control) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "in": "query", "required": each.required, "schema": schema_of(each)}
        for each in control.params
    ]


def _body(control: Control) -> dict[str, Any]:
    fields: dict[str, Mapping[str, Any]] = {each.name: schema_of(each) for each in control.params}
    for each in control.documents:
        fields[each.name] = {**each.schema, "description": each.hint}
    needed = [
        *(each.name for each in control.params if each.required),
        *(each.name for each in control.documents if each.required),
    ]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": fields,
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }
    return {"requestBody": {"required": bool(needed), "content": _json(schema)}}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def schema_of(param: Param) -> dict[str, Any]:
    """Return the JSON Schema of a parameter."""
    about = {"description": param.hint} if param.hint else {}
    if param.type == "integer":
        default = {"default": int(param.default)} if param.default else {}
        bounds = {"minimum": param.least, "maximum": param.most}
        return {"type": "integer", **bounds, **default, **about}
    if param.type == "switch":
        return {"type": "boolean", **about}
    pattern = {"pattern": f"^({param.pattern})$"} if param.pattern else {}
    return {"type": "string", "maxLength": param.longest, **pattern, **about}
