"""A book of services moved by a month with automatic renewal, beside a bare loop over as many."""

from __future__ import annotations

import gc
import tracemalloc
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from heapq import heapify, heappop, heappush
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.rows import Row, beside, seconds
from prorata.reference.clock import Clock
from prorata.reference.engine import Billing
from prorata.reference.engine.billmanager import BILLMANAGER
from prorata.reference.engine.billmanager.enrol import Enrolment
from prorata.reference.money import Money
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Size

__all__ = ["NoPanel", "bare", "measure"]

_SIZES = (1_000, 10_000, 100_000, 1_000_000)
#: At least 0.3 of the bare loop's lines in a second: at most 1 / 0.3 of its time.
_TARGET = 1 / 0.3
_GROWTH = 1.5
_KIB = 1.5
_STARTS = datetime(2025, 1, 1, tzinfo=UTC)
_CATALOGUE = {
    "start": {"prices": {"1 month": "3.10"}},
    "pro": {"prices": {"1 month": "7.90"}, "renewal_prices": {"1 month": "7.50"}},
}


class NoPanel:
    """A panel that does what it is asked."""

    def __getattr__(self, name: str) -> object:
        """Do it."""
        return lambda *_: None


def measure(size: Size) -> Iterator[Row]:
    """Measure every size of book, then growth and memory."""
    sizes = (100,) if size.tiny else _SIZES
    _advance(_book(200), 2)  # what is imported and made once
    costs = {}
    for services in sizes:
        runs = max(1, min(size.runs, 10_000_000 // services // 5))
        pairs = _pairs(services, runs)
        costs[services] = median(work for work, _ in pairs) / services
        name = f"a month of {services:,} services"
        yield beside(name, "a bare loop over as many", pairs, target=_TARGET)
    if not size.tiny:
        yield _growth(costs)
    yield _memory(100 if size.tiny else 20_000)


def _pairs(services: int, runs: int) -> list[tuple[float, float]]:
    book = _book(services)
    pairs = []
    for run in range(runs):
        book.ledger.rows.clear()
        book.decisions.rows.clear()
        gc.collect()
        work = seconds(lambda month=run: _advance(book, month + 2))
        posted = len(book.ledger)
        if posted != services:
            message = f"{posted} lines were posted, not {services}"
            raise RuntimeError(message)
        pairs.append((work, seconds(lambda: bare(services))))
    return pairs


def _book(services: int) -> Billing:
    """Return a book of services that renew by themselves, ordered over the days of January."""
    billing = Billing(
        BILLMANAGER,
        clock=Clock(_STARTS),
        readings=choose(),
        catalogue=_CATALOGUE,
        clients={},
        panel=NoPanel(),  # type: ignore[arg-type]
    )
    enrolment, plenty = Enrolment(billing), Money.of("10000.00", "USD")
    for index in range(services):
        day = _STARTS + timedelta(days=index * 28 // services, hours=9)
        if day > billing.clock.now():
            billing.advance_to(day)
        tariff = ("start", "pro")[index % 2]
        enrolment.add(f"client{index}", plenty, tariff=tariff, period="1 month", auto_renewal=True)
    billing.advance_to(datetime(2025, 1, 31, tzinfo=UTC))
    return billing


def _advance(book: Billing, month: int) -> None:
    """Move to the last day of the month, when each service has renewed once more."""
    year, index = divmod(2025 * 12 + month, 12)
    first = datetime(year, index + 1, 1, tzinfo=UTC)
    book.advance_to(first - timedelta(hours=1))


def bare(services: int) -> list[tuple[object, ...]]:
    """Do the arithmetic and the queue of a book, and nothing else."""
    queue = [(index % 28, index) for index in range(services)]
    heapify(queue)
    price, days, cent = Decimal("3.10"), 31, Decimal("0.01")
    rows = []
    for _ in range(services):
        due, index = heappop(queue)
        amount = (price * days / 31).quantize(cent)
        rows.append((due, index, "period", amount, "USD", index, due, due + 31))
        heappush(queue, (due + 31, index))
    return rows


def _growth(costs: dict[int, float]) -> Row:
    """Compare the cost of a line in the largest book with that in one of a tenth."""
    small, large = costs[100_000], costs[1_000_000]
    return beside("a line at 1,000,000 services", "at 100,000", [(large, small)], target=_GROWTH)


def _memory(services: int) -> Row:
    """Return the memory of an idle service with its client and resources, without the ledger."""
    gc.collect()
    tracemalloc.start()
    book = _book(services)
    book.ledger.rows.clear()
    book.decisions.rows.clear()
    gc.collect()
    kib = tracemalloc.get_traced_memory()[0] / services / 1024
    tracemalloc.stop()
    return Row("memory of an idle service", kib, (kib, kib), target=_KIB, unit="KiB")
