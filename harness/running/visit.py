"""A visit: what a person finds who follows a link to the panel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from prorata.fakes.stepping import step

if TYPE_CHECKING:
    from prorata.fakes.asgi import App, Scope

__all__ = ["Visit", "visit"]


@dataclass(frozen=True, slots=True)
class Visit:
    """Whom a link lets in, None for nobody; whether it does so again; where the logout leads."""

    user: str | None
    again: bool = False
    back: str = ""


def visit(app: App, url: str) -> Visit:
    """Follow a link to the panel `app`, see who one is, log out, and try the link again.

    A link that no browser can follow lets in nobody. What the panel raises is raised.
    """
    try:
        link = urlsplit(url)
        params = dict(parse_qsl(link.query, keep_blank_values=True))
        urlencode(params).encode()
    except ValueError:
        return Visit(None)
    if not link.path.isprintable():
        return Visit(None)
    return _followed(app, link.path, params)


def _followed(app: App, path: str, params: dict[str, str]) -> Visit:
    sid = _session(app, path, params)
    if not sid:
        return Visit(None)
    known = _ask(app, path, {"func": "whoami", "auth": sid})
    left = _ask(app, path, {"func": "session.delete", "elid": sid, "auth": sid})
    user = known.get("user", {}).get("$name")
    again = bool(_session(app, path, params))
    return Visit(user, again, left.get("ok", {}).get("$", ""))


def _session(app: App, path: str, params: dict[str, str]) -> str:
    return str(_ask(app, path, params).get("auth", {}).get("$id", ""))


def _ask(app: App, path: str, params: dict[str, str]) -> dict[str, Any]:
    """Return the document that is answered, an empty one where no panel takes the request."""
    form = urlencode({**params, "out": "json"}).encode()
    answer = step(app, {**_BROWSER, "path": path}, form, None)
    if answer.status != HTTPStatus.OK:
        return {}
    doc: dict[str, Any] = json.loads(answer.content)["doc"]
    return doc


#: A browser without cookies, which posts forms.
_BROWSER: Final[Scope] = {
    "type": "http",
    "method": "POST",
    "scheme": "http",
    "query_string": b"",
    "headers": [
        (b"host", b"ispmanager"),
        (b"content-type", b"application/x-www-form-urlencoded"),
    ],
    "client": ("127.0.0.1", 1),
}
