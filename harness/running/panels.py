"""The panels of a run: a fresh ispmanager for each scenario, in process or behind one port."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from prorata.fakes.ispmanager import Ispmanager
from prorata.harness.protocol import PanelAccess
from prorata.harness.running.faults import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prorata.fakes.asgi import App
    from prorata.fakes.billmanager import Billmanager
    from prorata.fakes.mgr5.journal import JournalEntry
    from prorata.fakes.serving import Served
    from prorata.harness.scenario import Scenario
    from prorata.reference.clock import Clock
    from prorata.reference.panels import Sender

__all__ = ["PanelCall", "ScenarioPanels", "open_panels"]

#: The account from which an IPmanager gives addresses.
_IPMANAGER = "ipmanager"


class PanelCall(NamedTuple):
    """A call that a panel answered; `seller` names the billing that was asked, if it was one."""

    seller: str
    entry: JournalEntry


class _Beside(Ispmanager):
    """An ispmanager with others beside it, each at a path of its own."""

    def __init__(self, clock: Clock, below: str, presets: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(clock, presets=presets)
        self.path = f"{below}{self.path}"
        self.paths = frozenset({self.path})


class ScenarioPanels:
    """Makes the panel of each scenario and gives the way to it."""

    def __init__(self, served: Served | None = None, below: str = "") -> None:
        self._served = served
        #: What the path of its panels begins with, where others answer beside them.
        self._below = below
        self._beside: dict[str, App] = {}
        self._panel: Ispmanager | None = None
        self._sellers: dict[str, Billmanager] = {}
        self._trouble: Trouble | None = None

    def lane(self, number: int) -> ScenarioPanels:
        """Return the panels of one of several scenarios that are played at the same time."""
        other = ScenarioPanels(self._served, f"/{number}")
        other._beside = self._beside
        return other

    @property
    def address(self) -> str:
        """Where the panels answer, for a person to read."""
        return self._served.url.removeprefix("http://") if self._served else "in process"

    def fresh(self, scenario: Scenario, clock: Clock) -> Ispmanager:
        """Put a new panel with the presets of a scenario in the place of the last one.

        So it is with the billings that others buy from.
        """
        self._sellers = {}
        if scenario.others:
            from prorata.harness.running.world import open_sellers

            self._sellers = open_sellers(scenario, clock)
        panel = self.place(clock, _presets(scenario))
        _fill(panel, scenario)
        return panel

    @property
    def sellers(self) -> Mapping[str, Billmanager]:
        """The billings of the scenario that others buy from, by their names."""
        return self._sellers

    @property
    def calls(self) -> list[PanelCall]:
        """Every call of the scenario so far, in the order of their instants."""
        found = [PanelCall("", each) for each in (self._panel.calls if self._panel else ())]
        for name, seller in self._sellers.items():
            found += [PanelCall(name, each) for each in seller.traffic.calls.find()]
        return sorted(found, key=lambda call: call.entry.at) if self._sellers else found

    @property
    def trouble(self) -> Trouble:
        """What can go wrong on the way to the panel; `LookupError` before there is one."""
        if self._trouble is None:
            message = "there is no panel yet"
            raise LookupError(message)
        return self._trouble

    def place(self, clock: Clock, presets: Mapping[str, Mapping[str, str]]) -> Ispmanager:
        """Put a new panel with these presets in the place of the last one."""
        if self._below:
            panel: Ispmanager = _Beside(clock, self._below, presets)
            self._beside[panel.path] = panel.app
        else:
            panel = Ispmanager(clock, presets=presets)
        self._panel = panel
        self._trouble = Trouble(panel, waits=self._served is not None)
        if self._served is not None:
            sellers = {each.path: each.app for each in self._sellers.values()}
            self._served.mount({**({**self._beside} or {panel.path: panel.app}), **sellers})
        return panel

    def access(
        self, panel: Ispmanager, scenario: Scenario | None = None
    ) -> Mapping[str, PanelAccess]:
        """Return what `open` tells an implementation of the panels."""
        base = self._served.url if self._served else "http://ispmanager"
        url = f"{base}{panel.path}"
        given = scenario.given if scenario else None
        server = given.ispmanager.connection if given and given.ispmanager else None
        entered = server.model_dump(mode="json", exclude_none=True) if server else {}
        root = {"login": panel.login, "password": panel.password}
        found = {"ispmanager": PanelAccess(url=url, **{**root, **entered})}
        if given and given.ipmanager:
            found["ipmanager"] = PanelAccess(url=url, login=_IPMANAGER, password=panel.password)
        return {**found, **(self.access_to_sellers(scenario) if scenario else {})}

    def access_of(self, rival: Scenario) -> Mapping[str, PanelAccess]:
        """Return what `open` tells a billing of the world, on the same panel."""
        if self._panel is None:
            message = "there is no panel yet"
            raise LookupError(message)
        return self.access(self._panel, rival)

    def access_to_sellers(self, buyer: Scenario) -> Mapping[str, PanelAccess]:
        """Return what `open` tells a billing of those that it buys from."""
        found = {}
        for name, client in buyer.given.sellers.items():
            seller = self._sellers[name]
            base = self._served.url if self._served else f"http://{name}"
            url = f"{base}{seller.path}"
            found[name] = PanelAccess(url=url, login=client, password=seller.client_password)
        return found

    def transport(self, url: str) -> Sender | None:
        """Return the way of a client in this process to the panel at an address.

        None for the socket.
        """
        if self._served is not None or self._panel is None:
            return None
        from prorata.fakes.direct import Direct

        seller = self._sellers.get(url.removeprefix("http://").partition("/")[0])
        return Direct(seller or self._panel)


@contextmanager
def open_panels(kind: str, host: str = "127.0.0.1", port: int = 0) -> Iterator[ScenarioPanels]:
    """Open the panels of a run: ``inprocess``, or ``socket`` on a port, by default a free one."""
    if kind == "inprocess":
        yield ScenarioPanels()
        return
    from prorata.fakes import listen

    with listen(None, host, port) as served:
        yield ScenarioPanels(served)


def _fill(panel: Ispmanager, scenario: Scenario) -> None:
    """Put on the panel what the scenario says was there before."""
    given = scenario.given
    named = given.ispmanager
    for name, user in named.users.items() if named else ():
        panel.add_user(name, domain=user.domain)
    if given.ipmanager:
        panel.add_user(_IPMANAGER, password=panel.password)
        if given.ipmanager == "stand-in":
            panel.deny(_IPMANAGER, "ipaddr")
    for address in named.addresses if named else ():
        panel.add_address(address, "ipv6" if ":" in address else "ipv4")


def _presets(scenario: Scenario) -> Mapping[str, Mapping[str, str]]:
    """Return the presets that the scenario names, else one for each template that it sells."""
    named = scenario.given.ispmanager
    if named is not None and "presets" in named.model_fields_set:
        return named.presets
    given = scenario.given
    sold = given.tariffs if given.system == "billmanager" else given.products
    return {each.template or name: {} for name, each in sold.items()}
