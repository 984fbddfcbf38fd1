"""Changing the product of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.reference.engine.hostbill.cycles import BY_TYPE
from prorata.reference.engine.hostbill.effects import bring, switch
from prorata.reference.engine.hostbill.invoices import Asked, asked, issue, unpaid_of
from prorata.reference.engine.hostbill.order import sells
from prorata.reference.engine.state import Grant
from prorata.reference.hostbill import automation
from prorata.reference.hostbill.cycle import has_cycle
from prorata.reference.hostbill.upgrade import active, available, only_one, pro_rata, renewed

if TYPE_CHECKING:
    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import InvoiceLine, Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["change_tariff"]


def change_tariff(turn: Turn, /, *, service: str, product: str) -> Refusal | None:
    """Change the product; an upgrade takes effect when its invoice is paid, a downgrade at once."""
    changed, new = turn.book.services[int(service)], turn.book.catalogue[product]
    old = turn.tariff(changed)
    refusal = _refused(turn, changed, old, new)
    if refusal:
        return refusal
    arguments: dict[str, Any] = {
        "now": turn.now,
        "starts": changed.starts,
        "expires": changed.expires,
        "old_price": old.prices[changed.cycle],
        "new_price": new.prices[changed.cycle],
        "unit": old.upgrade_pro_rata,
    }
    lines: tuple[InvoiceLine, ...] = ()
    if new.prices[changed.cycle] > old.prices[changed.cycle]:
        rule = BY_TYPE[new.billing_type]
        lines = (
            *asked(turn, "tariff change", pro_rata, changed, taxed=new.tax, **arguments),
            *asked(turn, "upgrade fee", rule, changed, taxed=new.tax, upgrade_fee=new.upgrade_fee),
        )
    if not lines:
        switch(turn, changed, new)
        return None
    at_once = turn.rule(automation.upgrade, setting=old.upgrade_account, event="order")
    grants: tuple[Grant, ...] = () if at_once else (Grant("change", changed.number, new.name),)
    invoice = issue(turn, changed.client, turn.today, Asked(lines, grants))
    if at_once:
        switch(turn, changed, new)
    elif invoice is None or invoice.status == "paid":
        bring(turn, grants, invoice)
    return None


def _refused(turn: Turn, changed: Service, old: Product, new: Product) -> Refusal | None:
    unpaid = tuple(unpaid_of(turn, changed))
    is_open = any(grant.what == "change" for each in unpaid for grant in each.grants)
    return (
        turn.rule(active, has=changed.status)
        or turn.rule(has_cycle, cycle=changed.cycle if changed.next_due else "")
        or turn.rule(available, product=new.name, listed=old.upgrades)
        or sells(turn, new, changed.cycle)
        or turn.rule(only_one, is_open=is_open)
        or turn.rule(renewed, past_due=any(each.due.date() < turn.today for each in unpaid))
    )
