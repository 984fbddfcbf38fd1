"""Simulated time: the clock of a set of panels, and the words for instants and spans."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

from prorata.fakes.control.errors import ControlError
from prorata.fakes.meant import near, no_attribute
from prorata.reference.clock import BackwardsError, Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import NoReturn

__all__ = ["BEGINS", "UNITS", "SetClock", "Span", "instant", "shown", "span"]

BEGINS: Final = datetime(2025, 1, 1, tzinfo=UTC)
"""Where time stands when nobody says otherwise."""

UNITS: Final = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
"""What a span is counted in."""

_LAST_YEAR: Final = 2999
_AN_INSTANT: Final = "2025-03-01, 2025-03-01T09:30Z or 2025-03-01T09:30+02:00"
_A_SPAN: Final = "1 month, or 3 days 2 hours"
_COUNT = re.compile(r"([0-9]{1,9}) *([a-z]+)")


class Span(TypedDict, total=False):
    """How far time moves on."""

    years: int
    months: int
    weeks: int
    days: int
    hours: int
    minutes: int
    seconds: int


class SetClock:
    """The time of a set of panels: on its way it stops wherever something falls due in a panel.

    A panel that acts on its own at such a moment, and calls another one, does so at that moment,
    not at the end of the way. It holds a clock, and gets another one where the set is put back: a
    clock goes forward only.
    """

    __slots__ = ("_clock", "_next", "_settle")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next: Callable[[], datetime | None] = _nothing
        self._settle: Callable[[], None] = _nothing

    def now(self) -> datetime:
        """Return the instant at which time stands, in UTC."""
        return self._clock.now()

    def begin_at(self, instant: datetime) -> None:
        """Go on with a new clock that stands at `instant`; the old one stays where it is."""
        self._clock = Clock(instant)

    def stop_at(self, due: Callable[[], datetime | None], settle: Callable[[], None]) -> None:
        """Stop at each moment that `due` names; call `settle` there, and before time moves."""
        self._next, self._settle = due, settle

    def advance_to(self, instant: datetime) -> None:
        """Move to `instant`, doing on the way what falls due.

        Raises `BackwardsError` for the past, `NaiveError` for an instant without its offset, and
        `TypeError` for what is no instant.
        """
        found: object = instant  # which is checked for who does not check types
        if not isinstance(found, datetime):
            example = "datetime(2025, 3, 1, tzinfo=UTC)"
            raise TypeError(f"an instant is a datetime, such as {example}, not {found!r}")
        if instant.tzinfo is not None and instant >= self.now():
            self._settle()
            for due in self._stops(instant):
                self._clock.advance_to(due)
                self._settle()
        self._clock.advance_to(instant)
        self._settle()

    def advance(self, **span: Unpack[Span]) -> None:
        """Move on by a span: `years`, `months`, `weeks`, `days`, `hours`, `minutes`, `seconds`.

        Months keep the day of the month where the month has it. Raises `TypeError` for another
        word, and `ValueError` for a span that is no way forward or goes beyond all calendars.
        """
        self.advance_to(end_of(self.now(), _checked(span)))

    def _stops(self, end: datetime) -> Iterator[datetime]:
        last = None
        while (due := self._next()) is not None and due <= end and due != last:
            last = due
            if due > self.now():
                yield due

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            """Say what was probably meant."""
            raise no_attribute(self, "the clock", name)


def _checked(span: Mapping[str, object]) -> dict[str, int]:
    found = {}
    for unit, count in span.items():
        if unit not in UNITS:
            hint = near(unit, UNITS) or f"; there are {', '.join(UNITS)}"
            raise TypeError(f'time is not counted in "{unit}"{hint}')
        if not isinstance(count, int) or isinstance(count, bool):
            raise TypeError(f"{unit} is a whole number, not {count!r}")
        if count < 0:
            raise ValueError(f"time goes forward only: {unit} cannot be {count}")
        found[unit] = count
    return found


def _nothing() -> None:
    """Do nothing: nothing falls due."""


def instant(text: str, field: str = "to") -> datetime:
    """Read an instant: UTC unless it has an offset. Raises ControlError naming `field`."""
    try:
        found = datetime.fromisoformat(text.strip().replace(" UTC", "Z"))
        aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        moment = aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ControlError(field, f"{text!r} is no instant", _AN_INSTANT) from None
    if not 1900 <= moment.year <= _LAST_YEAR:  # noqa: PLR2004 - as scenarios do
        raise ControlError(field, f"{text!r} is outside of the years 1900 to 2999", _AN_INSTANT)
    return moment


def shown(moment: datetime) -> str:
    """Write an instant for a person: ``2025-02-01 00:00 UTC``, with seconds where there are any."""
    return f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00") + " UTC"


def span(words: Iterable[str]) -> dict[str, str]:
    """Read `1 month` or `3 days 2 hours` as what `advance` takes. Raises ControlError."""
    text = " ".join(words)
    counts: dict[str, str] = {}
    for found in re.split(r"(?<=[a-z])[ ,]*(?=[0-9])", text.strip().lower()):
        parts = _COUNT.fullmatch(found)
        unit = f"{parts[2].removesuffix('s')}s" if parts else ""
        if parts is None or unit not in UNITS or unit in counts:
            raise ControlError("span", f"{text!r} is no span of time", _A_SPAN)
        counts[unit] = parts[1]
    return counts


def end_of(now: datetime, counts: Mapping[str, int]) -> datetime:
    """Return where a span of time from now ends; ControlError where that is beyond all calendars.

    Months keep the day of the month where the month has it.
    """
    rest = {unit: counts.get(unit, 0) for unit in ("hours", "minutes", "seconds")}
    months = 12 * counts.get("years", 0) + counts.get("months", 0)
    days = 7 * counts.get("weeks", 0) + counts.get("days", 0)
    ahead = Clock(now)
    try:
        ahead.advance(months=months, days=days, **rest)
    except (ValueError, OverflowError):
        raise _too_far(now) from None
    if ahead.now().year > _LAST_YEAR:
        raise _too_far(now)
    return ahead.now()


def _too_far(now: datetime) -> ControlError:
    message = f"that is after the year {_LAST_YEAR}: it is {shown(now)}"
    return ControlError("", message, _A_SPAN)


def backwards(error: BackwardsError) -> ControlError:
    """Say that time goes forward only."""
    now, to = shown(error.now), shown(error.to)
    message = f"time goes forward only: it is {now}, and {to} is past"
    expected = "a later instant; restore goes back to a snapshot, reset to the beginning"
    return ControlError("to", message, expected, status=409)
