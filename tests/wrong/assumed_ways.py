"""Ways to be wrong by what seems natural: what a payment, a plan or a unit is taken to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from fractions import Fraction
from typing import Any

from ways import service_of

from prorata.reference.engine.billmanager.groups import in_group
from prorata.reference.engine.billmanager.life import in_minimum
from prorata.reference.engine.billmanager.renew import (
    _late_terms,
    _plain_terms,
    _renew,
    _renew_by_itself,
)
from prorata.reference.engine.hostbill.cycles import at_end
from prorata.reference.hostbill.cycle import CYCLES
from prorata.reference.money import Money
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal

DAY = timedelta(days=1)
NONE = timedelta()
WEEKEND = (5, 6)
MONTH = Length(months=1)
HOURS, MINUTES = Fraction(1, 24), Fraction(1, 24 * 60)
#: The services of a book that somebody has suspended, since when; and those that were upgraded.
_KNOWN: list[tuple[Any, dict[Any, Any]]] = []


def _known(book):
    """Return what is known of a book beside what stands in it."""
    if not _KNOWN or _KNOWN[0][0] is not book:
        _KNOWN[:] = [(book, {})]
    return _KNOWN[0][1]


# What a payment does


def renewing_what_expired(turn, *, client="", **_):
    """Renew with a payment what has expired and was to be renewed by itself."""
    for service in turn.book.services.values() if client else ():
        unpaid = service.client == client and "non-payment" in service.suspended_by
        if unpaid and service.auto_renewal and service.order_period is None:
            renew_now(turn, service, service.auto_renewal)


def renew_now(turn, service, period):
    """Renew a service that has expired, if the balance pays it."""
    before = turn.mark()
    if _renew(turn, service, period, _late_terms) is not None:
        turn.back_to(before)


def renewed_when_turned_on(turn, *, service, period):
    """Renew what has expired when its automatic renewal is turned on."""
    found = turn.book.services[int(service)]
    if period != "no" and "non-payment" in found.suspended_by and found.order_period is None:
        renew_now(turn, found, Length.of(period))


def deleted_ones_too(right):
    """Start with a payment also what waited for it and was deleted."""

    def activate(turn, client):
        gone = [
            each
            for each in turn.book.services.values()
            if each.client == client and each.status == "deleted" and each.asked is not None
        ]
        for each in gone:
            each.status = "ordered"
        right(turn, client)
        for each in gone:
            each.status = "deleted"

    return activate


def with_something_left(right):
    """Ask for money on the account also where nothing is charged."""
    return lambda turn, client: (
        right(turn, client) and (turn.units_left(client) > 0 or bool(turn.entries))
    )


def along_to_the_new(turn, *, currency, **_):
    """Have what is on an account be the same figure in the new currency."""
    for client in turn.book.clients.values():
        if client.currency != currency:
            figure = Money(client.units, client.DIGITS, currency)
            nothing = Money(0, client.DIGITS, client.currency)
            accounts = {**client.accounts, client.currency: nothing}
            turn.set(client, balance=figure, accounts=accounts)


# What was planned


def as_planned_before(right):
    """Renew at the expiry that was planned, though the service was renewed meanwhile."""

    def handle(turn, service):
        ahead = service.order_period is None and turn.since(service.ends) < NONE
        if ahead and service.auto_renewal and service.status == "active":
            _renew_by_itself(turn, service, _plain_terms)
        else:
            right(turn, service)

    return handle


def planned_a_day_before(right):
    """Plan a renewal for the midnight before the expiry as well."""

    def plan(turn, when, what, service):
        before = turn.midnight(when.date() - DAY)
        if what == "renewal" and before > turn.now:
            right(turn, before, what, service)
        right(turn, when, what, service)

    return plan


def renewed_a_day_before(right):
    """Renew by itself on the day before the expiry."""

    def handle(turn, service):
        tomorrow = service.ends.date() - turn.today == DAY and service.order_period is None
        if tomorrow and service.auto_renewal and service.status == "active":
            _renew_by_itself(turn, service, _plain_terms)
        else:
            right(turn, service)

    return handle


def goes_on_for_money(right):
    """Renew a trial at its end for a month, if the balance pays that."""

    def handle(turn, service):
        if not service.trial or turn.since(service.ends) or service.status != "active":
            right(turn, service)
            return
        service.trial, service.auto_renewal = False, MONTH
        renewed = _renew_by_itself(turn, service, _plain_terms)
        service.trial, service.auto_renewal = True, None
        if renewed:
            turn.set(service, trial=False)
        else:
            right(turn, service)

    return handle


def stands_still(turn, **parameters):
    """Note since when a service is suspended."""
    service = service_of(turn, **parameters)
    if not service.cycle and service.order_period is None:
        _known(turn.book).setdefault(("suspended", service.number), turn.today)


def goes_on_later(turn, **parameters):
    """Give a service that runs again the days for which it was suspended."""
    service = service_of(turn, **parameters)
    since = _known(turn.book).get(("suspended", service.number))
    if since is None or service.expires is None or turn.pending(service, "status") != "active":
        return
    del _known(turn.book)["suspended", service.number]
    if turn.today > since:
        expires = turn.midnight(service.expires.date() + (turn.today - since))
        turn.set(service, expires=expires)
        turn.plan(expires, "renewal", service)


# What is asked of a renewal or a change


def renewals_refused(why):
    """Refuse a renewal for what refuses an order."""

    def instead(right):
        def buy(turn, service, terms):
            refusal = why(turn, service, terms.tariff) if terms.renewal else None
            return refusal or right(turn, service, terms)

        return buy

    return instead


def where_disabled(_turn, _service, tariff):
    """Refuse a tariff that is not enabled."""
    no = f"tariff {tariff.name} is not enabled"
    return None if tariff.enabled else Refusal("billmanager.tariff.enabled", no)


def where_forbidden(turn, service, tariff):
    """Refuse a tariff that the client's group may not have."""
    return in_group(turn, turn.book.clients[service.client], tariff)


