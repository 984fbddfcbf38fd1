"""Logs of the shards of a run put together into the log of the whole run."""

from __future__ import annotations

import json
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, Final

from prorata.harness.running.reading_logs import LogError, LogRead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["merged", "write_events"]

#: What has to be the same in all of them, and how that is called.
_SAME: Final = {
    "version": "versions of prorata",
    "protocol": "protocols",
    "suite": "suites of scenarios",
    "implementation": "implementations",
    "readings": "readings",
    "panels": "panels",
}
_COUNTS: Final = ("passed", "failed", "errors", "skipped")


def merged(logs: Sequence[LogRead]) -> Iterator[dict[str, Any]]:
    """Yield the events of the log of a whole run: what is said of each scenario, in its order.

    Logs that are no shards follow each other as they are given. Raises `LogError` where they
    are not of one run, where one is missing, or a scenario is in two of them.
    """
    _check_same(logs)
    _check_shards(logs)
    _check_once(logs)
    scenarios = sum(log.header.get("scenarios", 0) for log in logs)
    header = {key: value for key, value in logs[0].header.items() if key != "shard"}
    return chain(
        [{**header, "scenarios": scenarios}],
        _texts_once(event for _, event in sorted(_placed(logs), key=lambda each: each[0])),
        [_footer(logs)],
    )


def write_events(events: Iterator[dict[str, Any]], file: IO[str]) -> None:
    """Write events as a log has them."""
    for event in events:
        file.write(json.dumps(event, ensure_ascii=False) + "\n")


def _check_same(logs: Sequence[LogRead]) -> None:
    first = logs[0]
    for log in logs[1:]:
        for key, called in _SAME.items():
            if log.header.get(key) != first.header.get(key):
                raise LogError(f"{log.path} and {first.path} are of different {called}")


def _check_shards(logs: Sequence[LogRead]) -> None:
    """Refuse logs of which some are shards, unless they are all shards of one run, each once."""
    found = {log.path: _shard_of(log) for log in logs}
    if not any(found.values()):
        return
    numbers: dict[int, LogRead] = {}
    parts = next(each["of"] for each in found.values() if each)
    for log in logs:
        shard = found[log.path]
        if not shard or shard["of"] != parts:
            raise LogError(f"{log.path} is no shard of {parts}")
        other = numbers.setdefault(shard["number"], log)
        if other is not log:
            raise LogError(f"{other.path} and {log.path} are both shard {shard['number']}/{parts}")
    missing = [f"{number}/{parts}" for number in range(1, parts + 1) if number not in numbers]
    if missing:
        raise LogError(f"there is no log of shard {', '.join(missing)}")


def _shard_of(log: LogRead) -> dict[str, Any] | None:
    """Return what a log says of its shard, None where it is of none."""
    told = log.header.get("shard")
    if told is None:
        return None
    kinds = {"number": int, "of": int, "at": dict}
    if isinstance(told, dict) and all(isinstance(told.get(k), kind) for k, kind in kinds.items()):
        return told
    raise LogError(f"{log.path}: its header does not say which shard it is")


def _check_once(logs: Sequence[LogRead]) -> None:
    seen: dict[str, LogRead] = {}
    for log in logs:
        for event in log.scenarios:
            name = event.get("file") or event["scenario"]
            other = seen.setdefault(name, log)
            if other is not log:
                raise LogError(f"{name} is in {other.path} and in {log.path}")


def _placed(logs: Sequence[LogRead]) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """Yield what is said of each scenario with its place in the whole run."""
    for number, log in enumerate(logs):
        at = (_shard_of(log) or {}).get("at", {})
        for index, event in enumerate(log.scenarios):
            place = at.get(event["scenario"])
            yield ((number, index) if place is None else (0, place)), event


def _texts_once(events: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave the text of a file to the first of its scenarios: each shard has told it."""
    told: set[str] = set()
    for event in events:
        record = event.get("record", {})
        if record.get("file", "") in told:
            record.pop("text", None)
        told.add(record.get("file", ""))
        yield event


def _footer(logs: Sequence[LogRead]) -> dict[str, Any]:
    footers = [log.footer for log in logs]
    ended, complaints = (
        [line for each in footers for line in each.get(key, ())] for key in ("ended", "complaints")
    )
    return {
        "event": "footer",
        **{key: sum(each.get(key, 0) for each in footers) for key in _COUNTS},
        "seconds": round(sum(each.get("seconds", 0) for each in footers), 6),
        **({"complaints": complaints} if complaints else {}),
        **({"ended": ended} if ended else {}),
    }
