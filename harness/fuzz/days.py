"""What is notable about a moment, by the calendar, the clocks and what is given."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from prorata.harness.scenario import Scenario

__all__ = ["notable"]

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_FEBRUARY: Final = 2


def notable(at: datetime, scenario: Scenario) -> str:
    """Return the most notable thing about a civil moment, nothing where there is none."""
    return next((said for test, said in _NOTABLE if test(at, scenario)), "")


def _leap_day(at: datetime, _scenario: Scenario) -> bool:
    return (at.month, at.day) == (_FEBRUARY, 29)


def _last_of_february(at: datetime, scenario: Scenario) -> bool:
    return at.month == _FEBRUARY and _last_of_month(at, scenario)


def _clocks_change(at: datetime, scenario: Scenario) -> bool:
    zone = scenario.given.timezone
    day = at.replace(hour=0, minute=0, tzinfo=zone)
    return day.utcoffset() != (day + _DAY).utcoffset()


def _pro_rata_day(at: datetime, scenario: Scenario) -> bool:
    return at.day in _pro_rata_days(scenario)


def _pro_rata_days(scenario: Scenario) -> Iterator[int]:
    """Yield the pro-rata days of tariffs."""
    for row in scenario.catalogue().values():
        calendar = row.get("calendar")
        if calendar is not None:
            said = calendar.get("pro_rata_day", "15") if isinstance(calendar, dict) else "15"
            yield int(said)


def _last_of_month(at: datetime, _scenario: Scenario) -> bool:
    return (at + _DAY).day == 1


def _first_of_month(at: datetime, _scenario: Scenario) -> bool:
    return at.day == 1


def _day_31(at: datetime, _scenario: Scenario) -> bool:
    return at.day > 28  # noqa: PLR2004  what February does not have


def _weekend(at: datetime, _scenario: Scenario) -> bool:
    return at.weekday() >= _SATURDAY


_NOTABLE: Final[tuple[tuple[Callable[[datetime, Scenario], bool], str], ...]] = (
    (_leap_day, "on February 29"),
    (_last_of_february, "on the last day of February"),
    (_clocks_change, "on the day on which the clocks change"),
    (_pro_rata_day, "on the pro-rata day"),
    (_last_of_month, "on the last day of a month"),
    (_first_of_month, "on the first day of a month"),
    (_day_31, "on a day that February does not have"),
    (_weekend, "on a weekend"),
)
