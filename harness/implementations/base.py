"""What the harness asks of an implementation, wherever that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypeGuard, runtime_checkable

if TYPE_CHECKING:
    from prorata.harness.protocol import Answer, Request, Started

__all__ = [
    "CannotStart",
    "Culprit",
    "Direction",
    "Implementation",
    "ImplementationFault",
    "LineTrace",
    "Merges",
    "Readings",
    "Speaks",
    "TakesReadings",
    "merges",
    "takes_readings",
]

Culprit: TypeAlias = Literal["implementation", "adapter", "suite"]
"""Whose fault it is: the billing's, its translation into the protocol's, or ours."""

Readings: TypeAlias = Mapping[str, tuple[str, ...]]
"""The readings that exist, and the values of each."""

Direction: TypeAlias = Literal[">", "<"]

LineTrace: TypeAlias = Callable[[Direction, bytes], None]
"""Called with every line as it goes: ``>`` to the implementation, ``<`` from it."""


class ImplementationFault(Exception):  # noqa: N818  # the protocol's word for it
    """An implementation gave no proper answer; it needs `restart` before it is asked again.

    `stderr_tail` holds the last lines that it wrote to its stderr, oldest first. `late` tells that
    it spoke as if an earlier scenario were not over; `of` is the number of that where it is known,
    else it is the one before.
    """

    def __init__(
        self,
        fault: Culprit,
        reason: str,
        stderr_tail: tuple[str, ...] = (),
        *,
        late: bool = False,
        of: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.fault = fault
        self.of = of
        self.reason = reason
        self.stderr_tail = stderr_tail
        self.late = late


class CannotStart(Exception):  # noqa: N818  # says what happened, not that it is an error
    """An implementation that cannot be asked at all; `reason` is one line, or one for each thing.

    `stderr_tail` holds the last lines that it wrote to its stderr, oldest first.
    """

    def __init__(self, reason: str, stderr_tail: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.stderr_tail = stderr_tail


class Implementation(Protocol):
    """A billing that answers requests; one conversation at a time, from one thread."""

    @property
    def name(self) -> str:
        """The name that it goes by in reports."""

    @property
    def declared(self) -> Started:
        """What it told about itself when it started."""

    def ask(self, request: Request) -> Answer:
        """Send a request, numbered here, and return the answer; raise `ImplementationFault`."""

    def abandon(self) -> tuple[str, ...]:
        """End without a goodbye; return the last lines of its stderr. `restart` comes next."""

    def restart(self) -> None:
        """Start afresh after a fault; raise `CannotStart`."""

    def close(self) -> None:
        """Stop and end everything within a bounded time; raise `ImplementationFault`.

        The fault, if any, is raised when everything has ended. Closing twice does nothing.
        """


@runtime_checkable
class TakesReadings(Protocol):
    """An implementation that may be told, scenario by scenario, how to read the rules."""

    @property
    def takes_readings(self) -> bool:
        """Whether it can be told."""

    def pin(self, readings: Mapping[str, str]) -> None:
        """Open the next billings under these readings, beside what it declares."""


@runtime_checkable
class Merges(Protocol):
    """An implementation that may be unable to begin anew: scenarios then share one timeline."""

    @property
    def merges(self) -> bool:
        """Whether that is so."""

    def lane(self, number: int) -> Implementation:
        """Return a way to the same billing for one scenario, with names of its own there."""


@runtime_checkable
class Speaks(Protocol):
    """An implementation that may speak though nothing is asked."""

    def overheard(self) -> ImplementationFault | None:
        """Return what it said after its last answer; then it needs `restart`."""


def takes_readings(implementation: Implementation) -> TypeGuard[TakesReadings]:
    """Tell whether an implementation can be told how to read the rules."""
    return isinstance(implementation, TakesReadings) and implementation.takes_readings


def merges(implementation: Implementation) -> TypeGuard[Merges]:
    """Tell whether all scenarios of a run share one timeline."""
    return isinstance(implementation, Merges) and implementation.merges
