"""What belongs together: addons to their service, parts to their bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.hostbill.invoices import ENDED, service_of
from prorata.reference.hostbill.bundle import share
from prorata.reference.money import minor_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from fractions import Fraction

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Cell, InvoiceLine, Service
    from prorata.reference.engine.turn import Turn

__all__ = [
    "addons_of",
    "all_of",
    "along",
    "bearer",
    "belonging",
    "fixed_of",
    "goes_with",
    "leaves",
    "left_with_others",
    "members",
    "ordered_with",
    "parts_of",
    "share_of",
    "shared",
    "staying",
    "stops",
    "with_addons",
]


def belonging(turn: Turn, service: Service, sold: Product) -> Product:
    """Return what a product is as the addon or the part that a service is."""
    belongs = service.belongs
    assert belongs is not None  # noqa: S101  only what belongs to something is asked
    if not belongs.bundle:
        outer: Product = turn.tariff(service_of(turn, belongs.to))
        return sold.within(outer, billing_type=belongs.billing_type)
    bundle: Product = turn.book.catalogue[belongs.bundle]
    if not bundle.fixed or not _runs(service):
        # What has ended has no share of a price any more, which may no longer be there.
        return sold.within(bundle)
    whole = bundle.prices[service.cycle]
    own = turn.rule(share, **share_of(turn, service, whole))
    return sold.within(bundle, prices={service.cycle: own.amount}, whole=whole)


def share_of(
    turn: Turn,
    service: Service,
    fixed_price: Fraction,
    *,
    among: Iterable[Service] | None = None,
    listed: Callable[[Service], Fraction | None] = lambda _: None,
) -> dict[str, object]:
    """Return the arguments of the share that a part has of a fixed price, as parts run now.

    They are shared `among` others where that is told, and by what is `listed` of each then: else by
    what its product costs now.
    """
    cycle, catalogue = service.cycle, turn.book.catalogue
    if among is None:
        among = (each for each in members(turn, service) if _runs(each))
    parts = list(among)

    def price(part: Service) -> Fraction:
        known = listed(part)
        now: Fraction = catalogue[part.tariff].prices[cycle]
        return now if known is None else known

    return {
        "fixed_price": fixed_price,
        "listed": tuple(map(price, parts)),
        "place": parts.index(service),
        "digits": minor_digits(turn.book.currency),
    }


def _runs(service: Service) -> bool:
    return service.status not in ENDED


def members(turn: Turn, service: Service) -> Iterator[Service]:
    """Yield the parts of the bundle of a service, or its addons: they were ordered in a row.

    An addon has none.
    """
    belongs = service.belongs
    first = service.number if belongs is None else belongs.to
    number = first + 1 if belongs is None else first
    while (found := _find(turn, number)) and found.belongs and found.belongs.to == first:
        yield found
        number += 1


def _find(turn: Turn, number: int) -> Service | None:
    fresh = (each for each in turn.services if each.number == number)
    return next(fresh, None) or turn.book.services.get(number)


def addons_of(turn: Turn, service: Service) -> tuple[Service, ...]:
    """Return the addons of a service that run."""
    if service.belongs is not None:
        return ()
    return tuple(each for each in members(turn, service) if _runs(each))


def with_addons(turn: Turn, service: Service) -> tuple[Service, ...]:
    """Return a service with its addons, which end when it does."""
    return service, *addons_of(turn, service)


def left_with_others(turn: Turn, ending: tuple[Service, ...]) -> tuple[InvoiceLine, ...]:
    """Take back what addons that end have on the next invoice of a service that goes on."""
    numbers = {each.number for each in ending}
    taken: list[InvoiceLine] = []
    for addon in ending:
        to = addon.belongs.to if addon.belongs else addon.number
        if to not in numbers and (bearing := _find(turn, to)):
            own = tuple(line for line in bearing.waiting if line.service == addon.number)
            taken += own
            rest = tuple(line for line in bearing.waiting if line not in own)
            if own:
                turn.set(bearing, waiting=rest)
    return tuple(taken)


def fixed_of(turn: Turn, service: Service) -> Product | None:
    """Return the bundle at a fixed price whose part a service is, None where it is in none."""
    if service.belongs is None or not service.belongs.bundle:
        return None
    bundle: Product = turn.book.catalogue[service.belongs.bundle]
    return bundle if bundle.fixed else None


def parts_of(turn: Turn, service: Service) -> tuple[Service, ...]:
    """Return the running parts of the bundle at a fixed price in which a service is."""
    if fixed_of(turn, service) is None:
        return ()
    return tuple(each for each in members(turn, service) if _runs(each))


def all_of(turn: Turn, service: Service) -> tuple[Service, ...]:
    """Return what is suspended or terminated as one: a fixed price is for all parts."""
    return parts_of(turn, service) or (service,)


def ordered_with(turn: Turn, service: Service) -> tuple[Service, ...]:
    """Return all that was asked on the invoice of one order and runs: parts, or addons too."""
    if service.belongs is None:
        return with_addons(turn, service)
    return tuple(each for each in members(turn, service) if _runs(each))


def staying(turn: Turn, service: Service) -> tuple[Service, ...]:
    """Return the parts of a fixed price that its further cycles are for: not those that leave."""
    return tuple(each for each in parts_of(turn, service) if not leaves(turn, each))


def shared(turn: Turn, service: Service, cell: Cell, parts: Sequence[Service]) -> Cell:
    """Return a cycle at the share that a part has of its fixed price among those it is for."""
    if cell.whole is None or service not in parts:
        return cell
    own = turn.rule(share, **share_of(turn, service, cell.whole, among=parts))
    return cell._replace(price=own.amount)


def bearer(turn: Turn, service: Service) -> Service:
    """Return the service that has the line of a cycle: the first part at a fixed price that stays.

    Where none stays, it is the first that runs.
    """
    parts = staying(turn, service) or parts_of(turn, service)
    return parts[0] if parts else service


def goes_with(turn: Turn, service: Service) -> Service | None:
    """Return the service with which this one is invoiced, None for one that is on its own.

    An addon is on its own while its cycle or its next due date is another than its service's.
    """
    if service.belongs is None:
        return None
    if service.belongs.bundle:
        first = bearer(turn, service)
        return None if first is service else first
    owner = service_of(turn, service.belongs.to)
    same = (owner.cycle, owner.next_due) == (service.cycle, service.next_due)
    return owner if same else None


def along(turn: Turn, service: Service) -> list[Service]:
    """Return a service with those that are invoiced with it."""
    found = [service]
    for each in members(turn, service):
        if _runs(each) and not leaves(turn, each):
            found += [each] if goes_with(turn, each) is service else []
    return found


def leaves(turn: Turn, service: Service) -> bool:
    """Tell whether a request to cancel a service stops its cycles, or the end of its licence does.

    What is paid at its end goes on until staff carry it out, where they have to.
    """
    if service.resold is not None and service.resold.closed:
        return True
    product: Product = turn.tariff(service)
    goes_on = product.billing_type == "postpaid" and not service.confirmed
    return bool(service.cancelling) and not goes_on


def stops(turn: Turn, service: Service) -> bool:
    """Tell whether a service gets no further cycle: it is cancelled, or its addon's service is."""
    if service.cancelling or service.has_account:
        return leaves(turn, service)
    assert service.belongs is not None  # noqa: S101  what has no account is an addon
    owner = service_of(turn, service.belongs.to)
    ends, due = owner.expires, service.next_due
    over = ends is None or due is None or ends.date() <= due.date()
    return leaves(turn, owner) and (owner.cancelling == "immediately" or over)
