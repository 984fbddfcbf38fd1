"""What `prorata run` prints: what is run, what failed and why, and the counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prorata.harness.report.console import failures, heading, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prorata.harness.report.console import Segment
    from prorata.harness.running.crew import Crew
    from prorata.harness.running.verdict import Results

__all__ = ["Teller"]


@dataclass(frozen=True, slots=True)
class Teller:
    """Prints a run; `again` are the options under which a scenario is run in the same way.

    `quiet`: stdout is somebody else's; `verbosity` is 0 by default, less prints the counts alone.
    """

    write: Callable[[list[Segment]], None]
    quiet: bool
    verbosity: int
    again: Sequence[str]

    def begin(self, crew: Crew, scenarios: int) -> None:
        """Say what is run on what."""
        if not self.quiet and self.verbosity >= 0:
            self.write(heading(crew.declared, scenarios, crew.address))

    def end(self, results: Results) -> None:
        """Tell of the failures, and count."""
        if not self.quiet:
            self._tell(results)

    def _tell(self, results: Results) -> None:
        verbose = self.verbosity > 0
        lines = list(summary(results, verbose=verbose))
        if self.verbosity < 0:
            self.write(lines[-1])
            return
        for line in failures(results.verdicts, self.again, verbose=verbose):
            self.write(line)
        for line in lines:
            self.write(line)
