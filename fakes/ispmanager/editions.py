"""The editions of ispmanager 6, and what each of them lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.mgr5.functions import Function

__all__ = ["EDITIONS", "Edition", "had_by"]

_RESELLERS = ("reseller", "reseller.")
_ADDRESSES = ("ipaddr", "ipaddr.")
_ADDRESS_LIST = ("ipaddrlist", "ipaddrlist.")


class Edition(NamedTuple):
    """One edition: what the licence calls it, and the functions that it has not.

    `owner` is whether lists of users and of what is theirs have an owner's column.
    """

    title: str
    lacks: tuple[str, ...] = ()
    owner: bool = True


# The documents give resellers to host and business. That lite has neither the owner's column nor
# `ipaddr` clients know by experience; of pro and host nobody says. Pro is taken for a larger lite.
# Host answers to both names of the list of addresses, so that no client of either goes away.
EDITIONS: Mapping[str, Edition] = {
    "lite": Edition("ispmanager 6 Lite", (*_RESELLERS, *_ADDRESSES), owner=False),
    "pro": Edition("ispmanager 6 Pro", (*_RESELLERS, *_ADDRESSES), owner=False),
    "host": Edition("ispmanager 6 Host"),
    "business": Edition("ispmanager 6 Business", _ADDRESS_LIST),
}


def had_by(edition: Edition, functions: Mapping[str, Function[Any]]) -> Mapping[str, Function[Any]]:
    """Return those of the functions that an edition has, as it has them."""
    return {
        name: function if edition.owner else _without_owner(function)
        for name, function in functions.items()
        if not _lacks(edition, name)
    }


def _lacks(edition: Edition, name: str) -> bool:
    return any(name == one or (one.endswith(".") and name.startswith(one)) for one in edition.lacks)


def _without_owner(function: Function[Any]) -> Function[Any]:
    columns = tuple(name for name in function.columns if name != "owner")
    return function if columns == function.columns else replace(function, columns=columns)
