"""Reading logs: tolerant of what is unknown, strict about the first line and the last one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["LogError", "LogEvent", "LogRead", "log_events", "read_events"]


class LogError(ValueError):
    """A log that cannot be used: told with its file, the line, and what is wrong."""


class LogEvent(NamedTuple):
    """A line of a log with its place, as it was written and as it was read."""

    place: str
    line: str
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LogRead:
    """A log: its header, what is said of each scenario, and its footer, as they were written."""

    path: Path
    header: Mapping[str, Any]
    scenarios: list[dict[str, Any]]
    footer: Mapping[str, Any]


def read_events(path: Path) -> LogRead:
    """Read the log of a run that ended as it was written; raise `LogError`, and `OSError`."""
    with path.open(encoding="utf-8", errors="backslashreplace") as lines:
        header, *events, footer = (event.told for event in log_events(lines, str(path)))
    found = [dict(told) for told in events if told.get("event") == "scenario"]
    return LogRead(path, header, found, footer)


def log_events(lines: Iterable[str], file: str) -> Iterator[LogEvent]:
    """Yield the lines of a log that is called `file`, header and footer too; raise `LogError`."""
    kind, scenarios = None, 0
    for number, line in enumerate(lines, 1):
        event = LogEvent(f"{file}:{number}", line, _told(line, file, number))
        if kind == "footer":
            raise LogError(f"{event.place}: goes on after its footer; a log holds one run")
        kind = event.told.get("event")
        if number == 1 and kind != "header":
            raise _no_header(file)
        if kind == "scenario" and not isinstance(event.told.get("scenario"), str):
            raise LogError(f"{event.place}: does not say which scenario it is of")
        scenarios += kind == "scenario"
        yield event
    if kind is None:
        raise _no_header(file)
    if kind != "footer":
        said = f"it has no footer, and tells of {scenarios} scenarios so far"
        raise LogError(f"{file}: the run that wrote this log did not end: {said}")


def _no_header(file: str) -> LogError:
    said = "it does not begin with a header; prorata run --log FILE writes one"
    return LogError(f"{file}: is no log of a run: {said}")


def _told(line: str, file: str, number: int) -> Mapping[str, Any]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        event = None
    if isinstance(event, dict):
        return event
    if number == 1:
        raise _no_header(file)
    whole = "" if line.endswith("\n") else ", and its end is missing: the run did not end"
    raise LogError(f"{file}:{number}: is no JSON object{whole}")
