"""The panels of a run: a fresh ispmanager for each scenario, in process or behind one port."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prorata.fakes.ispmanager import Ispmanager
from prorata.harness.protocol import PanelAccess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

    from prorata.fakes.serving import Served
    from prorata.harness.scenario import Scenario
    from prorata.reference.clock import Clock

__all__ = ["Panels", "open_panels"]


class Panels:
    """Makes the panel of each scenario and gives the way to it."""

    def __init__(self, served: Served | None = None) -> None:
        self._served = served
        self._panel: Ispmanager | None = None

    @property
    def address(self) -> str:
        """Where the panels answer, for a person to read."""
        return self._served.url.removeprefix("http://") if self._served else "in process"

    def fresh(self, scenario: Scenario, clock: Clock) -> Ispmanager:
        """Put a new panel with the presets of a scenario in the place of the last one."""
        return self.place(clock, _presets(scenario))

    def place(self, clock: Clock, presets: Mapping[str, Mapping[str, str]]) -> Ispmanager:
        """Put a new panel with these presets in the place of the last one."""
        panel = Ispmanager(clock, presets=presets)
        self._panel = panel
        if self._served is not None:
            self._served.mount({panel.path: panel.app})
        return panel

    def access(self, panel: Ispmanager) -> Mapping[str, PanelAccess]:
        """Return what `open` tells an implementation of the panels."""
        base = self._served.url if self._served else "http://ispmanager"
        url = f"{base}{panel.path}"
        return {"ispmanager": PanelAccess(url=url, login=panel.login, password=panel.password)}

    def transport(self, _url: str) -> httpx.BaseTransport | None:
        """Return the way of a client in this process to the panel, None for the socket."""
        if self._served is not None or self._panel is None:
            return None
        from prorata.fakes import transport

        return transport(self._panel.app)


@contextmanager
def open_panels(kind: str) -> Iterator[Panels]:
    """Open the panels of a run: ``inprocess``, or ``socket`` on a free port of this machine."""
    if kind == "inprocess":
        yield Panels()
        return
    from prorata.fakes import serve

    with serve() as served:
        yield Panels(served)


def _presets(scenario: Scenario) -> Mapping[str, Mapping[str, str]]:
    """Return the presets that the scenario names, else one for each template that it sells."""
    named = scenario.given.ispmanager
    if named is not None and named.presets is not None:
        return named.presets
    return {row.get("template", name): {} for name, row in scenario.catalogue().items()}
