"""How amounts and dates are written on the wire."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.fakes.billmanager.codes import DAILY, code_of, period_text
from prorata.reference.engine.billmanager.goods import asked
from prorata.reference.money import Money, minor_digits

if TYPE_CHECKING:
    from datetime import datetime

    from prorata.fakes.billmanager.panel import Billmanager
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.periods import Length

__all__ = [
    "cost_text",
    "day",
    "digits",
    "four",
    "localised",
    "moment",
    "price_of",
    "with_currency",
]

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


def price_of(
    tariff: Tariff, period: Length, resources: dict[str, int], *, renewal: bool
) -> Fraction:
    """Return what a tariff and resources cost for a period; by the month under daily charging."""
    if tariff.daily is not None and tariff.price(period, renewal=renewal) is None:
        return tariff.daily.price
    wanted = {name: n for name, n in resources.items() if tariff.has(name)}
    items = (("tariff", 0), *wanted.items())
    return sum((asked(tariff, item, n, period, renewal=renewal) for item, n in items), Fraction(0))


def cost_text(panel: Billmanager, service: Service) -> tuple[str, str]:
    """Return what a service costs, for people (``7.35 EUR / Month``) and to four decimals."""
    tariff = panel.billing.book.catalogue[service.tariff]
    resources = dict(service.resources)
    price = Fraction(0)
    if not service.trial:
        price = price_of(tariff, service.period, resources, renewal=service.starts is not None)
    shown = panel.billing.turn().money("period", price)
    code = code_of(service.period, trial=service.trial)
    if tariff.daily is not None and tariff.price(service.period, renewal=True) is None:
        code = DAILY
    return f"{shown} {shown.currency} / {period_text(code)}", four(price)
