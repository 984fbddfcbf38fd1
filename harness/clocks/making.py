"""The clock that a user wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.clocks.libfaketime import Libfaketime
from prorata.harness.clocks.moving import mover_of
from prorata.harness.clocks.outside import MESSAGES, Moved

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.clocks.outside import OutsideClock
    from prorata.harness.clocks.wishes import ClockWish

__all__ = ["clock_for"]


def clock_for(wish: ClockWish) -> OutsideClock:
    """Return the clock that is meant, which is to be closed in the end; raise `CannotStart`."""
    return _CLOCKS.get(wish.word, _told)(wish)


def _told(_wish: ClockWish) -> OutsideClock:
    # freezegun and time-machine follow the messages, in the process of the billing.
    return MESSAGES


_CLOCKS: Final[dict[str, Callable[[ClockWish], OutsideClock]]] = {
    "libfaketime": lambda _wish: Libfaketime(),
    "command": lambda wish: Moved(mover_of(wish)),
    "ask": lambda wish: Moved(mover_of(wish)),
}
