"""Payers: whom a client pays as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import client_of, own_client
from prorata.fakes.mgr5.errors import Mgr5Error, missed
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost

__all__ = ["FUNCTIONS", "PAYER", "name_of_payer", "payer_of"]

#: What a payment says of its payer where that is none that there is yet.
_NEW = "add_new"
#: What is kept of a payer: clients of their own send it, and read it again to show it.
_FIELDS = (
    "name", "profiletype", "country", "email", "person", "phone",
    *(f"{part}_{at}" for at in ("legal", "physical")
      for part in ("country", "postcode", "city", "address")),
    "vatnum", "eu_vat", "passport", "maildocs",
)  # fmt: skip


def _profiles(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    own = own_client(context)
    things = context.panel.state.things.setdefault("profile", {})
    return [
        Node("elem", "", {}, fields({"id": str(number), **dict.fromkeys(_FIELDS, ""), **each}))
        for number, each in things.items()
        if own in {"", each["account"]}
    ]


def _profile(context: CallContext[BillmanagerHost], elid: str) -> tuple[int, dict[str, str]]:
    own = own_client(context)
    things = context.panel.state.things.setdefault("profile", {})
    found = next((number for number in things if str(number) == elid), 0)
    if not found or own not in {"", things[found]["account"]}:
        raise missed("profile", elid)
    return found, things[found]


def _profile_form(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    elid, empty = context.args.get("elid", ""), dict.fromkeys(_FIELDS, "")
    if not elid:
        return empty
    number, kept = _profile(context, elid)
    return {"elid": str(number), **empty, **kept}


def _told(context: CallContext[BillmanagerHost]) -> dict[str, str]:
    return {name: context.args[name] for name in _FIELDS if name in context.args}


def _profile_save(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    elid = context.args.get("elid", "")
    if not elid:
        return saved(_made(context))
    number, kept = _profile(context, elid)
    context.panel.state.things["profile"][number] = {**kept, **_told(context)}
    return saved(str(number))


def _made(context: CallContext[BillmanagerHost]) -> str:
    state, client = context.panel.state, client_of(context)
    number = state.number("profile")
    made = {"account": client, "profiletype": "1", **_told(context)}
    state.things.setdefault("profile", {})[number] = made
    return str(number)


def payer_of(context: CallContext[BillmanagerHost]) -> str:
    """Return the number of the payer that a payment names, '' if none; a new one is made."""
    profile = context.args.get("profile", "")
    return _made(context) if profile == _NEW else profile


def name_of_payer(panel: BillmanagerHost, number: str) -> str:
    """Return what a payer is called, '' where it is nobody's name."""
    known = panel.state.things.get("profile", {})
    return next((each.get("name", "") for key, each in known.items() if str(key) == number), "")


def _delete(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Delete payers, all or none: those who have paid stay."""
    numbers = [_profile(context, elid)[0] for elid in context.ids]
    paid = {each.profile for each in context.panel.state.payments.values() if each.paid}
    for number in numbers:
        if str(number) in paid:
            raise Mgr5Error("access", "profile", str(number), text=_PAID)
    for number in numbers:
        context.panel.state.things["profile"].pop(number, None)
    return saved()


#: A client compares the sentence.
_PAID = "You cannot delete the payer who already made payments"
_LONGEST = {"profiletype": 15, "country": 64}
PAYER = tuple(Param(name, longest=_LONGEST.get(name, 255)) for name in _FIELDS)
_PROFILE = (ELID, *PAYER, Param("account", longest=15))
FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function("profile", "list", "Payers", _profiles, level=USER, key="id",
             columns=("id", *_FIELDS, "account")),
    Function("profile.edit", "form", "A payer", _profile_save, _PROFILE, _profile_form, level=USER),
    Function("profile.add.profiledata", "form", "A new payer", _profile_save, _PROFILE[1:],
             _profile_form, level=USER),
    Function("profile.delete", "group", "Delete: Payers", _delete, (ELIDS,), level=USER),
)  # fmt: skip
