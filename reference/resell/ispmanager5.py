"""The end of sale of ISPmanager 5, by the seller's own date."""

from __future__ import annotations

from datetime import date
from typing import Final

from prorata.reference.derivation import Note, silent
from prorata.reference.proration import day_of
from prorata.reference.readings import table
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

__all__ = ["ISPMANAGER5_LAST_SALE", "NUMBERS_OF_5", "end_of_sale", "sold_today"]

_RULE: Final = "resell.ispmanager5.end-of-sale"
#: What ISPmanager 5 Lite and Business are at the seller.
NUMBERS_OF_5: Final = frozenset({3541, 4601})
#: From this day on no period that is bought passes the end.
_LIMITED: Final = date(2021, 4, 8)
_STOP: Final = date(2021, 6, 15)
_END: Final = date(2021, 12, 31)

#: From which day on none is sold or renewed, whatever the period.
ISPMANAGER5_LAST_SALE = table("ispmanager5_last_sale", {"tariff_end": _END, "june_15": _STOP})


def end_of_sale(
    *,
    number: int | None,
    today: date,
    starts: date,
    expires: date,
    ispmanager5_last_sale: date,
    note: Note = silent,
) -> date | Refusal:
    """Return until when a period is sold that is bought today, or why it is not sold.

    ``resell.ispmanager5.end-of-sale`` (billmanager-reselling-2021): `number` is that of the
    seller's tariff. Bought before 2021-04-08 any period is kept; from then on none passes
    2021-12-31, and one that begins no earlier is refused.
    """
    if number not in NUMBERS_OF_5 or today < _LIMITED:
        return expires
    refusal = sold_today(number=number, today=today, ispmanager5_last_sale=ispmanager5_last_sale)
    if refusal or day_of(expires) <= _END.toordinal():
        return refusal or expires
    if day_of(starts) >= _END.toordinal():
        return Refusal(_RULE, f"the licence runs until {starts} already, beyond {_END}")
    why = "no period of ISPmanager 5 passes the end of 2021"
    told = {"full_expires": expires, "end": _END}
    note("expires", "earlier of full_expires and end", _END, why=why, **told)
    return _END


@beside(_RULE)
def sold_today(*, number: int | None, today: date, ispmanager5_last_sale: date) -> Refusal | None:
    """Refuse to sell or renew ISPmanager 5 once its sale has ended, or to change to it.

    Beside ``resell.ispmanager5.end-of-sale`` (billmanager-reselling-2021).
    """
    if number not in NUMBERS_OF_5 or today < ispmanager5_last_sale:
        return None
    why = f"ISPmanager 5 is neither sold nor renewed from {ispmanager5_last_sale} on"
    return Refusal(_RULE, why)
