"""Money: exact until posted, rounded once, never through a binary float.

An *exact* amount is a `fractions.Fraction` in whole units of the currency. A *posted* amount is a
`Money`: a whole number of units of 10 to the power of −digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from prorata.reference.readings import table

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["POSTING_DIGITS", "ROUNDING", "Money", "exact", "minor_digits", "rounded"]

_AMOUNT = re.compile(r"-?\d+(\.\d+)?", re.ASCII)

_TWO_DIGITS = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
    CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK
    PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS
    TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_OTHERS: Final = {
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF": 0,
    "BHD IQD JOD KWD LYD OMR TND": 3,
    "CLF UYW": 4,
}
_MINOR_DIGITS: Final = dict.fromkeys(_TWO_DIGITS.split(), 2) | {
    code: digits for codes, digits in _OTHERS.items() for code in codes.split()
}


def minor_digits(currency: str) -> int:
    """Return how many decimal places ISO 4217 gives `currency`; `KeyError` for an unknown code."""
    return _MINOR_DIGITS[currency]


def exact(text: str) -> Fraction:
    """Read an amount from its digits, as ``"3.10"``; `ValueError` for anything else."""
    units, digits = _read(text)
    return Fraction(units, 10**digits)


def _read(text: str) -> tuple[int, int]:
    if type(text) is not str or not _AMOUNT.fullmatch(text):
        message = f"{text!r} is not an amount; digits with an optional point are, as in 3.10"
        raise ValueError(message)
    whole, _, decimals = text.partition(".")
    return int(whole + decimals), len(decimals)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def _half_even(numerator: int, denominator: int) -> int:
    return round(Fraction(numerator, denominator))


def _down(numerator: int, denominator: int) -> int:
    return numerator // denominator


#: Each rounds numerator ÷ denominator, both positive, to a whole number.
ROUNDING = table("rounding", {"half_up": _half_up, "half_even": _half_even, "down": _down})


def _daily_four(kind: str, minor: int) -> int:
    return 4 if kind == "daily" else minor


def _minor_unit(kind: str, minor: int) -> int:  # noqa: ARG001  every posting_digits has this shape
    return minor


def _four_decimals(kind: str, minor: int) -> int:  # noqa: ARG001  every posting_digits has this shape
    return max(4, minor)


#: From the kind of a line and the currency's minor digits to the digits that are posted.
POSTING_DIGITS = table(
    "posting_digits",
    {"daily_four": _daily_four, "minor_unit": _minor_unit, "four_decimals": _four_decimals},
)


def rounded(amount: Fraction, digits: int, rounding: Callable[[int, int], int]) -> Fraction:
    """Round to `digits` decimal places on the absolute value, so that refunds round as charges."""
    return Fraction(_units(amount, digits, rounding), 10**digits)


def _units(amount: Fraction, digits: int, rounding: Callable[[int, int], int]) -> int:
    units = rounding(abs(amount.numerator) * 10**digits, amount.denominator)
    return units if amount.numerator >= 0 else -units


@dataclass(frozen=True, slots=True, eq=False)
class Money:
    """A posted amount: `units` of 10 to the power of −`digits` of the `currency`.

    >>> str(Money.of("3.10", "USD") + Money.of("0.25", "USD"))
    '3.35'
    """

    units: int
    digits: int
    currency: str

    @classmethod
    def of(cls, text: str, currency: str) -> Money:
        """Read an amount that has its digits already; at least the currency's minor digits."""
        units, has = _read(text)
        digits = max(has, minor_digits(currency))
        return cls(units * int(10 ** (digits - has)), digits, currency)

    @classmethod
    def post(
        cls,
        amount: Fraction,
        currency: str,
        digits: int,
        rounding: Callable[[int, int], int],
    ) -> Money:
        """Round an exact amount, once, to what is posted."""
        return cls(_units(amount, digits, rounding), digits, currency)

    @property
    def exact(self) -> Fraction:
        """The amount in whole units of the currency."""
        return Fraction(self.units, 10**self.digits)

    def scaled(self, digits: int) -> int:
        """Return the amount in units of 10 to the power of −`digits`, which are not fewer."""
        return self.units * int(10 ** (digits - self.digits))

    def __add__(self, other: Money) -> Money:
        """Add without loss; `ValueError` for two currencies."""
        self._same_currency(other)
        digits = max(self.digits, other.digits)
        units = self.units * 10 ** (digits - self.digits) + other.units * 10 ** (
            digits - other.digits
        )
        return Money(units, digits, self.currency)

    def __neg__(self) -> Money:
        """Return the opposite amount."""
        return Money(-self.units, self.digits, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Subtract without loss; `ValueError` for two currencies."""
        return self + -other

    def __eq__(self, other: object) -> bool:
        """Compare by value: 3.10 is 3.1000."""
        if not isinstance(other, Money):
            return NotImplemented
        return (self.exact, self.currency) == (other.exact, other.currency)

    def __hash__(self) -> int:
        """Hash by value."""
        return hash((self.exact, self.currency))

    def __lt__(self, other: Money) -> bool:
        """Compare by value; `ValueError` for two currencies."""
        self._same_currency(other)
        return self.exact < other.exact

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            message = f"{self.currency} and {other.currency} do not add up"
            raise ValueError(message)

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return self.units != 0

    def __str__(self) -> str:
        """Write every digit that the currency has, and more only where they say something."""
        sign = "-" if self.units < 0 else ""
        whole, part = divmod(abs(self.units), 10**self.digits)
        text = f"{part:0{self.digits}d}" if self.digits else ""
        least = minor_digits(self.currency)
        text = text[:least] + text[least:].rstrip("0")
        return f"{sign}{whole}.{text}" if text else f"{sign}{whole}"
