"""Ways to be wrong only the second time: what an earlier act, client or answer has left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

from ways import service_of

from prorata.reference.billmanager import order as orders
from prorata.reference.engine.billmanager import life
from prorata.reference.engine.hostbill.invoices import service_of as in_turn
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.money import Money
from prorata.reference.periods import Length

NONE = timedelta()
#: What was kept in mind of the one book that was asked last.
_MINDS: list[tuple[Any, dict[Any, Any]]] = []


def _mind(book):
    """Return what is kept in mind of a book."""
    if not _MINDS or _MINDS[0][0] is not book:
        _MINDS[:] = [(book, {})]
    return _MINDS[0][1]


# Money that is short


def never_below_zero(_right):
    """Refuse whatever leaves a balance below zero, also where it was there before."""
    return lambda turn, client: turn.units_left(client) >= 0


def but_for_the_tax(right):
    """Ask whether the balance pays what is charged, and not the tax on it."""

    def pays(turn, client):
        own = [each for each in turn.entries if each.client == client and each.kind == "tax"]
        left = turn.units_left(client) + sum(each.units for each in own)
        return right(turn, client) or left >= 0

    return pays


def once_for_all(right):
    """Ask for money for the first of several services alone."""
    return lambda turn, client: right(turn, client) or bool(turn.services)


def half_a_cent_kept(amount):
    """Give back no half of a cent."""
    cents = amount * 100
    half = cents < 0 and cents.denominator == 2
    return (cents + Fraction(1, 2)) / 100 if half else amount


def with_what_is_begun(turn, *, client, amount, **_):
    """Take a payment when it begins."""
    turn.receive(client, Money.of(amount, turn.book.currency))


# Of one service, client or owner, and of all


def for_all_of_the_client(turn, *, service, **_):
    """Set the automatic renewal of all services of a client."""
    one = service_of(turn, service)
    for each in turn.book.services.values():
        if each.client == one.client and each is not one:
            turn.set(each, auto_renewal=turn.pending(one, "auto_renewal"))


def with_all_of_the_client(right):
    """Suspend all services of a client where one is not paid."""

    def handle(turn, service):
        right(turn, service)
        gone = any(what is service and "suspended_by" in fields for what, fields in turn.changes)
        if service.cycle or not gone:
            return
        for each in turn.book.services.values():
            if each.client == service.client and each is not service and each.status == "active":
                life._suspend(turn, each, "non-payment")

    return handle


def had_by_anyone(_right):
    """Sell a trial to one client."""

    def refused(turn, _client, tariff, quantity):
        had = any(tariff.name in each.trials for each in turn.book.clients.values())
        told = {"tariff": tariff.name, "days": tariff.trial, "had": had, "wants": quantity}
        return turn.rule(orders.trial_sold, **told)

    return refused


def while_it_is_there(_right):
    """Sell a trial where none is there now."""

    def refused(turn, client, tariff, quantity):
        own = (each for each in turn.book.services.values() if each.client == client.name)
        tried = (each for each in own if each.trial and each.tariff == tariff.name)
        had = any(each.status != "deleted" for each in tried)
        told = {"tariff": tariff.name, "days": tariff.trial, "had": had, "wants": quantity}
        return turn.rule(orders.trial_sold, **told)

    return refused


def of_who_ordered(right):
    """Ask the client who ordered a service, whoever has it now."""

    def issue(turn, client, due, wanted):
        first = next(iter(wanted.lines), None)
        asked = client if first is None else in_turn(turn, first.service).orderer
        return right(turn, asked, due, wanted)

    return issue


def oldest_alone(right):
    """Look at the oldest unpaid invoice of a service alone."""

    def handle(turn, service):
        unpaid = turn.book.unpaid.get(service.number)
        if unpaid:
            turn.book.unpaid[service.number] = unpaid[:1]
        right(turn, service)
        if unpaid:
            turn.book.unpaid[service.number] = unpaid

    return handle


def as_if_not_reminded(right):
    """Forget of an invoice that is issued again that its client was reminded."""

    def again(turn, invoice, wanted):
        told, invoice.reminded = invoice.reminded, None
        issued = right(turn, invoice, wanted)
        invoice.reminded = told
        return issued

    return again


# The second time


def without_prices_had(right):
    """Forget the special prices of renewals at the second one."""

    def buy(turn, service, terms):
        tariff = terms.tariff
        if terms.renewal and service.number in _mind(turn.book):
            others = {
                period: price
                for period, price in tariff.renewal_prices.items()
                if period not in tariff.prices
            }
            terms = terms._replace(tariff=replace(tariff, renewal_prices=others))
        return right(turn, service, terms)

    return buy


def kept_in_mind(right):
    """Note that a service was renewed."""

    def take_effect(turn, service, held, **dates):
        _mind(turn.book)[service.number] = True
        right(turn, service, held, **dates)

    return take_effect


def from_the_first_expiry(right):
    """Count what is overdue from the first expiry for which a fee was asked."""

    def but(fee):
        def ask(turn, service):
            expires = service.expires
            service.expires = _mind(turn.book).setdefault(("expired", service.number), expires)
            answer = fee(turn, service)
            service.expires = expires
            return answer

        return ask

    return {policy: but(fee) for policy, fee in right.items()}


def suspended_as_planned(right):
    """Suspend at the time that was planned, though it was renewed meanwhile."""

    def handle(turn, service):
        held = service.status == "deleted" or "non-payment" in service.suspended_by
        if held or service.cycle or turn.since(service.ends) >= NONE:
            right(turn, service)
        else:
            life._suspend(turn, service, "non-payment")

    return handle


# Days of months and years


def after_february_alone(right):
    """Keep the day of the month after a February alone."""
    return lambda expires, period, anchor: (
        right(expires, period, anchor) if expires.month == 2 else expires.day
    )


def not_over_years(right):
    """Keep the day of the month after months, and not after years."""
    return lambda expires, period, anchor: (
        right(expires, period, anchor) if period.months % 12 else expires.day
    )


def shortened_before(right, arguments):
    """Count from the day that a month other than February has cut."""
    starts = arguments["starts"]
    cut = starts.month != 2 and starts.day < arguments["anchor"]
    return right(**{**arguments, "anchor": starts.day} if cut else arguments)


def lasting(has, counted):
    """Count times of so many days as if they had others: of each argument that is a time."""

    def of(times):
        return tuple(
            each._replace(full_expires=each.full_starts + counted)
            if each.full_expires - each.full_starts == has
            else each
            for each in times
        )

    return lambda name: lambda arguments: of(arguments[name])


def by_365_days(right, arguments):
    """Count a part of 366 days as one of 365."""
    days = (arguments["expires"].date() - arguments["starts"].date()).days
    return right(**arguments) * (Fraction(366, 365) if days == 366 else 1)


def by_28_days(right):
    """Know a February of 28 days alone."""
    return lambda day: min(right(day), 28) if day.month == 2 else right(day)


# At the seller


def prolonged_again(right):
    """Renew a licence again where no answer came."""

    def prolong(errand):
        operation = errand.operation
        if operation.tries == 1:
            return right["prolong"](errand)
        licence = errand.look()
        operation.before = operation.before or str(licence.expires or "")
        errand.seller.prolong(licence.number, Length.of(operation.arguments[0]))
        return False

    return {**right, "prolong": prolong}


def for_the_last_period(right):
    """Renew a licence for the period that was paid last, whatever waits."""

    def prolong(errand):
        arguments = errand.operation.arguments
        errand.operation.arguments = str(errand.service.period), *arguments[1:]
        try:
            return right["prolong"](errand)
        finally:
            errand.operation.arguments = arguments

    return {**right, "prolong": prolong}


def whatever_contains_it(_right):
    """Find the first licence whose name contains the number of a service."""

    def find(seller, remote, but=()):
        rows = seller._wire.rows(seller._itemtype, {"filter": "on", "remoteid": remote})
        return next((row["id"] for row in rows if row["id"] not in but), None)

    return find


# What is quoted


def without_what_comes_back(body):
    """Quote charges alone."""
    return body.model_copy(update={"lines": [e for e in body.lines if e.kind not in TO_CLIENT]})
