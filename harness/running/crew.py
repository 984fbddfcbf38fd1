"""Who judges the scenarios of a run: this process, workers beside it, or a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from prorata.harness.implementations.base import CannotStart
from prorata.harness.running.api import end
from prorata.harness.running.runner import judge_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prorata.harness.implementations.base import Implementation
    from prorata.harness.protocol import Started
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.running.player import Trace
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

__all__ = ["ENDS", "Crew", "CrewError", "OneProcess"]


class CrewError(Exception):
    """Workers that cannot judge a run: one clear line."""


#: What ends a run before its end, and lets what has been judged stand.
ENDS: Final = (KeyboardInterrupt, CannotStart, CrewError)


class Crew(Protocol):
    """Judges scenarios: the same verdicts in the same order, whoever does it."""

    @property
    def declared(self) -> Started:
        """What the implementation tells of itself."""

    @property
    def address(self) -> str:
        """Where the panels answer, for a person to read."""

    def judged(self, enough: Callable[[], bool]) -> Iterator[Verdict]:
        """Yield the verdicts as they become final, until there is `enough` of them.

        Raises `CannotStart` where the implementation cannot be started again, and `CrewError`
        where a worker cannot.
        """

    def close(self) -> str:
        """End all of it within a bounded time; return what was wrong with its goodbye."""


@dataclass(frozen=True, slots=True)
class OneProcess:
    """This process judges one scenario after the other."""

    scenarios: Sequence[Scenario]
    implementation: Implementation
    panels: ScenarioPanels
    trace: Trace | None
    whole: bool
    patience: float
    records: bool = False

    @property
    def declared(self) -> Started:
        """What the implementation tells of itself."""
        return self.implementation.declared

    @property
    def address(self) -> str:
        """Where the panels answer."""
        return self.panels.address

    def judged(self, enough: Callable[[], bool]) -> Iterator[Verdict]:
        """Yield the verdicts as they become final; see `judge_all`."""
        return judge_all(
            self.scenarios,
            self.implementation,
            self.panels,
            trace=self.trace,
            whole=self.whole,
            patience=self.patience,
            enough=enough,
            records=self.records,
            explains=True,
        )

    def close(self) -> str:
        """End the implementation."""
        return end(self.implementation)
