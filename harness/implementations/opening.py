"""From what a user writes after `-i` to an implementation that answers."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Final

from prorata.harness.clocks.outside import MESSAGES
from prorata.harness.implementations.base import CannotStart
from prorata.harness.implementations.stdio import Launch, StdioImplementation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prorata.harness.clocks.outside import OutsideClock
    from prorata.harness.implementations.base import LineTrace, Readings

__all__ = ["command_of", "open_implementation"]

FORMS: Final = "reference, stdio:COMMAND, python:package.module:factory, billmanager:URL"


def open_implementation(
    spec: str,
    *,
    timeout: float = 5.0,
    readings: Readings | None = None,
    cwd: Path | None = None,
    trace: LineTrace | None = None,
    clock: OutsideClock = MESSAGES,
    wall_clock: str = "",
) -> StdioImplementation:
    """Start the implementation that `spec` names; raise `CannotStart`.

    `timeout` is in seconds for each message (`start` gets four times that); `readings` are those
    that may be declared (None: any); `cwd` is where it runs (None: here); `trace` sees each line.
    `clock` is what its processes read beside the messages; `wall_clock` is as for `command_of`.
    """
    command = command_of(spec, wall_clock)
    launch = Launch(command, spec, cwd, timeout, readings, trace, clock)
    return StdioImplementation(launch)


def command_of(spec: str, wall_clock: str = "") -> tuple[str, ...]:
    """Return the command line that `spec` stands for; raise `CannotStart`.

    `wall_clock` tells the host of a Python billing what stops its clock, where that is said.
    """
    form, _, rest = spec.partition(":")
    if form not in _COMMANDS or not rest.strip():
        problem = f"{spec!r} names no implementation; the forms are {FORMS}"
        raise CannotStart(problem)
    told = [wall_clock] if form == "python" and wall_clock else []
    return (*_COMMANDS[form](rest), *told)


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
