"""The server itself: its licence, version, services and administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.rows import Rows
from prorata.fakes.mgr5.traffic import ROOT, USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.mgr5.journal import JournalEntry

__all__ = ["FUNCTIONS"]

#: What runs on the server, and nothing here ever stops.
_SERVICES = ("apache2", "nginx", "mysql", "exim4", "dovecot", "named", "proftpd", "cron")


def _licence(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    # Clients look for the edition's name in either.
    title = context.panel.edition.title
    return fields({"mgr": title, "panel_name": title})


def _services(_context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    return [_elem({"name": name, "state": "on"}) for name in _SERVICES]


def _capacity(_context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Say how busy the server is: a fake one is idle."""
    return [Node("server_stat", children=[_elem({"cpu": "0", "us_mem": "0"})])]


def _version(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    return fields({"version": context.panel.version, "actual": "on"})


def _sysinfo(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    state = context.panel.state
    known = {
        "panel": f"{context.panel.edition.title} {context.panel.version}",
        "time": f"{context.now:%Y-%m-%d %H:%M:%S} UTC",
        "users": str(len(state.users)),
        "sites": str(len(state.sites)),
    }
    return [_elem({"name": name, "value": value}) for name, value in known.items()]


def _admins(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    return [_elem({"name": context.panel.login, "level": str(ROOT), "active": "on"})]


def _journal(context: CallContext[IspmanagerHost]) -> Rows[JournalEntry]:
    """List the calls that the panel answered, the last one first."""
    return Rows([*context.panel.traffic.calls][::-1], _call)


def _call(entry: JournalEntry) -> Node:
    return _elem(
        {
            "id": str(entry.number),
            "date": f"{entry.at:%Y-%m-%d %H:%M:%S}",
            "user": entry.who,
            "action": entry.func,
            "error": entry.error or "",
        }
    )


def _elem(row: Mapping[str, str]) -> Node:
    return Node("elem", children=fields(row))


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function("license.info", "report", "The panel's licence", _licence),
    Function("services", "list", "Services", _services, columns=("name", "state")),
    Function("server_capacity", "report", "How busy the server is", _capacity),
    Function(
        "version.actual", "report", "The panel's version", _version, level=USER, invented=True
    ),
    Function("sysinfo", "list", "The system", _sysinfo, columns=("name", "value"), invented=True),
    Function(
        "admin",
        "list",
        "Administrators",
        _admins,
        columns=("name", "level", "active"),
        invented=True,
    ),
    Function(
        "journal",
        "list",
        "The calls that the panel answered",
        _journal,
        key="id",
        columns=("id", "date", "user", "action", "error"),
        invented=True,
    ),
)
