"""Logging in, and who one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.mgr5.errors import bad_password
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager

__all__ = ["FUNCTIONS"]

_VERSION = "6.100.0"


def _auth(context: Context[Ispmanager]) -> Sequence[Node]:
    args, panel, address = context.args, context.panel, context.request.address
    who = panel.check(args.get("username", ""), args.get("password", ""))
    if who is None:
        raise bad_password(address)
    sid = panel.traffic.open(who.name, address, context.now)
    context.cookie = f"{panel.binary}ses5={sid}; path=/; HttpOnly"
    # Some clients read the text, some the id: both are always there.
    return [Node("auth", sid, {"id": sid, "level": str(who.level)})]


def _whoami(context: Context[Ispmanager]) -> Sequence[Node]:
    name, level = context.who.name, str(context.who.level)
    user = context.panel.users.get(name)
    known = ("", "") if user is None else (user.fullname, user.email)
    attrs = {"name": name, "level": level, "id": name, "realname": known[0], "lang": "en"}
    return [
        Node("user", "", attrs | {"email": known[1]}),
        Node("path", "", {"name": name, "level": level}),
        Node("mgr", "", {"version": _VERSION}),
        Node("version", _VERSION),
    ]


FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    Function(
        "auth",
        "action",
        "Log in: the answer holds a session's id",
        _auth,
        (Param("username"), Param("password", secret=True)),
        level=0,
    ),
    Function("whoami", "action", "The caller's account", _whoami, level=USER),
)
