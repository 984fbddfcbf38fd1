"""The time axis of a drawing: which time is shown, where an instant stands, which days are named.

Bought time may reach years beyond the last act; so that the acts stay apart, of what comes after
all of them only a part is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Scale", "scale_of"]

#: How much of the time of the acts may follow after them, and the least that is shown at all.
_AFTER: Final = 0.45
_LEAST: Final = timedelta(hours=12)
_MONTH: Final = 12
#: After how many days or months a name stands: the first that gives few enough names. The days of
#: a month are counted from its first, and the last of them are nearer to the next first.
_DAYS: Final = (1, 2, 5, 10)
_LAST: Final = 28
_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 600)


@dataclass(frozen=True, slots=True)
class Scale:
    """Where instants stand: from `left` on, over a `width`."""

    start: datetime
    end: datetime
    left: float
    width: float

    def at(self, instant: datetime) -> float:
        """Return where an instant stands; one that is not shown at the nearer end."""
        part = (instant - self.start) / (self.end - self.start)
        return self.left + self.width * min(max(part, 0.0), 1.0)

    def goes_on(self, instant: datetime) -> bool:
        """Tell whether an instant lies beyond what is shown."""
        return instant > self.end

    def ticks(self, most: int) -> Iterator[tuple[float, str]]:
        """Yield at most about so many places with the names of their days or months."""
        days = (self.end - self.start) / timedelta(days=1)
        for step in _DAYS:
            if days / step <= most:
                yield from self._days(step)
                return
        months = next((m for m in _MONTHS if days / 30 / m <= most), _MONTHS[-1])
        yield from self._months(months)

    def _days(self, step: int) -> Iterator[tuple[float, str]]:
        day, whole = self.start.replace(hour=0, minute=0), True
        while day <= self.end:
            named = step == 1 or (day.day % step == 1 and day.day <= _LAST)
            if day >= self.start and named:
                # With its year once, and where a month begins.
                yield self.at(day), f"{day:%Y-%m-%d}" if whole or day.day == 1 else f"{day:%m-%d}"
                whole = False
            day += timedelta(days=1)

    def _months(self, step: int) -> Iterator[tuple[float, str]]:
        month = self.start.year * _MONTH + self.start.month - 1
        while True:
            month += 1
            year, nth = divmod(month, _MONTH)
            if year >= MAXYEAR:
                return
            first = self.start.replace(year=year, month=nth + 1, day=1, hour=0, minute=0)
            if first > self.end:
                return
            if month % step == 0:
                yield self.at(first), f"{first:%Y-%m-%d}"


def scale_of(
    acts: Sequence[datetime], bought: Iterable[datetime], left: float, width: float
) -> Scale:
    """Return the scale for instants at which something was done, and ends of bought time."""
    start, last = min(acts), max(acts)
    edges = [each for each in bought if each > start]
    room = max((last - start) * _AFTER, _LEAST)
    if last - start < _LEAST and edges:  # nothing but an order: what it buys is shown whole
        last, room = max(last, min(edges)), _LEAST
    end = max([last, *edges])
    try:
        end = min(end, last + room)
        return Scale(start, max(end, start + _LEAST), left, width)
    except OverflowError:
        return Scale(start, start.max.replace(tzinfo=start.tzinfo), left, width)
