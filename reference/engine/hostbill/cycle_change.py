"""Changing the cycle of a service, at once or from its next invoice on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.hostbill.change import (
    change_tariff,
    paid_cells,
    refused,
    time_left,
)
from prorata.reference.engine.hostbill.downgrades import give_back_rest
from prorata.reference.engine.hostbill.effects import bring
from prorata.reference.engine.hostbill.held import held
from prorata.reference.engine.hostbill.invoices import Asked, asked, issue, lines_sum
from prorata.reference.engine.hostbill.lines import BY_TYPE
from prorata.reference.engine.hostbill.paid import at_most_paid
from prorata.reference.engine.state import Cell, Grant
from prorata.reference.hostbill import cycle as rules
from prorata.reference.hostbill.metered import kept_cycle

if TYPE_CHECKING:
    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import InvoiceLine, Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["change_either", "change_period"]


def change_either(
    turn: Turn, /, *, service: str, product: str, cycle: str | None = None
) -> Refusal | None:
    """Change the product; an upgrade takes effect when its invoice is paid, a downgrade at once.

    With a cycle and the product that the service has, change the cycle.
    """
    changed = turn.book.services[int(service)]
    if cycle is None or (cycle == changed.cycle and product != changed.tariff):
        return change_tariff(turn, service=service, product=product)
    refusal = turn.rule(rules.one_thing, product=product, has=changed.tariff)
    return refusal or change_period(turn, service=service, cycle=cycle)


def change_period(turn: Turn, /, *, service: str, cycle: str) -> Refusal | None:
    """Change the cycle: from the next invoice on, or at once, when what that asks is paid."""
    changed = turn.book.services[int(service)]
    product: Product = turn.tariff(changed)
    has, sold = changed.next_cycle or changed.cycle, tuple(product.prices)
    refusal = (
        refused(turn, changed)
        or turn.rule(kept_cycle, has=has, wanted=cycle)
        or turn.rule(rules.changeable, wanted=cycle, has=has, sold=sold)
        or turn.rule(rules.cycle, wanted=cycle, sold=sold, licence=product.licence)
    )
    if refusal:
        return refusal
    if held(changed) is None and turn.rule(rules.at_once, billing_type=product.billing_type):
        _at_once(turn, changed, product, cycle)
    else:
        # The last wish counts, be it that all stays as it is.
        turn.set(changed, next_cycle="" if cycle == changed.cycle else cycle)
    return None


def _at_once(turn: Turn, service: Service, product: Product, cycle: str) -> None:
    period, price = rules.CYCLES[cycle], product.prices[cycle]
    starts = turn.midnight(turn.today)
    ends = turn.rule(rules.new_expiry, starts=turn.today, period=period, anchor=turn.today.day)
    covers = starts, turn.midnight(ends)
    rule = BY_TYPE[product.billing_type]
    new = asked(turn, "period", rule, service, covers=covers, taxed=product.tax, cycle_price=price)
    old = _unused(turn, service, product)
    cell = Cell(*covers, covers, price, product.name, cycle)
    counted = paid_cells(turn, service)
    grants = (Grant("cycle", service.number, cycle, (cell, *counted)),)
    total = lines_sum((*new, *old))
    if total >= 0:
        invoice = issue(turn, service.client, turn.today, Asked((*new, *old), grants))
        if invoice is None or invoice.status == "paid":
            bring(turn, grants, invoice)
        return
    bring(turn, grants)
    give_back_rest(turn, service, product, total)


def _unused(turn: Turn, service: Service, product: Product) -> tuple[InvoiceLine, ...]:
    """Return the line of what is left of the old cycle, none where that is over."""
    cells = at_most_paid(service, paid_cells(turn, service))
    if not cells:
        return ()
    unit = "days" if product.upgrade_pro_rata == "none" else product.upgrade_pro_rata
    counted = {**time_left(turn, cells), "price": cells[0].price, "unit": unit}
    return asked(turn, "credit", rules.change, service, **counted)
