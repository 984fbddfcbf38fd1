"""Sets of panels behind one address: control is below `/_prorata/`, forks are below their names."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from prorata.fakes.control.declaring import CHANGES, READS
from prorata.fakes.control.errors import ControlError
from prorata.fakes.control.functions import CONTROLS, control
from prorata.fakes.control.guarding import Guarded
from prorata.fakes.places import answer_from, is_below

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from prorata.fakes.asgi import App, Receive, Said, Scope, Send
    from prorata.fakes.control.panels import Panels
    from prorata.fakes.gates import Gate, Unwelcome

__all__ = ["CONTROL", "LARGEST_BODY", "Front", "apps_of", "control_app", "own_apps"]

CONTROL: Final = "_prorata"
"""The first word of the paths of control."""

LARGEST_BODY: Final = 2 * 1024 * 1024
#: Millions of small values take so long to read that others notice.
_MOST_COMMAS: Final = 120_000
_AN_OBJECT: Final = "JSON text of an object"
_NO_METHOD: Final = 405
_TOO_LARGE: Final = 413
_OTHER_TYPE: Final = 415


class Front:
    """What answers on the port of one panel: the panel, control, and the forks of both.

    Without a panel it is for a way that leads to all of them: paths tell which is meant. With a
    gate it answers only who is let in by that.
    """

    def __init__(self, panels: Panels, panel: str = "", gate: Gate | None = None) -> None:
        self._gate = gate
        self._panels = panels
        self._panel = panel
        self._app = Guarded(panels, panel) if panel else None
        self._path = panels.panels[panel].path if panel else ""

    def respond(self, scope: Scope, body: bytes) -> Said | None:
        """Return what the panel answers at once, where it is asked at its own path."""
        # Nearly every request takes this way.
        if self._app is None or scope["path"] != self._path:
            return None
        if self._gate is not None and self._gate.refusal(scope) is not None:
            return None
        return self._app.respond(scope, body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on: `/NAME/...` to the fork of that name, less the name."""
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        first = path[1:].partition("/")[0]
        panels = self._panels
        if first and first in panels.sets:
            panels, path = panels.sets[first], path[1 + len(first) :] or "/"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        refused = self._refusal(scope)
        if refused is not None:
            await _turn_away(panels, send, refused, path)
            return
        await answer_from(self._apps(panels), scope, receive, send)

    def _refusal(self, scope: Scope) -> Unwelcome | None:
        if self._gate is None:
            return None
        refused = self._gate.refusal(scope)
        if refused is None and _is_control(scope["path"]):
            return self._gate.locked(scope)
        return refused

    def _apps(self, panels: Panels) -> Mapping[str, App]:
        # Kept with the set: a fork that is dropped takes them along.
        found = panels.mounted.get(self._panel)
        if found is None:
            found = own_apps(panels)
            if self._panel:
                # The panel answers whatever is not control's, were it that there is nothing.
                only = Guarded(panels, self._panel)
                found = {f"/{CONTROL}": found[f"/{CONTROL}"], "": only}
            panels.mounted[self._panel] = found
        return found


def _is_control(path: str) -> bool:
    return is_below(f"/{CONTROL}", path)


async def _turn_away(panels: Panels, send: Send, refused: Unwelcome, path: str) -> None:
    """Say why somebody is not let in, as control or as a panel would."""
    status, field, message, expected = refused
    body, kind = f"{message}; expected {expected}\n".encode(), b"text/plain"
    if _is_control(path):
        document = ControlError(field, message, expected).body()
        body, kind = json.dumps(document, ensure_ascii=False).encode() + b"\n", b"application/json"
    headers = [
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
        (b"x-prorata-time", panels.now.isoformat().encode()),
    ]
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def own_apps(panels: Panels) -> dict[str, App]:
    """Return the panels of a set and its control, by path."""
    found: dict[str, App] = {
        panel.path: Guarded(panels, name) for name, panel in panels.panels.items()
    }
    return {**found, f"/{CONTROL}": control_app(panels)}


def apps_of(panels: Panels) -> dict[str, App]:
    """Return the panels of a set, its control, and its forks below their names."""
    front = Front(panels)
    return {**own_apps(panels), **{f"/{name}": front for name in panels.sets if name}}


def control_app(panels: Panels) -> App:
    """Return the application that answers below `/_prorata/`: JSON in, JSON out."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _body(receive)
        except ControlError as error:
            await _send(send, error.status, error.body(), panels.now)
            return
        # What an answer tells and the time that it says it is are of one instant.
        with panels.lock:
            try:
                status, answer = 200, _answer(panels, scope, body)
            except ControlError as error:
                status, answer = error.status, error.body()
            now = panels.now
        await _send(send, status, answer, now)

    return app


def _answer(panels: Panels, scope: Scope, body: bytes) -> Mapping[str, Any]:
    name = scope["path"].strip("/").removeprefix(CONTROL).strip("/")
    method = READS if scope["method"] == "HEAD" else scope["method"]
    if name == "openapi.json" and method == READS:
        from prorata.fakes.control.openapi import document

        return document()
    if not name and method == READS:
        return _index(panels)
    _check_method(name, method)
    given = _query(scope) if method == READS else _object(scope, body)
    return panels.call(name, method, **given)


def _index(panels: Panels) -> Mapping[str, Any]:
    described = panels.call("sets", READS)
    names = [f"{method} {name}" for method, name in CONTROLS]
    return {**described, "functions": names, "openapi": f"/{CONTROL}/openapi.json"}


def _check_method(name: str, method: str) -> None:
    methods = [each for each in (READS, CHANGES) if (each, name) in CONTROLS]
    if methods and method not in methods:
        expected = f"the method {' or '.join(methods)}"
        raise ControlError("method", f"{name} has no {method}", expected, status=_NO_METHOD)
    if not methods:
        control(name, method)


def _query(scope: Scope) -> dict[str, Any]:
    text = scope["query_string"].decode("latin-1")
    return dict(parse_qsl(text, keep_blank_values=True, errors="replace"))


def _check_type(scope: Scope) -> None:
    """Raise ControlError for a body that does not say that it is JSON.

    A browser sends what says so for no page without asking first whether it may.
    """
    kinds = [value for name, value in scope.get("headers", ()) if name == b"content-type"]
    kind = kinds[0].decode("latin-1").partition(";")[0].strip() if kinds else ""
    if kind.lower() != "application/json":
        message = f"the body is {kind}" if kind else "the body does not say what it is"
        expected = "Content-Type: application/json, as curl --json sends it"
        raise ControlError("content-type", message, expected, status=_OTHER_TYPE)


def _object(scope: Scope, body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    _check_type(scope)
    if body.count(b",") > _MOST_COMMAS:
        most = f"at most {_MOST_COMMAS} values"
        raise ControlError("", "the body is too large", most, status=_TOO_LARGE)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ControlError("", f"the body is no JSON: {error}", _AN_OBJECT) from None
    if not isinstance(found, dict):
        raise ControlError("", "the body is no JSON object", _AN_OBJECT)
    return found


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            # Half a request must not be carried out, and an empty one means something.
            raise ControlError("", "the request is not whole")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            most = f"at most {LARGEST_BODY} bytes"
            raise ControlError("", "the body is too large", most, status=_TOO_LARGE)
        more = message.get("more_body", False)
    return b"".join(parts)


async def _send(send: Send, status: int, answer: Mapping[str, Any], now: datetime) -> None:
    body = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-prorata-time", now.isoformat().encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
