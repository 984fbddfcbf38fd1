"""Ways to be wrong that programmers come by on any day, in billings of either make."""

from __future__ import annotations

from datetime import timedelta

from invoice_ways import DAY
from ways import lift_all, service_of

from prorata.reference.billmanager import order
from prorata.reference.engine.billmanager.notices import tell_active
from prorata.reference.engine.billmanager.renew import _plain_terms
from prorata.reference.engine.hostbill.effects import settle
from prorata.reference.money import Money
from prorata.reference.periods import Length
from prorata.reference.proration import day_of, part

THIRTY = 30
SATURDAY = 5


# Days and stretches


def a_day_on(name):
    """Return an argument that is a day, a day later; None stays."""
    return lambda arguments: arguments[name] and arguments[name] + DAY


def a_day_back(name):
    """Return an argument that is a day, a day earlier."""
    return lambda arguments: arguments[name] - DAY


def of_thirty_days(stretch):
    """Return a stretch whose full length is thirty days."""
    return stretch._replace(full_expires=stretch.full_starts + THIRTY)


def all_of_thirty_days(arguments):
    """Return stretches of a month, each of thirty days."""
    return tuple(
        of_thirty_days(each) if each.months == 1 or each.calendar else each
        for each in arguments["stretches"]
    )


def but_the_first_day(right, arguments):
    """Leave out the first of the days that calendar months are charged by."""
    first, *rest = arguments["stretches"]
    if first.expires - first.starts < first.full_expires - first.full_starts:
        first = first._replace(starts=first.starts + 1)
    return right(**{**arguments, "stretches": (first, *rest)})


def paid_for_all_its_days(arguments):
    """Have what was paid for a resource pay for at least thirty days."""
    return tuple(
        each._replace(starts=min(each.starts, each.expires - THIRTY), stretches=())
        for each in arguments["paid"]
    )


# Renewals


def keeps_its_old_day(right):
    """Have a late renewal keep the day of the month that it had."""

    def take_effect(turn, service, held, **dates):
        late = service.unpaid is not None and turn.tariff(service).late_policy != "from suspension"
        right(
            turn, service, held, **{**dates, "anchor": service.anchor if late else dates["anchor"]}
        )

    return take_effect


def on_each_day(right):
    """Ask the fixed late fee for each day that is overdue."""

    def fixed(turn, service):
        for _ in range((turn.today - service.ends.date()).days + 1):
            right["fixed"](turn, service)

    return {**right, "fixed": fixed}


def as_an_order(right):
    """Renew in time as if it were ordered: at its prices, with its setup fee."""
    return lambda *arguments: right(*arguments)._replace(renewal=False)


def with_the_setup_fee(right):
    """Ask the setup fee where a service renews by itself."""

    def handle(turn, service):
        right(turn, service)
        if any(what is service and "bought" in fields for what, fields in turn.changes):
            turn.post("setup", order.price, service, setup_fee=turn.tariff(service).setup_fee)

    return handle


def without_resources(right):
    """Ask nothing for resources where a service renews by itself."""

    def handle(turn, service):
        right(turn, service)
        turn.entries[:] = [each for each in turn.entries if each.kind != "resource"]

    return handle


def begins_anew(turn, **parameters):
    """Have a service begin today."""
    service = service_of(turn, **parameters)
    if service.starts is not None:
        turn.set(service, starts=turn.midnight(turn.today))


def never_over_a_weekend(right):
    """Take a renewal after a weekend on which it ran for one in time."""

    def terms(turn, service, period):
        ran = service.unpaid is not None and service.unpaid.until > service.ends
        return (_plain_terms if ran else right)(turn, service, period)

    return terms


def sundays_alone(right, arguments):
    """Let what expires on a Saturday be suspended."""
    saturday = arguments["expires"].weekday() == SATURDAY
    return arguments["expires"] if saturday else right(**arguments)


# Changes


def setup_of_the_new(turn, **parameters):
    """Ask the setup fee of the tariff that is changed to."""
    if parameters.get("tariff"):
        service, fee = (
            service_of(turn, **parameters),
            turn.book.catalogue[parameters["tariff"]].setup_fee,
        )
        turn.post("setup", order.price, service, setup_fee=fee)


def no_longer_by_itself(turn, **parameters):
    """Turn the automatic renewal off."""
    turn.set(service_of(turn, **parameters), auto_renewal=None)


def what_is_left_too(right):
    """Give back what is left of the old time where all of the new one is paid."""

    def handle(turn, *, service, **rest):
        changed = turn.book.services[int(service)]
        policy = getattr(turn.tariff(changed), "change_policy", "")
        times, last = changed.stretches, day_of(changed.ends) if changed.expires else 0
        refusal = right(turn, service=service, **rest)
        left = part(times, turn.today.toordinal(), last, turn.rule.counting) if last else 0
        if refusal is None and policy == "full payment" and left > 0:
            back = turn.money("tariff change", -left)
            rule = "billmanager.change.full-payment"
            turn._enter("tariff change", back, changed, None, rule, {})
        return refusal

    return handle


# Orders and trials


def pays_its_month(turn, *, period="", **_):
    """Charge a trial as a month."""
    if period != "trial":
        return
    for service in turn.services:
        price = next(iter(turn.tariff(service).prices.values()), None)
        if price:
            turn.post("period", order.price, service, period_price=price)


