"""Logging in and out, by password or by key, and who one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.mgr5.errors import access_denied, bad_password, bad_value, missed
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.traffic import ROOT, USER
from prorata.fakes.mgr5.tree import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager
    from prorata.fakes.mgr5.traffic import Who

__all__ = ["FUNCTIONS"]

_VERSION = "6.100.0"
_SHORTEST_KEY = 16


def _auth(context: Context[Ispmanager]) -> Sequence[Node]:
    args, panel, address = context.args, context.panel, context.request.address
    who = _by_key(context) if "key" in args else _by_password(context)
    if who is None:
        raise bad_password(address)
    sid = panel.traffic.open(who.name, address, context.now)
    if "backurl" in args:
        panel.state.returns[sid] = args["backurl"]
    context.cookie = f"{panel.binary}ses5={sid}; path=/; HttpOnly"
    # Some clients read the text, some the id: both are always there.
    return [Node("auth", sid, {"id": sid, "level": str(who.level)})]


def _by_password(context: Context[Ispmanager]) -> Who | None:
    args = context.args
    return context.panel.check(args.get("username", ""), args.get("password", ""))


def _by_key(context: Context[Ispmanager]) -> Who | None:
    """Return whom a key lets in. It is used up, whatever comes of it."""
    name, panel = context.args.get("username", ""), context.panel
    if panel.state.keys.get(context.args["key"]) != name:
        return None
    del panel.state.keys[context.args["key"]]
    user = panel.users.get(name)
    return panel.account(name) if user is None or user.active else None


def _newkey(context: Context[Ispmanager]) -> Sequence[Node]:
    args, state = context.args, context.panel.state
    name, key = args["username"], args["key"]
    if context.panel.account(name) is None:
        raise missed("user", name)
    if len(key) < _SHORTEST_KEY:
        raise bad_value("key", "", f"At least {_SHORTEST_KEY} characters")
    state.keys[key] = name
    return [Node("ok")]


def _session_delete(context: Context[Ispmanager]) -> Sequence[Node]:
    """End sessions; who came by a link that says where from is sent back there."""
    traffic, returns = context.panel.traffic, context.panel.state.returns
    for sid in context.ids:
        session = traffic.sessions.get(sid)
        if session is None:
            raise missed("session", sid)
        if context.who.level < ROOT and session.name != context.who.name:
            raise access_denied("session", "It is somebody else's")
    back = ""
    for sid in context.ids:
        del traffic.sessions[sid]
        back = returns.pop(sid, back)
    return [Node("ok", back, {"type": "url"})] if back else [Node("ok")]


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
        (
            Param("username"),
            Param("password", secret=True),
            Param("key", secret=True),
            # Where to go when the session ends. The documents name no parameter for it.
            Param("backurl", longest=2048),
        ),
        level=0,
    ),
    Function(
        "session.newkey",
        "action",
        "A key that opens a session of a user, once",
        _newkey,
        (
            Param("username", required=True),
            Param("key", required=True, secret=True),
        ),
    ),
    Function(
        "session.delete",
        "group",
        "Log out",
        _session_delete,
        (Param("elid", required=True, longest=65535, hint="the ids of sessions"),),
        level=USER,
    ),
    Function("whoami", "action", "The caller's account", _whoami, level=USER),
)
