"""Ordering: the pages of the wizard, and the calls that order at once."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from html import escape
from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import (
    client_of,
    cost,
    is_staff,
    own_client,
    quote,
    tariff_of,
)
from prorata.fakes.billmanager.catalogue import TYPES
from prorata.fakes.billmanager.codes import DAILY, TRIAL, code_of, has_code, period_text
from prorata.fakes.billmanager.costs import day_cost, period_cost
from prorata.fakes.billmanager.ordering import order_act, place_order
from prorata.fakes.billmanager.texts import with_currency
from prorata.fakes.mgr5.errors import Mgr5Error
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.params import Param, read
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.engine.billmanager.goods import priced_periods, renewable
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prorata.fakes.billmanager.catalogue import Listing
    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.turn import Turn
    from prorata.reference.money import Money

__all__ = ["FUNCTIONS", "period_choices", "renewal_choices"]

_PERIOD = Param("period", longest=15, pattern=r"-?[0-9]+", hint="a number of months, -50 or -100")


def _params(itemtype: str, period_name: str) -> tuple[Param, ...]:
    own = _OWN[itemtype]
    return (
        Param("pricelist", required=True, longest=15, hint="the number of a tariff"),
        _PERIOD._replace(name=period_name, required=True),
        Param("datacenter", longest=15),
        Param("autoprolong", longest=15),
        Param("skipbasket", "switch"),
        Param("order_count", "integer", least=1, most=1000),
        Param("licence_agreement", "switch"),
        Param("project", longest=15),
        Param("remoteid", longest=255),
        Param("account", longest=15),
        *own,
    )


_DOMAIN = Param("domain", longest=253)
_OWN: Mapping[str, tuple[Param, ...]] = {
    "vhost": (_DOMAIN,),
    "vds": (_DOMAIN, Param("ostempl", longest=255), Param("recipe", longest=255)),
    "dedic": (_DOMAIN, Param("ostempl", longest=255), Param("recipe", longest=255)),
    "soft": (
        Param("ip", longest=45),
        Param("remoteip", longest=45),
        Param("licname", longest=255),
        Param("pid", longest=255),
    ),
    "certificate": (Param("licname", longest=255),),
    "softexternal": (
        Param("ip", longest=45),
        Param("licname", longest=255),
    ),
}


def _offers(panel: BillmanagerHost, tariff: Tariff) -> list[tuple[str, Money]]:
    """Return the numbers of the periods that a tariff is sold for, with what each costs."""
    turn = panel.billing.turn()
    lengths = [each for each in sorted(tariff.prices) if each not in tariff.disabled_periods]
    sold = _priced_periods(turn, tariff, lengths, {}, renewal=False)
    if tariff.trial is not None:
        sold.append((TRIAL, turn.money("period", Fraction(0))))
    return sold


def _renewals(
    panel: BillmanagerHost, tariff: Tariff, resources: Mapping[str, int]
) -> list[tuple[str, Money]]:
    """Return the periods for which a tariff renews a service with so much of its resources."""
    turn = panel.billing.turn()
    lengths = [
        each
        for each in sorted(priced_periods(tariff, renewal=True))
        if renewable(turn, tariff, each, resources) is None
    ]
    return _priced_periods(turn, tariff, lengths, resources, renewal=True)


def _priced_periods(
    turn: Turn,
    tariff: Tariff,
    lengths: Sequence[Length],
    resources: Mapping[str, int],
    *,
    renewal: bool,
) -> list[tuple[str, Money]]:
    """Return the numbers of periods with what each costs; a day where there is nothing else."""
    sold = [
        (code_of(each), period_cost(tariff, each, resources, renewal=renewal))
        for each in lengths
        if has_code(each)
    ]
    if tariff.daily is not None and not sold:
        cost = day_cost(turn, tariff, Length(days=1), resources)
        return [(DAILY, turn.money("daily", cost))]
    return [(code, turn.money("period", cost)) for code, cost in sold]


def period_choices(panel: BillmanagerHost, tariff: Tariff) -> list[tuple[str, str]]:
    """Return the periods of a tariff with what each costs, for a select list."""
    return [
        (code, f"{with_currency(money)} / {period_text(code)}")
        for code, money in _offers(panel, tariff)
    ]


def renewal_choices(
    panel: BillmanagerHost, tariff: Tariff, resources: Mapping[str, int]
) -> list[tuple[str, str]]:
    """Return the periods for which a service is renewed with what each costs."""
    return [
        (code, f"{with_currency(money)} / {period_text(code)}")
        for code, money in _renewals(panel, tariff, resources)
    ]


def _given(context: CallContext[BillmanagerHost], name: str) -> str:
    return context.args.get(name) or context.request.params.get(name, "")


def _number(context: CallContext[BillmanagerHost]) -> str:
    """Return the number of the tariff that a page is asked for.

    From the second version's page of prices one comes with it and the data centre as `keyvalue`.
    """
    return _given(context, "pricelist") or _given(context, "keyvalue").partition("_")[0]


def _form(
    itemtype: str, period_name: str, context: CallContext[BillmanagerHost]
) -> Mapping[str, str]:
    """Return the page with the order's parameters."""
    panel, number = context.panel, _number(context)
    listing, tariff = tariff_of(panel, number, itemtype)
    first = next(iter(_offers(panel, tariff)), ("",))[0]
    # What was chosen on the page before has another name there than it has here.
    named = (_given(context, name) for name in (period_name, "period", f"period_{number}"))
    code = next(filter(None, named), first)
    shown = {name: _given(context, name) for name in (param.name for param in _OWN[itemtype])}
    amounts = {
        f"addon_{addon}": context.request.params.get(f"addon_{addon}", "")
        or str(tariff.resources[name].included)
        for name, addon in listing.addons.items()
    }
    agreement = {"licence_agreement": "off"} if tariff.agreement else {}
    return {
        "pricelist": number,
        period_name: code,
        "datacenter": _given(context, "datacenter") or "1",
        "autoprolong": _given(context, "autoprolong") or "null",
        **shown,
        **amounts,
        **agreement,
        "orderinfo": _orderinfo(context, listing, code),
    }


