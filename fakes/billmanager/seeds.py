"""What a seed says of a BILLmanager beside the words of scenarios, and how it gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.billmanager.codes import PAYMENT as STATUSES
from prorata.fakes.billmanager.state import Payment
from prorata.fakes.billmanager.texts import moment
from prorata.reference.money import Money
from prorata.reference.refusal import Refusal
from prorata.reference.vocabulary.kinds import Choice, Field, Many, Plain, Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.billmanager.state import BillmanagerState
    from prorata.reference.engine import Billing

__all__ = ["BILLMANAGER", "CLIENT", "PERSON", "sow"]

_NEW, _CREDITED = "new", "credited"
_CODES: Final = {text.lower(): code for code, text in STATUSES.items()}

PAYMENT: Final = Record(
    "SeedPayment",
    "A payment of a client that there is from the beginning.",
    (
        Field("amount", Plain.AMOUNT, "How much.", needed=True),
        Field(
            "status",
            Choice.of("a status of a payment", *_CODES),
            "Only what is credited is on the balance, beside what stands there.",
            default=_CREDITED,
        ),
    ),
)
#: What is told of a person who logs in.
PERSON: Final = ("password", "realname", "email", "phone")
CLIENT: Final = Record(
    "SeedClient",
    "A client, who logs in.",
    (
        Field("balance", Plain.AMOUNT, "What is on the balance.", default="0"),
        Field("group", Plain.TEXT, "The client's group.", names="groups"),
        *(Field(name, Plain.TEXT, f"The client's {name}.") for name in PERSON),
        Field("payments", Many(PAYMENT), "Payments that there are from the beginning."),
    ),
)
_TICKET: Final = Record(
    "SeedTicket",
    "A request for support.",
    (
        Field("client", Plain.TEXT, "Who asks.", needed=True),
        Field("name", Plain.TEXT, "The subject.", needed=True),
        Field("responsible", Plain.TEXT, "Who of the staff answers."),
        Field("queue", Plain.TEXT, "Where it waits."),
    ),
)
BILLMANAGER: Final = Record(
    "SeedBillmanager",
    "What only this panel has.",
    (
        Field("password", Plain.TEXT, "That of the administrator."),
        Field("tickets", Many(_TICKET), "Requests for support."),
        Field("single_row_as_object", Plain.YES_NO, "A list's only row is no array in JSON."),
        Field("keeps_unpaid_orders", Plain.YES_NO, "Orders wait until the balance pays them."),
        Field("polls_for_key", Plain.WHOLE, "How often a licence's key is asked for in vain."),
    ),
)


def sow(
    billing: Billing,
    state: BillmanagerState,
    clients: Mapping[str, Mapping[str, Any]],
    tickets: Sequence[Mapping[str, str]],
) -> None:
    """Put the payments of clients on a panel, and requests for support, as of now.

    Raises ValueError for what cannot be.
    """
    for name, row in clients.items():
        payments = row.get("payments") or ()
        # What is credited comes first: it would settle an open payment of the same amount.
        for each in sorted(payments, key=lambda each: each.get("status", _CREDITED) != _CREDITED):
            _pay(billing, state, name, **{"status": _CREDITED, **each})
    for ticket in tickets:
        now = moment(billing.clock.now().astimezone(billing.book.zone))
        known = {"queue": state.things["department"][1]["name"], "responsible": ""}
        told = {**known, **ticket, "date_start": now}
        state.things.setdefault("ticket", {})[state.number("ticket")] = told


def _pay(
    billing: Billing, state: BillmanagerState, client: str, *, amount: str, status: str
) -> None:
    """Make a payment; what is credited is paid at once."""
    verb = {_NEW: "open_payment", _CREDITED: "pay"}.get(status)
    if verb:
        done = billing.act(verb, client=client, amount=amount)
        if isinstance(done, Refusal):
            message = f"client {client}: {done.reason}"
            raise ValueError(message)
    number, now, currency = state.number("payment"), billing.clock.now(), billing.book.currency
    state.payments[number] = Payment(
        number, client, str(Money.of(amount, currency)), currency, now, _CODES[status],
        paid=now if status == _CREDITED else None, method="1",
    )  # fmt: skip
