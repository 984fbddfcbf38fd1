"""The panel: what a test holds in its hands."""

from __future__ import annotations

import copy
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from prorata.fakes.ispmanager.addresses import new_address
from prorata.fakes.ispmanager.editions import EDITIONS
from prorata.fakes.ispmanager.functions import FUNCTIONS, functions_of, where_in_seed
from prorata.fakes.ispmanager.limits import preset_limits
from prorata.fakes.ispmanager.seeds import SEED, sow
from prorata.fakes.ispmanager.state import (
    ADDRESS,
    WWW_ROOT,
    Belongings,
    Domain,
    IspmanagerState,
    Usage,
    User,
    is_shared,
)
from prorata.fakes.ispmanager.stock import add_domain, belongings, new_account, new_usage
from prorata.fakes.mgr5.app import mgr5_app
from prorata.fakes.mgr5.functions import check_functions
from prorata.fakes.mgr5.traffic import ADMIN, RESELLER, ROOT, Traffic, Who

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.faults import Faults
    from prorata.fakes.ispmanager.editions import Edition
    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.mgr5.functions import Function, Time
    from prorata.fakes.mgr5.journal import JournalEntry

__all__ = ["Ispmanager"]


class Ispmanager:
    """An ispmanager 6 whose time is `clock` and whose wire is mgr5.

    `presets` maps the names of user templates to their limits. Serve `app` on a socket with
    `prorata.fakes.serve`, or call it in process with `prorata.fakes.transport`.

    >>> from datetime import UTC, datetime
    >>> from prorata.reference.clock import Clock
    >>> panel = Ispmanager(Clock(datetime(2025, 8, 1, tzinfo=UTC)), presets={"small": {}})
    >>> panel.path, list(panel.presets), list(panel.users)
    ('/ispmgr', ['small'], ['www-root'])
    """

    binary = "ispmgr"
    tells_changes = True
    path = "/ispmgr"
    version = "6.100.0"
    functions: Mapping[str, Function[IspmanagerHost]] = FUNCTIONS

    def __init__(
        self,
        clock: Time,
        *,
        login: str = "root",
        password: str = "prorata",
        presets: Mapping[str, Mapping[str, str]] | None = None,
        edition: str = "host",
    ) -> None:
        if edition not in EDITIONS:
            raise ValueError(f"ispmanager has no edition {edition!r}, but {', '.join(EDITIONS)}")
        self.clock = clock
        self.login = login
        self.state = IspmanagerState(edition=EDITIONS[edition], password=password)
        self.functions = functions_of(self.edition)
        self.changed = 0
        #: What goes wrong with calls; None lets nothing go wrong.
        self.faults: Faults | None = None
        #: Whether it is down: then nothing reaches it, and it knows nothing of what was tried.
        self.down = False
        self.app = mgr5_app(self)
        # Some clients fall over a user without a full name.
        self.add_user(WWW_ROOT, fullname="Sites of root")
        self.add_address(ADDRESS, shared=True)
        for name, limits in (presets or {}).items():
            self.add_preset(name, limits)

    @classmethod
    def seeded(
        cls, clock: Time, seed: Mapping[str, Any] | None = None, **settings: Any
    ) -> Ispmanager:
        """Return a panel with something on it: what `seed` says, else two presets and two users.

        `settings` are the keywords of a panel. Raises ValueError for what no panel can have.

        >>> from datetime import UTC, datetime
        >>> from prorata.reference.clock import Clock
        >>> panel = Ispmanager.seeded(Clock(datetime(2025, 8, 1, tzinfo=UTC)))
        >>> [user.fullname for user in panel.users.values()]
        ['Sites of root', 'Anna Anders', 'Boris Brandt']
        """
        panel = cls(clock, **settings)
        sow(panel, SEED if seed is None else seed)
        return panel

    @property
    def edition(self) -> Edition:
        """Which edition it is."""
        return self.state.edition

    @property
    def password(self) -> str:
        """The administrator's password."""
        return self.state.password

    @password.setter
    def password(self, password: str) -> None:
        self.state.password = password

    @property
    def users(self) -> Mapping[str, User]:
        """The users by name, as they stand now."""
        return MappingProxyType(self.state.users)

    @property
    def resellers(self) -> Mapping[str, User]:
        """The resellers by name, as they stand now."""
        return MappingProxyType(self.state.resellers)

    @property
    def sites(self) -> Mapping[str, Domain]:
        """The web domains by name, each with its owner."""
        return MappingProxyType(self.state.sites)

    @property
    def presets(self) -> Mapping[str, Mapping[str, str]]:
        """The user templates by name."""
        return MappingProxyType(self.state.presets)

    @property
    def calls(self) -> list[JournalEntry]:
        """Every call so far, in order, refused ones included."""
        return list(self.state.traffic.calls)

    @property
    def traffic(self) -> Traffic:
        """Sessions and calls, for the protocol."""
        return self.state.traffic

    def snapshot(self) -> object:
        """Return a copy of all that the panel holds; nothing that happens later changes it."""
        return copy.deepcopy(self.state)

    def held(self) -> object:
        """Return what a snapshot is a copy of: to be written down at once, and never changed."""
        return self.state

    def take_up(self, held: Any) -> None:
        """Go on with what was held, which is this panel's from now on."""
        self.state = held
        self.changed += 1

    def restore(self, state: object) -> None:
        """Put back what `snapshot` returned, any number of times; TypeError for anything else."""
        if not isinstance(state, IspmanagerState):
            raise TypeError(f"expected a snapshot of ispmanager, got {type(state).__name__}")
        self.state = copy.deepcopy(state)
        self.functions = functions_of(self.edition)
        self.changed += 1

    def add_preset(self, name: str, limits: Mapping[str, str]) -> None:
        """Add a user template, or replace it; raise ValueError for a limit that is none."""
        self.state.presets[name] = preset_limits(name, limits)
        self.changed += 1

    def add_user(
        self,
        name: str,
        *,
        password: str = "prorata",
        domain: str | None = None,
        preset: str | None = None,
        limits: Mapping[str, str] | None = None,
        fullname: str = "",
        email: str = "",
        comment: str = "",
        owner: str = "",
    ) -> None:
        """Add a user, or replace it: of a preset, with limits over it, and with a domain.

        `owner` is a reseller. Raises ValueError where the panel's own form would refuse it.
        """
        self._check_free(name, self.state.resellers)
        if owner and owner not in self.state.resellers:
            raise ValueError(f"user {name!r}: there is no reseller {owner!r}")
        made = replace(
            self._account(name, password, preset, limits),
            owner=owner or self.login,
            fullname=fullname,
            email=email,
            comment=comment,
        )
        if domain:
            add_domain(self.state, made, domain)
        self.state.users[name] = made
        self.changed += 1

    def add_reseller(
        self,
        name: str,
        *,
        password: str = "prorata",
        limits: Mapping[str, str] | None = None,
        fullname: str = "",
        email: str = "",
    ) -> None:
        """Add a reseller, who has users of their own, or replace it.

        Raises ValueError for a limit that is none, and in an edition without resellers.
        """
        self._check_free(name, self.state.users)
        if "reseller" not in self.functions:
            raise ValueError(f"{self.edition.title} has no resellers")
        made = self._account(name, password, None, limits)
        self.state.resellers[name] = replace(
            made, owner=self.login, level=RESELLER, fullname=fullname, email=email
        )
        self.changed += 1

    def _check_free(self, name: str, others: Mapping[str, User]) -> None:
        if name == self.login or name in others:
            raise ValueError(f"{name!r} is the login of another account")

    def _account(
        self, name: str, password: str, preset: str | None, limits: Mapping[str, str] | None
    ) -> User:
        return new_account(
            self.state,
            name,
            created=self.clock.now(),
            password=password,
            preset=preset,
            limits=limits or {},
        )

    def add_address(self, name: str, iptype: str = "", *, shared: bool = False) -> None:
        """Add a free address that can be assigned to a user, or one that all users share.

        `iptype` is ``ipv4`` or ``ipv6``, and may be left to the address to tell.
        """
        kind = iptype or ("ipv6" if ":" in name else "ipv4")
        self.state.addresses[name] = new_address(name, kind, shared=shared)
        self.changed += 1

    def set_shared(self, *names: str) -> None:
        """Say which addresses all users share, in place of those that they did until now."""
        for key, one in [*self.state.addresses.items()]:
            if is_shared(one):
                del self.state.addresses[key]
        for name in names:
            self.add_address(name, shared=True)
        self.changed += 1

    def set_php(self, versions: Mapping[str, str]) -> None:
        """Say which versions of PHP there are, by their keys; the first one is the usual one."""
        if not versions:
            raise ValueError("there is one version of PHP at least")
        self.state.php = dict(versions)
        self.changed += 1

    def set_usage(
        self,
        name: str,
        *,
        disk: int = 0,
        traffic: int = 0,
        per_day: Mapping[str, int] | None = None,
    ) -> None:
        """Say what a user has taken up by now, in MiB; nothing here counts it.

        `per_day` says how much comes with each day from now on, such as ``{"traffic": 300}``; its
        keys are ``disk`` and ``traffic``, and another one raises ValueError. The user may come
        later.
        """
        self.state.usage[name] = new_usage(disk, traffic, per_day or {}, self.clock.now())
        self.changed += 1

    def usage(self, name: str) -> Usage:
        """Return what a user has taken up by now."""
        return self.state.usage.get(name, Usage()).at(self.clock.now())

    def deny(self, name: str, *functions: str) -> None:
        """Take functions away from a user: ``ipaddr`` is the one that can be."""
        user = self.state.users[name]
        self.state.users[name] = replace(user, denied=user.denied | {*functions})
        self.changed += 1

    def belongings(self, name: str) -> Belongings | None:
        """Return what a user has, as it stands now; None where there is no such user."""
        return belongings(self.state, name)

    def where_in_seed(self, about: str, value: str) -> str:
        """Return where a seed could allow a thing or a function, and nothing where it could not."""
        return where_in_seed(self.functions, about, value)

    def assert_called(self, func: str, **params: str) -> None:
        """Raise AssertionError unless `func` was called with (at least) these parameters.

        A call that the panel refused counts: it was made. Its `error` is in `calls`. Raises
        ValueError for a function that no panel has, as the next two do.
        """
        check_functions(type(self).functions, func)
        self.traffic.calls.assert_called(func, **params)

    def assert_never(self, func: str, **params: str) -> None:
        """Raise AssertionError where `func` was called with these parameters."""
        check_functions(type(self).functions, func)
        self.traffic.calls.assert_never(func, **params)

    def assert_order(self, *funcs: str) -> None:
        """Raise AssertionError unless calls of these functions came in this order."""
        check_functions(type(self).functions, *funcs)
        self.traffic.calls.assert_order(*funcs)

    def check(self, login: str, password: str) -> Who | None:
        """Return the account that these credentials open: not that of a suspended user."""
        if login == self.login:
            return Who(login, ROOT) if password == self.password else None
        user = self.state.account(login)
        known = user is not None and user.active and user.password == password
        return Who(login, user.level) if user is not None and known else None

    def account(self, name: str) -> Who | None:
        """Return the account of that name, active or not, if there is one."""
        if name == self.login:
            return Who(name, ROOT)
        user = self.state.account(name)
        return None if user is None else Who(name, user.level)

    def may(self, who: Who, other: Who) -> bool:
        """Return whether one account may act as another: a reseller as their own users."""
        if who.level >= ADMIN or other.name == who.name:
            return other.level <= who.level
        user = self.state.users.get(other.name)
        return who.level >= RESELLER and user is not None and user.owner == who.name
