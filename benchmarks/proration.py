"""One proration without its derivation, beside the same arithmetic in bare fractions."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from benchmarks.rows import beside, in_turns
from prorata.reference.proration import Stretch, part
from prorata.reference.readings import choose
from prorata.reference.rules import Rulings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Row, Size

__all__ = ["measure"]

_FIRST, _FROM, _LAST = (date(2025, *day).toordinal() for day in ((8, 1), (8, 27), (9, 1)))
_PRICE = Fraction("3.10")
_TARGET = 3.0


def measure(size: Size) -> Iterator[Row]:
    """Measure five of August's 31 days at 3.10."""
    stretches = (Stretch(_FIRST, _LAST, _PRICE, _FIRST, _LAST),)
    counting = Rulings(choose(), 2).counting
    times = 10 if size.tiny else 2000
    pairs = in_turns(
        size.runs,
        lambda: [part(stretches, _FROM, _LAST, counting) for _ in range(times)],
        lambda: [_inline(_PRICE, _FIRST, _FROM, _LAST) for _ in range(times)],
    )
    each = [(work / times, peer / times) for work, peer in pairs]
    yield beside("one proration", "price × days ÷ full days", each, target=_TARGET)


def _inline(price: Fraction, first: int, begins: int, last: int) -> Fraction:
    return Fraction(0) + price * (last - begins) / (last - first)
