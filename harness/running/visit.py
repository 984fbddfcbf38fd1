"""A visit: what a person finds who follows a link to the panel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from prorata.fakes.asgi import App

__all__ = ["Visit", "visit"]


@dataclass(frozen=True, slots=True)
class Visit:
    """Whom a link lets in, None for nobody; whether it does so again; where the logout leads."""

    user: str | None
    again: bool = False
    back: str = ""


def visit(app: App, url: str) -> Visit:
    """Follow a link to the panel `app`, see who one is, log out, and try the link again."""
    try:
        link = urlsplit(url)
        params = dict(parse_qsl(link.query, keep_blank_values=True))
    except ValueError:
        return Visit(None)
    sid = _session(app, link.path, params)
    if not sid:
        return Visit(None)
    known = _ask(app, link.path, {"func": "whoami", "auth": sid})
    left = _ask(app, link.path, {"func": "session.delete", "elid": sid, "auth": sid})
    user = known.get("user", {}).get("$name")
    again = bool(_session(app, link.path, params))
    return Visit(user, again, left.get("ok", {}).get("$", ""))


def _session(app: App, path: str, params: dict[str, str]) -> str:
    return str(_ask(app, path, params).get("auth", {}).get("$id", ""))


def _ask(app: App, path: str, params: dict[str, str]) -> dict[str, Any]:
    import httpx

    from prorata.fakes import transport

    with httpx.Client(transport=transport(app), base_url="http://ispmanager") as browser:
        answer = browser.post(path, data={**params, "out": "json"})
    try:
        doc: dict[str, Any] = json.loads(answer.content)["doc"]
    except (ValueError, KeyError):
        return {}
    return doc
