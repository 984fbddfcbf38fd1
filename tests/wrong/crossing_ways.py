"""Ways to be wrong where two things meet, in billings of BILLmanager's make."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction
from functools import partial

from prorata.reference.billmanager import change
from prorata.reference.engine.billmanager.change import _anew
from prorata.reference.engine.billmanager.notices import tell_active
from prorata.reference.engine.billmanager.paid import cut
from prorata.reference.engine.billmanager.renew import _plain_terms, _renew_by_itself
from prorata.reference.money import Money
from prorata.reference.periods import Length

DAY = timedelta(days=1)
WEEKEND = (5, 6)


# Renewals


def on_its_day_too(_right, arguments):
    """Take a renewal on the date of the expiry for a late one."""
    return arguments["renewed"] >= arguments["expires"]


def of_a_tariff(stretches):
    """Return the times of a tariff, without those of resources."""
    return tuple(each for each in stretches if each.item == "tariff")


def _priced_today(turn, service):
    tariff = turn.tariff(service)
    for each in service.stretches:
        price = tariff.price(each.period, renewal=each.renewal) if each.item == "tariff" else None
        share = each.months if each.calendar else 1
        yield each if price is None else each._replace(price=price / share)


def at_todays_price(right):
    """Price the days that expired as the tariff asks today."""
    return lambda turn, service: (
        right(turn, service) if service.order_period else tuple(_priced_today(turn, service))
    )


def from_the_expiry(arguments):
    """Return the expiry itself, from which on days are overdue."""
    last = max(each.expires for each in arguments["stretches"])
    day = date.fromordinal(int(last))
    return datetime.combine(day, time(), arguments["expired"].tzinfo)


def cost_in_cents(right, arguments):
    """Round what the overdue days cost, before the percentage of it."""
    cost = right(**{**arguments, "percent": Fraction(100)})
    return Fraction(int(cost * 100 + Fraction(1, 2)), 100) * arguments["percent"] / 100


def _after_the_weekend(day):
    while day.weekday() in WEEKEND:
        day += DAY
    return day


def from_monday(right, arguments):
    """Count from the Monday after a weekend, on which it was suspended."""
    monday = _after_the_weekend(arguments["suspended"])
    moved = monday != arguments["suspended"]
    anchor = monday.day if moved else arguments.get("anchor")
    return right(**{**arguments, "suspended": monday, "anchor": anchor})


def by_the_last_day(right, arguments):
    """Go by the last day that was paid: that of a Saturday's expiry is a Friday."""
    if (arguments["expires"] - DAY).weekday() in WEEKEND:
        return right(**arguments)
    return arguments["expires"]


def again_from_the_expiry(_right):
    """Try a renewal again as if it were in time."""

    def handle(turn, service):
        if turn.since(service.ends) > timedelta() and service.status in {"active", "suspended"}:
            _renew_by_itself(turn, service, _plain_terms, reaching=False)

    return handle


def as_paid_last(right):
    """Renew at the price that was paid last."""

    def renewed_as(turn, service):
        tariff, resources = right(turn, service)
        last = max(of_a_tariff(service.stretches), key=lambda each: each.expires, default=None)
        if last is None or last.calendar or last.tariff != tariff.name or tariff.renewal_prices:
            return tariff, resources
        if last.period not in tariff.prices:
            return tariff, resources
        return replace(tariff, prices={**tariff.prices, last.period: last.price}), resources

    return renewed_as


def as_it_is(_right):
    """Renew what a service is, whatever it is to become."""
    return lambda turn, service: (turn.tariff(service), service.resources)


def more_than_it_costs(_right, arguments):
    """Renew by itself only where something is left afterwards."""
    cost, balance = arguments["cost"], arguments["balance"]
    return arguments["wanted"] and (balance > cost or not cost)


def the_last_first(right):
    """Renew what expires at one instant from the last ordered to the first."""
    turns: list = []

    def handle(turn, service):
        if not (turns and turns[0] is turn.book and turns[1] == (service.client, turn.now)):
            together = [
                each
                for each in turn.book.services.values()
                if each.client == service.client
                and each.expires == turn.now
                and each.order_period is None
            ]
            turns[:] = turn.book, (service.client, turn.now), together
        found = turns[2]
        right(turn, found.pop() if found else service)

    return handle


def never_caught_up(_right):
    """Renew nothing that was made after its expiry."""
    return lambda _turn, _service: False


def charged_free(row):
    """Take a tariff without a late fee for one whose late fee is nothing."""
    return row if "late_renewal_fee" in row else {**row, "late_renewal_fee": {"fixed": "0.00"}}


# Changes


def to_todays_day(right):
    """Have a change set the day of the month that is kept."""

    def switch(turn, service, new, **fields):
        if "anchor" not in fields and service.expires is not None:
            fields["anchor"] = turn.today.day
        right(turn, service, new, **fields)

    return switch


def without_field(field):
    """Leave out one of the fields that a change sets."""

    def instead(right):
        def switch(turn, service, new, **fields):
            fields.pop(field, None)
            right(turn, service, new, **fields)

        return switch

    return instead


def worth_today(right):
    """Have what is left of a bought time be worth what it would cost today."""

    def handle(turn, *, service, **rest):
        changed = turn.book.services[int(service)]
        bought = changed.stretches
        changed.stretches = tuple(_priced_today(turn, changed))
        refusal = right(turn, service=service, **rest)
        changed.stretches = bought
        return refusal

    return handle


def as_the_last(arguments):
    """Have all that is left cost what a day of the last period does."""
    own = of_a_tariff(arguments["old"])
    last = max(own, key=lambda each: each.expires)
    return tuple(
        each._replace(
            price=last.price, full_starts=last.full_starts, full_expires=last.full_expires
        )
        if each in own and not each.calendar
        else each
        for each in arguments["old"]
    )


