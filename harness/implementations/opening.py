"""From what a user writes after `-i` to an implementation that answers."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Final, TypeAlias

from prorata.harness.clocks.outside import MESSAGES
from prorata.harness.implementations.base import CannotStart
from prorata.harness.implementations.process import start_child
from prorata.harness.implementations.stdio import Launch, StdioImplementation
from prorata.harness.protocol import PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prorata.harness.clocks.outside import OutsideClock
    from prorata.harness.implementations.base import LineTrace, Readings
    from prorata.harness.implementations.channel import Channel, OwnServer

    Way: TypeAlias = Callable[[], Channel]

__all__ = ["ADDRESSES", "open_implementation", "way_to"]

FORMS: Final = "reference, stdio:COMMAND, http://…, python:package.module:factory, billmanager:URL"
#: How an implementation begins that is an address.
ADDRESSES: Final = ("http", "https")


def open_implementation(
    spec: str,
    *,
    timeout: float = 5.0,
    readings: Readings | None = None,
    cwd: Path | None = None,
    trace: LineTrace | None = None,
    server: OwnServer | None = None,
    clock: OutsideClock = MESSAGES,
    wall_clock: str = "",
) -> StdioImplementation:
    """Start the implementation that `spec` names; raise `CannotStart`.

    `timeout` is in seconds for each message (`start` gets four times that); `readings` are those
    that may be declared (None: any); `cwd` is where it runs (None: here); `trace` sees each line;
    `server` is started for an address, and again after a fault. `clock` is what its processes read
    beside the messages; `wall_clock` is as for `way_to`.
    """
    way = way_to(spec, cwd=cwd, server=server, clock=clock, wall_clock=wall_clock)
    return StdioImplementation(Launch(way, spec, timeout, readings, trace))


def way_to(
    spec: str,
    *,
    cwd: Path | None = None,
    server: OwnServer | None = None,
    clock: OutsideClock = MESSAGES,
    wall_clock: str = "",
) -> Way:
    """Return what begins a conversation with `spec`; raise `CannotStart` where it names nothing.

    What is returned raises `CannotStart` as well. `clock` is what is read beside the messages;
    `wall_clock` tells the host of a Python billing what stops its clock, where that is said.
    """
    form, _, rest = spec.partition(":")
    if form in ADDRESSES:
        from prorata.harness.implementations.over_http import HttpChannel, address_of

        address_of(spec)
        if server is not None:
            server.under(clock)
        return lambda: HttpChannel(spec, server)
    if form not in _COMMANDS or not rest.strip():
        problem = f"{spec!r} names no implementation; the forms are {FORMS}"
        raise CannotStart(problem)
    told = [wall_clock] if form == "python" and wall_clock else []
    command = (*_COMMANDS[form](rest), *told)
    environment = {"PRORATA_PROTOCOL": str(PROTOCOL)}
    return lambda: start_child(command, cwd=cwd, environment=environment, clock=clock)


def _stdio(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise CannotStart(f"stdio:{text}: {str(error).lower()}") from None


def _python(text: str) -> tuple[str, ...]:
    module, _, factory = text.partition(":")
    if not (module and factory):
        problem = f"python:{text}: write python:package.module:factory"
        raise CannotStart(problem)
    # -P: files beside the user's code never stand in for modules of ours; the host adds the
    # folder itself once it has loaded.
    return (sys.executable, "-P", "-m", "prorata.harness.implementations.host", text)


_COMMANDS: Final[dict[str, Callable[[str], tuple[str, ...]]]] = {
    "stdio": _stdio,
    "python": _python,
}
