"""The plugin for pytest: scenarios as tests, and fixtures of panels for a billing's own tests.

Installed, pytest has it by itself; `docs/pytest.md` tells of all of it.

    def test_upgrade_in_the_middle_of_a_month(ispmanager, clock):
        billing = MyBilling(panel=ispmanager.url, login=ispmanager.login, now=clock.now)
        site = billing.order("small", period="1 month")
        clock.advance(days=15)
        billing.upgrade(site, "large")
        assert ispmanager.users["site"].preset == "large"
        ispmanager.assert_called("user.edit", elid="site", preset="large")

Each test has panels of its own, on real ports of this machine. What they begin with, and when, is
said by a mark on a test, a class or a module:

    @pytest.mark.prorata(clock="2025-08-01", seed={"ispmanager": {"presets": {"small": {}}}})

Code that calls one fixed address through httpx is answered in process, by respx:

    def test_order(panels, respx_mock):
        mount(respx_mock, panels, base_url="https://panel.example.com:1500")

with `from prorata.fakes.mounting import mount`. Where tests are checked for types, the fixtures are
`Panels` and `SetClock` of `prorata.fakes.control`, `Timeline` and `Clients` of
`prorata.harness.pytest`, and `IspmanagerAt` and `BillmanagerAt` of here.

PYTEST_DONT_REWRITE: nothing is asserted here, and it may be imported before pytest looks at it.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

import pytest

from prorata.harness.pytest.hooks import (
    _prorata_scenario,
    pytest_addoption,
    pytest_collect_file,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_generate_tests,
    pytest_pyfunc_call,
    pytest_runtest_setup,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from prorata.fakes.billmanager import Billmanager
    from prorata.fakes.control import Panels
    from prorata.fakes.control.moments import SetClock
    from prorata.fakes.ispmanager import Ispmanager
    from prorata.fakes.serving import Served
    from prorata.harness.pytest.clients import Clients
    from prorata.harness.pytest.timeline import Timeline
else:
    # What they have is found when it is asked for: a suite that does not need them is quick.
    Ispmanager = Billmanager = object

__all__ = [
    "BillmanagerAt",
    "IspmanagerAt",
    "PanelAt",
    "_prorata_scenario",
    "billmanager",
    "clients",
    "clock",
    "ispmanager",
    "panels",
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_pyfunc_call",
    "pytest_runtest_setup",
    "timeline",
]

_DEFAULTS: Final[Mapping[str, Any]] = {"which": "all", "clock": None, "seed": None}


class PanelAt:
    """A panel and the address where it answers; it has all that the panel itself has."""

    __slots__ = ("_name", "_panels")

    def __init__(self, panels: Panels, name: str) -> None:
        self._panels = panels
        self._name = name

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Return what the panel has under that name, as it stands now."""
            panel = self._panels.panels[self._name]
            try:
                return getattr(panel, name)
            except AttributeError as error:
                if error.obj is not panel:
                    raise
            from prorata.fakes.meant import no_attribute

            raise no_attribute(self, f"the fixture {self._name}", name)

    def __dir__(self) -> list[str]:
        """Return the names of all that it has, the panel's among them."""
        return sorted({*super().__dir__(), *dir(self._panels.panels[self._name])})

    @property
    def url(self) -> str:
        """The address of the panel, such as `http://127.0.0.1:41235/ispmgr`."""
        return self._panels.urls[self._name]

    @property
    def login(self) -> str:
        """Login and password of the administrator, as `authinfo` takes them: `root:prorata`."""
        return f"{self.username}:{self.password}"

    @property
    def password(self) -> str:
        """The password of the administrator."""
        return str(self._panels.panels[self._name].password)

    @property
    def username(self) -> str:
        """The login of the administrator alone."""
        return str(self._panels.panels[self._name].login)


class IspmanagerAt(PanelAt, Ispmanager):  # type: ignore[override]  # its login has the password
    """An ispmanager and its address."""

    __slots__ = ()


class BillmanagerAt(PanelAt, Billmanager):  # type: ignore[override]  # the same
    """A BILLmanager and its address."""

    __slots__ = ()