def order_prices(right):
    """Ask the order price also for what was renewed."""
    return lambda service, new: {
        item: partial(_first_sold, price) for item, price in right(service, new).items()
    }


def _first_sold(price, period, _renewal):
    return price(period, False)


def priced_down(right):
    """Have a downgrade be all that is paid for."""

    def down(turn, service, new):
        right(turn, service, new)
        if turn.rule(change.waits):
            return
        first = turn.rule(change.first_new_day, now=turn.now, expires=service.ends)
        priced = _anew(turn, service, new, first)
        kept = cut(service.stretches, first, turn.rule.counting)
        turn.set(service, stretches=(*kept, *priced))

    return down


def alone(right):
    """Return the first alone: the tariff without its resources."""
    return lambda *arguments, **named: right(*arguments, **named)[:1]


# Resources


def to_the_first_end(arguments):
    """Return the end of the period that runs."""
    today = arguments["now"].toordinal()
    ends = [each.expires for each in arguments["stretches"] if each.expires > today]
    first = date.fromordinal(int(min(ends, default=arguments["expires"].toordinal())))
    return datetime.combine(first, time(), arguments["expires"].tzinfo)


def of_the_running_period(right):
    """Order a resource as if the period that runs had been paid last."""

    def handle(turn, *, service, **rest):
        ordered = turn.book.services[int(service)]
        period = ordered.period
        left = [each for each in ordered.bought if each.expires > turn.today.toordinal()]
        ordered.period = left[0].period if left else period
        refusal = right(turn, service=service, **rest)
        ordered.period = period
        return refusal

    return handle


# Days and calendar months


def by_the_first_month(_right, arguments):
    """Charge all days of calendar months by the days of the first month."""
    stretches = tuple(arguments["stretches"])
    first = stretches[0]
    days = sum(each.expires - each.starts for each in stretches)
    return first.price * days / (first.full_expires - first.full_starts)


def day_again(right):
    """Charge the day of a resumption, whether it is charged already or not."""

    def charge_resumed(turn, service):
        was, service.uncharged = service.uncharged, service.order_period is not None
        refusal = right(turn, service)
        service.uncharged = was
        return refusal

    return charge_resumed


def missed_days_too(turn, *, service, **_):
    """Charge the days on which a service stood still, when it is renewed."""
    renewed = turn.book.services[int(service)]
    if renewed.order_period is None:
        return
    days = [each._replace(covers=None) for each in turn.entries if each.kind == "daily"]
    turn.entries += days * (turn.today - renewed.ends.date()).days


# Orders


def deleted_count(right):
    """Count deleted services as well."""

    def handle(turn, **parameters):
        gone = [each for each in turn.book.services.values() if each.status == "deleted"]
        for each in gone:
            each.status = "suspended"
        refusal = right(turn, **parameters)
        for each in gone:
            each.status = "deleted"
        return refusal

    return handle


def one_setup_fee(turn, **_):
    """Ask one setup fee for all services of an order."""
    fees = [number for number, each in enumerate(turn.entries) if each.kind == "setup"]
    gone = set()
    for number in fees[1:]:
        gone.add(number)
        following = turn.entries[number + 1 : number + 2]
        if following and following[0].kind == "tax":
            gone.add(number + 1)
    turn.entries[:] = [each for number, each in enumerate(turn.entries) if number not in gone]


def as_asked_now(right):
    """Have what waits cost what its tariff asks when it is paid."""

    def handle(turn, **parameters):
        for each in turn.book.services.values():
            if each.status == "ordered":
                each.asked = turn.tariff(each)
        return right(turn, **parameters)

    return handle


def allowed_wins(right, arguments):
    """Allow a group that is allowed and forbidden."""
    return None if arguments["group"] in arguments["allow"] else right(**arguments)


def in_thirties(arguments):
    """Count months of a minimum period as thirty days."""
    minimum = arguments["minimum"]
    return Length(days=30 * minimum.months) if minimum and minimum.months else minimum


def ready_at_once(turn, *, tariff="", **_):
    """Tell of a service when it is ordered."""
    for each in turn.services if tariff else ():
        tell_active(turn, each)


# Suspensions


def in_its_place(right):
    """Put a suspension in the place of those that there are."""

    def stop(turn, service, by):
        right(turn, service, by)
        turn.set(service, suspended_by=frozenset({by}))

    return stop


def from_the_suspension(right):
    """Count the days to a deletion from the suspension."""

    def counted(turn, service, tariff):
        until = service.unpaid.until if service.unpaid else service.ends
        return {**right(turn, service, tariff), "expires": until.date()}

    return counted


def by_the_type_first(arguments):
    """Return the product type's days, and the tariff's only without them."""
    type_days = arguments.get("type_days")
    return arguments["days"] if type_days is None else type_days


# Taxes, digits and zones


def tax_in_cents(right):
    """Post the tax of a day in cents."""

    def enter(turn, kind, amount, *row):
        if kind == "tax" and amount.digits == 4:
            amount = Money.post(amount.exact, amount.currency, 2, turn.rule.meaning("rounding"))
        right(turn, kind, amount, *row)

    return enter


def _two_digits(right):
    return lambda turn, exact, digits: right(turn, exact, max(digits, 2))


def at_todays_offset(right):
    """Begin days by the offset from UTC that holds today, where they begin later."""

    def midnight(turn, day):
        at = datetime.combine(day, time(), timezone(turn.now.utcoffset()))
        return max(at.astimezone(turn.book.zone), right(turn, day))

    return midnight
