"""Amounts as a report shows them: 2.0000 is 2.00, whoever told it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from prorata.harness.report.clean import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["amount_text", "several"]

_DIGITS: Final = 2


def amount_text(told: str) -> str:
    """Write an amount with two digits, or with as many more as it has; what is none as it is."""
    try:
        amount = Decimal(told)
    except InvalidOperation:
        return clean(told, 40)
    if not amount.is_finite() or abs(amount.adjusted()) > len("1000000000000000"):
        return clean(told, 40)
    whole, _, digits = f"{amount:f}".partition(".")
    return f"{whole}.{digits.rstrip('0'):0<{_DIGITS}}"


def several(amounts: Iterable[str]) -> str:
    """Write amounts, what is alike once: ``30 × 0.10 + 3.10``."""
    counted = Counter(map(amount_text, amounts))
    return " + ".join(f"{n} × {text}" if n > 1 else text for text, n in counted.items())
