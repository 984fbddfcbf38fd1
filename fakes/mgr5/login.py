"""Logging in and out, by password or by key, and who one is: the same on every panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from prorata.fakes.mgr5.errors import access_denied, bad_password, bad_value, missed
from prorata.fakes.mgr5.functions import CallContext, Function, Mgr5Panel, absent
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.secrets import without_login
from prorata.fakes.mgr5.traffic import ADMIN, USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

from prorata.fakes.mgr5.traffic import Session, Who

__all__ = ["FUNCTIONS", "functions"]

P = TypeVar("P", bound=Mgr5Panel)

_SHORTEST_KEY: Final = 16


def _auth(context: CallContext[P], *, active: Callable[[P, str], bool]) -> Sequence[Node]:
    args, panel, address = context.args, context.panel, context.request.address
    who = _by_key(context, active) if "key" in args else _by_password(context)
    if who is None:
        raise bad_password(address)
    context.who = who
    sid = panel.traffic.open(who.name, address, context.now)
    if "backurl" in args:
        panel.traffic.returns[sid] = without_login(args["backurl"])
    context.cookie = f"{panel.binary}ses5={sid}; path=/; HttpOnly"
    # Some clients read the text, some the id: both are always there.
    return [Node("auth", sid, {"id": sid, "level": str(who.level)})]


def _by_password(context: CallContext[P]) -> Who | None:
    args, panel = context.args, context.panel
    if not args.get("username") and not args.get("password"):
        # Some clients open a session with what others send in each call.
        login, _, password = context.request.params.get("authinfo", "").partition(":")
        return panel.check(login, password)
    return panel.check(args.get("username", ""), args.get("password", ""))


def _by_key(context: CallContext[P], active: Callable[[P, str], bool]) -> Who | None:
    """Return whom a key lets in. It is used up, whatever comes of it."""
    name, panel = context.args.get("username", ""), context.panel
    if panel.traffic.keys.get(context.args["key"]) != name:
        return None
    del panel.traffic.keys[context.args["key"]]
    return panel.account(name) if active(panel, name) else None


def _newkey(context: CallContext[P]) -> Sequence[Node]:
    args, panel = context.args, context.panel
    name, key = args["username"], args["key"]
    account = panel.account(name)
    if account is None:
        raise absent(panel, "user", name)
    if account != context.who and not panel.may(context.who, account):
        raise access_denied("username", "It is not below yours")
    if len(key) < _SHORTEST_KEY:
        raise bad_value("key", "", f"At least {_SHORTEST_KEY} characters")
    panel.traffic.keys[key] = account.name
    return [Node("ok")]


def _mine(context: CallContext[P], session: Session) -> bool:
    """Tell whether the caller may see and end a session."""
    whose = context.panel.account(session.name)
    own = session.name == context.who.name
    return own or (whose is not None and context.panel.may(context.who, whose))


def _session(context: CallContext[P]) -> Sequence[Node]:
    alive = context.panel.traffic.alive(context.now)
    return [_row(context, sid, one) for sid, one in alive.items() if _mine(context, one)]


def _row(context: CallContext[P], sid: str, session: Session) -> Node:
    whose = context.panel.account(session.name)
    level = str(whose.level if whose else 0)
    idle = str(int((context.now - session.used).total_seconds()))
    row = {"id": sid, "name": session.name, "level": level, "ip": session.address, "idle": idle}
    return Node("elem", children=fields(row))


def _delete(context: CallContext[P]) -> Sequence[Node]:
    """End sessions; who came by a link that says where from is sent back there."""
    traffic = context.panel.traffic
    for sid in context.ids:
        session = traffic.sessions.get(sid)
        if session is None:
            raise missed("session", sid)
        if not _mine(context, session):
            raise access_denied("session", "It is somebody else's")
    back = ""
    for sid in context.ids:
        back = traffic.close(sid) or back
    return [Node("ok", back, {"type": "url"})] if back else [Node("ok")]


def _keepalive(_context: CallContext[P]) -> Sequence[Node]:
    return [Node("ok")]


def _whoami(
    context: CallContext[P], *, profile: Callable[[P, str], Mapping[str, str]]
) -> Sequence[Node]:
    (name, level), version = context.who, context.panel.version
    told = {"realname": "", "email": "", **profile(context.panel, name)}
    attrs = {"name": name, "level": str(level), "id": name, "lang": "en"} | told
    # Captures have attributes only; the text is for clients that take every element for one.
    return [
        Node("user", name, attrs),
        Node("path", "", {"name": name, "level": str(level)}),
        Node("mgr", "", {"version": version}),
        Node("version", version),
    ]


def functions(
    *,
    active: Callable[[P, str], bool] = lambda _panel, _name: True,
    profile: Callable[[P, str], Mapping[str, str]] = lambda _panel, _name: {},
) -> tuple[Function[P], ...]:
    """Return the functions for a panel.

    `active` tells whether an account may log in by a key; `profile` returns what `whoami` tells of
    it beside name and level: `realname`, `email`, an `id` that is not the name.
    """

    def auth(context: CallContext[P]) -> Sequence[Node]:
        return _auth(context, active=active)

    def whoami(context: CallContext[P]) -> Sequence[Node]:
        return _whoami(context, profile=profile)

    return (
        Function("auth", "action", "Log in: the answer holds a session's id", auth, _AUTH, level=0),
        Function(
            "session.newkey",
            "action",
            "A key that opens a session of a user, once",
            _newkey,
            (
                Param("username", required=True),
                Param("key", required=True, secret=True),
            ),
            level=ADMIN,
        ),
        Function(
            "session",
            "list",
            "Who is logged in",
            _session,
            level=USER,
            key="id",
            columns=("id", "name", "level", "ip", "idle"),
        ),
        Function(
            "session.delete",
            "group",
            "Log out",
            _delete,
            (Param("elid", required=True, longest=65535, hint="the ids of sessions"),),
            level=USER,
        ),
        Function("keepalive", "report", "Keep a session alive", _keepalive, level=USER),
        Function("whoami", "report", "The caller's account", whoami, level=USER),
    )


_AUTH: Final = (
    Param("username"),
    Param("password", secret=True),
    Param("key", secret=True),
    # Where to go when the session ends. The documents name no parameter for it.
    Param("backurl", longest=2048),
)

FUNCTIONS: tuple[Function[Any], ...] = functions()
