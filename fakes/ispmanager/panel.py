"""The panel: what a test holds in its hands."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from prorata.fakes.ispmanager import (
    access,
    addresses,
    databases,
    dns,
    ftp,
    licence,
    mail,
    own,
    presets,
    users,
    webdomains,
)
from prorata.fakes.ispmanager.limits import preset_limits
from prorata.fakes.ispmanager.state import CUSTOM, Belongings, Domain, State, Thing, Usage, User
from prorata.fakes.ispmanager.webdomains import Parts, make_domains
from prorata.fakes.mgr5.app import mgr5_app
from prorata.fakes.mgr5.functions import Function, table
from prorata.fakes.mgr5.traffic import ROOT, USER, Call, Traffic, Who

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.clock import Clock

__all__ = ["Ispmanager"]


class Ispmanager:
    """An ispmanager 6 whose time is `clock` and whose wire is mgr5.

    `presets` maps the names of user templates to their limits. Serve `app` on a socket with
    `prorata.fakes.serve`, or call it in process with `prorata.fakes.transport`.

    >>> from datetime import UTC, datetime
    >>> from prorata.reference.clock import Clock
    >>> panel = Ispmanager(Clock(datetime(2025, 8, 1, tzinfo=UTC)), presets={"small": {}})
    >>> panel.path, list(panel.presets), dict(panel.users)
    ('/ispmgr', ['small'], {})
    """

    binary = "ispmgr"
    path = "/ispmgr"
    functions: Mapping[str, Function[Ispmanager]] = table(
        access.FUNCTIONS,
        users.FUNCTIONS,
        presets.FUNCTIONS,
        webdomains.FUNCTIONS,
        dns.FUNCTIONS,
        mail.FUNCTIONS,
        ftp.FUNCTIONS,
        databases.FUNCTIONS,
        addresses.FUNCTIONS,
        own.FUNCTIONS,
        licence.FUNCTIONS,
    )

    def __init__(
        self,
        clock: Clock,
        *,
        login: str = "root",
        password: str = "prorata",
        presets: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.clock = clock
        self.login = login
        self.password = password
        self.state = State()
        self.app = mgr5_app(self)
        for name, limits in (presets or {}).items():
            self.add_preset(name, limits)

    @property
    def users(self) -> Mapping[str, User]:
        """The users by name, as they stand now."""
        return MappingProxyType(self.state.users)

    @property
    def sites(self) -> Mapping[str, Domain]:
        """The web domains by name, each with its owner."""
        return MappingProxyType(self.state.sites)

    @property
    def presets(self) -> Mapping[str, Mapping[str, str]]:
        """The user templates by name."""
        return MappingProxyType(self.state.presets)

    @property
    def calls(self) -> list[Call]:
        """Every call so far, in order, refused ones included."""
        return list(self.state.traffic.calls)

    @property
    def traffic(self) -> Traffic:
        """Sessions and calls, for the protocol."""
        return self.state.traffic

    def add_preset(self, name: str, limits: Mapping[str, str]) -> None:
        """Add a user template, or replace it; raise ValueError for a limit that is none."""
        self.state.presets[name] = preset_limits(name, limits)

    def add_user(self, name: str, *, password: str = "prorata", domain: str | None = None) -> None:
        """Add a user without limits, with the domain where one is named."""
        self.state.users[name] = User(name, CUSTOM, True, {}, self.clock.now(), password)  # noqa: FBT003
        if domain:
            make_domains(self.state, domain, name, Parts())

    def add_address(self, name: str, iptype: str = "ipv4") -> None:
        """Add a free address, ``ipv4`` or ``ipv6``, that can be assigned to a user."""
        self.state.addresses[name] = Thing(name, "", {"iptype": iptype, "note": ""})

    def set_usage(self, name: str, *, disk: int = 0, traffic: int = 0) -> None:
        """Say what a user has taken up, in MiB; nothing here counts it."""
        self.state.usage[name] = Usage(disk, traffic)

    def deny(self, name: str, *functions: str) -> None:
        """Take functions away from a user: ``ipaddr`` is the one that can be."""
        user = self.state.users[name]
        self.state.users[name] = replace(user, denied=user.denied | {*functions})

    def belongings(self, name: str) -> Belongings | None:
        """Return what a user has, as it stands now; None where there is no such user."""
        user, state = self.state.users.get(name), self.state
        if user is None:
            return None
        kinds: Mapping[str, Mapping[str, Any]] = {
            "sites": state.sites,
            "zones": state.zones,
            "mail domains": state.mail_domains,
            "databases": state.databases,
            "mailboxes": state.mailboxes,
            "ftp users": state.ftp_users,
            "addresses": state.addresses,
        }
        has = {
            kind: tuple(key for key, thing in things.items() if thing.owner == name)
            for kind, things in kinds.items()
        }
        points = tuple(zone.address for zone in state.zones.values() if zone.owner == name)
        return Belongings(user, has, points)

    def assert_called(self, func: str, **params: str) -> None:
        """Raise AssertionError unless `func` was called with (at least) these parameters.

        A call that the panel refused counts: it was made. Its `error` is in `calls`.
        """
        made = [call for call in self.state.traffic.calls if call.func == func]
        if any(params.items() <= call.params.items() for call in made):
            return
        raise AssertionError(_not_called(func, params, made, self.calls))

    def check(self, login: str, password: str) -> Who | None:
        """Return the account that these credentials open: not that of a suspended user."""
        if login == self.login:
            return Who(login, ROOT) if password == self.password else None
        user = self.state.users.get(login)
        known = user is not None and user.active and user.password == password
        return Who(login, USER) if known else None

    def account(self, name: str) -> Who | None:
        """Return the account of that name, active or not, if there is one."""
        if name == self.login:
            return Who(name, ROOT)
        return Who(name, USER) if name in self.state.users else None


def _not_called(func: str, params: Mapping[str, str], made: list[Call], calls: list[Call]) -> str:
    wanted = f"{func} was not called"
    if params:
        wanted += " with " + _written(params)
    if made:
        return "\n".join([f"{wanted}; its calls were:", *(f"  {_line(call)}" for call in made)])
    others = ", ".join(dict.fromkeys(call.func for call in calls)) or "nothing"
    return f"{wanted}; called were: {others}"


def _line(call: Call) -> str:
    outcome = f"refused: {call.error}" if call.error else "ok"
    return f"{call.at:%Y-%m-%d %H:%M:%S} {_written(call.params) or '(no parameters)'} - {outcome}"


def _written(params: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in params.items())
