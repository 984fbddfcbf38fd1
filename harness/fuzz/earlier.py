"""Histories that happen sooner: steps nearer to each other, at plainer times and days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from prorata.harness.authoring.writing import shown_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.fuzz.plain import Plain

__all__ = ["earlier", "later"]

#: The plainest day on which a history begins.
_PLAIN: Final = datetime(2025, 1, 1)  # noqa: DTZ001  civil, as files have it
_DAY: Final = timedelta(days=1)


def earlier(plain: Plain) -> Iterator[Plain]:
    """Yield a history that begins on a plainer day, or where a step comes sooner."""
    whens = [_civil(step["at"]) for step in plain["timeline"]]
    first = whens[0]
    if first != _PLAIN:
        yield _at(plain, [each - (first - _PLAIN) for each in whens])
        begins = first.replace(hour=0, minute=0, second=0)
        if begins != first:
            yield _at(plain, [each - (first - begins) for each in whens])
            yield _at(plain, [begins, *whens[1:]])
    for number in range(1, len(whens)):
        before, own = whens[number - 1], whens[number]
        for other in _sooner(before, own):
            yield _at(plain, [*whens[:number], *(each - (own - other) for each in whens[number:])])
            yield _at(plain, [*whens[:number], other, *whens[number + 1 :]])


def later(plain: Plain, days: int) -> Plain:
    """Return a history in which everything happens some days later."""
    return _at(plain, [_civil(step["at"]) + days * _DAY for step in plain["timeline"]])


def _sooner(before: datetime, own: datetime) -> Iterator[datetime]:
    """Yield instants between a step before and a step, the soonest first; and its own midnight."""
    gap = own - before
    midnight = own.replace(hour=0, minute=0, second=0)
    halves = (before + _DAY * (gap.days // part) for part in (2, 4) if gap.days // part)
    found = (before, *([before + _DAY] if gap > _DAY else []), *halves, midnight)
    for each in dict.fromkeys(found):
        if before <= each < own:
            yield each


def _at(plain: Plain, whens: list[datetime]) -> Plain:
    """Return a history whose steps are at other instants, in their order."""
    rows = zip(plain["timeline"], whens, strict=True)
    return {**plain, "timeline": [{**row, "at": _written(row["at"], when)} for row, when in rows]}


def _written(text: str, when: datetime) -> str:
    """Write an instant anew where it is another: one with an offset keeps it else."""
    return text if _civil(text) == when else shown_instant(when)


def _civil(text: str) -> datetime:
    """Return the time that clocks show at an instant of a file, whatever its offset."""
    return datetime.fromisoformat(text).replace(tzinfo=None)
