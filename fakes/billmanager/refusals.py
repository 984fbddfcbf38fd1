"""How a refusal of a rule reaches a client: as an error of the protocol."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from prorata.fakes.billmanager.allowing import NOT_ENOUGH, Subject, in_a_seed
from prorata.fakes.mgr5.errors import Mgr5Error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.fakes.mgr5.functions import CallContext, Function
    from prorata.reference.engine.state import Client
    from prorata.reference.money import Money
    from prorata.reference.refusal import Refusal

__all__ = ["BillingError", "not_enough", "refused", "telling", "unsupported"]

R = TypeVar("R")

#: The type of an error that no document names: for what no rule of the reference computes.
UNSUPPORTED: Final = "unsupported"

#: What a refusal is about, by the longest beginning of its rule's id: error type and object.
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "billmanager.": ("value", "elid"),
    "billmanager.rights": ("access", "service"),
    "billmanager.suspend": ("access", "service"),
    "billmanager.delete": ("access", "service"),
    "billmanager.charge.daily.suspension": ("access", "service"),
    "billmanager.order.groups": ("access", "pricelist"),
    "billmanager.change": ("value", "pricelist"),
    "billmanager.change.forbidden": ("access", "pricelist"),
    "billmanager.tariff": ("value", "pricelist"),
    "billmanager.order.price": ("value", "period"),
    "billmanager.order.minimum-period": ("value", "period"),
    "billmanager.order.tariff-end": ("value", "period"),
    "billmanager.order.trial": ("value", "period"),
    "billmanager.order.resources": ("value", "addon"),
    "billmanager.order.service-limit": ("limit", "pricelist"),
    "billmanager.order.quantity": ("limit", "order_count"),
    "billmanager.order.agreement": ("value", "licence_agreement"),
    "billmanager.renew": ("value", "period"),
    "billmanager.charge": ("value", "period"),
    "billmanager.pay": ("value", "amount"),
    "billmanager.name": ("value", "domain"),
    "provision.": ("value", "panel"),
    "resell.ispmanager5": ("value", "period"),
}


#: What staff can do about a refusal, by its rule.
_WAYS_OUT: Final[Mapping[str, str]] = {
    "billmanager.delete.client": (
        ": staff delete it, or put the client into a client group with the right to delete"
    ),
}
#: The names that the same thing has in one function and another.
_ALSO: Final[Mapping[str, str]] = {"period": "order_period"}


class BillingError(Mgr5Error):
    """An error with a sentence of the billing, and the id of the rule that decided, if one did.

    `subject` is what was asked, where that is known better than by the call. `more` are params.
    """

    def __init__(
        self,
        kind: str,
        about: str,
        why: str,
        rule: str = "",
        subject: Subject | None = None,
        **more: str,
    ) -> None:
        # The rule is a param of its own, which clients pass over.
        super().__init__(kind, about, "", why, **more, **({"rule": rule} if rule else {}))
        self.subject = subject


def refused(refusal: Refusal, subject: Subject | None = None) -> BillingError:
    """Return the error for a refusal; one for want of money is `not_enough`."""
    known = max((start for start in _KINDS if refusal.rule.startswith(start)), key=len, default="")
    kind, about = _KINDS.get(known, ("value", "elid"))
    way_out = _WAYS_OUT.get(refusal.rule, "")
    return BillingError(kind, about, f"{refusal.reason}{way_out}", refusal.rule, subject)


def not_enough(client: Client, asked: Money, rule: str) -> BillingError:
    """Return the error for an act that the balance does not pay.

    It is about no object, and its params are the sums, as a page of the vendor shows them. There is
    neither credit nor money put aside.
    """
    have, currency = client.balance, client.currency
    why = f"the balance is {have} {currency}, {asked} {currency} is asked"
    sums = {
        "amount": str(asked),
        "have": str(have),
        "currency": currency,
        "deficit": str(asked - have),
        "limit": "0.00",
        "reserved": "0.00",
        "available": str(have),
    }
    return BillingError(*NOT_ENOUGH, why, rule, Subject(client=client.name), **sums)


def unsupported(about: str, why: str) -> BillingError:
    """Return the error for what BILLmanager does and this one cannot: it guesses nothing."""
    return BillingError(UNSUPPORTED, about, why)


def telling(function: Function[BillmanagerHost]) -> Function[BillmanagerHost]:
    """Return a function whose errors name the parameter as its caller did, with its value.

    They also say what in a seed decides, so that whoever writes a client can have it otherwise.
    """
    view = function.view and partial(_told, function, function.view)
    return replace(function, run=partial(_told, function, function.run), view=view)


def _told(
    function: Function[BillmanagerHost],
    do: Callable[[CallContext[BillmanagerHost]], R],
    context: CallContext[BillmanagerHost],
) -> R:
    try:
        return do(context)
    except Mgr5Error as error:
        raise _as_called(function, context, error) from None


def _as_called(
    function: Function[BillmanagerHost], context: CallContext[BillmanagerHost], error: Mgr5Error
) -> Mgr5Error:
    shown = {param.name for param in function.params if not param.secret}
    also = _ALSO.get(error.about, error.about)
    subject = getattr(error, "subject", None) or _subject(context)
    seed = in_a_seed(error.more.get("rule", ""), (error.kind, error.about), subject)
    about = also if error.about not in shown and also in shown else error.about
    if about not in shown and not seed:
        return error
    value = error.value or (context.request.params.get(about, "") if about in shown else "")
    more = error.more | {"seed": seed} if seed else error.more
    return Mgr5Error(error.kind, about, value, error.why, **more)


def _subject(context: CallContext[BillmanagerHost]) -> Subject:
    """Return what a call is about, by its parameters and its caller."""
    panel, params = context.panel, context.request.params
    number, pricelist = params.get("elid") or params.get("plid", ""), params.get("pricelist", "")
    tariff = panel.listings.by_id.get(int(pricelist)) if _is_number(pricelist) else None
    login = panel.state.logins.get(context.who.name)
    service, client = number if _is_number(number) else 0, login.client if login else ""
    told = {"service": service, "tariff": tariff, "client": client}
    return Subject.of(panel.billing.book, told)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16  # noqa: PLR2004  what fits a double
