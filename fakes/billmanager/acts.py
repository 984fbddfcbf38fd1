"""What a call may touch, and how it becomes an act of the engine."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from prorata.fakes.billmanager.allowing import Subject
from prorata.fakes.billmanager.refusals import not_enough, refused
from prorata.fakes.mgr5.errors import bad_value, missed
from prorata.fakes.mgr5.traffic import ADMIN
from prorata.reference.engine.state import Client
from prorata.reference.money import Money
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from prorata.fakes.billmanager.catalogue import Listing
    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.fakes.mgr5.functions import CallContext
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = [
    "ActPlan", "act", "by", "check_paid", "client_of", "cost", "is_staff", "itemtype_of",
    "new_expiry", "own_client", "quote", "quote_all", "service_of", "services_of", "tariff_of",
]  # fmt: skip


#: Acts on services, one after another, with their parameters.
ActPlan = list[tuple[str, dict[str, Any]]]


def is_staff(context: CallContext[BillmanagerHost]) -> bool:
    """Tell whether the caller is of the staff."""
    return context.who.level >= ADMIN


def by(context: CallContext[BillmanagerHost]) -> str:
    """Return who acts, in the words of the engine."""
    return "staff" if is_staff(context) else "client"


def own_client(context: CallContext[BillmanagerHost]) -> str:
    """Return the client whose things the caller sees: their own, all ('') for staff."""
    return context.panel.state.logins[context.who.name].client


def client_of(context: CallContext[BillmanagerHost]) -> str:
    """Return the client that a call is about: the caller, or whom staff name by `account`."""
    own = own_client(context)
    if own:
        return own
    number = context.args.get("account") or context.args.get("customer_account", "")
    clients = context.panel.billing.book.clients.values()
    found = next((client.name for client in clients if str(client.number) == number), None)
    if number and found is None:
        raise missed("account", number)
    if found is None:
        raise bad_value("account", "", "Name the client's account")
    return found


def service_of(context: CallContext[BillmanagerHost], elid: str, itemtype: str = "") -> Service:
    """Return a service that the caller may see; somebody else's is as one that there is not."""
    panel, own = context.panel, own_client(context)
    number = int(elid) if elid.isascii() and elid.isdecimal() and len(elid) < 16 else 0  # noqa: PLR2004  what fits a double
    service = panel.billing.book.services.get(number)
    if service is None or (own and service.client != own):
        raise missed("item", elid)
    if itemtype and itemtype_of(panel, service) != itemtype:
        raise missed(itemtype, elid)
    return service


def services_of(context: CallContext[BillmanagerHost], itemtype: str = "") -> Sequence[Service]:
    """Return the services of a group call, all of them looked up before anything happens."""
    return [service_of(context, elid, itemtype) for elid in context.ids]


def itemtype_of(panel: BillmanagerHost, service: Service) -> str:
    """Return the product type of a service."""
    return panel.listings.by_name[service.tariff].itemtype


def tariff_of(panel: BillmanagerHost, number: str, itemtype: str = "") -> tuple[Listing, Tariff]:
    """Return a tariff by its number."""
    known = number.isascii() and number.isdecimal() and len(number) < 16  # noqa: PLR2004  what fits a double
    name = panel.listings.by_id.get(int(number)) if known else None
    if name is None:
        raise missed("pricelist", number)
    listing = panel.listings.by_name[name]
    if itemtype and listing.itemtype != itemtype:
        raise missed("pricelist", number)
    return listing, panel.billing.book.catalogue[name]


def act(panel: BillmanagerHost, verb: str, /, **parameters: Any) -> dict[str, Any]:
    """Do an act; what a rule refuses is an error of the protocol."""
    done = panel.billing.act(verb, **parameters)
    if not isinstance(done, Refusal):
        return done
    subject = Subject.of(panel.billing.book, parameters)
    if done.short_of_money:
        asked = cost(quote(panel, verb, **parameters))
        raise not_enough(panel.billing.book.clients[subject.client], asked, done.rule)
    raise refused(done, subject)


def quote(panel: BillmanagerHost, verb: str, /, **parameters: Any) -> Turn:
    """Return what an act would do if the balance paid it; raise what refuses it."""
    turn = panel.billing.quote(verb, **parameters)
    if isinstance(turn, Refusal):
        raise refused(turn, Subject.of(panel.billing.book, parameters))
    return turn


def quote_all(panel: BillmanagerHost, plan: ActPlan) -> None:
    """Raise what refuses any of several acts, or what their clients' balances do not pay together.

    A single act that the balance does not pay is refused when it is done, which changes nothing.
    """
    left: dict[str, Money] = {}
    for verb, parameters in plan:
        turn = quote(panel, verb, **parameters)
        client = turn.book.clients[turn.book.services[int(parameters["service"])].client]
        asked = cost(turn)
        left[client.name] = left.get(client.name, client.balance) - asked
        if len(plan) > 1 and asked.units > 0 and left[client.name].units < 0:
            together = client.balance - left[client.name]
            raise not_enough(client, together, turn.entries[0].rule)


def check_paid(client: Client, asked: Money) -> None:
    """Refuse an order that the balance does not pay."""
    if asked.units > 0 and client.balance < asked:
        raise not_enough(client, asked, "billmanager.order.price")


def cost(turn: Turn) -> Money:
    """Return what a turn takes from the balance, below zero for what it gives back."""
    return Money(sum(entry.units for entry in turn.entries), Client.DIGITS, turn.book.currency)


def new_expiry(turn: Turn, service: Service) -> datetime | None:
    """Return until when a turn makes a service run."""
    expires = service.expires
    for what, fields in turn.changes:
        if what is service:
            expires = fields.get("expires", expires)
    return expires if expires is None else expires.astimezone(turn.now.tzinfo or UTC)
