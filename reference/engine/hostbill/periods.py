"""The dates of a service: its first period, a cycle on, the times that it was sold."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.hostbill.belonging import addons_of, goes_with, share_of
from prorata.reference.engine.hostbill.reminding import plan_expiry_notices
from prorata.reference.engine.hostbill.times import plan_for, plan_soon
from prorata.reference.engine.resell.seeing import prolong
from prorata.reference.engine.state import Cell
from prorata.reference.hostbill import automation
from prorata.reference.hostbill.bundle import share
from prorata.reference.hostbill.cycle import CYCLES
from prorata.reference.hostbill.full_month import applies, full_month
from prorata.reference.hostbill.initial_period import adjust
from prorata.reference.hostbill.metered import METERED
from prorata.reference.hostbill.renew import renew
from prorata.reference.periods import Length, first_of_next_month

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Grant, Service
    from prorata.reference.engine.turn import Turn

__all__ = [
    "a_cycle_on",
    "become",
    "begin",
    "buy_whole",
    "by_full_months",
    "cells_left",
    "first_period",
    "go_on",
    "left_alone",
    "listed_then",
    "made",
    "move_expiry",
    "recurring",
    "switch",
]

_NONE: Final = timedelta()
_NO_PERIOD: Final = Length()


def recurring(service: Service) -> bool:
    """Tell whether a service has a cycle."""
    return service.period != _NO_PERIOD


def first_period(turn: Turn, service: Service, ordered: date, due: date) -> dict[str, Any]:
    """Return the rule for the first period of a service, if it is paid today, and its arguments."""
    product: Product = turn.tariff(service)
    return {
        "ordered": ordered,
        "due": due,
        "paid": turn.today,
        "period": service.period,
        # What is paid at its end is never paid late at first.
        "adjusted": product.adjust_initial_period,
    }


def by_full_months(turn: Turn, service: Service) -> bool:
    """Tell whether a service is billed by full months."""
    wanted = turn.tariff(service).full_month
    return turn.rule(applies, wanted=wanted, period=service.period)


def begin(turn: Turn, service: Service, ordered: date, due: date) -> None:
    """Set the dates of the first period; what is paid once or never does not expire."""
    if not recurring(service):
        turn.set(service, starts=turn.midnight(ordered))
        return
    if by_full_months(turn, service):
        starts, anchor = ordered, 1
        expires = turn.decide("expires", full_month, service, ordered=ordered)
    else:
        dated = first_period(turn, service, ordered, due)
        starts, expires = turn.decide("expires", adjust, service, **dated)
        anchor = starts.day
    begins, ends = turn.midnight(starts), turn.midnight(expires)
    cells = first_cells(turn, service, starts, expires)
    turn.set(service, starts=begins, expires=ends, next_due=ends, anchor=anchor, cells=cells)
    plan_expiry_notices(turn, service, ends)
    if service.cycle == METERED:
        turn.set(service, metered_until=ends)


def first_cells(turn: Turn, service: Service, starts: date, expires: date) -> tuple[Cell, ...]:
    """Return the first period as it was sold: billed by full months, by months of the calendar."""
    product: Product = turn.tariff(service)
    price, whole = _first_price(turn, service, product)
    days = [starts, expires]
    if by_full_months(turn, service):
        first = first_of_next_month(starts)
        days = [starts, *({first} - {expires}), expires]
    return tuple(
        Cell(
            turn.midnight(one),
            turn.midnight(other),
            _full(turn, service, one, other),
            price,
            product.name,
            service.cycle,
            # One price is asked for the whole: that of the month at its end.
            None if other == expires else Fraction(0),
            held=product.billing_type == "postpaid",
            whole=whole,
        )
        for one, other in pairwise(days)
    )


def _first_price(
    turn: Turn, service: Service, product: Product
) -> tuple[Fraction, Fraction | None]:
    """Return what the first period was sold for, as its order asked, and the fixed price of all."""
    if service.ordered_at is None:
        return product.prices[service.cycle], product.whole
    price, whole = service.ordered_at
    if whole is not None:
        # The parts that run now share it: another may have been given up meanwhile.
        price = turn.rule(share, **share_of(turn, service, whole, listed=listed_then)).amount
    return price, whole


def listed_then(part: Service) -> Fraction | None:
    """Return what a part of a bundle was listed at when it was ordered, None where it was not."""
    return None if part.ordered_at is None else part.ordered_at[0]


def _full(turn: Turn, service: Service, one: date, other: date) -> tuple[datetime, datetime]:
    whole = one.replace(day=1) if by_full_months(turn, service) else one
    return turn.midnight(whole), turn.midnight(other)


def made(turn: Turn, service: Service, event: str) -> None:
    """Make the account of a service that waits for it, where its product says so."""
    setting = turn.tariff(service).create_account
    if service.status != "pending" or not service.has_account:
        return
    if turn.rule(automation.create, setting=setting, event=event):
        turn.set(service, status="processing")
        turn.panel("create", service)
        buy_whole(turn, service)
    elif setting == "by cron" and event == "payment":
        plan_soon(turn, "operation: create", service)


def buy_whole(turn: Turn, service: Service) -> None:
    """Have a licence renewed at once of which a cycle does not reach the end of the first time.

    That may be a part of a month and a whole one, or begin after the licence was made.
    """
    expires = turn.pending(service, "expires")
    if service.resold is None or expires is None:
        return
    starts = turn.pending(service, "starts") if service.starts is None else service.starts
    own = {"starts": starts.date(), "period": service.period, "anchor": starts.day}
    reached = turn.midnight(turn.rule(renew, **own))
    if reached < expires:
        prolong(turn, service, service.period, expires, reached)


def go_on(turn: Turn, service: Service, since: datetime) -> None:
    """Have invoices follow that a service missed since then, and the next one planned."""
    if recurring(service):
        turn.set(service, missed_since=since)
        turn.plan(turn.now, "invoice: missed", service)


def left_alone(turn: Turn, service: Service, since: datetime) -> None:
    """Have the addons that were invoiced with a service go on alone: its cycle is another now."""
    for addon in addons_of(turn, service):
        if goes_with(turn, addon) is service:
            go_on(turn, addon, since)


def a_cycle_on(
    turn: Turn,
    service: Service,
    what: str,
    moment: datetime,
    rule: Callable[..., date] = renew,
) -> datetime:
    """Decide on a date of a service that is a cycle after another."""
    return turn.midnight(turn.decide(what, rule, service, **_from(service, moment)))


def _from(service: Service, moment: datetime) -> dict[str, Any]:
    return {"starts": moment.date(), "period": service.period, "anchor": service.anchor}


def move_expiry(turn: Turn, service: Service, grant: Grant) -> None:
    """Move the end of the time that is paid to that of a cycle, where it is not later already."""
    (cell,) = grant.cells
    left = cells_left(turn, service)
    # A change may have set them in this very turn, and several cycles may be paid in one.
    cells, ends = (turn.pending(service, name) for name in ("cells", "expires"))
    kept = (each for each in cells if each.held or each in left)
    sold = tuple(sorted((*kept, cell), key=attrgetter("starts")))
    if ends is not None and cell.expires <= ends:
        turn.set(service, cells=sold)
        # Every cycle that is paid is one to be bought, in whatever order they are paid.
        prolong(turn, service, CYCLES[cell.cycle], ends)
        return
    counted = {"starts": cell.starts.date(), "period": CYCLES[cell.cycle], "anchor": service.anchor}
    expires = turn.midnight(turn.decide("expires", renew, service, **counted))
    turn.set(service, expires=expires, cells=sold)
    prolong(turn, service, CYCLES[cell.cycle], expires)
    plan_expiry_notices(turn, service, expires)


def cells_left(turn: Turn, service: Service) -> tuple[Cell, ...]:
    """Return the times that were sold and are not over."""
    cells: tuple[Cell, ...] = turn.pending(service, "cells")
    return tuple(cell for cell in cells if turn.since(cell.expires) < _NONE)


def switch(turn: Turn, service: Service, product: Product) -> None:
    """Give a service another product, and have it changed where it is."""
    turn.panel("change_preset", service, product.template)
    become(turn, service, product)


def become(turn: Turn, service: Service, product: Product) -> None:
    """Have a service be another product, as it is where it is already."""
    turn.set(service, tariff=product.name)
    turn.plan(turn.now, "change: carried out", service)
    # Its addons are billed and automated as it is, from the next run on.
    for addon in addons_of(turn, service):
        plan_for(turn, turn.today + timedelta(days=1), "change: carried out", addon)
