"""HostBill's rulebook: which handler decides on which act."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.hostbill.catalogue import Product
from prorata.reference.engine.provisioning import nameable, no_room, panel_acts
from prorata.reference.engine.rights import permitted
from prorata.reference.engine.rulebook import Rulebook
from prorata.reference.engine.state import Invoice, InvoiceLine, Service
from prorata.reference.hostbill.billing_type import prepaid, unpaid
from prorata.reference.hostbill.client_functions import CLIENTS, active_only, staff_only
from prorata.reference.hostbill.cycle import CYCLES, cycle, has_cycle
from prorata.reference.hostbill.initial_period import adjust
from prorata.reference.hostbill.upgrade import active, available, pro_rata
from prorata.reference.hostbill.username import numbered
from prorata.reference.money import Money
from prorata.reference.periods import Length

if TYPE_CHECKING:
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["HOSTBILL"]


def order(
    turn: Turn,
    /,
    *,
    client: str,
    product: str,
    cycle: str,
    hostname: str = "",
) -> Refusal | None:
    """Order a service: its invoice is issued at once, and it starts with the payment of that."""
    sold = turn.book.catalogue[product]
    refusal = _sells(turn, sold, cycle) or no_room(turn, 1)
    if refusal:
        return refusal
    owner = turn.book.clients[client]
    period = CYCLES.get(cycle, Length())
    service = Service(turn.number("service"), owner.name, sold.name, period, "pending")
    service.domain = hostname
    service.user = f"user{service.number}"
    refusal = nameable(turn, service) if hostname else None
    if refusal:
        return refusal
    turn.services.append(service)
    turn.answer["service"] = str(service.number)
    covers = _covers(turn, service, sold)
    turn.post("period", prepaid, service, covers, cycle_price=sold.prices[cycle])
    turn.post("setup", prepaid, service, setup_fee=sold.setup_fee)
    if turn.entries:
        due = turn.midnight(turn.today + timedelta(days=sold.first_invoice_due))
        _invoice(turn, service, due)
    else:
        _start(turn, service, turn.today, turn.today)
    return None


def _covers(turn: Turn, service: Service, product: Product) -> tuple[datetime, datetime] | None:
    """Return the time that the first line pays for; a payment may yet move that of some."""
    if product.adjust_initial_period or service.period == Length():
        return None
    today = turn.today
    starts, expires = turn.rule(adjust, **_first_period(turn, service, product, today, today))
    return turn.midnight(starts), turn.midnight(expires)


def _sells(turn: Turn, product: Product, wanted: str) -> Refusal | None:
    return turn.rule(cycle, wanted=wanted, sold=tuple(product.prices))


def _first_period(
    turn: Turn, service: Service, product: Product, ordered: date, due: date
) -> dict[str, Any]:
    """Return what decides on the first period, if it is paid today."""
    return {
        "ordered": ordered,
        "due": due,
        "paid": turn.today,
        "period": service.period,
        "adjusted": product.adjust_initial_period,
    }


def _invoice(turn: Turn, service: Service, due: datetime, change_to: str | None = None) -> None:
    """Issue an invoice of the lines of this turn; paid, it starts or changes the service."""
    lines = tuple(InvoiceLine(entry.kind, entry.amount) for entry in turn.entries)
    total = Money.of("0", turn.book.currency)
    for line in lines:
        total += line.amount
    number = turn.number("invoice")
    invoice = Invoice(
        number,
        service.client,
        service.number,
        turn.now,
        due,
        lines,
        total,
        change_to=change_to,
    )
    turn.invoices.append(invoice)
    turn.answer["invoice"] = str(number)


def pay(turn: Turn, /, *, invoice: str) -> Refusal | None:
    """Pay an invoice in full; what it was for takes effect."""
    paid = turn.book.invoices[int(invoice)]
    refusal = turn.rule(unpaid, invoice=invoice, has=paid.status)
    if refusal:
        return refusal
    turn.set(paid, status="paid")
    service = turn.book.services[paid.service]
    if paid.change_to is None:
        _start(turn, service, paid.issued.date(), paid.due.date())
    else:
        _switch(turn, service, turn.book.catalogue[paid.change_to])
    return None


def _start(turn: Turn, service: Service, ordered: date, due: date) -> None:
    """Start a service today; one that is paid once or never does not expire."""
    turn.set(service, status="processing", starts=turn.midnight(turn.today))
    if service.period != Length():
        product = turn.book.catalogue[service.tariff]
        period = _first_period(turn, service, product, ordered, due)
        starts, expires = turn.decide("expires", adjust, service, **period)
        turn.set(
            service,
            starts=turn.midnight(starts),
            expires=turn.midnight(expires),
            anchor=starts.day,
        )
    turn.panel("create", service)


def _switch(turn: Turn, service: Service, product: Product) -> None:
    turn.set(service, tariff=product.name)
    turn.panel("change_preset", service, product.template)


def change_tariff(turn: Turn, /, *, service: str, product: str) -> Refusal | None:
    """Change the product; an upgrade takes effect when its invoice is paid, a downgrade at once."""
    changed, new = turn.book.services[int(service)], turn.book.catalogue[product]
    old = turn.tariff(changed)
    cycle_name = next((name for name, length in CYCLES.items() if length == changed.period), "")
    refusal = (
        turn.rule(active, has=changed.status)
        or turn.rule(has_cycle, cycle=cycle_name)
        or turn.rule(available, product=product, listed=old.upgrades)
        or _sells(turn, new, cycle_name)
    )
    if refusal:
        return refusal
    arguments: dict[str, Any] = {
        "now": turn.now,
        "starts": changed.starts,
        "expires": changed.expires,
        "old_price": old.prices[cycle_name],
        "new_price": new.prices[cycle_name],
        "unit": old.upgrade_pro_rata,
    }
    if new.prices[cycle_name] > old.prices[cycle_name]:
        turn.post("tariff change", pro_rata, changed, **arguments)
        turn.post("upgrade fee", prepaid, changed, upgrade_fee=new.upgrade_fee)
    if turn.entries:
        _invoice(turn, changed, turn.midnight(turn.today), new.name)
    else:
        _switch(turn, changed, new)
    return None


def wait(_turn: Turn, /) -> Refusal | None:
    """Do nothing."""
    return None


def _active(turn: Turn, service: Service) -> Refusal | None:
    return turn.rule(active_only, has=service.status)


HOSTBILL: Final = Rulebook(
    system="hostbill",
    sold=Product.of,
    acts={
        "order": order,
        "pay": pay,
        "change_tariff": change_tariff,
        "wait": wait,
        **permitted(panel_acts(_active), staff_only, CLIENTS),
    },
    due={},
    charges_balance=False,
    told_apart=numbered,
)
