"""When something is done by itself: in the daily run of its day, or the next run there is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from prorata.reference.hostbill.cron import cron, five_minutes
from prorata.reference.periods import elapsed

if TYPE_CHECKING:
    from datetime import date, datetime

    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["plan_for", "plan_soon", "run_after", "run_of"]

_NONE = timedelta()


def _run(turn: Turn, day: date) -> dict[str, Any]:
    settings = turn.book.settings.cron
    return {
        "day": day,
        "daily_at": None if settings is None else settings.daily_at,
        "zone": turn.book.zone.key,
    }


def run_of(turn: Turn, day: date) -> datetime:
    """Return the instant of the daily run of a civil day."""
    return turn.rule(cron, **_run(turn, day))


def run_after(turn: Turn, since: datetime, day: date) -> datetime:
    """Return the run in which that is done which waits since then for a day.

    Where that of the day was over by then, it is the next one.
    """
    days = day, since.date(), since.date() + timedelta(days=1)
    return next(run for each in days if elapsed(since, run := run_of(turn, each)) >= _NONE)


def plan_for(turn: Turn, day: date, what: str, service: Service) -> None:
    """Have something done in the run of a day; in the next run, where that one is over."""
    if turn.since(run_of(turn, day)) > _NONE:
        over = turn.since(run_of(turn, turn.today)) > _NONE
        day = turn.today + timedelta(days=1) if over else turn.today
    if turn.book.settings.cron is None:
        turn.plan(run_of(turn, day), what, service)
    else:
        turn.plan(turn.decide("run", cron, service, **_run(turn, day)), what, service)


def plan_soon(turn: Turn, what: str, service: Service) -> None:
    """Have something done at the next whole five minutes."""
    turn.plan(turn.rule(five_minutes, now=turn.now), what, service)
