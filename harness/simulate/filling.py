"""How a book is filled: one client after another with one service, in each system's own way."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.reference.engine.billmanager.enrol import Enrolment
from prorata.reference.hostbill.cycle import CYCLES
from prorata.reference.money import Money, exact, minor_digits
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction
    from random import Random

    from prorata.harness.simulate.catalogue import Catalogue
    from prorata.reference.engine import Billing

__all__ = ["Wish", "filler", "sold"]


class Wish(NamedTuple):
    """What a new client orders."""

    client: str
    sold: str
    period: str


def _length(system: str, period: str) -> Length:
    return Length.of(period) if system == "billmanager" else CYCLES.get(period, Length())


def _named(system: str, period: str) -> str:
    """Return the name of a period under which all ways to write it are one."""
    return str(Length.of(period)) if system == "billmanager" else period


def sold(catalogue: Catalogue, name: str) -> tuple[list[str], list[int]]:
    """Return the periods of the book that a tariff or product sells, with their shares."""
    prices = {_named(catalogue.system, period) for period in catalogue.tariffs[name]["prices"]}
    periods = {period: share for period, share in catalogue.periods.items() if period in prices}
    return list(periods), list(periods.values())


def filler(billing: Billing, catalogue: Catalogue, random: Random) -> Callable[[Wish], None]:
    """Return what makes a client with a service of a wish."""
    return _FILLERS[catalogue.system](billing, catalogue, random)


def _billmanager(billing: Billing, catalogue: Catalogue, random: Random) -> Callable[[Wish], None]:
    enrolment = Enrolment(billing)

    def fill(wish: Wish) -> None:
        enrolment.add(
            wish.client,
            _balance(catalogue, wish, random),
            tariff=wish.sold,
            period=wish.period,
            auto_renewal=random.randrange(100) < catalogue.auto_renewal,
        )

    return fill


def _hostbill(billing: Billing, catalogue: Catalogue, random: Random) -> Callable[[Wish], None]:
    def fill(wish: Wish) -> None:
        billing.enrol(wish.client, str(_balance(catalogue, wish, random)))
        named = {"client": wish.client, "product": wish.sold, "cycle": wish.period}
        done = billing.act("order", **named, hostname=f"{wish.client}.example.com")
        refusal = done if isinstance(done, Refusal) else None
        if refusal is not None:
            raise ValueError(refusal.reason)

    return fill


def _balance(catalogue: Catalogue, wish: Wish, random: Random) -> Money:
    """Return a balance that pays the order and the renewals of some months."""
    row = catalogue.tariffs[wish.sold]
    price = next(
        exact(price)
        for name, price in row["prices"].items()
        if _named(catalogue.system, name) == wish.period
    )
    months = _length(catalogue.system, wish.period).months or 1
    renewals = 1 + random.randrange(catalogue.paid_ahead + 1) // months
    amount = (price * renewals + exact(row.get("setup_fee", "0"))) * (1 + _tax(row))
    digits = minor_digits(catalogue.currency)
    return Money(ceil(amount * 10**digits), digits, catalogue.currency)


def _tax(row: Mapping[str, Any]) -> Fraction:
    """Return the tax on each unit of an amount."""
    return exact((row.get("tax") or {}).get("rate", "0")) / 100


_FILLERS: Final[Mapping[str, Callable[[Billing, Catalogue, Random], Callable[[Wish], None]]]] = {
    "billmanager": _billmanager,
    "hostbill": _hostbill,
}
