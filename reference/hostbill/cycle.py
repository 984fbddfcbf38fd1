"""Billing cycles."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["CYCLES", "ONE_OFF", "cycle", "has_cycle"]

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
        return Refusal("hostbill.cycle", why)
    why = f"the product is not sold {wanted}; it is sold {', '.join(sold) or 'not at all'}"
    return Refusal("hostbill.cycle", why)


@beside("hostbill.cycle")
def has_cycle(*, cycle: str) -> Refusal | None:
    """Refuse to change what is paid once or never, whose `cycle` has no name (ours)."""
    if cycle:
        return None
    return Refusal("hostbill.cycle", "a service without a cycle has no part of one to charge")