def back_of_the_day(turn, **parameters):
    """Give back the day on which a daily resource is cancelled."""
    service = service_of(turn, **parameters)
    daily = turn.tariff(service).daily
    sold = turn.tariff(service).has(parameters["resource"]) if daily else None
    if sold is not None and sold.daily:
        units = max(service.resources.get(parameters["resource"], 0) - sold.included, 0)
        amount = turn.money("daily", -units * sold.daily)
        turn._enter("daily", amount, service, None, "billmanager.charge.daily", {})


def charged_from_none(right):
    """Charge the day for all units of a resource when more are ordered."""

    def more(turn, service, tariff, resource, amounts):
        known, service.units = service.units, {}
        refusal = right(turn, service, tariff, resource, (0, amounts[1]))
        service.units = known
        return refusal

    return more


# Suspensions and deletions


def ready_again(turn, **parameters):
    """Tell that a service is ready whenever it runs again."""
    service = service_of(turn, **parameters)
    again = any(
        what is service and fields.get("status") == "active" for what, fields in turn.changes
    )
    if again and hasattr(turn.tariff(service), "activation_notice"):
        tell_active(turn, service)


def runs_on_the_panel(turn, **parameters):
    """Resume on the panel, whatever else suspends the service."""
    if not any(task.action == "resume" for task in turn.tasks):
        turn.panel("resume", service_of(turn, **parameters))


def nothing_on_the_panel(turn, **_):
    """Ask nothing of the panel."""
    turn.tasks.clear()


def books_alone(right):
    """Do what is due, and ask nothing of the panel."""

    def handle(turn, service):
        right(turn, service)
        turn.tasks.clear()

    return handle


# HostBill


def counted_from_the_suspension(row):
    """Count the days to a termination from the suspension."""
    first, last = row.get("suspend_after"), row.get("terminate_after")
    return row if first is None or last is None else {**row, "terminate_after": first + last}


def untaxed(*kinds):
    """Tax nothing of some kinds."""

    def instead(right):
        def asked(turn, kind, *arguments, **named):
            return right(
                turn, kind, *arguments, **{**named, "taxed": None} if kind in kinds else named
            )

        return asked

    return instead


def as_late_as_any(right):
    """Have a merged invoice be due with the last of what it is for."""
    return lambda turn, wanted, due: right(turn, wanted, max([due, *(each.due for each in wanted)]))


def of_the_old_length(right):
    """Have another cycle last as long as the one before."""

    def begins(turn, service, what):
        old = service.period
        begun = right(turn, service, what)
        if begun:
            turn.set(service, period=old)
        return begun

    return begins


def at_the_price_paid_last(right):
    """Invoice the next cycle at the price of the last one."""

    def ahead(turn, service):
        cell, last = right(turn, service), service.cells[-1:]
        same = last and last[0].cycle == cell.cycle and last[0].product == cell.product
        return cell._replace(price=last[0].price) if same else cell

    return ahead


def a_part_brings_all(turn, *, invoice="", **_):
    """Bring what an invoice is for when a part of it is paid."""
    paid = turn.book.invoices[int(invoice)] if invoice else None
    if paid is None or paid.status != "unpaid":
        return
    if not any(what is paid and fields.get("status") == "paid" for what, fields in turn.changes):
        settle(turn, paid)


def lifts_staff(turn, *, invoice="", **_):
    """Lift every suspension with a payment."""
    paid = turn.book.invoices[int(invoice)] if invoice else None
    for number in paid.services if paid else ():
        service = turn.book.services[number]
        if "staff" in service.suspended_by:
            lift_all(turn, service=str(number))


def not_for_nothing(right):
    """Bring nothing where no invoice is issued."""
    return lambda turn, grants, invoice=None: right(turn, grants, invoice) if invoice else None


def two_on_a_first(right, arguments):
    """Give what is ordered on a first two months."""
    first = arguments["ordered"]
    return right(
        **{**arguments, "ordered": first + timedelta(days=31)} if first.day == 1 else arguments
    )


def dates_of_the_transfer(turn, **parameters):
    """Have a service begin with its new owner."""
    turn.set(service_of(turn, **parameters), starts=turn.midnight(turn.today))


# Resellers


def charges_the_change(right):
    """Charge the client when the seller has changed the tariff."""

    def seen(turn, service, licence):
        before = service.tariff
        right(turn, service, licence)
        if any(
            what is service and fields.get("tariff", before) != before
            for what, fields in turn.changes
        ):
            _enter(turn, service, "5.00")

    return seen


def gives_back_closed(right):
    """Give the client money back when the seller has closed a licence."""

    def seen(turn, service, licence):
        right(turn, service, licence)
        known = service.resold.licence if service.resold else None
        if licence.closed and not (known and known.closed):
            _enter(turn, service, "-5.00")

    return seen


def deletes_closed(right):
    """Delete a service whose licence the seller has closed."""

    def seen(turn, service, licence):
        right(turn, service, licence)
        if licence.closed and service.status != "deleted":
            turn.set(service, status="deleted", deleted=turn.now)

    return seen


def _enter(turn, service, amount):
    money = Money.of(amount, turn.book.currency)
    turn._enter("period", money, service, None, "billmanager.order.price", {})


def server_alone(action):
    """Do something with a server, and not with its licence."""

    def instead(right):
        def ask(turn, asked, service, *arguments):
            if asked != action or not service.is_server:
                right(turn, asked, service, *arguments)

        return ask

    return instead


def for_a_month(right):
    """Order every licence for a month."""
    month = Length(months=1)
    return lambda seller, wish: right(seller, wish._replace(period=wish.period and month))
