"""Wrong resellers: what goes wrong only where two things meet."""

from __future__ import annotations

from datetime import timedelta

from seams import Wrong
from ways import then

from prorata.reference.periods import Length

OPERATION, EVENTS, BUNDLED = "resell.operation", "resell.events", "resell.licence.bundled"


def _a_month(right):
    return lambda seller, number, _period: right(seller, number, Length(months=1))


def _the_first_one(right):
    def prolong(seller, number, period):
        right(seller, min([number, *seller.licences()], key=int), period)

    return prolong


def _lifts_the_seller(turn, *, service, **_):
    renewed = turn.book.services[int(service)]
    if "seller" in renewed.suspended_by:
        left = renewed.suspended_by - {"seller", "non-payment"}
        turn.set(renewed, suspended_by=left, status="suspended" if left else "active")


CROSSING_RESELLERS = [
    Wrong("renews every licence for a month", (OPERATION,), seller={"prolong": _a_month}),
    Wrong("renews the licence of another server", (OPERATION, BUNDLED),
          seller={"prolong": _the_first_one}),
    Wrong("asks for events every hour", (EVENTS,),
          code={"engine.resell.trade.EVERY": lambda _right: timedelta(hours=1)}),
    Wrong("a renewal lifts what the seller suspended", (EVENTS,),
          acts={"renew": then(_lifts_the_seller)}),
    Wrong("asks every five minutes for ever",
          (OPERATION, "provision.ispmanager.create", "billmanager.lifecycle.status"),
          code={"engine.operations.UNANSWERED_AGAIN": lambda _right: (timedelta(minutes=5),)}),
]  # fmt: skip
