"""Resellers: accounts of level 25 that have users of their own.

What is done to a reseller (switching on and off, deleting) is done to their users as well.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.accounts import (
    ACCOUNT,
    changed,
    described,
    drop_user,
    form_of,
    made,
    noted,
    with_active,
)
from prorata.fakes.ispmanager.limits import LIMITS
from prorata.fakes.ispmanager.owned import all_found, found, switch
from prorata.fakes.ispmanager.state import CUSTOM
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS
from prorata.fakes.mgr5.rows import Rows
from prorata.fakes.mgr5.traffic import ADMIN, RESELLER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost

__all__ = ["FUNCTIONS"]

_FUNC = "reseller"


def _reseller(context: CallContext[IspmanagerHost]) -> Rows[str]:
    state = context.panel.state

    def row(name: str) -> Node:
        one = state.resellers[name]
        known = {
            **described(one),
            "level": str(one.level),
            "active": switch(on=one.active),
            "users": str(state.users.count(name)),
            **{param.name: one.limits.get(param.name, "") for param in LIMITS},
        }
        return Node("elem", children=fields(known))

    return Rows(state.resellers.listed(), row)


def _save(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    args, state = context.args, context.panel.state
    if "elid" in args:
        one = changed(context, found(context, state.resellers, _FUNC, args["elid"]))
    else:
        one = made(context, context.panel.login, RESELLER)
    state.resellers[one.name] = one
    noted(context, one.name)
    return saved(one.name)


def _form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    elid = context.args.get("elid")
    if elid is None:
        return form_of(context, None)
    return form_of(context, found(context, context.panel.state.resellers, _FUNC, elid))


def _options(context: CallContext[IspmanagerHost]) -> Mapping[str, Sequence[tuple[str, str]]]:
    presets = [(name, name) for name in context.panel.state.presets]
    return {"preset": [(CUSTOM, "No template"), *presets]}


def _set_active(context: CallContext[IspmanagerHost], *, active: bool) -> Sequence[Node]:
    state = context.panel.state
    for one in all_found(context, state.resellers, _FUNC):
        state.resellers[one.name] = with_active(state, one, active=active)
        noted(context, one.name)
        for name in state.users.listed(one.name):
            state.users[name] = with_active(state, state.users[name], active=active)
            noted(context, name)
    return saved()


def _delete(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    state = context.panel.state
    for one in all_found(context, state.resellers, _FUNC):
        for name in state.users.listed(one.name):
            drop_user(state, name)
        del state.resellers[one.name]
        state.history.pop(one.name, None)
        state.traffic.close_all(one.name)
    return saved()


_COLUMNS = (
    "name", "owner", "preset", "fullname", "email", "comment", "backup", "level", "active", "users",
    *(param.name for param in LIMITS),
)  # fmt: skip
_GROUP = ((ELIDS,), None, ADMIN)

FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function(_FUNC, "list", "Resellers", _reseller, level=ADMIN, columns=_COLUMNS),
    Function(
        "reseller.edit",
        "form",
        "A reseller's form",
        _save,
        (ELID, *ACCOUNT),
        _form,
        level=ADMIN,
        options=_options,
        element=_form,
    ),
    Function(
        "reseller.suspend",
        "group",
        "Switch resellers and their users off",
        partial(_set_active, active=False),
        *_GROUP,
    ),
    Function(
        "reseller.resume",
        "group",
        "Switch resellers and their users on",
        partial(_set_active, active=True),
        *_GROUP,
    ),
    Function("reseller.delete", "group", "Delete resellers and their users", _delete, *_GROUP),
)
