"""How amounts and dates are written on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.money import minor_digits

if TYPE_CHECKING:
    from datetime import datetime
    from fractions import Fraction

    from prorata.reference.money import Money

__all__ = ["day", "digits", "four", "localised", "moment", "with_currency"]

_FOUR = 4
_ROUBLES = "\u0440\u0443\u0431."


def with_currency(money: Money) -> str:
    """Return an amount as ``20.00 EUR``."""
    return f"{money} {money.currency}"


def four(exact: Fraction) -> str:
    """Return an amount with four decimals, as items have it: ``10.8000``."""
    units = round(exact * 10**_FOUR)
    whole, part = divmod(abs(units), 10**_FOUR)
    return f"{'-' if units < 0 else ''}{whole}.{part:0{_FOUR}d}"


def digits(price: Fraction) -> str:
    """Return an exact price by its digits, as many as it has, at most ten."""
    if price.denominator == 1:
        return str(price.numerator)
    units = round(price * 10**10)
    whole, part = divmod(units, 10**10)
    return f"{whole}.{part:010d}".rstrip("0")


def localised(money: Money, lang: str) -> str:
    """Return a balance as people read it: in Russian with a decimal comma, else with a point.

    The thousands are parted by a blank that does not break, in either language.
    """
    digits = minor_digits(money.currency)
    units = round(money.exact * 10**digits)
    whole, part = divmod(abs(units), 10**digits)
    grouped = f"{whole:,}".replace(",", "\u00a0")
    point = "," if lang == "ru" else "."
    number = f"{'-' if units < 0 else ''}{grouped}" + (
        f"{point}{part:0{digits}d}" if digits else ""
    )
    unit = _ROUBLES if (money.currency, lang) == ("RUB", "ru") else money.currency
    return f"{number} {unit}"


def day(instant: datetime | None) -> str:
    """Return the civil date of an instant in its zone, nothing for none."""
    return "" if instant is None else instant.date().isoformat()


def moment(instant: datetime | None) -> str:
    """Return date and time to the second, nothing for none."""
    return "" if instant is None else f"{instant:%Y-%m-%d %H:%M:%S}"
