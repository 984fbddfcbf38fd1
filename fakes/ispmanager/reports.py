"""What users have taken up of what they may, and the history of a user.

Of `userstat` the documents know the fields; of the others they have the names only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.databases import database_users
from prorata.fakes.ispmanager.own import caller
from prorata.fakes.ispmanager.owned import SEEDS, owner_in_seed
from prorata.fakes.ispmanager.state import IspmanagerState, Usage, User
from prorata.fakes.mgr5.errors import access_denied, bad_value, missed
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.traffic import ADMIN, RESELLER, USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost

__all__ = ["FUNCTIONS"]

#: What is counted for a user: the limit's name, the title, and how many there are.
_COUNTED: Mapping[str, tuple[str, Callable[[IspmanagerState, str], int]]] = {
    "webdomains": ("Web domains", lambda state, name: state.sites.count(name)),
    "domains": ("Domain names", lambda state, name: state.zones.count(name)),
    "emaildomains": ("Mail domains", lambda state, name: state.mail_domains.count(name)),
    "emails": ("Mailboxes", lambda state, name: state.mailboxes.count(name)),
    "ftp_users": ("FTP users", lambda state, name: state.ftp_users.count(name)),
    "db": ("Databases", lambda state, name: state.databases.count(name)),
    "db_users": ("Database users", lambda state, name: len(database_users(state, name))),
}


def _used(context: CallContext[IspmanagerHost], name: str) -> Usage:
    return context.panel.state.usage.get(name, Usage()).at(context.now)


def _userstat(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """List what the user has taken up, disk and traffic in MiB, and how much there is."""
    user, state = caller(context), context.panel.state
    used = _used(context, user.name)
    return [
        _stat(user, "quota", "Disk space", used.disk, "MiB"),
        _stat(user, "traff", "Traffic", used.traffic, "MiB"),
        *(
            _stat(user, name, title, count(state, user.name), "unit")
            for name, (title, count) in _COUNTED.items()
        ),
    ]


def _stat(user: User, name: str, title: str, taken: int, units: str) -> Node:
    total = user.limits.get(f"limit_{name}", "")
    counts = {"units": units, "usages_used": str(taken), "usages_total": total}
    return Node("elem", children=[Node("name", title, {"orig": name}), *fields(counts)])


def _diskusage(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    user = caller(context)
    home, disk = f"/var/www/{user.name}", _used(context, user.name).disk
    return [Node("elem", children=fields({"name": home, "size": str(disk)}))]


def _disk_report(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    return [_disk(context, user) for user in _seen(context)]


def _exceeded(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """List the users who have more on the disk than their limit."""
    return [_disk(context, user) for user in _seen(context) if _is_over(context, user)]


def _is_over(context: CallContext[IspmanagerHost], user: User) -> bool:
    most = user.limits.get("limit_quota", "")
    return bool(most) and _used(context, user.name).disk > int(most)


def _seen(context: CallContext[IspmanagerHost]) -> Sequence[User]:
    who, users = context.who, context.panel.state.users
    return [users[name] for name in users.listed(None if who.level >= ADMIN else who.name)]


def _disk(context: CallContext[IspmanagerHost], user: User) -> Node:
    used, total = _used(context, user.name).disk, user.limits.get("limit_quota", "")
    row = {"name": user.name, "quota_used": str(used), "quota_total": total}
    return Node("elem", children=fields(row))


def _named(context: CallContext[IspmanagerHost]) -> str:
    params = context.request.params
    name = params.get("elid") or params.get("name", "")
    if not name:
        raise bad_value("elid", "", "the name of a user")
    return name


def _exists(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Say whether a login is taken, by whomever."""
    taken = context.panel.account(_named(context)) is not None
    return fields({"exists": "on" if taken else "off"})


def _history(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    name, who, state = _named(context), context.who, context.panel.state
    user = state.account(name)
    if user is None:
        raise missed("user", name, seed=SEEDS["user"])
    if who.level < ADMIN and who.name not in {user.name, user.owner}:
        why = "It is another reseller's user"
        raise access_denied("user", why, seed=owner_in_seed(name))
    events = state.history.get(name, ())
    rows = ({"date": f"{e.at:%Y-%m-%d %H:%M:%S}", "action": e.func, "user": e.who} for e in events)
    return [Node("elem", children=fields(row)) for row in rows]


_DISK = ("name", "quota_used", "quota_total")

FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function(
        "userstat",
        "list",
        "What the caller has taken up",
        _userstat,
        level=USER,
        columns=("name", "units", "usages_used", "usages_total"),
    ),
    Function(
        "diskusage",
        "list",
        "Where the caller's disk space is",
        _diskusage,
        level=USER,
        columns=("name", "size"),
        invented=True,
    ),
    Function(
        "user_disk_report",
        "list",
        "Disk space by user",
        _disk_report,
        level=RESELLER,
        columns=_DISK,
        invented=True,
    ),
    Function(
        "user_quota_exceeded",
        "list",
        "Users who have more on the disk than they may",
        _exceeded,
        level=RESELLER,
        columns=_DISK,
        invented=True,
    ),
    Function(
        "user.exists", "report", "Whether a login is taken", _exists, level=RESELLER, invented=True
    ),
    Function(
        "user.history",
        "list",
        "What was done to a user",
        _history,
        level=RESELLER,
        key="date",
        columns=("date", "action", "user"),
        invented=True,
    ),
)
