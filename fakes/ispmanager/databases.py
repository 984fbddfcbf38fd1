"""Databases: their key is ``name->server``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import found, owner_of
from prorata.fakes.ispmanager.state import Thing
from prorata.fakes.ispmanager.things import Kind, functions
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager

__all__ = ["FUNCTIONS"]

_SERVER = "MySQL"
_NEW = "*"
_NAME = Param("name", required=True, longest=64, pattern=r"[A-Za-z0-9_]+", hint="a database's name")


def _made(context: Context[Ispmanager]) -> Thing:
    args, owner = context.args, owner_of(context)
    server, user = args.get("server", _SERVER), args.get("user", _NEW)
    about = {
        "name": args["name"],
        "server": server,
        # A star is a new user of the database, called as `username` says.
        "user": args.get("username", args["name"]) if user == _NEW else user,
    }
    return Thing(f"{args['name']}->{server}", owner, about)


def _row(database: Thing) -> Mapping[str, str]:
    about = database.about
    return {
        "name": about["name"],
        "key": database.name,
        "pair": database.name,
        "owner": database.owner,
        "server": about["server"],
        "size": "0",
    }


def _users(context: Context[Ispmanager]) -> Sequence[Node]:
    """List the users of one database; its key comes as `elid`, or as `plid` of newer clients."""
    params = context.request.params
    key = params.get("elid") or params.get("plid", "")
    database = found(context, context.panel.state.databases, "db", key)
    return [Node("elem", children=fields({"name": database.about["user"]}))]


def _servers(_context: Context[Ispmanager]) -> Sequence[Node]:
    row = {"name": _SERVER, "host": "localhost", "savedver": "8.0", "type": "mysql"}
    return [Node("elem", children=fields(row))]


FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    *functions(
        Kind(
            "db",
            "Databases",
            "limit_db",
            lambda state: state.databases,
            _made,
            _row,
            (
                _NAME,
                Param("owner", longest=32),
                Param("server", longest=64),
                Param("charset"),
                Param("user"),
                Param("username"),
                Param("password", secret=True),
                Param("confirm", secret=True),
                Param("remote_access", "switch"),
            ),
        )
    ),
    Function("db.users", "list", "Users of a database", _users, level=USER),
    Function("db.server", "list", "Servers of databases", _servers, level=USER),
)
