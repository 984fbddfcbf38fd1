"""A year of licences that are resold: two engines in process, and a poll every five minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.rows import Row
from prorata.fakes.billmanager import Billmanager
from prorata.fakes.billmanager.port import Obliging
from prorata.fakes.direct import Direct
from prorata.reference.clock import Clock
from prorata.reference.engine import Billing
from prorata.reference.engine.billmanager import BILLMANAGER
from prorata.reference.engine.resell import Trade
from prorata.reference.panels import BillmanagerSeller
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Size

__all__ = ["measure"]

_EVERY = timedelta(minutes=5)
_STARTS = datetime(2025, 1, 1, 12, tzinfo=UTC)
_LICENCES, _DAYS = 1_000, 365
_ENOUGH = "1000000.00"
#: Microseconds that a poll may take that finds nothing.
_IDLE = 50.0
_SOLD = {"lite": {"prices": {"1 month": "7.00"}, "module": "licences", "seller_tariff": "55227"}}
_SETTINGS = {"modules": {"licences": {"type": "billmanager", "seller": "seller"}}}


class _Year(NamedTuple):
    """What was measured, in seconds: the whole, and each poll at which nothing was due or told."""

    whole: float
    polls: int
    idle: list[float]


def measure(size: Size) -> Iterator[Row]:
    """Measure a year: the time of a licence, of a poll, and of one that finds nothing."""
    licences, days = (5, 40) if size.tiny else (_LICENCES, _DAYS)
    year = _lived(licences, days)
    a_licence = year.whole / licences * 1000
    yield _row(f"{days} days of each of {licences:,} resold licences", a_licence, "ms")
    yield _row("a poll of them", year.whole / year.polls * 1e6, "µs")
    low, middle, high = (each * 1e6 for each in quantiles(year.idle, n=4))
    spread = low, high
    yield Row("a poll that finds nothing", middle, spread, target=_IDLE, unit="µs")


def _row(name: str, figure: float, unit: str) -> Row:
    return Row(name, figure, (figure, figure), unit=unit)


def _lived(licences: int, days: int) -> _Year:
    clock = Clock(_STARTS)
    seller = Billmanager(clock, clients={"partner": _ENOUGH})
    billing = _reseller(seller)
    idle: list[float] = []
    polls, began = days * 24 * 12, perf_counter()
    for poll in range(polls):
        if poll < licences:
            billing.act(
                "order", client="anna", tariff="lite", period="1 month", auto_renewal="1 month"
            )
        clock.advance_to(clock.now() + _EVERY)
        calls, since = len(seller.traffic.calls), perf_counter()
        billing.advance_to(clock.now())
        took = perf_counter() - since
        if len(seller.traffic.calls) == calls + 1 and poll >= licences:
            idle.append(took)
    whole = perf_counter() - began
    _check(seller, billing, licences)
    return _Year(whole, polls, idle)


def _reseller(seller: Billmanager) -> Billing:
    way = BillmanagerSeller("http://seller/billmgr", "partner", "prorata", transport=Direct(seller))
    return Billing(
        BILLMANAGER,
        clock=Clock(seller.clock.now()),
        readings=choose({}),
        catalogue=_SOLD,
        clients={"anna": _ENOUGH},
        panel=Obliging(),
        settings=_SETTINGS,
        trade=partial(Trade, sellers={"licences": way}),
    )


def _check(seller: Billmanager, billing: Billing, licences: int) -> None:
    """Both sides have as many licences, and as many charges."""
    has = len(seller.services), len(seller.ledger)
    if has != (licences, len(billing.ledger)):
        message = f"{has} licences and charges there, {licences} and {len(billing.ledger)} here"
        raise RuntimeError(message)
