"""A visit: what a person finds who follows a link to the panel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    import httpx

    from prorata.fakes.asgi import App

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
    import httpx

    from prorata.fakes import transport

    with httpx.Client(transport=transport(app), base_url="http://ispmanager") as browser:
        try:
            link = urlsplit(url)
            params = dict(parse_qsl(link.query, keep_blank_values=True))
            _request(browser, link.path, params)
        except (ValueError, httpx.InvalidURL):
            return Visit(None)
        return _followed(browser, link.path, params)


def _followed(browser: httpx.Client, path: str, params: dict[str, str]) -> Visit:
    sid = _session(browser, path, params)
    if not sid:
        return Visit(None)
    known = _ask(browser, path, {"func": "whoami", "auth": sid})
    left = _ask(browser, path, {"func": "session.delete", "elid": sid, "auth": sid})
    user = known.get("user", {}).get("$name")
    again = bool(_session(browser, path, params))
    return Visit(user, again, left.get("ok", {}).get("$", ""))


def _session(browser: httpx.Client, path: str, params: dict[str, str]) -> str:
    return str(_ask(browser, path, params).get("auth", {}).get("$id", ""))


def _ask(browser: httpx.Client, path: str, params: dict[str, str]) -> dict[str, Any]:
    """Return the document that is answered, an empty one where no panel takes the request."""
    browser.cookies.clear()
    answer = browser.send(_request(browser, path, params))
    if answer.status_code != HTTPStatus.OK:
        return {}
    doc: dict[str, Any] = json.loads(answer.content)["doc"]
    return doc


def _request(browser: httpx.Client, path: str, params: dict[str, str]) -> httpx.Request:
    return browser.build_request("POST", path, data={**params, "out": "json"})
