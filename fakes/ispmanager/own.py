"""A user's own settings: the password, and from where to log in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import CONFIRM, PASSWORD, check_confirm
from prorata.fakes.mgr5.errors import access_denied
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.traffic import USER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.ispmanager.state import User
    from prorata.fakes.mgr5.tree import Node

__all__ = ["FUNCTIONS", "caller"]

#: What else clients set there: it is kept and shown, and changes nothing here.
_SETTINGS = ("atype", "addr", "experience", "secureip", "disable_totp", "lang", "timezone")


def caller(context: CallContext[IspmanagerHost]) -> User:
    """Return the user or reseller who calls; raise `access` for the administrator."""
    user = context.panel.state.account(context.who.name)
    if user is None:
        raise access_denied(context.request.func, "It belongs to users")
    return user


def _form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    user = caller(context)
    known = {"name": user.name, "fullname": user.fullname, "email": user.email}
    return {**known, **dict.fromkeys(_SETTINGS, ""), **user.settings}


def _save(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    args, user, state = context.args, caller(context), context.panel.state
    check_confirm(args)
    book = state.users if user.name in state.users else state.resellers
    book[user.name] = replace(
        user,
        password=args.get("passwd", user.password),
        fullname=args.get("fullname", user.fullname),
        email=args.get("email", user.email),
        settings={**user.settings, **{name: args[name] for name in _SETTINGS if name in args}},
    )
    return saved()


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function(
        "usrparam",
        "form",
        "The caller's own settings",
        _save,
        (
            PASSWORD,
            CONFIRM,
            Param("fullname", longest=255, blank=True),
            Param("email", longest=255, blank=True),
            *(Param(name, longest=255) for name in _SETTINGS),
        ),
        _form,
        level=USER,
    ),
)
