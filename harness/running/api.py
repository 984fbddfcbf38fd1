"""The Python API: run a selection of scenarios on an implementation."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final

from prorata.harness.clocks.wishes import fitting
from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.implementations.reference import Reference
from prorata.harness.running.panels import ScenarioPanels, open_panels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import SelectionError, select
from prorata.harness.running.settings import PANELS
from prorata.harness.running.verdict import Results
from prorata.harness.scenario.problems import nearest
from prorata.harness.version import version
from prorata.reference.readings import READINGS, choose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from prorata.harness.clocks.wishes import ClockWish
    from prorata.harness.implementations.base import Implementation
    from prorata.harness.implementations.billmanager import PanelWishes
    from prorata.harness.implementations.channel import OwnServer

__all__ = ["PANEL", "end", "open_any", "panels_for", "patience", "run"]

#: How an implementation begins that is a panel behind a URL.
PANEL: Final = "billmanager"
#: How many times the limit of a message a scenario may take.
_MESSAGES: Final = 12


def patience(timeout: float) -> float:
    """Return how many seconds a scenario may take where a message may take `timeout`."""
    return _MESSAGES * timeout


def open_any(
    implementation: str,
    panels: ScenarioPanels,
    *,
    readings: Mapping[str, str] | None = None,
    timeout: float = 5.0,
    cwd: Path | None = None,
    wishes: PanelWishes | None = None,
    server: OwnServer | None = None,
    clock: str | None = None,
) -> Implementation:
    """Open what is named as after ``-i``: ``reference``, ``stdio:COMMAND``, ``http://…`` and so on.

    `wishes` say how a panel at a URL is treated; `server` is started for an implementation at an
    address, and again after a fault. `readings` are for the reference alone; the others
    declare theirs. `timeout` is in seconds for each message, `cwd` the folder in which it runs,
    this one unless said; `clock` is what it reads beside the messages, where no wishes tell it.
    Raises `CannotStart`.
    """
    said = wishes.clock if wishes else clock
    wish = fitting(said, implementation, started=server is not None)
    if implementation == "reference":
        return Reference(version=version(), readings=readings, transport=panels.transport)
    form, _, rest = implementation.partition(":")
    if form == PANEL and rest:
        from prorata.harness.implementations.billmanager import BillmanagerPanel, target_of

        return BillmanagerPanel(target_of(rest, wishes), timeout)
    return _timed(implementation, panels, wish, timeout=timeout, cwd=cwd, server=server)


def _timed(
    implementation: str,
    panels: ScenarioPanels,
    wish: ClockWish,
    *,
    timeout: float,
    cwd: Path | None,
    server: OwnServer | None,
) -> Implementation:
    """Open a process with its clock; where one was wished, see that all stand at one time."""
    from prorata.harness.clocks.agreeing import agree
    from prorata.harness.clocks.making import clock_for
    from prorata.harness.clocks.timed import UnderClock
    from prorata.harness.implementations.opening import open_implementation

    values = {name: reading.values for name, reading in READINGS.items()}
    clock = clock_for(wish)
    opened: Implementation | None = None
    try:
        opened = open_implementation(
            implementation, timeout=timeout, readings=values, cwd=cwd, server=server, clock=clock,
            wall_clock=wish.for_python,
        )  # fmt: skip
        if wish.said:
            agree(opened, clock, panels)
    except BaseException:
        if opened is not None:
            opened.abandon()
        clock.close()
        raise
    return UnderClock(opened, clock)


def panels_for(implementation: str, kind: str | None) -> str:
    """Return where panels answer: ``inprocess`` or ``socket``, as asked for or by default.

    Raises `SelectionError` for another word, and for panels that cannot be reached.
    """
    if kind not in {None, *PANELS}:
        raise SelectionError(f'panels: unknown word "{kind}"{nearest(str(kind), PANELS)}')
    if implementation == "reference":
        return kind or "inprocess"
    if kind == "inprocess":
        message = f"only the reference reaches panels in process; {implementation} needs a socket"
        raise SelectionError(f"{message}: leave out --panels, or say --panels socket")
    return "socket"


def end(implementation: Implementation) -> str:
    """End an implementation; return what was wrong with its goodbye, which changes no verdict."""
    try:
        implementation.close()
    except ImplementationFault as fault:
        return fault.reason
    return ""


def run(
    selection: str | Sequence[str] = (),
    implementation: str = "reference",
    readings: Mapping[str, str] | None = None,
    *,
    panels: str | None = None,
    timeout: float = 5.0,
    whole: bool = False,
    clock: str | None = None,
) -> Results:
    """Run scenarios on an implementation and return every verdict.

    `selection` as on the command line, all bundled scenarios where it is empty; `panels` is
    ``inprocess`` or ``socket``: by default in process for the reference, a socket for the others.
    `whole` judges what no file says as well, against the reference; `clock` is as on the command
    line: what the implementation reads beside the messages.
    Raises `SelectionError`, `ScenarioErrors`, `ReadingError` and `CannotStart`.

    >>> from prorata.harness import run
    >>> run("documented/late-fee-half-of-five-days").exit_code
    0
    """
    began = perf_counter()
    scenarios = select([selection] if isinstance(selection, str) else selection)
    chosen = dict(readings or {})
    choose(chosen)
    with open_panels(panels_for(implementation, panels)) as opened:
        judged = open_any(implementation, opened, readings=chosen, timeout=timeout, clock=clock)
        try:
            limit = patience(timeout)
            verdicts = tuple(
                judge_all(scenarios, judged, opened, patience=limit, whole=whole, explains=True)
            )
        finally:
            end(judged)
    return Results(
        implementation=judged.declared.name,
        version=judged.declared.version,
        readings=dict(judged.declared.readings),
        verdicts=verdicts,
        seconds=round(perf_counter() - began, 6),
    )
