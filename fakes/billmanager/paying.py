"""Payments to the balance, and of what lies in the basket."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import act, check_paid, client_of, own_client
from prorata.fakes.billmanager.basket import check_out, lying, ordered, total
from prorata.fakes.billmanager.codes import PAYMENT
from prorata.fakes.billmanager.payers import PAYER, name_of_payer, payer_of
from prorata.fakes.billmanager.refusals import BillingError, refused
from prorata.fakes.billmanager.state import Payment
from prorata.fakes.billmanager.texts import day, moment
from prorata.fakes.mgr5.errors import Mgr5Error, bad_value, missed
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.params import ELIDS, Param
from prorata.fakes.mgr5.traffic import ADMIN, USER
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.billmanager.pay import pay as payment_refused
from prorata.reference.money import Money, exact, minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost

__all__ = ["CURRENCIES", "FUNCTIONS"]

#: The numbers of currencies that clients know.
CURRENCIES = {"126": "RUB", "153": "USD", "50": "EUR"}
_BALANCE = "0"
_NEW, _IN_PROGRESS, _CREDITED, _FRAUD, _CANCELLED = "1", "2", "4", "7", "9"
_OPEN = frozenset({_NEW, _IN_PROGRESS})


def _seen(context: CallContext[BillmanagerHost]) -> Iterator[Payment]:
    own = own_client(context)
    return (each for each in context.panel.state.payments.values() if own in {"", each.client})


def _found(context: CallContext[BillmanagerHost], elid: str) -> Payment:
    found = next((each for each in _seen(context) if str(each.id) == elid), None)
    if found is None:
        raise missed("payment", elid)
    return found


def _list(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    return [Node("elem", "", {}, fields(_row(context.panel, each))) for each in _seen(context)]


def _row(panel: BillmanagerHost, payment: Payment) -> dict[str, str]:
    zone, things = panel.billing.book.zone, panel.state.things
    method = things["paymethod"].get(int(payment.method or "0"), {})
    money = f"{payment.amount} {payment.currency}"
    return {
        "id": str(payment.id),
        "number": f"{panel.binary.upper()}/{payment.id}",
        "create_date": day(payment.created.astimezone(zone)),
        "pay_date": moment(payment.paid.astimezone(zone)) if payment.paid else "",
        "sender_name": name_of_payer(panel, payment.profile) or payment.client,
        "sender_id": payment.profile,
        "recipient_name": things["provider"][1]["name"],
        "account_name": payment.client,
        "paymethod_name": method.get("name", ""),
        "subaccountamount_iso": money,
        "paymethodamount_iso": money,
        "status": payment.status,
        "status_name": PAYMENT[payment.status],
        "allowrefund": "off",
        "billorder": payment.billorder,
    }


def _methods(context: CallContext[BillmanagerHost]) -> list[Node]:
    currency = context.panel.billing.book.currency
    return [
        Node("elem", "", {}, fields({
            "paymethod": str(number),
            "name": each["name"],
            "payment_minamount": each.get("minamount", "0.01"),
            "paymethod_currency_iso": currency,
        }))
        for number, each in context.panel.state.things["paymethod"].items()
    ]  # fmt: skip


def _due(context: CallContext[BillmanagerHost]) -> str:
    """Return what a payment is to bring: what is named, else what the order asks."""
    args, panel = context.args, context.panel
    if args.get("elid"):
        return _new_one(context).amount
    if "amount" in args:
        return args["amount"]
    if "billorder" not in args:
        return ""
    positions = lying(panel, client_of(context), args["billorder"])
    if not positions:
        raise missed("billorder", args["billorder"])
    return str(_payable(total(panel, positions)))


def _payable(asked: Money) -> Money:
    """Return the least payment that brings so much: it has no more digits than the currency."""
    digits = minor_digits(asked.currency)
    return Money(ceil(asked.exact * 10**digits), digits, asked.currency)


def _new_one(context: CallContext[BillmanagerHost], elid: str = "") -> Payment:
    """Return the payment that a call is about: one that has begun, was not paid nor given up.

    Which one is `elid`, or what the call says.
    """
    payment = _found(context, elid or context.args["elid"])
    if payment.status not in _OPEN:
        why = f"It is {PAYMENT[payment.status].lower()} already"
        raise BillingError("value", "elid", why, "billmanager.pay")
    return payment


def _ways(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return the ways to pay."""
    args = context.args
    billorder = _new_one(context).billorder if args.get("elid") else args.get("billorder", "")
    told = {"amount": _due(context), "billorder": billorder}
    if args.get("elid"):
        told = {"elid": args["elid"], **told}
    currency = {"payment_currency": _currency_number(context.panel)}
    methods = Node("list", "", {"name": "methodlist"}, _methods(context))
    own = Node("val", context.panel.billing.book.currency, {"key": currency["payment_currency"]})
    currencies = Node("slist", "", {"name": "payment_currency"}, [own])
    return [*fields(told | currency), currencies, methods]


