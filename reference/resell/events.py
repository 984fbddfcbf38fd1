"""What happened at the seller: each change is applied in order, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["closed_there", "events", "held_there"]


def events(*, known: int, told: Iterable[int], last: int) -> tuple[int, ...] | None:
    """Return the numbers of the events to apply, in order; None where one is missing.

    ``resell.events`` (billmanager-reselling): events are numbered without a gap, up to `last`, and
    those up to `known` were applied. A missing number means a look at everything instead.
    """
    new = {number for number in told if number > known}
    if any(number not in new for number in range(known + 1, last + 1)):
        return None
    return tuple(sorted(new))


@beside("resell.events")
def closed_there(*, closed: bool) -> Refusal | None:
    """Refuse to go on with what the seller has closed.

    ``resell.events`` (ours): such a service is suspended, and not renewed.
    """
    if not closed:
        return None
    return Refusal("resell.events", "the seller has closed the licence")


@beside("resell.events")
def held_there(*, held: bool) -> Refusal | None:
    """Refuse to resume what the seller suspended: only its event lifts that.

    ``resell.events`` (ours).
    """
    if not held:
        return None
    return Refusal("resell.events", "the seller has suspended the licence, and lifts that")
