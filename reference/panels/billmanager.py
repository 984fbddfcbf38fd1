"""Buying licences from a BILLmanager, as one of its clients."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.licences import Licence
from prorata.reference.engine.ports import PanelFailedError, PanelRefusedError
from prorata.reference.engine.resell.port import LicenceEvent, News
from prorata.reference.panels.wire import Wire, field, having

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import httpx

    from prorata.reference.engine.resell.port import LicenceOrder
    from prorata.reference.panels.sending import Sender
    from prorata.reference.periods import Length

__all__ = ["ITEMTYPES", "BillmanagerSeller"]

#: The types of what is resold, on the wire.
ITEMTYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ispmanager licences": "soft",
        "ssl certificates": "certificate",
        "module licences": "softexternal",
    }
)

_STATUSES: Final[Mapping[str, str]] = {
    "1": "ordered", "2": "active", "3": "suspended", "4": "deleted", "5": "processing",
}  # fmt: skip
_CLOSED: Final = "4"
_TRIAL: Final = "-100"
#: The number of a month, by which the wire lists tariffs.
_MONTH: Final = "1"
_NO_NEWS: Final = ()


class BillmanagerSeller:
    """A client of a BILLmanager that sells licences, with the login of one of its clients.

    `url` is its full address, such as `https://billing.example.com/billmgr`; `itemtype` is the type
    of what is bought there; `timeout` is in seconds. Every method raises `PanelRefusedError` or
    `PanelFailedError`, and nothing else.

    >>> seller = BillmanagerSeller("http://127.0.0.1:1501/billmgr", "partner", "prorata")
    >>> seller.close_connection()
    """

    def __init__(
        self,
        url: str,
        login: str,
        password: str,
        *,
        transport: Sender | httpx.BaseTransport | None = None,
        timeout: float = 5.0,
        itemtype: str = "soft",
    ) -> None:
        self._itemtype = itemtype
        self._wire = Wire(url, login, password, transport=transport, timeout=timeout)

    def close_connection(self) -> None:
        """Close the connections."""
        self._wire.close()

    def connection(self) -> Mapping[str, str]:
        """Return as whom the buyer is known there."""
        user = self._wire.call("whoami", {}).get("user", {})
        return {"login": str(user.get("$name", ""))}

    def tariffs(self) -> Mapping[str, str]:
        """Return the names of the licences that are sold, by the numbers of their tariffs."""
        func = f"{self._itemtype}.order.pricelist"
        doc = self._wire.call(func, {"period": _MONTH})
        tables = doc.get("list", [])
        try:
            rows = [row for table in tables for row in table.get("elem", ())]
            return {field(row["pricelist"]): field(row["desc"]) for row in rows}
        except (AttributeError, KeyError, TypeError) as fault:
            raise _unread(func) from fault

    def order(self, wish: LicenceOrder) -> str:
        """Order a licence past the basket, without renewal by itself; return its number."""
        func = f"{self._itemtype}.order.param"
        period = _TRIAL if wish.period is None else _code(wish.period, func)
        told = {"ip": wish.ip, "licname": wish.name}
        doc = self._wire.act(
            func,
            {
                "pricelist": wish.tariff,
                "period": period,
                "remoteid": wish.remote,
                "autoprolong": "null",
                "skipbasket": "on",
                "clicked_button": "finish",
                **{name: text for name, text in told.items() if text},
            },
        )
        having(doc, "id", func)
        return field(doc["id"])

    def find(self, remote: str, but: Collection[str] = ()) -> str | None:
        """Return the number of the licence that its buyer calls so, None where none is there.

        One that is closed was bought, too; of several the first that is not. Those in `but` are not
        meant.
        """
        rows = self._wire.rows(self._itemtype, {"filter": "on", "remoteid": remote})
        # The list is searched for what contains the text.
        own = [row for row in rows if row.get("remoteid") == remote and row["id"] not in but]
        own.sort(key=lambda row: row.get("status") == _CLOSED)
        return own[0]["id"] if own else None

    def licences(self) -> Mapping[str, str]:
        """Return what the buyer calls each licence of the account, by its number."""
        return {row["id"]: row.get("remoteid", "") for row in self._wire.rows(self._itemtype)}

    def look(self, number: str) -> Licence | None:
        """Return a licence as it is, None where there is none."""
        func = f"{self._itemtype}.edit"
        try:
            doc = self._wire.call(func, {"elid": number})
        except PanelRefusedError as refusal:
            if refusal.type == "missed":
                return None
            raise
        having(doc, "status", func)
        return _licence(number, doc, func)

    def prolong(self, number: str, period: Length) -> None:
        """Renew a licence."""
        func = "service.prolong"
        self._wire.act(func, {"elid": number, "period": _code(period, func)})

    def change(self, number: str, tariff: str) -> None:
        """Give a licence another tariff."""
        self._wire.act("service.changepricelist", {"elid": number, "pricelist": tariff})

    def edit(self, number: str, *, ip: str | None, name: str | None) -> None:
        """Give a licence another address or name."""
        told = {"ip": ip, "licname": name}
        params = {key: text for key, text in told.items() if text is not None}
        self._wire.act(f"{self._itemtype}.edit", {"elid": number, **params})

    def new_key(self, number: str) -> None:
        """Give a licence another key."""
        self._wire.act(f"{self._itemtype}.edit", {"elid": number, "clicked_button": "newkey"})

    def suspend(self, number: str) -> None:
        """Suspend a licence."""
        self._wire.act(f"{self._itemtype}.suspend", {"elid": number})

    def resume(self, number: str) -> None:
        """Resume a licence."""
        self._wire.act(f"{self._itemtype}.resume", {"elid": number})

    def close(self, number: str) -> None:
        """Close a licence."""
        self._wire.act(f"{self._itemtype}.delete", {"elid": number})

    def events(self, row: int) -> News:
        """Return what happened to the licences of the account after a row."""
        func = "itemevent"
        doc = self._wire.call(func, {"since": str(row)})
        rows = doc.get("elem", _NO_NEWS)
        try:
            last = int(doc["last"]["$"])
            if not rows:
                return News((), row, last)
            told = tuple(
                LicenceEvent(int(field(each["number"])), field(each["item"])) for each in rows
            )
            return News(told, max(int(field(each["id"])) for each in rows), last)
        except (AttributeError, KeyError, TypeError, ValueError) as fault:
            raise _unread(func) from fault


def _licence(number: str, doc: Mapping[str, Any], func: str) -> Licence:
    """Read the form of a licence."""
    try:
        told = {name: field(doc.get(name, {})) for name in _READ}
        # What is charged by the day has a phrase in the place of a date: it ends by itself on none.
        dated = told["expiredate"] if told["billdaily"] != "on" else ""
        expires = date.fromisoformat(dated) if dated else None
    except (AttributeError, ValueError) as fault:
        raise _unread(func) from fault
    return Licence(
        number,
        told["remoteid"],
        told["pricelist"],
        _STATUSES.get(told["status"], told["status"]),
        frozenset(told["suspendedby"].split()),
        expires,
        told["ip"],
        told["licname"],
        told["lickey"],
    )


_READ: Final = frozenset({
    "remoteid", "pricelist", "status", "suspendedby", "expiredate", "billdaily", "ip", "licname",
    "lickey",
})  # fmt: skip


def _code(period: Length, func: str) -> str:
    """Return the number of a period: its months. Refused where it has none."""
    if not period.months:
        message = f"the seller sells whole months, not {period}"
        raise PanelRefusedError("value", "period", message, func)
    return str(period.months)


def _unread(func: str) -> PanelFailedError:
    return PanelFailedError(func, "not an answer of BILLmanager", may_have_happened=True)
