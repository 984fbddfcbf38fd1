"""What the first page shows: the balance, notices, and the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import own_client
from prorata.fakes.billmanager.catalogue import TYPES
from prorata.fakes.billmanager.codes import CODES, STATUS, status_code
from prorata.fakes.billmanager.money import clients_seen
from prorata.fakes.billmanager.texts import localised, moment, with_currency
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.traffic import ADMIN, USER
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost

__all__ = ["FUNCTIONS"]


def _balance(context: CallContext[BillmanagerHost]) -> Money:
    """Return what is on the account of the caller, on all of them together for staff."""
    balances = (client.balance for client in clients_seen(context))
    return sum(balances, Money(0, 4, context.panel.billing.book.currency))


def _usrparam(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    panel = context.panel
    login = panel.state.logins[context.who.name]
    lang = context.request.params.get("lang", "en")
    told = {
        "id": str(login.id),
        "username": login.name,
        "realname": login.realname,
        "email": login.email,
        "phone": login.phone,
        "lang": lang,
        "balance": localised(_balance(context), lang),
        "currency": panel.billing.book.currency,
    }
    return fields(told)


def _info(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    panel, balance = context.panel, _balance(context)
    counted = dict.fromkeys(CODES.values(), 0)
    for number in panel.index.of("", own_client(context)):
        counted[int(status_code(panel.billing.book.services[int(number)]))] += 1
    told = {
        "id": "1",
        "realbalance": with_currency(balance),
        "balance": with_currency(balance),
        "credit": f"0.00 {balance.currency}",
        "services": str(sum(counted.values())),
        **{name: str(counted[CODES[name]]) for name in STATUS},
    }
    return [Node("elem", "", {}, fields(told))]


def _credit(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return that there is no credit: no rule of the reference gives one."""
    nothing = f"0.00 {context.panel.billing.book.currency}"
    told = {"id": "1", "available_credit": nothing, "credit": nothing}
    return [Node("elem", "", {}, fields(told))]


def _notify(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return what the caller was told in the billing, not by mail."""
    panel, own = context.panel, own_client(context)
    told = [
        each
        for each in panel.billing.book.notifications
        if own in {"", each.to} and each.way != "mail"
    ]
    rows = [
        Node("item", "", {"id": str(number), "date": moment(each.at)}, fields({"msg": each.kind}))
        for number, each in enumerate(told, 1)
    ]
    return [Node("notify", "", {"total": str(len(rows))}, rows)]


_CLIENT = {
    "mainmenuservice": tuple(TYPES),
    "finance": ("payment", "expense", "profile", "subaccount", "basket"),
    "stat": ("user", "session"),
}
_STAFF = {
    "customer": ("account", "user", "profile", "clientgroup", "subaccount"),
    "mainmenuservice": tuple(TYPES),
    "products": ("pricelist", "itemtype"),
    "integration": ("processing", "datacenter", "nameserver", "ipmanager"),
    "provider": ("provider", "department", "paymethod"),
    "finance": ("payment", "expense"),
    "tools": ("runningoperation", "task", "session"),
}


def _menu(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return the menu as nodes within nodes; what the caller may not call is not in it."""
    sections = _STAFF if context.who.level >= ADMIN else _CLIENT
    known = context.panel.functions

    def entry(func: str) -> Node:
        # Some clients go by the name, some by what is called, and whether that is a list.
        return Node("node", "", {"name": func, "action": func, "type": known[func].kind})

    nodes = [
        Node("node", "", {"name": section}, [*map(entry, functions)])
        for section, functions in sections.items()
    ]
    return [Node("mainmenu", "", {}, nodes)]


FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function("usrparam", "report", "The caller's settings and balance", _usrparam, level=USER),
    Function("dashboard.info", "list", "The account at a glance", _info, level=USER, key="id",
             columns=("id", "realbalance", "balance", "credit", "services")),
    Function("dashboard.subaccount_credit", "list", "Credit", _credit, level=USER, key="id",
             columns=("id", "available_credit", "credit")),
    Function("notify", "report", "Notices", _notify, level=USER),
    Function("menu", "report", "The menu", _menu, level=USER),
)  # fmt: skip
