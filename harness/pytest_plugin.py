"""Fixtures of panels for a billing's own tests; installed, pytest has them by itself.

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

with `from prorata.fakes.mounting import mount`.

PYTEST_DONT_REWRITE: nothing is asserted here, and it may be imported before pytest looks at it.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from prorata.fakes.control import Panels
    from prorata.fakes.control.moments import SetClock
    from prorata.fakes.serving import Served

__all__ = ["PanelAt", "billmanager", "clock", "ispmanager", "panels", "pytest_configure"]

_MARK = "prorata(which='all', clock='2025-01-01', seed={}): which panels there are, and with what"


class PanelAt:
    """A panel and the address where it answers; it has all that the panel itself has."""

    def __init__(self, panels: Panels, name: str) -> None:
        self._panels = panels
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """Return what the panel has under that name, as it stands now."""
        return getattr(self._panels.panels[self._name], name)

    @property
    def url(self) -> str:
        """The address of the panel, such as `http://127.0.0.1:41235/ispmgr`."""
        return self._panels.urls[self._name]

    @property
    def login(self) -> str:
        """Login and password of the administrator, as `authinfo` takes them: `root:prorata`."""
        return f"{self.username}:{self.password}"

    #: The password of the administrator: that of every panel that is made without one.
    password = "prorata"  # noqa: S105  public

    @property
    def username(self) -> str:
        """The login of the administrator alone."""
        return str(self._panels.panels[self._name].login)


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", _MARK)


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

    mark = request.node.get_closest_marker("prorata")
    try:
        made = _made(**mark.kwargs) if mark else Panels()
    except (TypeError, ValueError) as error:
        pytest.fail(f"the mark prorata: {error}", pytrace=False)
    ports = {name: _prorata_ports(name) for name in made.panels}
    for name, port in ports.items():
        port.mount(Front(made, name))
    made.serve_at({name: f"{port.url}{made.panels[name].path}" for name, port in ports.items()})
    yield made
    for port in ports.values():
        port.unmount()


@pytest.fixture
def clock(panels: Panels) -> SetClock:
    """The clock of the panels: it stands until the test advances it."""
    return panels.clock


@pytest.fixture
def ispmanager(panels: Panels) -> PanelAt:
    """A fresh ispmanager on a real port."""
    return _panel(panels, "ispmanager")


@pytest.fixture
def billmanager(panels: Panels) -> PanelAt:
    """A fresh BILLmanager on a real port, which provisions on the ispmanager beside it."""
    return _panel(panels, "billmanager")


def _made(
    *,
    which: str = "all",
    clock: str | datetime | None = None,
    seed: Mapping[str, Any] | None = None,
) -> Panels:
    from prorata.fakes.control import Panels
    from prorata.fakes.control.moments import instant

    return Panels(which, instant(clock) if isinstance(clock, str) else clock, seed)


def _panel(panels: Panels, name: str) -> PanelAt:
    if name not in panels.panels:
        pytest.fail(f"the mark prorata asks for {', '.join(panels.which)} only", pytrace=False)
    return PanelAt(panels, name)
