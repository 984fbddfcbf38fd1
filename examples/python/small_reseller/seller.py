"""The seller: a BILLmanager that is asked over HTTP, with the login of one of its clients."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

__all__ = ["Licence", "News", "Seller", "SellerRefused", "SellerSilent"]

_OPENER = build_opener(ProxyHandler({}))
_DELETED = "4"
_DOWN = 503


class SellerRefused(Exception):  # noqa: N818  what it says is no fault of anybody
    """The seller says no."""


class SellerSilent(Exception):  # noqa: N818  no fault of this billing
    """The seller did not answer; `unsure` tells whether it may have done what it was asked."""

    def __init__(self, func: str, *, unsure: bool) -> None:
        super().__init__(func)
        self.unsure = unsure


@dataclass(frozen=True)
class Licence:
    """A licence as the seller shows it; `suspended_by` is who suspended it: the buyer is client."""

    number: str
    remote: str
    tariff: str
    status: str
    suspended_by: frozenset[str]
    expires: date | None
    ip: str
    name: str
    key: str

    @property
    def made(self) -> bool:
        """Whether it is there, or was."""
        return self.status in {"2", "3", _DELETED}

    @property
    def closed(self) -> bool:
        """Whether it is there no more."""
        return self.status == _DELETED


@dataclass(frozen=True)
class News:
    """What happened: numbers of events with their licences, the last row, how many there were."""

    events: dict[int, str]
    row: int
    last: int


class Seller:
    """What this billing asks its seller; raises `SellerRefused` and `SellerSilent`."""

    def __init__(self, panel: dict[str, str] | None) -> None:
        self._panel = panel

    def order(self, remote: str, tariff: str, period: str, ip: str, name: str) -> str:
        """Order a licence past the basket; return its number."""
        told = {"ip": ip, "licname": name}
        answer = self._ask(
            "soft.order.param", pricelist=tariff, period=period, remoteid=remote,
            autoprolong="null", skipbasket="on", clicked_button="finish", sok="ok",
            **{key: text for key, text in told.items() if text},
        )  # fmt: skip
        return str(answer["id"]["$"])

    def find(self, remote: str) -> str | None:
        """Return the number of the licence that was ordered for a service, if there is one."""
        rows = self._ask("soft", filter="on", remoteid=remote).get("elem", [])
        own = [_flat(row) for row in rows]
        own = [row for row in own if row["remoteid"] == remote]
        own.sort(key=lambda row: row["status"] == _DELETED)
        return own[0]["id"] if own else None

    def all(self) -> list[str]:
        """Return the numbers of all licences of the account."""
        return [_flat(row)["id"] for row in self._ask("soft").get("elem", [])]

    def look(self, number: str) -> Licence:
        """Return a licence as it is."""
        told = _flat(self._ask("soft.edit", elid=number))
        # What is charged by the day has a phrase in the place of a date: it ends by itself on none.
        expires = "" if told["billdaily"] == "on" else told["expiredate"]
        return Licence(
            number,
            told["remoteid"],
            told["pricelist"],
            told["status"],
            frozenset(told["suspendedby"].split()),
            date.fromisoformat(expires) if expires else None,
            told["ip"],
            told["licname"],
            told["lickey"],
        )

    def do(self, func: str, number: str, **params: str) -> None:
        """Change a licence."""
        self._ask(func, elid=number, sok="ok", **params)

    def news(self, row: int) -> News:
        """Return what happened after a row of the list."""
        answer = self._ask("itemevent", since=str(row))
        rows = [_flat(each) for each in answer.get("elem", [])]
        events = {int(each["number"]): each["item"] for each in rows}
        return News(events, max([row, *(int(each["id"]) for each in rows)]), _last(answer))

    def _ask(self, func: str, **params: str) -> dict[str, Any]:
        if self._panel is None:  # smoke looks at manners alone, and has no panels
            raise SellerSilent(func, unsure=False)
        authinfo = f"{self._panel['login']}:{self._panel['password']}"
        form = urlencode({"func": func, "out": "json", "authinfo": authinfo, **params})
        try:
            with _OPENER.open(self._panel["url"], form.encode(), timeout=4) as answer:
                doc: dict[str, Any] = json.load(answer)["doc"]
        except HTTPError as down:
            raise SellerSilent(func, unsure=down.code != _DOWN) from down
        except (OSError, HTTPException, ValueError, KeyError) as silence:
            reached = not isinstance(getattr(silence, "reason", None), ConnectionRefusedError)
            raise SellerSilent(func, unsure=reached) from silence
        if "error" in doc:
            raise SellerRefused(doc["error"]["msg"]["$"])
        return doc


def _last(answer: dict[str, Any]) -> int:
    return int(answer["last"]["$"])


def _flat(row: dict[str, Any]) -> dict[str, str]:
    """Return the fields of a row or a form as texts; what is empty has no text."""
    return {name: str(told.get("$", "")) for name, told in row.items() if isinstance(told, dict)}