def not_in_its_minimum(right):
    """Refuse a change while the minimum period runs."""
    return lambda turn, service, new: in_minimum(turn, service) or right(turn, service, new)


def steps_from_nothing(right, arguments):
    """Count the steps of an amount from nothing."""
    bounds, amount = arguments["bounds"], arguments["amount"]
    if bounds is None or not amount % bounds[2]:
        return right(**{**arguments, "bounds": bounds and (*bounds[:2], 1)})
    no = f"not in steps of {bounds[2]}"
    return Refusal("billmanager.order.resources", no)


def though_suspended(right):
    """Let into the panel of what is suspended."""

    def handle(turn, *, service, **rest):
        found = turn.book.services[int(service)]
        status = found.status
        if status == "suspended":
            found.status = "active"
        try:
            return right(turn, service=service, **rest)
        finally:
            found.status = status

    return handle


# Amounts


def whole_of_resources(right, arguments):
    """Ask the whole price of a resource in a period that is cut."""
    stretch = arguments["stretch"]
    return right(**arguments) if stretch.item == "tariff" else stretch.price


def whole_where_renewed(right, arguments):
    """Ask whole calendar months at a renewal."""
    stretches = tuple(arguments["stretches"])
    if stretches and stretches[0].renewal:
        return sum((each.price for each in stretches), Fraction(0))
    return right(**arguments)


def by_the_hours_left(right):
    """Charge the first day for the hours that are left of it."""

    def first_day(turn, service, tariff):
        refusal = right(turn, service, tariff)
        left = 1 - turn.now.hour * HOURS - turn.now.minute * MINUTES
        turn.entries[:] = [
            each._replace(amount=turn.money("daily", each.amount.exact * left))
            if each.kind == "daily"
            else each
            for each in turn.entries
        ]
        return refusal

    return first_day


