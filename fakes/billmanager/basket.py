"""The basket: what was ordered and not yet paid for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import check_paid, client_of, cost, own_client, quote
from prorata.fakes.billmanager.catalogue import TYPES
from prorata.fakes.billmanager.codes import code_of, period_text
from prorata.fakes.billmanager.ordering import place
from prorata.fakes.billmanager.refusals import BillingError
from prorata.fakes.billmanager.texts import with_currency
from prorata.fakes.mgr5.errors import missed
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.engine.state import Client
from prorata.reference.money import Money
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.fakes.billmanager.state import Position
    from prorata.reference.engine.turn import Turn

__all__ = ["FUNCTIONS", "check_out", "lying", "ordered", "total"]


def lying(panel: BillmanagerHost, client: str, billorder: str = "") -> list[Position]:
    """Return what lies in the basket of a client, all of it or that of one order."""
    return [
        each
        for each in panel.state.positions.values()
        if each.client == client and billorder in {"", str(each.billorder)}
    ]


def total(panel: BillmanagerHost, positions: Sequence[Position]) -> Money:
    """Return what positions cost together, at today's prices."""
    start = Money(0, Client.DIGITS, panel.billing.book.currency)
    return sum((_cost(panel, each) for each in positions), start)


def _cost(panel: BillmanagerHost, position: Position) -> Money:
    return cost(quote(panel, "order", **_agreed(position)))


def _sold(panel: BillmanagerHost, positions: Sequence[Position]) -> list[Position]:
    """Return the positions that can still be bought: others are shown, and cost nothing."""
    return [each for each in positions if not isinstance(_quoted(panel, each), Refusal)]


def _quoted(panel: BillmanagerHost, position: Position) -> Turn | Refusal:
    return panel.billing.quote("order", **_agreed(position))


def _agreed(position: Position) -> dict[str, object]:
    # Who takes it out of the basket has seen the page on which the consent is given.
    return {**position.act, "consent": True}


def check_out(panel: BillmanagerHost, positions: Sequence[Position]) -> list[str]:
    """Order what lies in a basket; return the numbers of the services.

    What the balance does not pay stays ordered until a payment does.
    """
    numbers: list[str] = []
    for each in positions:
        numbers += place(panel, _agreed(each), each.about)
        del panel.state.positions[each.id]
    return numbers


def ordered(numbers: Sequence[str], billorder: str) -> list[Node]:
    """Return what tells of services that were ordered: the ids of each, and their order."""
    ids = [Node(name, number) for number in numbers for name in ("id", "item.id")]
    return [*ids, *([Node("billorder", billorder)] if billorder else [])]


def _rows(panel: BillmanagerHost, positions: Sequence[Position]) -> list[Node]:
    return [Node("elem", "", {}, fields(_row(panel, each))) for each in positions]


def _row(panel: BillmanagerHost, position: Position) -> dict[str, str]:
    listing = panel.listings.by_name[position.tariff]
    act = position.act
    code = (
        code_of(Length(), trial=True)
        if act["period"] == "trial"
        else code_of(Length.of(act["period"]))
    )
    return {
        "id": str(position.id),
        "item.id": str(position.id),
        "item.type": listing.itemtype,
        "item.period": code,
        "item.autoprolong": position.about.get("autoprolong") or "null",
        "cost": str(total(panel, _sold(panel, [position]))),
        "currency": panel.billing.book.currency,
        "count": str(act["quantity"]),
        "pricelist": str(listing.id),
        "pricelist_name": listing.name,
        "desc": act["domain"] or TYPES[listing.itemtype],
        "billorder": str(position.billorder),
    }


def _view(context: CallContext[BillmanagerHost]) -> list[Node]:
    panel = context.panel
    positions = lying(panel, client_of(context))
    asked = total(panel, _sold(panel, positions))
    shown = {
        "total_sum": str(asked),
        "total_sum_str": with_currency(asked),
        "tax": str(_tax(panel, _sold(panel, positions))),
        "full_discount": str(Money(0, Client.DIGITS, asked.currency)),
        "promocode": "",
        "billorder": str(positions[0].billorder) if positions else "",
    }
    return [*fields(shown), Node("list", "", {"name": "itemlist"}, _rows(panel, positions))]


def _tax(panel: BillmanagerHost, positions: Sequence[Position]) -> Money:
    start = Money(0, Client.DIGITS, panel.billing.book.currency)
    turns = (quote(panel, "order", **_agreed(each)) for each in positions)
    taxes = (entry.amount for turn in turns for entry in turn.entries if entry.kind == "tax")
    return sum(taxes, start)


