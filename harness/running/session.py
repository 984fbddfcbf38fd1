"""A run from its first verdict to its footer, whoever judges and whoever is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.report.blocks import alike
from prorata.harness.running.crew import ENDS
from prorata.harness.running.known import complaints, excused
from prorata.harness.running.verdict import Results

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from prorata.harness.running.crew import Crew
    from prorata.harness.running.known import KnownFailure
    from prorata.harness.running.log import EventLog
    from prorata.harness.running.verdict import Verdict

__all__ = ["Ending", "RunSession", "RunTerms"]


class Ending(NamedTuple):
    """What is said of a run that ended before its end, and its exit code."""

    said: str
    code: int


@dataclass(frozen=True, slots=True)
class RunTerms:
    """What holds for a run.

    `most` failures end it; of `complete` ones alone the list of known failures is judged whole.
    `ending` says how a run ends that an exception ended.
    """

    known: Mapping[str, KnownFailure]
    today: date | None
    most: int | None
    complete: bool
    ending: Callable[[BaseException], Ending]


@dataclass(slots=True)
class RunSession:
    """One run: takes each verdict, logs it, and ends with the footer whatever happens."""

    terms: RunTerms
    crew: Crew
    log: EventLog
    scenarios: int
    verdicts: list[Verdict] = field(default_factory=list)
    failed: int = 0
    #: Why it ended before its end, and the exit code of that; nothing where it did not.
    ended: str = ""
    code: int | None = None
    #: The kinds of failures there were.
    _kinds: set[tuple[str, ...]] = field(default_factory=set)

    def run(self, begin: Callable[[], None], advance: Callable[[Verdict], None]) -> Results:
        """Judge every scenario and return the results, which are in the log.

        `begin` is called first, `advance` with each verdict. Raises `BrokenPipeError`.
        """
        began = perf_counter()
        try:
            begin()
            for verdict in self.crew.judged(self._enough):
                advance(self._taken(verdict))
        except BrokenPipeError:
            self.log.footer(self._results(perf_counter() - began))
            raise
        except ENDS as error:
            self.ended, self.code = self.terms.ending(error)
        self._tell_what_is_left()
        results = self._results(perf_counter() - began)
        self.log.footer(results)
        return results

    def _taken(self, verdict: Verdict) -> Verdict:
        told = excused(self._said_once(verdict), self.terms.known, self.terms.today)
        self.failed += told.verdict in {"fail", "error"} and not told.known
        self.log.verdict(told)
        # What a report needs beside a verdict is in the log by now.
        self.verdicts.append(replace(told, record={}))
        return told

    def _said_once(self, verdict: Verdict) -> Verdict:
        """Return a verdict that says under what it would be none, if it is the first of its kind.

        Several workers may each have said it of their first: the log is the same for any number.
        """
        if verdict.verdict != "fail":
            return verdict
        kind = alike(verdict)
        first = kind not in self._kinds
        self._kinds.add(kind)
        return verdict if first else replace(verdict, agrees="")

    def _enough(self) -> bool:
        """Tell whether so much has failed that the rest is not wanted."""
        return self.terms.most is not None and self.failed >= self.terms.most

    def _tell_what_is_left(self) -> None:
        left = self.scenarios - len(self.verdicts)
        if self._enough() and left:
            self.ended = f"stopped after {_count(self.failed, 'failure')}"
        if self.ended and left:
            why, *stderr = self.ended.splitlines()
            self.ended = "\n".join([f"{why}; {_count(left, 'scenario')} not run", *stderr])

    def _results(self, seconds: float) -> Results:
        declared, terms = self.crew.declared, self.terms
        complete = terms.complete and not self.ended
        found = complaints(self.verdicts, terms.known, terms.today, complete=complete)
        return Results(
            implementation=declared.name,
            version=declared.version,
            readings=dict(declared.readings),
            verdicts=tuple(self.verdicts),
            seconds=round(seconds, 6),
            complaints=tuple(found),
            ended=tuple(self.ended.splitlines()),
        )


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
