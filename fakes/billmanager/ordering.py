"""An order, from the wire's parameters to the act of the engine and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from prorata.fakes.billmanager.acts import (
    act,
    by,
    check_paid,
    client_of,
    cost,
    own_client,
    quote,
    tariff_of,
)
from prorata.fakes.billmanager.catalogue import RESOLD
from prorata.fakes.billmanager.codes import OFF, period_of
from prorata.fakes.billmanager.licences import check_address
from prorata.fakes.billmanager.refusals import BillingError, unsupported
from prorata.fakes.billmanager.state import Item, Position
from prorata.fakes.mgr5.errors import bad_value, missed
from prorata.fakes.mgr5.functions import saved
from prorata.fakes.mgr5.tree import Node
from prorata.reference.engine.billmanager.goods import renewable
from prorata.reference.periods import Length

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.billmanager.catalogue import Listing
    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.fakes.mgr5.functions import CallContext
    from prorata.reference.engine.billmanager.catalogue import Tariff

__all__ = ["addons_of", "order_act", "place", "place_order", "renewal_words", "words_of"]

_ABOUT = ("project", "remoteid", "remoteip", "licname", "ip")
_LIFETIME = "0"
#: No period is longer than a hundred years.
_DOMAIN = re.compile(
    r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
    re.ASCII | re.IGNORECASE,
)
_NUMBER = re.compile(r"-?[0-9]{1,3}|1[01][0-9]{2}|1200", re.ASCII)


def place_order(
    context: CallContext[BillmanagerHost], itemtype: str, period_name: str
) -> Sequence[Node]:
    """Order past the basket, or put the order into it."""
    args, panel = context.args, context.panel
    listing, parameters = order_act(context, itemtype, args[period_name])
    about = {name: args[name] for name in _ABOUT if name in args}
    about["autoprolong"] = args.get("autoprolong", "")
    _renewal_of(panel, parameters, about["autoprolong"])
    if itemtype in RESOLD:
        check_address(panel, listing, about.get("ip", ""))
    turn = quote(panel, "order", **parameters)
    if args.get("skipbasket") != "on":
        return _into_basket(context, listing, parameters, about)
    client = panel.billing.book.clients[parameters["client"]]
    asked = cost(turn)
    if not panel.keeps_unpaid_orders:
        check_paid(client, asked)
    numbers = place(panel, parameters, about)
    return saved(numbers[0], *(Node("item", number) for number in numbers[1:]))


def order_act(
    context: CallContext[BillmanagerHost], itemtype: str, code: str
) -> tuple[Listing, dict[str, Any]]:
    """Return the tariff and the parameters of the engine's act."""
    args, panel = context.args, context.panel
    listing, tariff = tariff_of(panel, args["pricelist"], itemtype)
    _check_centre(panel, args.get("datacenter", ""))
    domain = args.get("domain", "")
    if domain and not _is_domain(domain):
        raise bad_value("domain", args["domain"], "Expected a domain name such as example.com")
    parameters: dict[str, Any] = {
        "client": client_of(context),
        "tariff": listing.name,
        "period": words_of(tariff, code),
        "quantity": int(args.get("order_count", "1")),
        "resources": addons_of(context.request.params, listing) or None,
        "domain": domain,
        "auto_renewal": args.get("autoprolong", "null") == code,
        "consent": args.get("licence_agreement") == "on",
        "by": by(context),
    }
    return listing, parameters


def words_of(tariff: Tariff, code: str) -> str:
    """Return a period in the words of the engine."""
    if code == _LIFETIME:
        raise unsupported("period", "No rule sells a service for its lifetime")
    words = period_of(code, tariff) if _NUMBER.fullmatch(code) else None
    if words is None:
        raise bad_value("period", code, "The tariff is not sold for such a period")
    return words


def renewal_words(
    panel: BillmanagerHost, tariff: Tariff, code: str, resources: Mapping[str, int]
) -> str:
    """Return the period for which a service is to renew itself, in the words of the engine.

    It is one for which the tariff, and so much of its resources, is sold.
    """
    words = period_of(code, tariff) if _NUMBER.fullmatch(code) else None
    if words is None or words == "trial":
        raise bad_value("autoprolong", code, "The tariff is not renewed for such a period")
    length = Length.of(words)
    # By the day any period may be chosen: of those without a price, clients name the day alone.
    if tariff.daily is not None and length.months and tariff.price(length, renewal=True) is None:
        raise bad_value("autoprolong", code, "The tariff is not renewed for such a period")
    refusal = renewable(panel.billing.turn(), tariff, length, resources)
    if refusal:
        raise BillingError("value", "autoprolong", refusal.reason, refusal.rule)
    return words


def _is_domain(name: str) -> bool:
    """Tell whether a name can be a domain's in the DNS, one with letters of any script too."""
    try:
        return _DOMAIN.fullmatch(name.encode("idna").decode()) is not None
    except UnicodeError:
        return False


def addons_of(given: Mapping[str, str], listing: Listing) -> dict[str, int]:
    """Return the amounts of the resources that `addon_N` name."""
    by_number = {f"addon_{number}": name for name, number in listing.addons.items()}
    amounts: dict[str, int] = {}
    for key, text in given.items():
        if not key.startswith("addon_") or not text:
            continue
        if key not in by_number:
            raise missed("addon", key.removeprefix("addon_"))
        if not (text.isascii() and text.isdecimal() and len(text) <= 10):  # noqa: PLR2004  no more digits than an integer has
            raise bad_value(key, text, "Expected a whole number")
        amounts[by_number[key]] = int(text)
    return amounts


def _check_centre(panel: BillmanagerHost, number: str) -> None:
    known = {str(centre) for centre in panel.state.things["datacenter"]}
    if number and number not in known:
        raise missed("datacenter", number)


def place(
    panel: BillmanagerHost, parameters: Mapping[str, Any], about: Mapping[str, str]
) -> list[str]:
    """Order now; return the numbers of the services."""
    renewal = _renewal_of(panel, parameters, about.get("autoprolong", ""))
    done = act(panel, "order", **parameters)
    numbers: list[str] = done.get("services") or [done["service"]]
    now = panel.clock.now()
    told: dict[str, Any] = {name: text for name, text in about.items() if name in _ABOUT}
    for number in numbers:
        panel.state.items[int(number)] = Item(created=now, polls=panel.polls_for_key, **told)
        if renewal:
            act(panel, "set_auto_renewal", service=number, period=renewal, by=parameters["by"])
    return numbers


def _renewal_of(panel: BillmanagerHost, parameters: Mapping[str, Any], code: str) -> str | None:
    """Return for what an order is to renew itself, where that is no period of its own."""
    if parameters["auto_renewal"] or not code or code in OFF:
        return None
    tariff = panel.billing.book.catalogue[parameters["tariff"]]
    return renewal_words(panel, tariff, code, parameters["resources"] or {})


def _into_basket(
    context: CallContext[BillmanagerHost],
    listing: Listing,
    parameters: dict[str, Any],
    about: dict[str, str],
) -> Sequence[Node]:
    state, client = context.panel.state, parameters["client"]
    lying = [each.billorder for each in state.positions.values() if each.client == client]
    billorder = lying[0] if lying else state.number("billorder")
    number = state.number("position")
    state.positions[number] = Position(number, client, billorder, listing.name, parameters, about)
    goes_to = "func=basket" if own_client(context) else f"func=basket&account={client}"
    ok = Node("ok", goes_to, {"type": "form"})
    told = [Node("id", str(number)), Node("item.id", str(number))]
    return [ok, *told, *(Node(name, str(billorder)) for name in ("billorder", "billorder.id"))]