def _press(page: str, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Do what the button of the page says."""
    args = context.args
    if args.get("promocode"):
        raise BillingError("promocode_not_use", "promocode", "There is no such promo code")
    button = args.get("clicked_button", "")
    if button in _BUYS:
        return _finish(context)
    if button in _BUTTONS:
        _BUTTONS[button](context)
    return [Node("ok", f"func={page}", {"type": "form"}), *_PAGES[page](context)]


def _delete(context: CallContext[BillmanagerHost]) -> None:
    panel, number = context.panel, context.args.get("id") or context.args.get("elid", "")
    mine = {str(each.id): each for each in lying(panel, client_of(context))}
    if number not in mine:
        raise missed("item", number)
    del panel.state.positions[mine[number].id]


def _clear(context: CallContext[BillmanagerHost]) -> None:
    for each in lying(context.panel, client_of(context)):
        del context.panel.state.positions[each.id]


def _finish(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Buy what lies in the basket from the balance."""
    panel, client = context.panel, client_of(context)
    positions = lying(panel, client)
    asked = total(panel, positions)
    check_paid(panel.billing.book.clients[client], asked)
    billorder = str(positions[0].billorder) if positions else ""
    return [Node("ok", "func=order"), *ordered(check_out(panel, positions), billorder)]


_BUTTONS: Mapping[str, Callable[[CallContext[BillmanagerHost]], None]] = {
    "delete": _delete,
    "clearbasket": _clear,
}


#: The buttons after which nothing lies in the basket.
_BUYS = frozenset({"finish", "ok", "free"})


def _cart(context: CallContext[BillmanagerHost]) -> list[Node]:
    """Return the newer page of the basket: its total, and what lies in it."""
    panel, own = context.panel, own_client(context)
    positions = lying(panel, own) if own else list(panel.state.positions.values())
    asked = total(panel, _sold(panel, positions))
    told = {"cost": str(asked), "currency": asked.currency, "count": str(len(positions))}
    items = [_line_item(_row(panel, each)) for each in positions]
    return [
        Node("total", "", {}, fields(told)),
        Node("list", "", {"name": "lineitems"}, items),
        *_rows(panel, positions),
        Node("p_elems", str(len(positions))),
    ]


def _line_item(row: Mapping[str, str]) -> Node:
    main = {"name": row["pricelist_name"], "period": period_text(row["item.period"])}
    price = fields({"cost": row["cost"], "currency": row["currency"]})
    return Node("elem", "", {}, [
        *fields({"id": row["id"], "elid": row["id"]}),
        Node("main", "", {}, fields(main)),
        Node("price", "", {}, [Node("price", "", {}, price)]),
    ])  # fmt: skip


_PAGES: Mapping[str, Callable[[CallContext[BillmanagerHost]], list[Node]]] = {
    "basket": _view,
    "cart": _cart,
}


def _empty(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    _clear(context)
    return [Node("ok")]


def _open_orders(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return the orders that are not paid for yet: the basket's, and services that wait."""
    panel, client = context.panel, client_of(context)
    numbers = {each.billorder for each in lying(panel, client)}
    rows = []
    for number in sorted(numbers):
        positions = lying(panel, client, str(number))
        asked = total(panel, _sold(panel, positions))
        told = {"id": str(number), "amount": str(asked), "count": str(len(positions))}
        rows.append(Node("elem", "", {}, fields(told)))
    return [Node("list", "", {"name": "openlist"}, rows)]


_ACCOUNT = Param("account", longest=15)
_BUTTON = (
    Param("id", longest=15),
    Param("elid", longest=15),
    Param("promocode", longest=255),
    Param("clicked_button", longest=32),
    _ACCOUNT,
)

FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function(
        "basket", "form", "The basket, with its buttons", partial(_press, "basket"), _BUTTON,
        _view, level=USER,
    ),
    Function(
        "cart", "form", "What lies in the basket, with its buttons", partial(_press, "cart"),
        _BUTTON, _cart, level=USER,
    ),
    Function("cart.empty", "action", "Empty the basket", _empty, (_ACCOUNT,), level=USER),
    Function(
        "order", "report", "Orders that are not paid for", _open_orders, (_ACCOUNT,), level=USER
    ),
)  # fmt: skip
