"""Payers: whom a client pays as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import client_of, own_client
from prorata.fakes.mgr5.errors import missed
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost

__all__ = ["FUNCTIONS"]


def _profiles(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    own = own_client(context)
    things = context.panel.state.things.setdefault("profile", {})
    return [
        Node("elem", "", {}, fields({"id": str(number), **each}))
        for number, each in things.items()
        if own in {"", each["account"]}
    ]


def _profile(context: CallContext[BillmanagerHost]) -> tuple[int, dict[str, str]]:
    elid, own = context.args.get("elid", ""), own_client(context)
    things = context.panel.state.things.setdefault("profile", {})
    found = next((number for number in things if str(number) == elid), 0)
    if not found or own not in {"", things[found]["account"]}:
        raise missed("profile", elid)
    return found, things[found]


def _profile_form(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    if not context.args.get("elid"):
        return dict.fromkeys(("name", "profiletype", "country", "email"), "")
    number, kept = _profile(context)
    return {"elid": str(number), **kept}


def _profile_save(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    args, state = context.args, context.panel.state
    told = {
        name: args[name] for name in ("name", "profiletype", "country", "email") if name in args
    }
    if args.get("elid"):
        number, kept = _profile(context)
        state.things["profile"][number] = {**kept, **told}
        return saved(str(number))
    number = state.number("profile")
    client = client_of(context)
    state.things.setdefault("profile", {})[number] = {"account": client, "profiletype": "1", **told}
    return saved(str(number))


_PROFILE = (
    ELID,
    Param("name", longest=255),
    Param("profiletype", longest=15),
    Param("country", longest=64),
    Param("email", longest=255),
    Param("account", longest=15),
)
FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function("profile", "list", "Payers", _profiles, level=USER, key="id",
             columns=("id", "name", "profiletype", "country", "email", "account")),
    Function("profile.edit", "form", "A payer", _profile_save, _PROFILE, _profile_form, level=USER),
    Function("profile.add.profiledata", "form", "A new payer", _profile_save, _PROFILE[1:],
             _profile_form, level=USER),
)  # fmt: skip