def _orderinfo(context: CallContext[BillmanagerHost], listing: Listing, code: str) -> str:
    """Return the order's price as the page shows it: a bit of HTML, or why it cannot be ordered."""
    panel = context.panel
    if is_staff(context) and not _given(context, "account"):
        return ""
    context.args = {**context.args, "pricelist": str(listing.id)}
    try:
        _, parameters = order_act(context, listing.itemtype, code)
        parameters["consent"] = True
        turn = quote(panel, "order", **parameters)
    except Mgr5Error as error:
        return f"<p>{escape(error.why)}</p>"
    lines = "".join(
        f"<p>{escape(entry.kind)}: {with_currency(entry.amount)}</p>" for entry in turn.entries
    )
    return f"<b>Order details</b>{lines}<b>Total amount: {with_currency(cost(turn))}</b>"


def _options(
    itemtype: str, period_name: str, context: CallContext[BillmanagerHost]
) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return the select lists of the page."""
    panel = context.panel
    _, tariff = tariff_of(panel, _number(context), itemtype)
    renewals = [
        (code, f"{with_currency(money)} per {period_text(code).lower()}")
        for code, money in _renewals(panel, tariff, {})
    ]
    return {
        period_name: period_choices(panel, tariff),
        "autoprolong": [("null", "Disable"), *renewals],
        "datacenter": _centres(panel),
    }


def _offered(
    context: CallContext[BillmanagerHost], itemtype: str
) -> Iterator[tuple[Listing, Tariff]]:
    """Yield the tariffs of a type that the caller can order, in their order."""
    panel, client = context.panel, own_client(context)
    if not client and _given(context, "account"):
        client = client_of(context)
    who = client or next(iter(panel.billing.book.clients), "")
    if not who:
        return
    shown = panel.billing.act("tariffs_for", client=who, by="client" if client else "staff")
    if isinstance(shown, Refusal):
        return
    for row in shown["tariffs"]:
        listing = panel.listings.by_name[row["tariff"]]
        if listing.itemtype == itemtype:
            yield listing, panel.billing.book.catalogue[listing.name]


def _wizard(itemtype: str, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return the first page: the tariffs that are sold for a period."""
    panel = context.panel
    offered = list(_offered(context, itemtype))
    sold = {int(code) for _, tariff in offered for code, _ in _offers(panel, tariff)}
    # Months first: a trial or a day is the first choice only where there are no others.
    codes = sorted(sold, key=lambda code: (code < 0, code))
    code = _given(context, "period") or next(map(str, codes), "")
    rows = [
        Node("elem", "", {}, fields(_tariff_row(panel, listing, tariff, code)))
        for listing, tariff in offered
    ]
    return [
        Node("period", code),
        Node("datacenter", _given(context, "datacenter") or "1"),
        _slist("period", [(str(each), period_text(str(each))) for each in codes]),
        _slist("datacenter", _centres(panel)),
        Node("list", "", {"name": "tariflist"}, rows),
    ]


