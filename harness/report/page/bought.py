"""What a drawing shows of one side: bars of bought time, states of services, marks of money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.report.amounts import several

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from prorata.harness.report.told import SeenEvent

__all__ = ["Bar", "Lane", "States", "bars", "lanes", "states"]

#: A service of a billing.
Lane = tuple[str, str]
#: States of a service as one thing after the other: since when, and until when.
States = list[tuple["datetime", "datetime | None", str]]
_DAILY: Final = "daily"


@dataclass(slots=True)
class Bar:
    """Time that lines pay for; of days that are bought one by one there is one for all."""

    start: datetime
    end: datetime
    kind: str
    amounts: list[str]

    @property
    def text(self) -> str:
        """What was paid for it."""
        return several(self.amounts)


class _Told(NamedTuple):
    lane: Lane
    event: SeenEvent


def _of_lanes(events: Iterable[SeenEvent], what: str) -> Iterator[_Told]:
    for each in events:
        if each.what == what:
            yield _Told((each.billing, each.service), each)


def lanes(*sides: Sequence[SeenEvent]) -> list[Lane]:
    """Return the services that anything is told of, in order."""
    found = [
        (each.billing, each.service)
        for side in sides
        for each in side
        if each.what == "service" or (each.what == "line" and each.covers)
    ]
    return list(dict.fromkeys(found))


def bars(events: Sequence[SeenEvent], lane: Lane) -> list[Bar]:
    """Return the bought time of a service."""
    found: list[Bar] = []
    for own, line in _of_lanes(events, "line"):
        if own != lane or line.covers is None or line.included:
            continue
        start, end = line.covers
        last = found[-1] if found else None
        if last and line.kind == last.kind == _DAILY and last.end == start:
            last.end = end
            last.amounts.append(line.amount)
        else:
            found.append(Bar(start, end, line.kind, [line.amount]))
    return found


def states(events: Sequence[SeenEvent], lane: Lane) -> States:
    """Return the states of a service, each until the next."""
    told = [(e.at, e.status) for own, e in _of_lanes(events, "service") if own == lane]
    changed = [each for i, each in enumerate(told) if i == 0 or told[i - 1][1] != each[1]]
    return [
        (at, changed[nth][0] if nth < len(changed) else None, status)
        for nth, (at, status) in enumerate(changed, 1)
    ]
