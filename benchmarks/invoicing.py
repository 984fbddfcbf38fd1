"""A book of HostBill services invoiced for a month, beside a bare loop over as many."""

from __future__ import annotations

import gc
import tracemalloc
from copy import copy
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.rows import Row, beside, seconds
from benchmarks.scale import NoPanel, bare
from prorata.reference.clock import Clock
from prorata.reference.engine import Billing
from prorata.reference.engine.applying import schedule
from prorata.reference.engine.hostbill import HOSTBILL
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Size

__all__ = ["measure"]

_SIZES = (10_000, 1_000_000)
#: Times of the bare loop.
_TARGET = 3.0
_GROWTH = 1.5
_KIB = 1.5
_DAYS = 28
_STARTS = datetime(2025, 1, 1, tzinfo=UTC)
_CATALOGUE = {
    "start": {"prices": {"monthly": "3.10"}},
    "pro": {"prices": {"monthly": "7.90"}, "late_fee": {"percent": "10", "after": 3}},
}


def measure(size: Size) -> Iterator[Row]:
    """Measure every size of book, then growth and memory."""
    sizes = (100,) if size.tiny else _SIZES
    _advance(_book(200), 2)  # what is imported and made once
    costs = {}
    for services in sizes:
        runs = max(1, min(size.runs, 10_000_000 // services // 5))
        pairs = _pairs(services, runs)
        costs[services] = median(work for work, _ in pairs) / services
        name = f"a month of {services:,} services of HostBill"
        yield beside(name, "a bare loop over as many", pairs, target=_TARGET)
    if not size.tiny:
        small, large = (costs[each] for each in _SIZES)
        growth = [(large, small)]
        yield beside("an invoice at 1,000,000 services", "at 10,000", growth, target=_GROWTH)
    yield _memory(100 if size.tiny else 20_000)


def _pairs(services: int, runs: int) -> list[tuple[float, float]]:
    book = _book(services)
    pairs = []
    for run in range(runs):
        _forget(book)
        work = seconds(lambda month=run: _advance(book, month + 2))
        posted, issued = len(book.ledger), len(book.book.invoices)
        if posted != services or issued != services:
            message = f"{posted} lines were posted on {issued} invoices, not {services}"
            raise RuntimeError(message)
        pairs.append((work, seconds(lambda: bare(services))))
    return pairs


def _forget(book: Billing) -> None:
    """Forget what was posted, issued and decided, so that each month is as the first."""
    book.ledger.rows.clear()
    book.decisions.rows.clear()
    book.book.invoices.rows.clear()
    gc.collect()


def _book(services: int) -> Billing:
    """Return a book of services, each of a client with credit, ordered over days of January."""
    billing = Billing(
        HOSTBILL,
        clock=Clock(_STARTS),
        readings=choose(),
        catalogue=_CATALOGUE,
        clients={},
        panel=NoPanel(),  # type: ignore[arg-type]
    )
    for day in range(_DAYS):
        billing.advance_to(_STARTS + timedelta(days=day, hours=9))
        for product in _CATALOGUE:
            part = day * len(_CATALOGUE) + list(_CATALOGUE).index(product)
            parts = _DAYS * len(_CATALOGUE)
            _order(billing, product, services * (part + 1) // parts - services * part // parts)
    billing.advance_to(datetime(2025, 1, 31, tzinfo=UTC))
    return billing


def _order(billing: Billing, product: str, services: int) -> None:
    """Have a client order a service, and as many others as there are to be have it alike."""
    if not services:
        return
    book = billing.book
    first = billing.enrol(f"client{len(book.clients)}", "100000.00")
    wanted = {"client": first.name, "product": product, "cycle": "monthly"}
    billing.act("order", **wanted, hostname=f"{first.name}.example.com")
    like = book.services[len(book.services)]
    for _ in range(services - 1):
        client = billing.enrol(f"client{len(book.clients)}", "100000.00")
        service = copy(like)
        service.number, service.client = billing.number("service"), client.name
        service.user = f"user{service.number}"
        book.services[service.number] = service
        schedule(billing, like.ends - timedelta(days=7), "invoice", service.number)


def _advance(book: Billing, month: int) -> None:
    """Move to the last day of the month, when each service has had one more invoice."""
    year, index = divmod(2025 * 12 + month, 12)
    book.advance_to(datetime(year, index + 1, 1, tzinfo=UTC) - timedelta(hours=1))


def _memory(services: int) -> Row:
    """Return the memory of an idle service with its client, without ledger and paid invoices."""
    gc.collect()
    tracemalloc.start()
    book = _book(services)
    _forget(book)
    kib = tracemalloc.get_traced_memory()[0] / services / 1024
    tracemalloc.stop()
    return Row("memory of an idle service of HostBill", kib, (kib, kib), target=_KIB, unit="KiB")
