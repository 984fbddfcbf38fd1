"""When an account is made, renewed and upgraded."""

from __future__ import annotations

from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

__all__ = ["accepted", "create", "renew", "upgrade"]


def create(*, setting: str, event: str) -> bool:
    """Tell whether an account is made at an event: order, first payment, cron or accept.

    ``hostbill.automation.create`` (hostbill-licences, hostbill-hosting): staff accept whatever is
    set.
    """
    return event in {"accept", _EVENTS[setting]}


_EVENTS = {
    "on order": "order",
    "first payment": "payment",
    "by cron": "cron",
    "by hand": "accept",
}


@beside("hostbill.automation.create")
def accepted(*, has: str) -> Refusal | None:
    """Refuse to accept an order that does not wait for it."""
    if has == "pending":
        return None
    is_made = has == "processing"
    why = "the account is being made" if is_made else f"the service is {has}, not pending"
    return Refusal("hostbill.automation.create", why)


def renew(*, setting: str, event: str) -> bool:
    """Tell whether a service is renewed at an event: the payment of its invoice, or its issue.

    ``hostbill.automation.renew`` (hostbill-licences, hostbill-hosting).
    """
    return event == {"after payment": "payment", "with the invoice": "issue"}[setting]


def upgrade(*, setting: str, event: str) -> bool:
    """Tell whether a change is carried out at an event: its order, or the payment for it.

    ``hostbill.automation.upgrade`` (hostbill-licences, hostbill-hosting).
    """
    return event == {"on order": "order", "after payment": "payment"}[setting]
