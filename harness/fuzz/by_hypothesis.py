"""A search in which hypothesis chooses: it also shrinks by its choices.

With a seed hypothesis leaves its database alone; what failed before is tried first all the same,
out of the examples of every search. What the seeded search finds is not shrunk so: hypothesis has
no public way to begin from choices that are known. A least history of its own is made smaller once
more as any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.gaps import telling
from prorata.harness.fuzz.generating import history
from prorata.harness.fuzz.generating.source import drawn
from prorata.harness.fuzz.searching import FirstShown, Search
from prorata.harness.fuzz.sources import DrawnSource, drawn_scenario
from prorata.harness.report.blocks import alike, shown_first
from prorata.harness.workers.job import ScenarioHead

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.fuzz.generating import Generated
    from prorata.harness.fuzz.searching import Found
    from prorata.harness.running.verdict import Verdict

__all__ = ["HypothesisSearch"]

#: So many histories are the most where only the time is given.
_MOST: Final = 10**6
#: How long a history is made less by its choices, in seconds.
_SHRINKING: Final = 10.0


class _OverError(BaseException):
    """The time is over: that is no failure, and nothing that hypothesis is to catch."""


@dataclass(slots=True)
class HypothesisSearch(Search):
    """Searches by hypothesis: for one failure after the other, each shrunk by its choices."""

    def _search(self, advance: Callable[[Verdict], None], began: float) -> None:
        from hypothesis import Verbosity, errors, find, settings
        from hypothesis import strategies as st

        focus = self.wanted.about()

        @st.composite
        def histories(draw: Any) -> Generated:
            return history(drawn(draw), name=self.wanted.name(0), focus=focus)

        chosen = settings(database=None, deadline=None, verbosity=Verbosity.quiet)
        random = Random(self.wanted.seed)  # noqa: S311  nothing here is a secret
        most, before = self.limits.histories or _MOST, self.judged
        while self.judged - before < most:
            left = most - self.judged + before
            one = _Hunt(self, advance, began)
            try:
                find(
                    histories(),
                    one.shows,
                    settings=settings(chosen, max_examples=left),
                    random=random,
                )
            except (errors.NoSuchExample, errors.Flaky, _OverError):
                """It ends where nothing new is found, or where what was is not found again."""
            if not one.ended():
                return


@dataclass(slots=True)
class _Hunt:
    """The hunt for one failure that is not known yet, and for the least history that shows it."""

    search: HypothesisSearch
    advance: Callable[[Verdict], None]
    began: float
    #: What is lacking stays so in a hunt: the same choices make the same history.
    lacking: tuple[str, ...] = ()
    found: Found | None = None
    shown: FirstShown | None = None
    #: Until when it may be made less, as `monotonic` tells it.
    ends: float = inf

    def __post_init__(self) -> None:
        """Take what is lacking by now."""
        self.lacking = self.search.lacking.names()

    def shows(self, made: Generated) -> bool:
        """Tell whether a history shows the failure that is hunted: the first that is new."""
        spent = monotonic() - self.began
        if self.found is None and spent > (self.search.limits.seconds or inf):
            raise _OverError
        if monotonic() > self.ends:
            raise _OverError
        source = DrawnSource(drawn_scenario(made, self.lacking))
        head = ScenarioHead(source.file, (source.file,), "", source)
        verdict = next(self.search.court.judged([head]))
        if self.found is None:
            known = set(self.search.found)
            self.advance(self.search.take(verdict, head, spent))
            new = [each for key, each in self.search.found.items() if key not in known]
            self.found = next(iter(new), None)
        if self.found is None or alike(verdict) != self.found.key:
            return False
        if self.shown is None:
            self.ends = monotonic() + _SHRINKING
        self.shown = FirstShown(verdict, head, 1)
        return True

    def ended(self) -> bool:
        """Put the least history in the place of the first; tell whether there was any."""
        if self.found is None or self.shown is None:
            return False
        first = shown_first(self.shown.verdict)
        self.found.ways = {telling(first) if first else "": self.shown}
        return True