def none_but_the_first(right):
    """Give the resources of an order to the first of several services."""

    def activate(turn, service):
        if turn.services:
            service.resources = {}
        return right(turn, service)

    return activate


def taxed_together(turn, **_):
    """Tax the lines of an order together: the first tax line makes up for what was rounded."""
    own = [at for at, each in enumerate(turn.entries) if each.kind == "tax" and not each.inside]
    if len(own) > 1:
        lines = [turn.entries[at] for at in own]
        base = sum((each.arguments["amount"] for each in lines), Fraction(0))
        whole = turn.money("tax", base * lines[0].arguments["rate"] / 100).exact
        first = whole - sum((each.amount.exact for each in lines[1:]), Fraction(0))
        turn.entries[own[0]] = lines[0]._replace(amount=turn.money("tax", first))


def by_floats(_right):
    """Round a binary float."""

    def posted(turn, exact, digits):
        return Money.of(f"{round(float(exact), digits):.{digits}f}", turn.book.currency)

    return posted


def weekday_of_utc(right, arguments):
    """Take the day of the week from the clock of UTC."""
    expires = arguments["expires"]
    if expires.astimezone(UTC).weekday() not in WEEKEND:
        return expires
    monday = expires.weekday() not in WEEKEND
    return right(**arguments) + (DAY if monday else NONE)


# HostBill


def before_its_end(right):
    """Generate the invoice of a post-paid cycle so many days before its end."""

    def generated(turn, service, next_due):
        days = turn.tariff(service).invoice_days_before
        told = right(turn, service, next_due)
        return {**told, "days_before": days} if at_end(turn, service) else told

    return generated


def whole_invoices_alone(right, arguments):
    """Leave credit where it is that does not pay an invoice whole."""
    enough = arguments["balance"] >= arguments["total"]
    return right(**arguments if enough else {**arguments, "balance": Fraction(0)})


def due_with_its_fee(right):
    """Have an invoice be due anew on the day of its late fee."""

    def handle(turn, service):
        right(turn, service)
        for what, fields in tuple(turn.changes):
            if "fee" in fields:
                turn.set(what, due=turn.midnight(turn.today))

    return handle


def while_it_runs(right):
    """Issue no invoice for what is suspended."""
    return lambda turn, service: None if service.status == "suspended" else right(turn, service)


def waits_for_nothing(right, arguments):
    """Have an invoice of nothing wait for its payment."""
    return right(**arguments) if arguments["total"] else "unpaid"


def by_itself_alone(_right):
    """Invoice each service by itself, and what belongs to it apart."""
    return lambda _turn, service: [service]


def no_second_fee(right):
    """Ask the upgrade fee once for each service."""

    def upgrade(turn, service, old, new):
        fees = _known(turn.book)
        known = fees.setdefault(("upgraded", service.number), turn)
        right(turn, service, old, new if known is turn else replace(new, upgrade_fee=Fraction(0)))

    return upgrade


def to_who_ordered(right):
    """Tell who ordered a service, whoever has it now."""

    def notify(turn, to, *rest):
        passed = [each for each in turn.book.services.values() if each.client == to and each.owners]
        right(turn, passed[0].orderer if passed else to, *rest)

    return notify


def as_they_came(_right):
    """Count usage in the order in which it was reported."""

    def meters(reports):
        found: dict[Any, list[Any]] = {}
        for each in reports:
            found.setdefault((each.product, each.variable), []).append(each)
        return found

    return meters


def unpaid_cancelled(row):
    """Cancel what is unpaid at each termination of a product."""
    sold = any(cycle in row.get("prices", ()) for cycle in CYCLES)
    return {**row, "cancel_unpaid_invoices": True} if sold else row


# The panel


def in_gib(right):
    """Limit traffic in the units in which it is sold."""
    return {**right, "traffic": right["traffic"]._replace(units=1)}


def whoever_it_is(right):
    """Take a user of the name for the one that was asked for."""
    return lambda panel, name, _mark="": right(panel, name)
