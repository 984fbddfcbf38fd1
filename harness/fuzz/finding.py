"""From failures to findings: each shrunk, said in a sentence, and saved as a scenario file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from prorata.harness.fuzz.plain import plain_of, text_of
from prorata.harness.fuzz.saving import Note, file_text, save
from prorata.harness.fuzz.saying import sentence
from prorata.harness.fuzz.shrinking import Shrinking, Shrunk
from prorata.harness.fuzz.sources import bare, head_of_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prorata.harness.fuzz.court import Court
    from prorata.harness.fuzz.plain import Plain
    from prorata.harness.fuzz.searching import Found
    from prorata.harness.running.verdict import Verdict

__all__ = ["Finding", "Findings"]

#: How long one failure is shrunk, in seconds, and one that takes longer than this is not at all.
SHRINKING: Final = 10.0
_SLOW: Final = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """A failure as it is told: its least history, the sentence, and the file where it stands."""

    found: Found
    verdict: Verdict
    sentence: str
    text: str
    path: Path | None = None
    #: Whether the file fails by what it expects, or only where everything is compared.
    by_file: bool = False
    #: Why it is not the least: time ran out, or nobody tried.
    not_least: str = ""


@dataclass(slots=True)
class Findings:
    """Makes findings of failures, on the court that found them; `note` says how in comments."""

    court: Court
    folder: Path
    note: Callable[[Found], Sequence[str]]
    seconds: float = SHRINKING

    def each(self, found: Sequence[Found], *, shrinking: bool = True) -> Iterator[Finding]:
        """Yield the finding of each failure; raise what judging raises, and `OSError`."""
        for number, one in enumerate(found, start=1):
            (scenario,) = one.head.file.load()
            plain = plain_of(scenario)
            quick = one.verdict.seconds < _SLOW
            shrunk = self._shrunk(one, plain, number) if shrinking and quick else None
            yield self._told(one, plain, shrunk, tried=shrinking and quick)

    def _shrunk(self, one: Found, plain: Plain, number: int) -> Shrunk | None:
        return Shrinking(self.court, one.key, self.seconds, f"shrunk/{number}").shrink(plain)

    def _told(self, one: Found, plain: Plain, shrunk: Shrunk | None, *, tried: bool) -> Finding:
        verdict = one.verdict
        why = "" if tried else "not shrunk"
        if tried and shrunk is None:
            why = "it fails only among others: not shrunk"
        if shrunk is not None:
            plain, verdict = shrunk.plain, shrunk.verdict
            why = "" if shrunk.in_time else "time ran out"
        text = text_of(plain)
        said = sentence(verdict, bare(text, "found.yaml"))
        return self._saved(Finding(one, verdict, said, text, not_least=why), plain)

    def _saved(self, finding: Finding, plain: Plain) -> Finding:
        note = Note(finding.sentence, self.note(finding.found))
        whole = file_text(plain, finding.verdict, note)
        path = save(self.folder, finding.verdict, whole)
        return replace(finding, path=path, by_file=self._fails_by_file(str(path), whole))

    def _fails_by_file(self, name: str, text: str) -> bool:
        verdict = next(self.court.judged([head_of_text(name, text, expecting=True)]))
        return bool(verdict.mismatches) or verdict.verdict == "error"
