"""Passing a service on: what goes along to the new owner, and what stays with the old one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prorata.reference.engine.hostbill.belonging import all_of, fixed_of, with_addons
from prorata.reference.engine.hostbill.downgrades import pay_client
from prorata.reference.engine.hostbill.invoices import unpaid_of
from prorata.reference.engine.hostbill.ordering import within_limit
from prorata.reference.engine.hostbill.statuses import status_of
from prorata.reference.hostbill.client_functions import active_only
from prorata.reference.hostbill.order import goes_along
from prorata.reference.hostbill.ownership import ownership
from prorata.reference.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.reference.engine.state import Invoice, Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["pay_old_owner", "transfer"]


def transfer(turn: Turn, /, *, service: str, to: str, by: str = "client") -> Refusal | None:
    """Pass a service on to another client, with its dates and its own unpaid invoices.

    Its addons go along, and all parts of a bundle at a fixed price.
    """
    passed, taker = turn.book.services[int(service)], turn.book.clients[to].name
    along = tuple(each for one in all_of(turn, passed) for each in with_addons(turn, one))
    invoices = tuple(unpaid_of(turn, *along))
    own = {each.number for each in along}
    merged = any(not own.issuperset(invoice.services) for invoice in invoices)
    refusal = _refused(turn, passed, taker, by, merged=merged) or _beyond(turn, along, taker)
    if refusal:
        return refusal
    _hand_over(turn, passed.client, taker, invoices)
    for each in along:
        turn.set(each, client=taker, owners=(*each.owners, each.client))
    # The old owner may now owe nothing, for which the credit of a downgrade waits.
    turn.plan(turn.now, "change: passed on", passed)
    return None


def _refused(turn: Turn, service: Service, to: str, by: str, *, merged: bool) -> Refusal | None:
    refusal = turn.rule(goes_along, is_addon=not service.has_account) or turn.rule(
        ownership, has=service.status, owner=service.client, to=to, merged=merged
    )
    if refusal is None and by == "client":
        refusal = turn.rule(active_only, has=status_of(service))
    return refusal


def _beyond(turn: Turn, along: Sequence[Service], to: str) -> Refusal | None:
    """Refuse more than a client may have: of what passes, what it is to become, its bundle."""
    own = {each.number for each in along}
    changes = (
        grant.product
        for invoice in unpaid_of(turn, *along)
        for grant in invoice.grants
        if grant.what == "change" and grant.service in own
    )
    fixed = {bundle.name for bundle in map(partial(fixed_of, turn), along) if bundle}
    names = [*(each.tariff for each in along), *changes, *fixed]
    refusals = (
        within_limit(turn, turn.book.catalogue[name], to, beside=names[:place].count(name))
        for place, name in enumerate(names)
    )
    return next(filter(None, refusals), None)


def _hand_over(turn: Turn, old: str, new: str, invoices: Sequence[Invoice]) -> None:
    """Give unpaid invoices to the new owner, with what is paid of them."""
    paid = sum((each.paid for each in invoices), Money.of("0", turn.book.currency))
    for client, part in ((old, -paid), (new, paid)):
        turn.receive(client, part)
        turn.spend(client, part)
    for invoice in invoices:
        turn.set(invoice, client=new)


def pay_old_owner(turn: Turn, service: Service) -> None:
    """Credit what downgrades owe the client who had a service before."""
    pay_client(turn, service.owners[-1])
