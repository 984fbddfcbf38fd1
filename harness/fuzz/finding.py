"""From failures to findings: each shrunk, said in a sentence, and saved as a scenario file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Final

from prorata.harness.fuzz.plain import plain_of, text_of
from prorata.harness.fuzz.saving import FailureNote, file_text, save
from prorata.harness.fuzz.saying import moment_of, named, sentence
from prorata.harness.fuzz.shrinking import Shrinking
from prorata.harness.fuzz.sources import bare, head_of_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prorata.harness.fuzz.court import HistoryCourt
    from prorata.harness.fuzz.plain import Plain
    from prorata.harness.fuzz.searching import Found
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

__all__ = ["Findings", "FuzzFinding"]

#: How long one failure is shrunk, and all of them, in seconds; one that takes longer is not at all.
SHRINKING: Final = 30.0
_ALL: Final = 120.0
_SLOW: Final = 2.0


@dataclass(frozen=True, slots=True)
class FuzzFinding:
    """A failure as it is told: its least history, the sentence, and the file where it stands."""

    found: Found
    verdict: Verdict
    sentence: str
    text: str
    path: Path | None = None
    #: Why there is no file, where it could not be written.
    unsaved: str = ""
    #: Whether the file fails by what it expects, or only where everything is compared.
    by_file: bool = False
    #: Why it is not the least: time ran out, or nobody tried.
    not_least: str = ""


@dataclass(slots=True)
class Findings:
    """Makes findings of failures, on the court that found them; `note` says how in comments."""

    court: HistoryCourt
    folder: Path
    note: Callable[[Found], Sequence[str]]
    seconds: float = SHRINKING

    def each(self, found: Sequence[Found], *, shrinking: bool = True) -> Iterator[FuzzFinding]:
        """Yield the finding of each failure; raise what judging raises, and `OSError`."""
        ends = monotonic() + _ALL
        for number, one in enumerate(found, start=1):
            said, shown = one.way
            (scenario,) = shown.head.file.load()
            plain = plain_of(scenario)
            shrunk = None
            seconds = min(self.seconds, ends - monotonic())
            if shrinking and shown.verdict.seconds < _SLOW and seconds > 0:
                way = Shrinking(self.court, one.key, said, seconds, f"shrunk/{number}")
                shrunk = self._shrunk(one, plain, way)
            yield shrunk or self._as_found(one, plain, scenario)

    def _shrunk(self, one: Found, plain: Plain, way: Shrinking) -> FuzzFinding | None:
        """Return the finding of the least history; None where it does not fail alone."""
        shrunk = way.shrink(plain)
        if shrunk is None:
            return None
        scenario = bare(text_of(shrunk.plain), "found.yaml")
        when = moment_of(shrunk.verdict, scenario)
        if when and way.shows_at_other_times(shrunk, lambda at: named(at, scenario) != when):
            when = ""
        said = sentence(shrunk.verdict, scenario, when)
        why = "" if shrunk.in_time else "not the least: time ran out"
        text = text_of(shrunk.plain)
        found = self._saved(
            FuzzFinding(one, shrunk.verdict, said, text, not_least=why), shrunk.plain
        )
        by_file = found.path is not None and self._fails_by_file(found.path)
        return replace(found, by_file=by_file)

    def _as_found(self, one: Found, plain: Plain, scenario: Scenario) -> FuzzFinding:
        verdict = one.way[1].verdict
        said = sentence(verdict, scenario, moment_of(verdict, scenario))
        return self._saved(
            FuzzFinding(one, verdict, said, text_of(plain), not_least="not shrunk"), plain
        )

    def _saved(self, finding: FuzzFinding, plain: Plain) -> FuzzFinding:
        note = FailureNote(finding.sentence, self.note(finding.found))
        try:
            whole = file_text(plain, finding.verdict, note)
        except Exception:  # noqa: BLE001  what the reference raises in it is what its verdict tells
            return finding
        try:
            return replace(finding, path=save(self.folder, finding.verdict, whole))
        except OSError as error:  # what was found is told all the same
            return replace(finding, unsaved=f"{error.filename}: {error.strerror}")

    def _fails_by_file(self, path: Path) -> bool:
        """Tell whether a file fails by what it expects itself."""
        head = head_of_text(str(path), path.read_text(encoding="utf-8"), expecting=True)
        verdict = next(self.court.judged([head]))
        return bool(verdict.mismatches) or verdict.verdict == "error"