def _centres(panel: BillmanagerHost) -> list[tuple[str, str]]:
    """Return the data centres with their names, for a select list."""
    centres = panel.state.things["datacenter"]
    return [(str(number), each["name"]) for number, each in centres.items()]


def _slist(name: str, choices: Sequence[tuple[str, str]]) -> Node:
    return Node(
        "slist", "", {"name": name}, [Node("val", text, {"key": key}) for key, text in choices]
    )


def _tariff_row(
    panel: BillmanagerHost, listing: Listing, tariff: Tariff, code: str
) -> dict[str, str]:
    price = dict(_offers(panel, tariff)).get(code)
    return {
        "pricelist": str(listing.id),
        "desc": listing.name,
        "price": with_currency(price) if price is not None else "",
        "order_available": "on" if price is not None else "off",
    }


def _priced(itemtype: str, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return the second version of the first page: each tariff with all its prices."""
    panel = context.panel

    def prices(tariff: Tariff) -> Node:
        sold = [
            Node("price", "", {}, fields({
                "period": code, "cost": str(money), "currency": money.currency,
            }))
            for code, money in _offers(panel, tariff)
        ]  # fmt: skip
        return Node("prices", "", {}, sold)

    centres = _centres(panel)
    centre = _given(context, "datacenter") or "1"
    place = fields({"id": centre, "value": dict(centres).get(centre, "")})
    rows = []
    for listing, tariff in _offered(context, itemtype):
        details = [
            Node("detail", "", {}, fields({"name": name, "value": str(resource.included)}))
            for name, resource in tariff.resources.items()
            if resource.included and name in listing.addons
        ]
        told = {
            "id": str(listing.id),
            "title": listing.name,
            "description": listing.about.get("description", ""),
        }
        where = Node("datacenter", "", {}, place)
        rows.append(Node("elem", "", {}, [*fields(told), *details, where, prices(tariff)]))
    # Clients take the first select list for the data centres.
    return [_slist("datacenter", centres), Node("list", "", {"name": "pricelist"}, rows)]


def _at_once(itemtype: str, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Go through all pages where the call says what is ordered; show the first one otherwise."""
    if not context.args.get("pricelist"):
        return _wizard(itemtype, context)
    params = context.request.params
    context.args = read(_params(itemtype, "period"), params, needed=True)
    return place_order(context, itemtype, "period")


def _ordering(itemtype: str) -> Iterator[Function[BillmanagerHost]]:
    title = TYPES[itemtype]
    for name, period_name in (
        (f"{itemtype}.order.param", "period"),
        (f"v2.{itemtype}.order.param", "order_period"),
    ):
        yield Function(
            name,
            "form",
            f"Order: {title}",
            partial(_run, itemtype, period_name),
            _params(itemtype, period_name),
            partial(_form, itemtype, period_name),
            level=USER,
            options=partial(_options, itemtype, period_name),
        )
    pages = (
        Param("period", longest=15),
        Param("datacenter", longest=15),
        Param("account", longest=15),
    )
    yield Function(
        f"{itemtype}.order",
        "form",
        f"Order on one page, or see what can be ordered: {title}",
        partial(_at_once, itemtype),
        tuple(param._replace(required=False) for param in _params(itemtype, "period")),
        partial(_wizard, itemtype),
        level=USER,
    )
    for name, page in (
        (f"{itemtype}.order.pricelist", _wizard),
        (f"v2.{itemtype}.order", _priced),
        (f"v2.{itemtype}.order.pricelist", _priced),
    ):
        summary = f"What can be ordered: {title}"
        yield Function(name, "report", summary, partial(page, itemtype), pages, level=USER)


def _run(itemtype: str, period_name: str, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    return place_order(context, itemtype, period_name)


FUNCTIONS: tuple[Function[BillmanagerHost], ...] = tuple(
    function for itemtype in TYPES for function in _ordering(itemtype)
)
