"""Ways to be wrong about invoices: what is put in the place of a part of HostBill's rulebook."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from prorata.reference.engine.hostbill.invoices import (
    Asked,
    asked,
    issue,
    service_of,
    unpaid_of,
)
from prorata.reference.engine.hostbill.lines import BY_TYPE
from prorata.reference.engine.hostbill.periods import by_full_months, cells_left
from prorata.reference.hostbill import cancel, terminate
from prorata.reference.periods import add_months, days_in_month
from prorata.reference.rules import id_of

DAY = timedelta(days=1)

# Late fees


def each_day(right):
    """Charge the late fee again on every day on which an invoice stays unpaid."""

    def handle(turn, service):
        for each in unpaid_of(turn, service):
            each.fee = False
        right(turn, service)
        turn.plan(turn.now + DAY, "late fee", service)

    return handle


def of_what_is_left(right, arguments):
    """Take the percentage of half the invoice."""
    return right(**{**arguments, "total": arguments["total"] / 2})


# Money that comes and goes


def pay_others(turn, *, invoice=None, **_):
    """Have the credit pay what is open besides, the newest first."""
    if invoice is None:
        return
    paid = turn.book.invoices[int(invoice)]
    for other in reversed([*turn.book.invoices.values()]):
        if other is paid or other.client != paid.client or other.status != "unpaid":
            continue
        held = min(turn.left(paid.client).exact, (other.total - other.paid).exact)
        if held > 0:
            part = turn.money("period", held)
            turn.spend(paid.client, part)
            turn.set(other, paid=other.paid + part)
            if other.paid + part == other.total:
                turn.set(other, status="paid")


def lose_the_rest(turn, **_):
    """Take no more than what an invoice asks."""
    turn.received |= turn.spent


def the_last_first(right):
    """Keep the credit for the service ordered last, of those invoiced in one run."""

    def pay(turn, invoice):
        service = service_of(turn, invoice.service)
        due = [
            each.number
            for each in turn.book.services.values()
            if each.client == service.client and each.next_due == service.next_due
        ]
        if not turn.answer.get("service") and service.number != max(due):
            return
        right(turn, invoice)

    return pay


def with_setup_fee(right):
    """Give the setup fee back with the unused part."""

    def credit(turn, service, rule, arguments):
        back = right(turn, service, rule, arguments)
        fee = turn.money("credit", turn.tariff(service).setup_fee)
        if fee:
            turn.enter("credit", fee, service, None, id_of(cancel.pro_rata), arguments)
        return back

    return credit


def fee_on_downgrades(right):
    """Ask the upgrade fee for a downgrade."""

    def go_down(turn, service, old, new):
        right(turn, service, old, new)
        rule = BY_TYPE[new.billing_type]
        lines = asked(
            turn, "upgrade fee", rule, service, taxed=new.tax, upgrade_fee=new.upgrade_fee
        )
        if lines:
            issue(turn, service.client, turn.today, Asked(lines))

    return go_down


def unpaid_too(_right):
    """Take what is invoiced for paid."""
    return cells_left


def part_of_the_month(right):
    """Ask a part of the month's price where full months are billed."""

    def ask(turn, kind, rule, service, /, **told):
        covers = told.get("covers")
        if kind == "period" and covers is not None and by_full_months(turn, service):
            starts, ends = (each.date() for each in covers)
            part = Fraction((ends - starts).days, days_in_month(starts))
            told["cycle_price"] *= min(part, Fraction(1))
        return right(turn, kind, rule, service, **told)

    return ask


# Dates


def from_the_payment(right):
    """Count a cycle that is paid late from its payment."""

    def move(turn, service, grant):
        late = service.ends.date() < turn.today
        right(turn, service, grant)
        if late:
            ends = turn.midnight(add_months(turn.today, service.period.months))
            turn.set(service, expires=ends, next_due=ends)

    return move


def a_cycle_from_now(right):
    """Begin a whole cycle with the upgrade."""

    def carry_out(turn, service, *arguments, **named):
        right(turn, service, *arguments, **named)
        ends = turn.midnight(add_months(turn.today, service.period.months))
        turn.set(service, expires=ends, next_due=ends)

    return carry_out


def begun(each, service):
    """Return the service's own due date: the start of what an invoice asks."""
    covers = next((x.covers for x in each.lines if x.service == service.number and x.covers), None)
    return each.due.date() if covers is None else covers[0].date()


def watch_the_service(right):
    """Plan what follows an unpaid invoice by the service's own date."""

    def watch(turn, service, due):
        own = begun(turn.invoices[-1], service) if turn.invoices else due
        right(turn, service, own)

    return watch


def past_by_the_service(_right):
    """Count what is past by the service's own date."""

    def past(turn, service, rule, days):
        for each in unpaid_of(turn, service):
            counted = {"due": begun(each, service), "days": days}
            day = turn.rule(rule, **counted)
            if day is not None and day <= turn.today:
                return counted
        return None

    return past


def past_though_cancelled(right):
    """Count a cancelled invoice as one that is unpaid."""

    def past(turn, service, rule, days):
        for each in turn.book.invoices.values():
            if each.status == "cancelled" and service.number in each.services:
                counted = {"due": each.due.date(), "days": days}
                day = turn.rule(rule, **counted)
                if day is not None and day <= turn.today:
                    return counted
        return right(turn, service, rule, days)

    return past


# Invoices


def of_anyone(right):
    """Put the invoices of one run on one, whoever the client is."""

    def mergeable(turn, service):
        book = turn.book
        yield from right(turn, service)
        if book.settings.invoicing.merge == "never":
            return
        owner = service.client
        others = [each for each in book.services.values() if each.client != owner]
        for other in others:
            if other.next_due == service.next_due:
                own, other.client = other.client, owner
                found = [each for each in right(turn, service) if each.service is other]
                other.client = own
                yield from found

    return mergeable


def a_day_later(row):
    """Take an order's cancellation for one that is counted from the due date of its invoice."""
    if row.get("auto_cancel_after") is None:
        return row
    later = row["auto_cancel_after"] + row.get("first_invoice_due", 0)
    return {**row, "auto_cancel_after": later}


def sold_as(kind, other):
    """Take a billing type for another."""
    return lambda row: {**row, "billing_type": other} if row.get("billing_type") == kind else row


def never(_right):
    """Do nothing, and say so."""
    return lambda *_: False


def no_lines(_right):
    """Ask nothing."""
    return lambda *_: ()


def credit_for_a_licence(right):
    """Give a tenth back of a licence that is terminated."""

    def give(turn, service, product):
        right(turn, service, product)
        if product.licence and service.expires is not None:
            tenth = turn.money("credit", product.prices[service.cycle] / 10)
            told = {"terminated": turn.today, "expires": service.ends.date()}
            turn.enter("credit", tenth, service, None, id_of(terminate.licence), told)

    return give