def _pay(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Begin a payment and answer where it is paid; what the balance pays is done at once.

    With `elid` it is a payment that has begun already, and goes on.
    """
    panel, args, amount = context.panel, context.args, _due(context)
    if args.get("elid"):
        return _go_on(context, _new_one(context))
    client = client_of(context)
    _check(context, amount)
    amount = str(Money.of(amount, panel.billing.book.currency))
    billorder = args.get("billorder", "")
    if args.get("paymethod") == _BALANCE or (billorder and _affordable(panel, client, amount)):
        return _from_balance(context, client, billorder)
    profile = payer_of(context)
    number = panel.state.number("payment")
    currency = panel.billing.book.currency
    act(panel, "open_payment", client=client, amount=amount)
    panel.state.payments[number] = Payment(
        number, client, amount, currency, context.now, _NEW,
        method=args.get("paymethod", "1"), profile=profile, billorder=billorder,
    )  # fmt: skip
    return _link(context, number)


def _link(context: CallContext[BillmanagerHost], number: int) -> Sequence[Node]:
    link = f"{context.panel.path}?func=payment.add.redirect&elid={number}"
    payer = context.panel.state.payments[number].profile
    told = {
        "item.id": str(number),
        "payment_id": str(number),
        **({"profile": payer} if payer else {}),
    }
    # Where staff name the client, the page that asks for it answers too, with the number as well.
    pages = 2 if context.args.get("customer_account") else 1
    ids = [Node("id", str(number))] * pages
    return [Node("ok", link, {"type": "url"}), *ids, *fields(told)]


def _go_on(context: CallContext[BillmanagerHost], payment: Payment) -> Sequence[Node]:
    """Go on with a payment, in another way or as another payer where that is said."""
    args, panel = context.args, context.panel
    if exact(args.get("amount", payment.amount)) != exact(payment.amount):
        raise bad_value("amount", args["amount"], f"The payment is of {payment.amount}")
    _check(context, payment.amount)
    if args.get("paymethod") == _BALANCE:
        return _from_own(context, payment)
    method, profile = args.get("paymethod", payment.method), payer_of(context) or payment.profile
    panel.state.payments[payment.id] = replace(payment, method=method, profile=profile)
    return _link(context, payment.id)


def _from_own(context: CallContext[BillmanagerHost], payment: Payment) -> Sequence[Node]:
    """Pay an order from the balance after all: its payment is given up."""
    if not payment.billorder:
        raise bad_value("paymethod", _BALANCE, "The balance is not paid from itself")
    done = _from_balance(context, payment.client, payment.billorder)
    _forget(context.panel, payment)
    return done


def _currency_number(panel: BillmanagerHost) -> str:
    own = panel.billing.book.currency
    return next((number for number, iso in CURRENCIES.items() if iso == own), "")


def _check(context: CallContext[BillmanagerHost], amount: str) -> None:
    args, own = context.args, context.panel.billing.book.currency
    number = args.get("payment_currency", "")
    if number and CURRENCIES.get(number, number) != own:
        raise bad_value("payment_currency", number, f"Accounts are in {own}")
    method = args.get("paymethod", "1")
    if method != _BALANCE and int(method) not in context.panel.state.things["paymethod"]:
        raise missed("paymethod", method)
    if not amount:
        raise bad_value("amount", "", "It is required")
    refusal = payment_refused(amount=exact(amount), digits=minor_digits(own))
    if refusal:
        raise refused(refusal)


def _affordable(panel: BillmanagerHost, client: str, amount: str) -> bool:
    # What the balance pays needs no payment: the order is carried out, and no link is answered.
    return panel.billing.book.clients[client].balance.exact >= exact(amount)


def _from_balance(
    context: CallContext[BillmanagerHost], client: str, billorder: str
) -> Sequence[Node]:
    panel = context.panel
    positions = lying(panel, client, billorder)
    check_paid(panel.billing.book.clients[client], total(panel, positions))
    return [Node("ok", "func=order"), *ordered(check_out(panel, positions), billorder)]


def _set_paid(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Take payments: the money is on the balance, and what was ordered for it is done."""
    payments = [_new_one(context, elid) for elid in context.ids]
    for each in payments:
        _credit(context.panel, each)
    return [Node("ok")]


def _credit(panel: BillmanagerHost, payment: Payment) -> None:
    now = panel.clock.now()
    act(panel, "pay", client=payment.client, amount=payment.amount)
    panel.state.payments[payment.id] = replace(payment, status=_CREDITED, paid=now)
    if not payment.billorder:
        return
    for each in lying(panel, payment.client, payment.billorder):
        # The money has come; what the rules refuse by now stays in the basket.
        with suppress(Mgr5Error):
            check_out(panel, [each])


def _delete(context: CallContext[BillmanagerHost], status: str = _CANCELLED) -> Sequence[Node]:
    """Give up payments that were not paid."""
    payments = [_new_one(context, elid) for elid in context.ids]
    for each in payments:
        _forget(context.panel, each, status)
    return [Node("ok")]


def _forget(panel: BillmanagerHost, payment: Payment, status: str = _CANCELLED) -> None:
    panel.billing.give_up_payment(payment.client, payment.amount)
    panel.state.payments[payment.id] = replace(payment, status=status)


def _set_status(context: CallContext[BillmanagerHost], status: str) -> Sequence[Node]:
    """Note how far payments have come that are not on the balance yet."""
    payments = [_new_one(context, elid) for elid in context.ids]
    for each in payments:
        context.panel.state.payments[each.id] = replace(each, status=status)
    return [Node("ok")]


def _info(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Tell a module all about a payment, its way to pay and its currency.

    Of the last two it comes first with the number, then with what is known: modules read the second
    one.
    """
    panel = context.panel
    payment = _found(context, context.args["elid"])
    way, currency = payment.method or "0", _currency_number(panel)
    known = panel.state.things["paymethod"].get(int(way), {})
    told = {
        "id": str(payment.id),
        "number": f"{panel.binary.upper()}/{payment.id}",
        "status": payment.status,
        "amount": payment.amount,
        "paymethodamount": payment.amount,
        "subaccountamount": payment.amount,
        "description": f"Payment {payment.id}",
        "account": str(panel.billing.book.clients[payment.client].number),
        "billorder": payment.billorder,
        "profile": payment.profile,
        "useremail": panel.state.logins[payment.client].email,
        "userrealname": panel.state.logins[payment.client].realname,
    }
    parts = (
        Node("paymethod", way),
        Node("paymethod", children=fields({"id": way, **known})),
        Node("currency", currency),
        Node("currency", children=fields({"id": currency, "iso": payment.currency})),
    )
    return [Node("payment", children=[*fields(told), *parts])]


def _redirect(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Go to where the payment is made; whoever pays there is told by `payment.setpaid`."""
    found = _new_one(context)
    return [Node("ok", f"https://pay.example.com/{found.id}", {"type": "url"})]


_ACCOUNT = Param("account", longest=15)
_ADD = (
    Param("elid", longest=15),
    Param("billorder", longest=15),
    Param("profile", longest=15),
    Param("payment_currency", longest=15),
    Param("paymethod", "integer", longest=15),
    Param("amount", "amount"),
    Param("clicked_button", longest=32),
    _ACCOUNT,
    # Staff name the client by it on the last page.
    Param("customer_account", longest=15),
    *PAYER,
)
#: What a module says beside the number: its own text, and the number that the payment has there.
_BY_MODULE = (ELIDS, Param("info"), Param("externalid"))
_COLUMNS = (
    "id", "number", "create_date", "pay_date", "sender_name", "sender_id", "recipient_name",
    "account_name", "paymethod_name", "subaccountamount_iso", "paymethodamount_iso", "status",
    "status_name", "allowrefund", "billorder",
)  # fmt: skip
_ONE = Param("elid", required=True, longest=15)

FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function("payment", "list", "Payments", _list, level=USER, key="id", columns=_COLUMNS),
    Function("payment.add", "form", "Pay", _pay, _ADD, _ways, level=USER),
    Function("payment.add.method", "form", "Pay in a way of paying", _pay, _ADD, _ways, level=USER),
    Function("payment.add.pay", "form", "The last page of it", _pay, _ADD, _ways, level=USER),
    Function(
        "payment.add.redirect", "report", "Where a payment is made", _redirect, (_ONE,), level=USER
    ),
    Function("payment.setpaid", "group", "Take payments", _set_paid, _BY_MODULE, level=ADMIN),
    Function(
        "payment.setinpay", "group", "Payments are being made",
        lambda context: _set_status(context, _IN_PROGRESS), _BY_MODULE, level=ADMIN,
    ),
    Function(
        "payment.setnopay", "group", "Payments were not made, and may still be",
        lambda context: _set_status(context, _NEW), _BY_MODULE, level=ADMIN,
    ),
    Function(
        "payment.setfraud", "group", "Give up payments that are a fraud",
        lambda context: _delete(context, _FRAUD), _BY_MODULE, level=ADMIN,
    ),
    Function(
        "payment.setcanceled", "group", "Give up payments", _delete, _BY_MODULE, level=ADMIN
    ),
    Function("payment.info", "report", "A payment, for its module", _info, (_ONE,), level=ADMIN),
    Function("payment.delete", "group", "Give up payments", _delete, (ELIDS,), level=USER),
)  # fmt: skip
