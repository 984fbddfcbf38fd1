"""Ways to be wrong that were shipped: a date, a sum, a word or a panel that nobody looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from math import ceil, floor
from types import SimpleNamespace

from ways import service_of

from prorata.reference.billmanager import order as orders
from prorata.reference.engine.billmanager.daily import _post_day
from prorata.reference.engine.billmanager.life import in_minimum
from prorata.reference.engine.billmanager.renew import _Dating, _terms
from prorata.reference.engine.hostbill.lines import setup_line
from prorata.reference.engine.hostbill.overdue import cancel_unpaid
from prorata.reference.periods import Length

DAY = timedelta(days=1)
CENTS = 100
THIRTY = 30


def _of_book(turn, parameters):
    """Return the service of an act, None where it is about none."""
    number = parameters.get("service")
    return turn.book.services[int(number)] if number else None


def _as_if(turn, service, fields, do):
    """Do something as if a service were another one."""
    before = {name: getattr(service, name) for name in fields}
    for name, value in fields.items():
        setattr(service, name, value)
    answer = do(turn)
    for name, value in before.items():
        setattr(service, name, value)
    return answer


# Renewals


def from_today(right):
    """Have a renewal before the expiry count from its own day."""

    def terms(turn, service, period):
        plain = right(turn, service, period)
        if turn.now >= service.ends:
            return plain
        today = turn.today
        dated = {**plain.dated_by, "starts": today, "anchor": today.day}
        return _terms(turn, service, period, _Dating(today, today.day, plain.dated, dated))

    return terms


def turned_off(right):
    """Turn the automatic renewal off where it has failed."""

    def handle(turn, service):
        right(turn, service)
        renewed = any(what is service and "bought" in fields for what, fields in turn.changes)
        if service.auto_renewal and not renewed:
            turn.set(service, auto_renewal=None)

    return handle


def only_what_runs(right):
    """Renew by itself only what is not suspended."""

    def handle(turn, service):
        fields = {"auto_renewal": None} if service.status == "suspended" else {}
        _as_if(turn, service, fields, lambda turn: right(turn, service))

    return handle


def forgiven_by_staff(right):
    """Ask no late fee where staff have suspended the service."""

    def but_for(fee):
        return lambda turn, service: None if "staff" in service.suspended_by else fee(turn, service)

    return {policy: but_for(fee) for policy, fee in right.items()}


def for_the_same_alone(right):
    """Ask the late fee only where the old period is renewed."""

    def handle(turn, *, service, period="", **rest):
        said = {"service": service, **({"period": period} if period else {}), **rest}
        refusal = right(turn, **said)
        if period and Length.of(period) != _of_book(turn, said).period:
            turn.entries[:] = [each for each in turn.entries if each.kind != "late fee"]
        return refusal

    return handle


def of_the_old_period(right):
    """Renew for a period, and go on calling it the old one."""

    def take_effect(turn, service, held, *, period, **dates):
        del period
        right(turn, service, held, period=service.period, **dates)

    return take_effect


def but_by_staff(right):
    """Do nothing by itself with what staff have suspended."""
    return lambda turn, service: None if "staff" in service.suspended_by else right(turn, service)


def what_runs(right):
    """Do what is due with nothing but what runs."""
    return lambda turn, service: right(turn, service) if service.status == "active" else None


# Orders


def on_the_next_day(right):
    """Have what waited for its payment begin on the day after it."""

    def first_period(turn, service, tariff):
        now = turn.now
        if service.number in turn.book.services:
            turn.now = turn.midnight(turn.today + DAY)
        refusal = right(turn, service, tariff)
        turn.now = now
        return refusal

    return first_period


def the_first_alone(right):
    """Start one service with a payment, the first that waits."""

    def activate(turn, client):
        services = turn.book.services
        waits = [
            each for each in services.values() if each.client == client and each.status == "ordered"
        ]
        turn.book.services = {each.number: each for each in waits[:1]}
        right(turn, client)
        turn.book.services = services

    return activate


def of_any_tariff(right):
    """Count all services of a client against the limit of one tariff."""

    def handle(turn, *, client, tariff="", **rest):
        if not tariff:
            return right(turn, client=client, **rest)
        own = [each for each in turn.book.services.values() if each.client == client]
        tariffs = [each.tariff for each in own]
        for each in own:
            each.tariff = tariff
        refusal = right(turn, client=client, tariff=tariff, **rest)
        for each, name in zip(own, tariffs, strict=True):
            each.tariff = name
        return refusal

    return handle


def from_the_last_period(right):
    """Count the minimum period from the beginning of the period that runs."""

    def runs(turn, service):
        begun = [each.starts for each in service.bought if each.starts <= turn.today.toordinal()]
        if service.starts is None or not begun:
            return right(turn, service)
        starts = turn.midnight(service.starts.date().fromordinal(int(max(begun))))
        return _as_if(turn, service, {"starts": starts}, lambda turn: right(turn, service))

    return runs


def staff_too(right):
    """Keep staff from deleting within the minimum period."""
    return lambda turn, service, by: right(turn, service, by) or in_minimum(turn, service)


def with_the_fee(turn, *, tariff="", period="", **_):
    """Ask the setup fee of a trial."""
    for service in turn.services if period == "trial" else ():
        fee = turn.book.catalogue[tariff].setup_fee
        turn.post("setup", orders.price, service, setup_fee=fee)


def one_for_all(right):
    """Take a trial of one tariff for one of all."""

    def refused(turn, owner, tariff, quantity):
        had = {tariff.name} if owner.trials else ()
        return right(turn, SimpleNamespace(trials=had), tariff, quantity)

    return refused


# Resources


def from_none(right):
    """Order units of a resource as if none were included."""

    def handle(turn, *, resource, **rest):
        service = _of_book(turn, rest)
        has = {"resources": {resource: 0, **service.resources}}
        return _as_if(turn, service, has, lambda turn: right(turn, resource=resource, **rest))

    return handle


def none_is_kept(_right):
    """Keep no resources at a change."""
    return lambda _tariff, _service: {}


def at_the_last_rate(right, arguments):
    """Charge all traffic at the rate of its last unit."""
    rates = arguments["rates"]
    reached = [each for each in rates if each.up_to is None or arguments["amount"] <= each.up_to]
    return right(**{**arguments, "rates": ((reached or rates[-1:])[0]._replace(up_to=None),)})


def less_in_the_books(right):
    """Tell the panel of more of a resource, and of less not."""

    def handle(turn, *, resource, amount, **rest):
        service = _of_book(turn, rest)
        has = service.resources.get(resource, amount)
        refusal = right(turn, resource=resource, amount=amount, **rest)
        if amount < has:
            turn.tasks.clear()
        return refusal

    return handle


# Changes


def never_shorter(turn, **parameters):
    """Keep an expiry that is later than that of the new period."""
    service = service_of(turn, **parameters)
    if getattr(turn.tariff(service), "change_policy", "") != "full payment":
        return
    sooner = [
        fields["expires"]
        for what, fields in turn.changes
        if what is service and fields.get("expires")
    ]
    if sooner and service.expires is not None and sooner[-1] < service.expires:
        turn.set(service, expires=service.expires)
        turn.plan(service.expires, "renewal", service)


def though_suspended(right):
    """Change what is suspended as if it ran."""

    def handle(turn, **parameters):
        service = _of_book(turn, parameters)
        fields = {"status": "active"} if service.status == "suspended" else {}
        return _as_if(turn, service, fields, lambda turn: right(turn, **parameters))

    return handle


def the_new_day_too(turn, **parameters):
    """Charge the day of a change once more, at the new tariff."""
    service = service_of(turn, **parameters)
    if service.order_period is not None:
        tariff = turn.book.catalogue[parameters["tariff"]]
        _post_day(turn, service, tariff, service.order_period, {})


# Taxes


def down_to_cents(right, arguments):
    """Round a tax down."""
    tax = right(**arguments)
    return Fraction(floor(abs(tax) * CENTS), CENTS) * (-1 if tax < 0 else 1)


def of_what_credit_leaves(right):
    """Tax what is left to pay after the credit."""

    def taxes(turn, lines):
        client = lines[0].service if lines else None
        services = (*turn.book.services.values(), *turn.services)
        owner = next((each.client for each in services if each.number == client), None)
        credit = turn.left(owner).exact if owner else Fraction(0)
        less = []
        for line in lines:
            pays = min(max(credit, Fraction(0)), line.amount.exact)
            credit -= pays
            less.append(replace(line, amount=line.amount - turn.money("period", pays)))
        yield from right(turn, less)

    return taxes


def with_its_tax(right):
    """Give the tax back with the credit of a downgrade."""

    def credited(turn, service, rule, arguments, to=""):
        count = len(turn.entries)
        right(turn, service, rule, arguments, to)
        rate = turn.tariff(service).tax
        if rate and len(turn.entries) > count:
            entry = turn.entries[-1]
            more = turn.money("credit", entry.amount.exact * (100 + rate) / 100)
            turn.entries[-1] = entry._replace(amount=more)

    return credited


# What is told


def told_twice(right):
    """Tell everything twice."""

    def notify(turn, *notice):
        right(turn, *notice)
        right(turn, *notice)

    return notify


def clients_alone(right):
    """Tell staff nothing."""
    return lambda turn, to, *rest: None if to == "staff" else right(turn, to, *rest)


def once_after(row):
    """Remind once after a due date."""
    reminders = row.get("reminders") or {}
    if len(reminders.get("after", ())) < len("12"):
        return row
    return {**row, "reminders": {**reminders, "after": reminders["after"][:1]}}


# The panel


def suspended_by_a_request(turn, *, when="end of period", **parameters):
    """Suspend on the panel what is to be cancelled."""
    service = _of_book(turn, parameters)
    if when == "end of period" and service.status == "active":
        turn.panel("suspend", service)


def before_its_payment(turn, *, product="", **parameters):
    """Change the preset when a change is asked for."""
    service = _of_book(turn, parameters)
    if product and not any("tariff" in fields for what, fields in turn.changes if what is service):
        turn.panel("change_preset", service, turn.book.catalogue[product].template)


# Invoices in HostBill


def watched_from_the_issue(right):
    """Plan what follows an unpaid invoice from its issue."""
    return lambda turn, service, _due: right(turn, service, turn.today)


def past_since_the_issue(_right):
    """Count the days that an invoice is unpaid from its issue."""
    return lambda invoice, days: {"due": invoice.issued.date(), "days": days}


def with_a_setup_fee(right):
    """Ask the setup fee of the product that is upgraded to."""

    def difference(turn, service, old, new, cells):
        lines = right(turn, service, old, new, cells)
        return (*lines, *setup_line(turn, service, new)) if lines else lines

    return difference


def paid_invoices_along(turn, *, to="", **parameters):
    """Give the new owner the paid invoices as well."""
    service = _of_book(turn, parameters)
    for invoice in turn.book.invoices.values():
        if invoice.status == "paid" and invoice.service == service.number:
            turn.set(invoice, client=to)


def anchor_forgotten(right, arguments):
    """Forget the day of the month that is kept."""
    return right(**{**arguments, "anchor": arguments["starts"].day})


def thirty_days_a_month(right, arguments):
    """Count a cycle in months of thirty days."""
    months = arguments["period"].months
    if not months:
        return right(**arguments)
    return arguments["starts"] + timedelta(days=THIRTY * months)


def due_a_week_later(turn, *, invoice="", **_):
    """Have an invoice that is paid in part be due in a week."""
    paid = turn.book.invoices[int(invoice)] if invoice else None
    changes = [fields for what, fields in turn.changes if what is paid]
    whole = any(fields.get("status") == "paid" for fields in changes)
    if paid is not None and any("paid" in fields for fields in changes) and not whole:
        turn.set(paid, due=turn.midnight(turn.today + timedelta(days=7)))


def forgets_what_is_unpaid(right):
    """Cancel the unpaid invoices of what is suspended."""

    def handle(turn, service):
        right(turn, service)
        if any(what is service for what, _ in turn.changes):
            cancel_unpaid(turn, service)

    return handle


def in_whole_units(arguments):
    """Round each report of usage up to whole units."""
    return tuple(Fraction(ceil(each)) for each in arguments["measured"])


# Questions that come again


def without_a_number(request):
    """Look at no number of a payment."""
    told_once = not getattr(request, "parameters", {}).get("payment")
    return request if told_once else request.model_copy(update={"payment": None})


def as_if_new(request):
    """Take an act that comes again for another one."""
    again = getattr(request, "again", False)
    return request.model_copy(update={"again": False, "id": None}) if again else request


# Quotes


def quoted_without(*kinds):
    """Quote no lines of some kinds."""

    def quote(body):
        left = [line for line in body.lines if line.kind not in kinds]
        return body.model_copy(update={"lines": left})

    return quote
