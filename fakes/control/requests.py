"""Requests and calls of control as they are written down, and how they are done again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.control.guarding import step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.asgi import Scope
    from prorata.fakes.control.panels import Panels

__all__ = ["do_again", "of_control", "of_scope"]

_KEPT: Final = ("type", "http_version", "method", "scheme", "path")


def of_scope(scope: Scope) -> dict[str, Any]:
    """Return what a panel may look at in a request, less its body, as JSON has it."""
    return {
        **{key: scope[key] for key in _KEPT if key in scope},
        "query": scope["query_string"].decode("latin-1"),
        "headers": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in scope["headers"]],
        "client": scope.get("client"),
    }


def of_control(function: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a call of a control function, as JSON has it."""
    return {"function": function, "given": given}


def do_again(panels: Panels, panel: str, request: Mapping[str, Any], body: bytes | None) -> None:
    """Do to a set what was written down; without the name of a panel it is control's.

    Raises ControlError or LookupError for what this version does not know.
    """
    if not panel:
        panels.call(request["function"], **request["given"])
        return
    scope = {
        **{key: request[key] for key in _KEPT if key in request},
        "raw_path": request["path"].encode(),
        "root_path": "",
        "query_string": request["query"].encode("latin-1"),
        "headers": [(n.encode("latin-1"), v.encode("latin-1")) for n, v in request["headers"]],
        "client": tuple(request["client"]) if request["client"] else None,
    }
    message = {"type": "http.request", "body": body or b"", "more_body": False}
    step(panels.panels[panel].app, scope, [message])
