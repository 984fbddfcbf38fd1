"""Whether what a billing sold and what it bought for that agree, at the end of a scenario."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.reconciling import NOT_SOLD, Alone, Books, Charge, Holding, reconcile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.protocol import LedgerLine, ObservedInvoice, ObservedService
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario

__all__ = ["alone_at_the_end", "more_than"]


class _Side(NamedTuple):
    """A billing of a scenario, with all that was seen of it, step by step."""

    scenario: Scenario
    seen: Sequence[Seen]


def alone_at_the_end(scenario: Scenario, seen: Sequence[Seen]) -> tuple[Alone, ...]:
    """Return what the billings of a scenario have without its counterpart when it is over.

    Nothing where nobody buys of another one, or services are not told.
    """
    sellers = scenario.sellers()
    if not sellers or not seen or not _told(seen):
        return ()
    sides = {
        name: _Side(other, [each.others[name] for each in seen])
        for name, other in scenario.others.items()
    }
    buyers = [_Side(scenario, seen), *(side for name, side in sides.items() if name not in sellers)]
    bundled = {name for buyer in buyers for name in _bundled(buyer)}
    bought = [_bought(sides[name], bundled) for name in sellers]
    there = {each.service for books in bought for each in books.holdings}
    sold = [_sold(buyer, there, bundled) for buyer in buyers]
    found = reconcile(_both(sold), _both(bought)).alone
    return (*found, *_nobodys([sides[name] for name in sellers]))


def _told(seen: Sequence[Seen]) -> bool:
    """Tell whether a billing tells all that its side is known by."""
    services = [each for each in seen[-1].services.values() if each is not None]
    return (
        "services" in seen[-1].asked
        and all(each.model_fields_set >= {"tariff", "resources"} for each in services)
        and all(line.service is not None for each in seen for line in each.lines)
    )


def more_than(has: Sequence[Alone], ours: Sequence[Alone]) -> Iterator[Alone]:
    """Yield what a run has alone that another one has not."""
    known = Counter(map(_kind, ours))
    for each in has:
        if known[_kind(each)] > 0:
            known[_kind(each)] -= 1
        else:
            yield each


def _kind(alone: Alone) -> tuple[str, ...]:
    return alone.breaks, alone.side, alone.service, alone.what


def _both(several: Sequence[Books]) -> Books:
    holdings = [each for books in several for each in books.holdings]
    return Books(holdings, [each for books in several for each in books.charges])


def _nobodys(sellers: Sequence[_Side]) -> Iterator[Alone]:
    for seller in sellers:
        count = seller.seen[-1].unsold
        if count:
            why = f"there {'are' if count > 1 else 'is'} {count} that no service has"
            yield Alone(NOT_SOLD, "bought", "nobody", "licence", why)


def _bundled(buyer: _Side) -> Iterator[str]:
    """Yield the servers that may have a control panel: nobody sees which charges are for that."""
    tariffs = buyer.scenario.given.tariffs
    for name, service in buyer.seen[-1].services.items():
        sold = tariffs.get((service.tariff if service else None) or "")
        if getattr(sold, "control_panel", None):
            yield name


def _gave_up(service: ObservedService) -> bool:
    """Tell whether a server is without a control panel now."""
    has = service.resources or {}
    named = (amount for name, amount in has.items() if name.startswith("control panel "))
    return not any(Fraction(str(amount)) for amount in named)


def _bought(seller: _Side, bundled: set[str]) -> Books:
    """Return what was bought of a seller, by the labels of the services it was bought for."""
    last = seller.seen[-1]
    label = {n: name for name, sold in last.licences.items() for n in sold.numbers}
    codes = seller.scenario.given.tariffs
    holdings = []
    for name, sold in last.licences.items():
        tariff = codes.get(sold.tariff)
        code = str(getattr(tariff, "number", None) or "")
        holdings += [Holding(name, sold.status, code)] * max(1, sold.bought)
    charged = set(label.values()) - bundled
    charges = [
        _charge(label[line.service], line)
        for line in _lines(seller)
        if line.service is not None and label.get(line.service) in charged
    ]
    return Books(holdings, charges)


def _sold(buyer: _Side, there: set[str], bundled: set[str]) -> Books:
    """Return what a buyer sold of that: services that have a licence, or are to have one."""
    last = buyer.seen[-1]
    given = buyer.scenario.given
    codes = {
        name: str(row.seller_tariff)
        for name, row in {**given.tariffs, **given.products}.items()
        if getattr(row, "seller_tariff", None)
    }
    holdings = [
        Holding(name, service.status, codes.get(service.tariff or "", ""))
        for name, service in last.services.items()
        if service is not None
        and (name in there or service.tariff in codes)
        and not (name in bundled and _gave_up(service))
    ]
    names = {each.service for each in holdings} - bundled
    charges = [
        _charge(last.labels[line.service], line)
        for line in _paid(list(_lines(buyer)), last.invoices)
        if line.service is not None and last.labels.get(line.service) in names
    ]
    return Books(holdings, charges)


def _lines(side: _Side) -> Iterator[LedgerLine]:
    yield from (line for seen in side.seen for line in seen.lines if not line.included)


def _paid(lines: list[LedgerLine], invoices: Sequence[ObservedInvoice]) -> list[LedgerLine]:
    """Return lines but for those of invoices that nobody has paid: nothing is bought for them."""
    unpaid = Counter(
        (line.service, line.kind, Fraction(line.amount))
        for invoice in invoices
        if invoice.status != "paid"
        for line in invoice.lines
    )
    paid = []
    for line in reversed(lines):
        key = line.service, line.kind, Fraction(line.amount)
        if unpaid[key] > 0:
            unpaid[key] -= 1
        else:
            paid.append(line)
    return paid[::-1]


def _charge(service: str, line: LedgerLine) -> Charge:
    return Charge(service, line.kind, line.amount, line.covers)
