"""Reading logs: whole ones only, each mistake with its file and line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LogRead", "LogReadError", "read_log"]


class LogReadError(ValueError):
    """A log that cannot be used: one clear line."""


@dataclass(frozen=True, slots=True)
class LogRead:
    """A log: its header, what is said of each scenario, and its footer, as they were written."""

    path: Path
    header: dict[str, Any]
    scenarios: list[dict[str, Any]]
    footer: dict[str, Any]


def read_log(path: Path) -> LogRead:
    """Read a log; raise `LogReadError` for one that is not whole."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not text in UTF-8"
        raise LogReadError(f"{path}: {reason}") from None
    events = [_event(path, number, line) for number, line in enumerate(lines, start=1)]
    kinds = [event["event"] for event in events]
    if kinds[:1] != ["header"]:
        raise LogReadError(f"{path}: is no log of prorata run")
    if kinds[-1] != "footer":
        raise LogReadError(f"{path}: has no footer: the run that wrote it did not end")
    found = [event for event in events[1:-1] if event["event"] == "scenario"]
    return LogRead(path, events[0], found, events[-1])


def _event(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise LogReadError(f"{path}:{number}: is no event of a log")
    return event
