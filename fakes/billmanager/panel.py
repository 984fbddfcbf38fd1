"""The panel: what a test holds in its hands."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from prorata.fakes.billmanager.catalogue import LICENCES, TYPES, Listings, built_in, engine_row
from prorata.fakes.billmanager.events import listen, listened
from prorata.fakes.billmanager.functions import FUNCTIONS
from prorata.fakes.billmanager.hosting import Hosting
from prorata.fakes.billmanager.index import Index
from prorata.fakes.billmanager.port import Obliging, Ports
from prorata.fakes.billmanager.seeds import PERSON, sow
from prorata.fakes.billmanager.setup import furnish
from prorata.fakes.billmanager.state import BillmanagerState, Login
from prorata.fakes.meant import near
from prorata.fakes.mgr5.app import mgr5_app, usual_paths
from prorata.fakes.mgr5.functions import check_functions
from prorata.fakes.mgr5.traffic import ADMIN, ROOT, USER, Who
from prorata.reference.clock import Clock
from prorata.reference.engine import Billing
from prorata.reference.engine.billmanager import BILLMANAGER
from prorata.reference.engine.snapshot import Snapshot
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from prorata.fakes.asgi import App, Receive, Scope, Send
    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.fakes.faults import Faults
    from prorata.fakes.mgr5.functions import Function, Time
    from prorata.fakes.mgr5.journal import JournalEntry
    from prorata.fakes.mgr5.traffic import Traffic
    from prorata.reference.engine.ports import Panel
    from prorata.reference.engine.state import Service
    from prorata.reference.ledger import Line

__all__ = ["Billmanager"]


def _row(client: str | Mapping[str, Any] | None) -> Mapping[str, Any]:
    return {"balance": client} if isinstance(client, str) else client or {}


class Billmanager:
    """A BILLmanager 6 whose time is `clock`, whose wire is mgr5, and whose rules are the reference.

    `catalogue` has tariffs as a scenario writes them; beside those fields a row may have ``id``
    (the number on the wire), ``itemtype`` (``vhost``, ``soft``, ``vds``, ``dedic``), ``addon_ids``
    (resource to number) and ``about`` (what staff entered and no rule reads). `clients` maps logins
    to a balance, or to a row with ``balance``, ``group``, ``password``, ``payments`` and the like;
    `said` is what a seed says of ``billmanager``, but for the password (see `seeds`).
    Without a catalogue it sells licences, and clients are resellers: see `built_in`.
    `panel` is where shared hosting is made; without one it is made nowhere, and at once.

    >>> from datetime import UTC, datetime
    >>> clock = Clock(datetime(2025, 8, 1, tzinfo=UTC))
    >>> billing = Billmanager(clock, catalogue={"start": {"prices": {"1 month": "3.10"}}},
    ...                       clients={"anna": "100.00"})
    >>> billing.path, billing.balance("anna")
    ('/billmgr', '100.00')
    """

    binary = "billmgr"
    path = "/billmgr"
    version = "6.100.0"
    functions: Mapping[str, Function[BillmanagerHost]] = FUNCTIONS
    #: Some installations show a list's only row as an object; see the protocol.
    single_row_as_object = False
    #: Whether an order that the balance does not pay, made past the basket, is kept until it does.
    #: Here it is refused: a client that waits for the key of such a licence would wait for ever.
    keeps_unpaid_orders = False
    #: How often the key of a licence is asked for in vain before it is there.
    polls_for_key = 0
    #: The password of a client who was given none.
    client_password = "prorata"
    #: What only some installations have, as above.
    SWITCHES = ("single_row_as_object", "keeps_unpaid_orders", "polls_for_key")

    def __init__(
        self,
        clock: Time,
        *,
        catalogue: Mapping[str, Mapping[str, Any]] | None = None,
        clients: Mapping[str, str | Mapping[str, Any]] | None = None,
        currency: str = "USD",
        timezone: str = "UTC",
        readings: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
        first_ids: Mapping[str, int] | None = None,
        panel: Panel | None = None,
        login: str = "admin",
        password: str = "prorata",
        said: Mapping[str, Any] | None = None,
    ) -> None:
        rows = None if clients is None else {name: _row(each) for name, each in clients.items()}
        settings = settings or {}
        if catalogue is None:
            catalogue = LICENCES
            settings, rows = built_in(settings, rows)
        rows = rows or {}
        self.clock = clock
        self.login = login
        self.changed = 0
        #: What goes wrong with calls; None lets nothing go wrong.
        self.faults: Faults | None = None
        #: Whether it is down: then nothing reaches it, and it knows nothing of what was tried.
        self.down = False
        #: Where it answers.
        self.paths = usual_paths(self.binary)
        self.state = BillmanagerState()
        elsewhere = tuple(name for name in TYPES if name != "vhost")
        self._hosting = Hosting(self, panel or Obliging())
        self._ports = Ports(self._hosting, Obliging(), elsewhere)
        self.billing = Billing(
            BILLMANAGER,
            clock=Clock(clock.now()),
            readings=choose(readings or {}),
            catalogue={name: engine_row(row) for name, row in catalogue.items()},
            clients={name: row.get("balance", "0") for name, row in rows.items()},
            panel=self._ports,
            currency=currency,
            timezone=timezone,
            first_ids=first_ids,
            settings=settings,
            groups={name: row["group"] for name, row in rows.items() if row.get("group")},
        )
        self.index = Index(self.billing, self.state.listings)
        self._furnish(catalogue, rows, password)
        said = said or {}
        sow(self.billing, self.state, rows, said.get("tickets") or ())
        vars(self).update(
            {name: said[name] for name in self.SWITCHES if said.get(name) is not None}
        )
        self.app = self._on_time(mgr5_app(self))

    def _furnish(
        self,
        catalogue: Mapping[str, Mapping[str, Any]],
        clients: Mapping[str, Mapping[str, Any]],
        password: str,
    ) -> None:
        furnish(self)
        self.state.logins[self.login] = Login(
            self.state.number("user"), self.login, password, ROOT, realname="Admin"
        )
        self.state.listings.reserve(catalogue.values())
        for name, row in catalogue.items():
            self.list_tariff(name, row)
        for name, row in clients.items():
            told = {key: row[key] for key in PERSON if row.get(key) is not None}
            self.add_login(name, **{"password": self.client_password, **told})

    def move(self, path: str) -> None:
        """Have it answer at this path alone, beside another one."""
        self.path, self.paths = path, (path,)

    def list_tariff(self, name: str, row: Mapping[str, Any]) -> int:
        """Give a tariff of the engine its number; ValueError for one that is taken."""
        tariff = self.billing.book.catalogue[name]
        by_itself = row.get("itemtype", "vhost") == "vhost"
        resources = tariff.resources if by_itself else tariff.own_resources
        return self.state.listings.add(name, row, resources).id

    def add_login(self, client: str, *, password: str, **about: str) -> Login:
        """Let a client of the engine log in, by name or by address."""
        number = self.state.number("user")
        known: dict[str, Any] = {"email": f"{client}@example.com", "realname": client, **about}
        login = Login(number, client, password, USER, client, **known)
        self.state.logins[client] = login
        return login

    @property
    def traffic(self) -> Traffic:
        """Sessions and calls, for the protocol."""
        return self.state.traffic

    @property
    def calls(self) -> list[JournalEntry]:
        """Every call so far, in order, refused ones included."""
        return list(self.state.traffic.calls)

    @property
    def listings(self) -> Listings:
        """The tariffs with their numbers."""
        return self.state.listings

    @property
    def services(self) -> Mapping[int, Service]:
        """The services by number, as they stand now."""
        self.catch_up()
        return MappingProxyType(self.billing.book.services)

    @property
    def ledger(self) -> list[Line]:
        """Every line posted so far."""
        self.catch_up()
        return list(self.billing.ledger)

    @property
    def password(self) -> str:
        """The password of the staff's first login."""
        return self.state.logins[self.login].password

    def assert_called(self, func: str, **params: str) -> None:
        """Raise AssertionError unless `func` was called with (at least) these parameters.

        A call that the panel refused counts: it was made. Raises ValueError for a function that
        no panel has, as the next two do.
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

    def balance(self, client: str) -> str:
        """Return what is on the account of a client; LookupError where there is none."""
        self.catch_up()
        clients = self.billing.book.clients
        if client not in clients:
            raise LookupError(f'there is no client "{client}"{near(client, clients)}')
        return str(clients[client].balance)

    def check(self, login: str, password: str) -> Who | None:
        """Return the account that these credentials open; clients may name their address."""
        found = self._login(login)
        known = found is not None and found.active and found.password == password
        return Who(found.name, found.level) if known and found else None

    def account(self, name: str) -> Who | None:
        """Return the account of that name, if there is one."""
        found = self._login(name)
        return Who(found.name, found.level) if found else None

    def may(self, who: Who, other: Who) -> bool:
        """Tell whether `who` may act as `other`: staff as clients, and root as anybody."""
        return who.level >= ROOT or (who.level >= ADMIN and other.level == USER)

    def _login(self, name: str) -> Login | None:
        by_name = self.state.logins.get(name)
        if by_name or "@" not in name:
            return by_name
        return next((found for found in self.state.logins.values() if found.email == name), None)

    def catch_up(self) -> None:
        """Do all that has fallen due until now."""
        now, due = self.clock.now(), self.billing.next_due()
        if now > self.billing.clock.now() or (due is not None and due <= now):
            self.billing.advance_to(now)

    def next_due(self) -> datetime | None:
        """Return the next instant at which something falls due: time should stop there."""
        return self.billing.next_due()

    def _on_time(self, app: App) -> App:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            self.catch_up()
            await app(scope, receive, send)

        return answer

    def snapshot(self) -> Any:
        """Return a copy of everything that it holds; the panel for hosting is not part of it."""
        self.catch_up()
        switches = {name: getattr(self, name) for name in self.SWITCHES}
        others = deepcopy((self.state, self._ports.elsewhere, self._own_hosting(), switches))
        return Snapshot(self.billing), others

    def restore(self, state: Any) -> None:
        """Go on from a snapshot; what is due since then is done with the next call."""
        billing, others = state
        self.state, elsewhere, hosting, switches = deepcopy(others)
        vars(self).update(switches)
        self._hosting.own = hosting or self._hosting.own
        self._ports = Ports(self._hosting, elsewhere, self._ports.types)
        self.billing = billing.restore(panel=self._ports)
        if listened(self):
            listen(self)
        self.index = Index(self.billing, self.state.listings)
        self.changed += 1

    def _own_hosting(self) -> Panel | None:
        """Return the hosting panel where it is of ours, and so part of the state."""
        return self._ports.own_hosting

    def held(self) -> Any:
        """Return what a snapshot is a copy of: to be written down at once, and never changed."""
        self.catch_up()
        return self.billing, self.state, {name: getattr(self, name) for name in self.SWITCHES}

    def take_up(self, held: Any) -> None:
        """Go on with what was held, which is this panel's from now on; hosting is where it was."""
        self.billing, self.state, switches = held
        vars(self).update(switches)
        ports: Any = self.billing.panel
        self._hosting.own = ports.hosting or self._hosting.own
        ports.hosting = self._hosting
        self._ports = ports
        self.index = Index(self.billing, self.state.listings)
        self.changed += 1

    def set_password(self, login: str, password: str) -> None:
        """Give an account another password."""
        self.state.logins[login] = replace(self.state.logins[login], password=password)
