"""Amounts of dollars, as they are written."""

from __future__ import annotations

from prorata.reference.money import Money

__all__ = ["usd"]


def usd(text: str) -> Money:
    """Write an amount of dollars as money."""
    return Money.of(text, "USD")
