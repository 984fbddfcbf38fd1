"""Billing cycles."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from prorata.reference.derivation import Note, silent
from prorata.reference.hostbill.cancel import pro_rata
from prorata.reference.periods import Length, period_dated
from prorata.reference.readings import table
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date, datetime
    from fractions import Fraction

    from prorata.reference.hostbill.upgrade import Later
    from prorata.reference.proration import Pricing

__all__ = [
    "CYCLES",
    "CYCLE_CHANGE",
    "ONE_OFF",
    "at_once",
    "change",
    "changeable",
    "cycle",
    "has_cycle",
    "keeps_cycles",
    "new_expiry",
    "one_thing",
]

#: What is paid once or never, and has no cycle.
ONE_OFF: Final = ("free", "once")

#: The recurring cycles that end on a civil date.
CYCLES: Final = MappingProxyType(
    {
        "daily": Length(days=1),
        "weekly": Length(days=7),
        "monthly": Length(months=1),
        "quarterly": Length(months=3),
        "semi-annually": Length(months=6),
        "annually": Length(months=12),
        "biennially": Length(months=24),
        "triennially": Length(months=36),
        "metered": Length(months=1),
    },
)

_LICENCE: Final = ("monthly", "annually", *ONE_OFF)


def cycle(*, wanted: str, sold: Collection[str], licence: bool = False) -> Refusal | None:
    """Refuse a billing cycle that the product does not sell.

    ``hostbill.cycle`` (hostbill-licences, hostbill-hosting): a licence is sold monthly, annually,
    once or free, whatever its prices say.
    """
    known = _LICENCE if licence else (*CYCLES, *ONE_OFF)
    if wanted in sold and wanted in known:
        return None
    if licence and wanted not in known:
        why = f"a licence is not sold {wanted}, but {', '.join(_LICENCE)}"
    else:
        why = f"the product is not sold {wanted}; it is sold {', '.join(sold) or 'not at all'}"
    return Refusal("hostbill.cycle", why)


def _next_due() -> bool:
    return False


def _at_once() -> bool:
    return True


#: Whether a change of the cycle is made at once.
CYCLE_CHANGE = table("cycle_change", {"next_due": _next_due, "at_once": _at_once})


@beside("hostbill.cycle.change")
def at_once(*, billing_type: str, cycle_change: Callable[[], bool]) -> bool:
    """Tell whether a change of the cycle is made at once, else it is for the next invoice.

    What is paid at the end of its cycle ends that first (ours).
    """
    return billing_type != "postpaid" and cycle_change()


@beside("hostbill.cycle.change")
def changeable(*, wanted: str, has: str, sold: Collection[str]) -> Refusal | None:
    """Refuse to change to the cycle that a service has or is to have, or to no recurring one."""
    recurring = [each for each in sold if each in CYCLES]
    if wanted == has:
        why = f"the service goes on {has} already"
    elif wanted not in recurring:
        why = f"the product is not sold {wanted}; it is sold {', '.join(recurring)}"
    else:
        return None
    return Refusal("hostbill.cycle.change", why)


@beside("hostbill.cycle.change")
def one_thing(*, product: str, has: str) -> Refusal | None:
    """Refuse to change the product and the cycle with one act (ours)."""
    if product == has:
        return None
    return Refusal("hostbill.cycle.change", "change the product or the cycle, one after the other")


def change(
    *,
    now: datetime,
    starts: datetime,
    expires: datetime,
    price: Fraction,
    unit: str,
    later: Sequence[Later] = (),
    pro_rata_unit_remainder: Callable[[int, int], int],
    pricing: Pricing,
    note: Note = silent,
) -> Fraction:
    """Return what the units left of the old cycle cost: the new one, asked whole, is less by it.

    ``hostbill.cycle.change`` (hostbill-licences, hostbill-hosting; amount: ours).
    """
    return pro_rata(
        now=now,
        starts=starts,
        expires=expires,
        price=price,
        unit=unit,
        later=later,
        pro_rata_unit_remainder=pro_rata_unit_remainder,
        pricing=pricing,
        note=note,
    )


@beside("hostbill.cycle.change")
def new_expiry(
    *,
    starts: date,
    period: Length,
    anchor: int,
    month: Callable[..., date],
    month_end: Callable[[date, int, int], date],
    note: Note = silent,
) -> date:
    """Return when the new cycle ends, which is paid from the day of its change on."""
    return period_dated(
        starts,
        period,
        anchor,
        month=month,
        month_end=month_end,
        note=note,
        of="changed",
        why="the new cycle begins with the change",
    )


@beside("hostbill.cycle")
def has_cycle(*, cycle: str) -> Refusal | None:
    """Refuse to change what is paid once or never, whose `cycle` has no name (ours)."""
    if cycle:
        return None
    return Refusal("hostbill.cycle", "a service without a cycle has no part of one to charge")


@beside("hostbill.cycle")
def keeps_cycles(*, product: str, in_use: Collection[str], sold: Collection[str]) -> Refusal | None:
    """Refuse to take from a product the price of a cycle that a service has (ours)."""
    lacking = sorted(set(in_use) - set(sold))
    if not lacking:
        return None
    why = f"{product} has services that are paid {', '.join(lacking)}, and needs a price for that"
    return Refusal("hostbill.cycle", why)
