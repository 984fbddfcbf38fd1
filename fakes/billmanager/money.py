"""Accounts' balances, and what was charged to them."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.billmanager.acts import itemtype_of, own_client
from prorata.fakes.billmanager.refusals import unsupported
from prorata.fakes.billmanager.texts import day, with_currency
from prorata.fakes.mgr5.errors import missed
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.params import ELID, Param
from prorata.fakes.mgr5.rows import Rows
from prorata.fakes.mgr5.traffic import ADMIN, USER
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.ledger import TO_CLIENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.reference.engine.state import Client
    from prorata.reference.ledger import Line

__all__ = ["FUNCTIONS", "clients_seen"]

_KINDS = {
    "period": "Service",
    "setup": "Setup fee",
    "resource": "Addon",
    "daily": "Daily charge",
    "late fee": "Late renewal fee",
    "tariff change": "Tariff change",
    "usage": "Usage",
    "tax": "Tax",
    "refund": "Refund",
    "tax refund": "Tax refund",
    "credit": "Credit",
}
#: What the wire calls resources that have a name of its own there.
_RESOURCES: Final = {"IPv4 addresses": "ip", "IPv6 addresses": "ip"}
#: So many clients have numbers before those of their accounts in second currencies.
_ACCOUNTS: Final = 1_000_000
#: The columns of the time that a line pays for, its beginning and its end: they are ours.
_PAID = ("paidfrom", "paidto")
#: The kinds of lines that are the tax on the line before them, with its sign for a client.
_TAXES = {"tax": "", "tax refund": "-"}


def clients_seen(context: CallContext[BillmanagerHost]) -> list[Client]:
    """Return the clients that the caller sees."""
    clients, own = context.panel.billing.book.clients, own_client(context)
    return [clients[own]] if own else list(clients.values())


def _subaccounts(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return the balances: one for each currency that a client has an account in."""
    rows: list[Node] = []
    for client in clients_seen(context):
        held = {client.currency: client.balance, **client.accounts}
        for at, (currency, balance) in enumerate(held.items()):
            told = {
                "id": str(client.number + at * _ACCOUNTS),
                "account": client.name,
                "account_id": str(client.number),
                "project": "1",
                "name": client.name,
                "balance": with_currency(balance),
                "currency": currency,
                "credit": f"0.00 {currency}",
            }
            rows.append(Node("elem", "", {}, fields(told)))
    return rows


def _expenses(context: CallContext[BillmanagerHost]) -> Rows[str]:
    panel, own = context.panel, own_client(context)
    lines = {
        str(number): line
        for number, line in enumerate(panel.billing.ledger, 1)
        if own in {"", line.client} and not line.inside
    }
    return Rows(list(lines), lambda key: Node("elem", "", {}, fields(_row(panel, key, lines[key]))))


def _row(panel: BillmanagerHost, number: str, line: Line) -> dict[str, str]:
    book = panel.billing.book
    service = book.services[line.service]
    sign = "-" if line.kind in TO_CLIENT else ""
    begins = line.covers[0] if line.covers else line.at
    return {
        "id": number,
        "locale_name": f"{_KINDS.get(line.kind, line.kind)}: {service.tariff} # {line.service}",
        "account": line.client,
        "account_id": str(book.clients[line.client].number),
        "item": str(line.service),
        "main_item": str(line.service),
        "intname": _intname(panel, line),
        "kind": line.kind,
        # When it was charged, and the beginning of what it is for.
        "realdate": day(line.at.astimezone(book.zone)),
        "cdate": day(begins.astimezone(book.zone)),
        "amount": f"{sign}{line.amount} {line.amount.currency}",
        "notpayd": "0.00",
        "payments": "",
        "discountamount": "0.00",
        "discount": "",
        "taxamount": _tax(panel, int(number)) if line.kind not in _TAXES else "0.00",
        "rule": line.rule,
        **dict(zip(_PAID, map(datetime.isoformat, line.covers or ()), strict=False)),
    }


def _intname(panel: BillmanagerHost, line: Line) -> str:
    """Return what was paid for: the product type of the service, or its resource."""
    service = panel.billing.book.services[line.service]
    resource = _resource(line.arguments)
    return _RESOURCES.get(resource, resource) or itemtype_of(panel, service)


def _resource(arguments: Mapping[str, Any]) -> str:
    """Return the resource that the rule of a line was asked about, nothing for the tariff itself.

    It is named by itself, in the terms of a day, or by the stretches of time that are paid for.
    """
    stretches = arguments.get("stretches") or [arguments.get("stretch")]
    item = getattr(stretches[0], "item", "")
    named = arguments.get("resource") or getattr(arguments.get("terms"), "resource", "") or item
    return "" if named == "tariff" else named


def _tax(panel: BillmanagerHost, number: int) -> str:
    """Return the tax on a line, which is the next one of the ledger: given back, it is below 0."""
    for line in islice(panel.billing.ledger.since(number), 1):
        if line.kind in _TAXES:
            return f"{_TAXES[line.kind]}{line.amount}"
    return "0.00"


def _expense(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    panel, elid = context.panel, context.args.get("elid", "")
    rows = panel.billing.ledger.rows
    known = elid.isascii() and elid.isdecimal() and len(elid) < 16 and 0 < int(elid) <= len(rows)  # noqa: PLR2004  what fits a double
    if not known:
        raise missed("expense", elid)
    line = next(iter(panel.billing.ledger.since(int(elid) - 1)))
    row = _row(panel, elid, line)
    told = {"subaccount": row["account_id"], "item": row["item"], "operation": line.kind}
    return {"elid": elid, **told, "amount": str(line.amount), "taxrate": "", "postpaid": "off",
            "name": row["locale_name"]}  # fmt: skip


def _no_expense(_context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    # The ledger is append-only, and every line of it is a rule's: none is entered by hand.
    raise unsupported("expense", "Expenses are posted by rules only, and stay as they are")


_COLUMNS = (
    "id", "locale_name", "account", "account_id", "item", "main_item", "intname", "kind",
    "realdate", "cdate", "amount", "notpayd", "payments", "discountamount", "discount",
    "taxamount", "rule", *_PAID,
)  # fmt: skip
_SUBACCOUNT = ("id", "account", "account_id", "project", "name", "balance", "currency", "credit")

FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function(
        "subaccount", "list", "Balances", _subaccounts, level=USER, key="id", columns=_SUBACCOUNT
    ),
    Function(
        "expense", "list", "What was charged", _expenses, level=USER, key="id", columns=_COLUMNS
    ),
    Function(
        "expense.edit", "form", "A charge", _no_expense,
        (
            ELID,
            Param("subaccount", longest=15),
            Param("item", longest=15),
            Param("operation", longest=64),
            Param("amount", "amount"),
            Param("taxrate", "amount"),
            Param("postpaid", "switch"),
            Param("name", longest=255),
        ),
        _expense, level=ADMIN,
    ),
)  # fmt: skip
