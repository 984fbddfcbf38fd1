"""Reading a log: tolerant of what it does not know, strict about its first and its last line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from prorata.harness.report.told import Header, RecordTold, ToldFooter, ToldVerdict
from prorata.harness.running.reading_logs import LogError, log_events
from prorata.harness.running.verdict import Results, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import ValidationError

__all__ = ["Judged", "RunLog", "read_log", "run_of"]

#: How the footer calls the verdicts that it counts.
_COUNTED: Final = {"passed": "pass", "failed": "fail", "errors": "error", "skipped": "skipped"}
#: The first line of a log and the last one.
_ENDS: Final = {"header": Header, "footer": ToldFooter}
#: A half of a surrogate pair, as itself or as JSON writes it.
_HALVES: Final = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Judged:
    """A scenario of a run: its verdict, and what a report needs beside that."""

    verdict: Verdict
    record: RecordTold


@dataclass(frozen=True)
class RunLog:
    """A run as its log tells it; `texts` are those of scenario files, by their names."""

    file: str
    header: Header
    footer: ToldFooter
    judged: Sequence[Judged]
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The implementation, with its version."""
        told = self.header.implementation
        return f"{told.name} {told.version}".strip()

    @cached_property
    def results(self) -> Results:
        """The results of the run."""
        told = self.header.implementation
        return Results(
            implementation=told.name,
            version=told.version,
            readings=self.header.readings,
            verdicts=tuple(each.verdict for each in self.judged),
            seconds=self.footer.seconds,
            complaints=self.footer.complaints,
            ended=self.footer.ended,
        )


def read_log(file: str) -> RunLog:
    """Read the log of a run that ended; raise `LogError`, and `OSError`."""
    with Path(file).open(encoding="utf-8", errors="backslashreplace") as lines:
        return run_of(lines, file)


def run_of(lines: IO[str] | Iterable[str], file: str) -> RunLog:
    """Read the lines of a log that is called `file`; raise `LogError`."""
    judged: list[Judged] = []
    texts: dict[str, str] = {}
    ends: dict[str, Any] = {}
    for place, line, event in log_events(lines, file):
        kind, told = event.get("event"), _whole(event) if _HALVES.search(line) else event
        if kind == "scenario":
            verdict = _checked(ToldVerdict, told, place)
            judged.append(Judged(verdict.as_verdict(), verdict.record))
            if verdict.record.text:
                texts[verdict.record.file] = verdict.record.text
        elif kind in _ENDS:
            ends[kind] = _checked(_ENDS[kind], told, place)
    _counted(ends["footer"], judged, file)
    return RunLog(file, ends["header"], ends["footer"], judged, texts)


def _whole(told: Any) -> Any:
    """Put their escapes for halves of surrogate pairs, which are no text."""
    if isinstance(told, str):
        return told.encode(errors="backslashreplace").decode()
    if isinstance(told, list):
        return [_whole(each) for each in told]
    return {key: _whole(each) for key, each in told.items()} if isinstance(told, dict) else told


def _checked(model: Any, event: Mapping[str, Any], place: str) -> Any:
    from pydantic import ValidationError

    try:
        return model.model_validate(event)
    except ValidationError as error:
        raise LogError(f"{place}: {_said(error)}") from None


def _said(error: ValidationError) -> str:
    """Return the first problem: where in the event, and what is wrong."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}"


def _counted(footer: ToldFooter, judged: Sequence[Judged], file: str) -> None:
    """Raise `LogError` where the footer has counted others than the log tells."""
    for name, verdict in _COUNTED.items():
        said, told = getattr(footer, name), sum(e.verdict.verdict == verdict for e in judged)
        if said != told:
            raise LogError(f"{file}: its footer counts {said} {name}, and it tells of {told}")