@pytest.fixture(scope="session")
def _prorata_ports() -> Iterator[Callable[[str], Served]]:
    """Ports that stay open from test to test: opening and closing takes longer than a test."""
    with ExitStack() as stack:
        ports: dict[str, Served] = {}

        def port(name: str) -> Served:
            if name not in ports:
                from prorata.fakes.serving import listen

                ports[name] = stack.enter_context(listen())
            return ports[name]

        yield port


@pytest.fixture
def panels(
    request: pytest.FixtureRequest, _prorata_ports: Callable[[str], Served]
) -> Iterator[Panels]:
    """A fresh set of panels on real ports, with their clock, journal and faults."""
    from prorata.fakes.control import Panels
    from prorata.fakes.control.http import Front
    from prorata.fakes.gates import Gate

    mark = request.node.get_closest_marker("prorata")
    try:
        made = _made(mark) if mark else Panels()
    except (TypeError, ValueError) as error:
        pytest.fail(f"the mark prorata: {error}", pytrace=False)
    ports = {name: _prorata_ports(name) for name in made.panels}
    for name, port in ports.items():
        port.mount(Front(made, name, Gate()))
    made.serve_at({name: f"{port.url}{made.panels[name].path}" for name, port in ports.items()})
    yield made
    for port in ports.values():
        port.unmount()


@pytest.fixture
def clock(panels: Panels) -> SetClock:
    """The clock of the panels: it stands until the test advances it."""
    return panels.clock


@pytest.fixture
def timeline(clock: SetClock) -> Timeline:
    """The time of a billing and its panels: what falls due in either is done on the way."""
    from prorata.harness.pytest.timeline import Timeline

    return Timeline(clock)


@pytest.fixture
def clients(request: pytest.FixtureRequest) -> Clients:
    """Clients made by faker, the same in each run of a test: `clients.one()`, `clients.some(3)`."""
    from prorata.harness.pytest.clients import Clients

    try:
        return Clients(request.node.name)
    except ModuleNotFoundError:
        pytest.fail("the fixture clients needs faker: pip install 'prorata[faker]'", pytrace=False)


@pytest.fixture
def ispmanager(panels: Panels) -> IspmanagerAt:
    """A fresh ispmanager on a real port."""
    return IspmanagerAt(panels, _asked_for(panels, "ispmanager"))


@pytest.fixture
def billmanager(panels: Panels) -> BillmanagerAt:
    """A fresh BILLmanager on a real port, which provisions on the ispmanager beside it."""
    return BillmanagerAt(panels, _asked_for(panels, "billmanager"))


def _made(mark: pytest.Mark) -> Panels:
    """Return the panels that a mark asks for; ValueError or TypeError for a mark that cannot be."""
    from prorata.fakes.control import Panels

    _check_mark(mark)
    given = {**_DEFAULTS, **mark.kwargs}
    return Panels(given["which"], _instant(given["clock"]), given["seed"])


def _check_mark(mark: pytest.Mark) -> None:
    from prorata.fakes.meant import near

    if mark.args:
        raise TypeError(f"say what {mark.args[0]!r} is: {', '.join(_DEFAULTS)}")
    for name in mark.kwargs:
        if name not in _DEFAULTS:
            hint = near(name, _DEFAULTS) or f"; there are {', '.join(_DEFAULTS)}"
            raise TypeError(f'unknown "{name}"{hint}')


def _instant(clock: object) -> datetime | None:
    from datetime import datetime

    from prorata.fakes.control.moments import instant

    if isinstance(clock, str):
        return instant(clock, "clock")
    if clock is None or isinstance(clock, datetime):
        return clock
    raise TypeError(f"clock is an instant, such as '2025-08-01', not {clock!r}")


def _asked_for(panels: Panels, name: str) -> str:
    """Return the name of a panel that is there; fail the test that asks for another."""
    if name not in panels.panels:
        pytest.fail(f"the mark prorata asks for {', '.join(panels.which)} only", pytrace=False)
    return name
