"""Addresses from an IPmanager, or from an ispmanager user who stands in for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.ports import PanelRefusedError

if TYPE_CHECKING:
    from prorata.reference.panels.wire import Wire

__all__ = ["give_back", "ipmanager"]


def ipmanager(wire: Wire, name: str) -> str | None:
    """Return the address for a user: the one that it has, or a new one, marked with its name.

    A user from whom addresses were taken away stands in for an IPmanager: it refuses to give any,
    and the answer is None, which is the address that the server shares.
    """
    try:
        held = _held(wire, name)
        return held or _taken(wire, name)
    except PanelRefusedError as refusal:
        if refusal.type == "access":
            return None
        raise


def give_back(wire: Wire, name: str) -> None:
    """Give back the address of a user, if it has one."""
    try:
        held = _held(wire, name)
        if held:
            wire.act("ipaddr.delete", {"elid": held})
    except PanelRefusedError as refusal:
        if refusal.type != "access":
            raise


def _held(wire: Wire, name: str) -> str:
    rows = wire.rows("ipaddr")
    return next((row["name"] for row in rows if row.get("note") == name), "")


def _taken(wire: Wire, name: str) -> str:
    wire.act("ipaddr.edit", {"iprole": "assigned", "note": name})
    return _held(wire, name)
