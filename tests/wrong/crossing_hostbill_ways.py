"""Ways to be wrong where two things meet, in billings of HostBill's make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

from prorata.reference.engine.hostbill.belonging import members
from prorata.reference.engine.hostbill.effects import bring, lift
from prorata.reference.engine.hostbill.invoices import ENDED, unpaid_of
from prorata.reference.engine.hostbill.metered import _month_after
from prorata.reference.engine.hostbill.notices import _send, tell
from prorata.reference.engine.hostbill.periods import cells_left
from prorata.reference.periods import add_months

_SETTLED = {"paid", "cancelled"}


def _of(turn, service):
    return turn.book.services[int(service)]


# Late fees


def fee_again(right):
    """Forget with an invoice that is issued again that it has its fee."""

    def again(turn, old, wanted):
        issued = right(turn, old, wanted)
        if issued is not None:
            issued.fee = False
        return issued

    return again


def of_what_is_unpaid(right):
    """Take the percentage of what is not paid yet."""

    def handle(turn, service):
        open_ = [(each, each.total) for each in unpaid_of(turn, service)]
        for each, total in open_:
            each.total = total - each.paid
        right(turn, service)
        for each, total in open_:
            each.total = total

    return handle


def taxed(right, arguments):
    """Ask the tax on a late fee, too."""
    fee, total, part = right(**arguments), arguments["total"], arguments["tax"]
    return fee * total / (total - part) if total != part else fee


def but_the_fee(right):
    """Take an invoice for paid when all but its late fee is."""

    def handle(turn, *, invoice="", amount=None, **rest):
        if not invoice:
            return right(turn, amount=amount, **rest)
        paid = turn.book.invoices[int(invoice)]
        total = paid.total
        for line in paid.lines:
            if line.kind == "late fee" and paid.status == "unpaid":
                paid.total -= line.amount
        refusal = right(turn, invoice=invoice, amount=amount)
        paid.total = total
        return refusal

    return handle


# Reminders and messages


def paid_too(right):
    """Remind of paid invoices as well."""

    def handle(turn, service):
        unpaid = turn.book.unpaid
        known = [
            each.number
            for each in turn.book.invoices.values()
            if service.number in each.services and each.status in {"paid", "unpaid"}
        ]
        turn.book.unpaid = {**unpaid, service.number: known}
        right(turn, service)
        turn.book.unpaid = unpaid

    return handle


def none_that_is_begun(right):
    """Remind of no invoice that is paid in part."""

    def handle(turn, service):
        unpaid, invoices = turn.book.unpaid, turn.book.invoices
        known = [each for each in unpaid.get(service.number, ()) if not invoices[each].paid]
        turn.book.unpaid = {**unpaid, service.number: known}
        right(turn, service)
        turn.book.unpaid = unpaid

    return handle


def of_the_old_expiry(right):
    """Tell of an expiry on the day of a notice, though it has moved."""

    def handle(turn, service):
        right(turn, service)
        product = turn.tariff(service)
        if not turn.notices and service.status not in ENDED and service.noticed != turn.now:
            _send(turn, service.client, product.expiry_notices[0].kind, "mail")

    return handle


def says_unsuspended(turn, *, invoice="", **_):
    """Tell with every payment that a service runs again."""
    if not invoice:
        return
    paid = turn.book.invoices[int(invoice)]
    for number in paid.services:
        service = turn.book.services[number]
        if service.status == "active":
            tell(turn, service, "unsuspended")


# Usage


def up_to_the_very_end(_right):
    """Count the instant at which a month ends for that month."""

    def months(turn, service, last=None):
        rest, until = service.usage, service.metered_until
        while rest and until is not None and (last is None or until <= last):
            yield tuple(each for each in rest if each.at <= until)
            rest = tuple(each for each in rest if each.at > until)
            until = _month_after(turn, service, until)
        if last is None:
            yield rest

    return months


def after_the_very_end(right):
    """Begin a month after its first instant."""

    def close(turn, service, last):
        right(turn, service, last)
        turn.set(service, usage=tuple(each for each in service.usage if each.at > last))

    return close


def from_its_bound(_right):
    """Have a bracket begin with its lower bound."""
    return lambda brackets, units: next(
        (each for each in reversed(brackets) if each.above <= units), brackets[0]
    )


def never_reset(right):
    """Keep what is invoiced of the usage."""

    def close(turn, service, last):
        right(turn, service, last)
        turn.set(service, usage=service.usage)

    return close


def in_one(arguments):
    """Return all reports of a month as one."""
    if arguments["scheme"] == "volume":
        return arguments["measured"]
    return (sum(arguments["measured"], Fraction(0)),)


# Invoices of several services


def in_one_run(arguments):
    """Return that all of one run are one invoice, where those of one due date are to be."""
    return "generation day" if arguments["how"] == "due date" else arguments["how"]


def only_the_first(right):
    """Suspend no service but the first of an invoice."""

    def handle(turn, service):
        first = {each.services[0] for each in unpaid_of(turn, service)}
        if not service.cycle or service.number in first or service.belongs is not None:
            right(turn, service)

    return handle


def brings_the_first(right):
    """Renew no service but the first of an invoice."""

    def settle(turn, paid):
        renewals = [grant for grant in paid.grants if grant.what == "renewal"]
        if len(renewals) < 2:
            right(turn, paid)
            return
        bring(turn, [each for each in paid.grants if each not in renewals[1:]], paid)
        for number in paid.services:
            lift(turn, turn.book.services[number])

    return settle


def one_after_the_other(right):
    """Have one invoice follow of those that were missed."""

    def handle(turn, service):
        right(turn, service)
        if turn.invoices:
            turn.plans[:] = [each for each in turn.plans if each.what != "invoice: missed"]
            turn.set(service, missed_since=None)

    return handle


# Money that comes and goes


def not_spent(right):
    """Leave the credit balance as it is."""

    def pay(turn, *arguments, **named):
        before = dict(turn.spent)
        right(turn, *arguments, **named)
        turn.spent.clear()
        turn.spent.update(before)

    return pay


def runs_for_a_part(turn, *, invoice="", **_):
    """Lift a suspension for a part of what is asked."""
    if not invoice:
        return
    paid = turn.book.invoices[int(invoice)]
    if any(what is paid and fields.get("status") == "paid" for what, fields in turn.changes):
        return
    for number in paid.services:
        service = turn.book.services[number]
        if "non-payment" in service.suspended_by and service.status == "suspended":
            left = service.suspended_by - {"non-payment"}
            turn.set(service, suspended_by=left, status="suspended" if left else "active")
            if not left:
                turn.panel("resume", service)


def all_of_the_client(_right):
    """Return what a client owes for any service."""

    def unpaid_yet(turn, service):
        settled = [
            what for what, fields in turn.changes if fields.get("status") in {"paid", "cancelled"}
        ]
        for each in turn.book.invoices.values():
            own = each.client == service.client and each.status == "unpaid"
            if own and not any(what is each for what in settled):
                yield each

    return unpaid_yet


def to_its_invoice(right):
    """Pay the invoice of what is terminated."""

    def take(turn, paid, amount):
        gone = [turn.book.services[each] for each in paid.services]
        gone = [each for each in gone if each.status == "terminated"]
        for each in gone:
            each.status = "suspended"
        right(turn, paid, amount)
        for each in gone:
            each.status = "terminated"
        own = [(what, fields) for what, fields in turn.changes if what not in gone]
        turn.changes[:] = own

    return take


def not_what_is_begun(right):
    """Cancel no order that is paid in part."""

    def handle(turn, service):
        if not any(each.paid for each in unpaid_of(turn, service)):
            right(turn, service)

    return handle


# Changes


def thirty_days(arguments):
    """Return a beginning thirty days before the end of a cycle."""
    return arguments["expires"] - timedelta(days=30)


def from_midnight(arguments):
    """Return the beginning of today."""
    return datetime.combine(arguments["now"].date(), time(), arguments["now"].tzinfo)


def real_seconds(_right):
    """Count the seconds that really pass."""
    return lambda one, other: int((other.astimezone(UTC) - one.astimezone(UTC)).total_seconds())


def fee_of_the_old(right):
    """Ask the upgrade fee of the product that is left."""
    return lambda turn, service, old, new: right(
        turn, service, old, replace(new, upgrade_fee=old.upgrade_fee)
    )


def untaxed_fee(right):
    """Ask no tax on upgrade fees."""

    def asked(turn, kind, *arguments, **named):
        if kind == "upgrade fee":
            named.pop("taxed", None)
        return right(turn, kind, *arguments, **named)

    return asked


def taxed_as_before(right):
    """Tax a difference as the product that is left."""
    return lambda turn, service, old, new: right(turn, service, old, replace(new, tax=old.tax))


def each_by_itself(_right, arguments):
    """Round the tax of each line by itself."""
    taxes = (each * arguments["rate"] for each in arguments["amounts"])
    return sum(
        (Fraction(int(each + Fraction(1, 2)), 100) if each >= 0 else each / 100 for each in taxes),
        Fraction(0),
    )


def credit_taxed(right):
    """Have the credit of an old cycle lower the tax."""
    return lambda turn, service, product: tuple(
        replace(line, rate=product.tax) for line in right(turn, service, product)
    )


def waits_for_ever(right):
    """Keep what waited when it is invoiced."""

    def move_on(turn, service, part, issued):
        right(turn, service, part, issued)
        turn.set(service, waiting=service.waiting)

    return move_on


def what_waits_is_lost(right):
    """Forget what waits when a service is terminated."""

    def end(turn, service):
        waiting, service.waiting = service.waiting, ()
        right(turn, service)
        service.waiting = waiting

    return end


def whoever_owes(right):
    """Credit what waits, whatever is unpaid."""

    def pay_client(turn, client):
        unpaid, turn.book.unpaid = turn.book.unpaid, {}
        right(turn, client)
        turn.book.unpaid = unpaid

    return pay_client


def from_the_old_due(right):
    """Count another cycle from the old due date."""

    def other_cycle(turn, service, grant, paid):
        before = service.next_due
        right["cycle"](turn, service, grant, paid)
        if before is not None:
            period = grant.cells[0].cycle
            months = {"monthly": 1, "quarterly": 3, "semi-annually": 6, "annually": 12}.get(period)
            if months:
                ends = turn.midnight(add_months(before.date(), months))
                turn.set(service, expires=ends, next_due=ends)

    return {**right, "cycle": other_cycle}


# Cancellations


def nothing_ahead(turn, *, service, when="end of period", **_):
    """End with the cycle that runs, though the next one is paid."""
    ending = _of(turn, service)
    left = cells_left(turn, ending)
    if when == "end of period" and left:
        turn.set(ending, expires=min(each.expires for each in left))


# First periods


def due_as_ordered(right):
    """Leave the next due date where the order had it."""

    def begin(turn, service, ordered, due):
        right(turn, service, ordered, due)
        if service.next_due is not None:
            turn.set(service, next_due=service.next_due)

    return begin


def as_sold_now(right):
    """Ask what a product costs when its cycle is over."""

    def line(turn, service, cell, *among):
        if cell.held:
            cell = cell._replace(price=turn.tariff(service).prices[cell.cycle])
        return right(turn, service, cell, *among)

    return line


# What belongs together


def the_first_has_the_rest(right, arguments):
    """Give the first part what is left, and not the last."""
    listed = tuple(arguments["listed"])
    place = len(listed) - 1 - arguments["place"]
    return right(**{**arguments, "listed": listed[::-1], "place": place})


def all_parts(right):
    """Have all parts of a bundle end, whatever its price is."""

    def all_of(turn, service):
        if service.belongs is None or not service.belongs.bundle:
            return right(turn, service)
        return tuple(each for each in members(turn, service) if each.status not in ENDED)

    return all_of


def its_service_too(right):
    """Suspend a service with its unpaid addon."""

    def handle(turn, service):
        right(turn, service)
        if service.belongs is None or service.belongs.bundle or not turn.changes:
            return
        owner = turn.book.services[service.belongs.to]
        if owner.status == "active":
            turn.set(owner, status="suspended", suspended_by=owner.suspended_by | {"non-payment"})
            turn.panel("suspend", owner)

    return handle


def alone(_right):
    """Return a service without its addons."""
    return lambda _turn, service: (service,)


def credit_along(turn, *, service, to, **_):
    """Give the new owner what is on the credit balance of the old one."""
    left = turn.left(_of(turn, service).client)
    if left.units > 0:
        turn.spend(_of(turn, service).client, left)
        turn.spend(to, -left)


def owed_along(turn, *, service, to, **_):
    """Give the new owner what a downgrade owes the old one."""
    old, new = (turn.book.clients[each] for each in (_of(turn, service).client, to))
    if old.owed:
        turn.set(new, owed=(*new.owed, *old.owed))
        turn.set(old, owed=())


def gone_ones_too(_right):
    """Count what has ended as taken from the stock."""
    return lambda turn, product: (
        each
        for each in (*turn.book.services.values(), *turn.services)
        if each.tariff == product.name
    )


# When


def due_today(right):
    """Have a renewal by hand be due at once."""

    def by_hand(turn, service):
        right(turn, service)
        for each in turn.invoices:
            each.due = turn.midnight(turn.today)

    return by_hand


def from_the_invoices_due(right):
    """Count back from the due date of the invoice."""

    def generated(turn, service, next_due):
        counted = right(turn, service, next_due)
        if counted["days_before"]:
            counted["days_before"] += turn.tariff(service).expected_days_before
        return counted

    return generated
