"""Databases, whose key is ``name->server``, their users and their servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import (
    CONFIRM,
    check_confirm,
    check_fixed,
    check_room,
    found,
    owner_of,
)
from prorata.fakes.ispmanager.state import IspmanagerState, Thing
from prorata.fakes.ispmanager.things import DataKind, changed_about, functions
from prorata.fakes.mgr5.errors import already_exists, bad_value, missed
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost

__all__ = ["FUNCTIONS", "database_users"]

_SERVERS: Mapping[str, Mapping[str, str]] = {
    "MySQL": {"host": "localhost", "savedver": "8.0", "type": "mysql"},
}
_SERVER = "MySQL"
_NEW = "*"
_NAME = Param("name", required=True, longest=64, pattern=r"[A-Za-z0-9_]+", hint="a database's name")
_KEPT = {"charset": "utf8mb4", "remote_access": "off"}


def database_users(state: IspmanagerState, owner: str) -> dict[tuple[str, str], None]:
    """Return an owner's users of databases, each with its server."""
    held = (state.databases[key].about for key in state.databases.listed(owner))
    return {(about["user"], about["server"]): None for about in held}


def _named(context: CallContext[IspmanagerHost]) -> tuple[str, str]:
    args, owner = context.args, owner_of(context)
    check_confirm({**args, "passwd": args.get("password", "")})
    server = args.get("server", _SERVER)
    if server not in _SERVERS:
        raise missed("server", server)
    return f"{args['name']}->{server}", owner


def _made(context: CallContext[IspmanagerHost], key: str, owner: str) -> Thing:
    args = context.args
    server = args.get("server", _SERVER)
    about = {
        "name": args["name"],
        "server": server,
        "user": _user(context, owner, server),
        **{name: args.get(name, usual) for name, usual in _KEPT.items()},
    }
    return Thing(key, owner, about)


def _user(context: CallContext[IspmanagerHost], owner: str, server: str) -> str:
    """Return the user of a new database: one that the owner has, or a new one for a star."""
    args, state = context.args, context.panel.state
    known, user = database_users(state, owner), args.get("user", _NEW)
    if user != _NEW:
        if (user, server) not in known:
            raise missed("user", user)
        return user
    name = args.get("username", args["name"])
    if (name, server) in known:
        raise already_exists("username", name)
    check_room(context, owner, "limit_db_users", len(known))
    return name


def _changed(context: CallContext[IspmanagerHost], database: Thing) -> Thing:
    args, about = context.args, database.about
    check_fixed("name", about["name"], args)
    check_fixed("server", about["server"], args)
    check_fixed("owner", database.owner, args)
    kept = {name: args[name] for name in _KEPT if name in args}
    return changed_about(database, kept, {})


def _known(database: Thing) -> dict[str, str]:
    about = database.about
    return {
        "name": about["name"],
        "key": database.name,
        "pair": database.name,
        "owner": database.owner,
        "server": about["server"],
        "size": "0",
    }


def _shown(_context: CallContext[IspmanagerHost], database: Thing | None) -> Mapping[str, str]:
    empty = {param.name: "" for param in _PARAMS if not param.secret}
    return empty | ({**database.about, **_known(database)} if database else {})


def _users(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """List the users of one database; its key comes as `elid`, or as `plid` of newer clients."""
    params = context.request.params
    key = params.get("elid") or params.get("plid", "")
    if not key:
        raise bad_value("elid", "", "the key of a database")
    database = found(context, context.panel.state.databases, "db", key)
    return [Node("elem", children=fields({"name": database.about["user"]}))]


def _servers(_context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    return [
        Node("elem", children=fields({"name": name, **about})) for name, about in _SERVERS.items()
    ]


_PARAMS = (
    _NAME,
    Param("owner", longest=32),
    Param("server", longest=64),
    Param("charset"),
    Param("user"),
    Param("username", longest=32),
    Param("password", secret=True, longest=128),
    CONFIRM,
    Param("remote_access", "switch"),
)

FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    *functions(
        DataKind(
            func="db",
            what="Databases",
            limit="limit_db",
            kept=lambda state: state.databases,
            named=_named,
            made=_made,
            changed=_changed,
            row=lambda _state, database: fields(_known(database)),
            shown=_shown,
            params=_PARAMS,
            columns=("name", "key", "pair", "owner", "server", "size"),
            key="key",
        )
    ),
    Function("db.users", "list", "Users of a database", _users, level=USER, columns=("name",)),
    Function(
        "db.server",
        "list",
        "Servers of databases",
        _servers,
        level=USER,
        columns=("name", "host", "savedver", "type"),
    ),
)
