"""Ordering: prices, and what an order may ask for."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length, period_end
from prorata.reference.proration import day_of, part
from prorata.reference.readings import table
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from prorata.reference.proration import Counting, Stretch

__all__ = [
    "DISABLED_PERIOD",
    "agreement",
    "cut_at_tariff_end",
    "groups",
    "minimum_period",
    "minimum_runs",
    "not_started",
    "noted_units",
    "period_sold",
    "price",
    "quantity",
    "quick",
    "renewal_price",
    "resource_held",
    "resource_sold",
    "resources",
    "sells_anything",
    "service_limit",
    "still_sold",
    "still_waits",
    "tariff_end",
    "trial",
    "trial_ends",
    "trial_sold",
]


def price(
    *,
    period_price: Fraction = Fraction(0),
    setup_fee: Fraction = Fraction(0),
    note: Note = silent,
) -> Fraction:
    """Return the price of the chosen period, or the setup fee, which an order pays once.

    ``billmanager.order.price`` (billmanager-hosting).
    """
    amount = period_price + setup_fee
    if setup_fee:
        note("setup fee", "setup_fee", amount, setup_fee=setup_fee)
    else:
        note("price", "period_price", amount, period_price=period_price)
    return amount


#: Whether a disabled period is refused: from whether it is a renewal.
DISABLED_PERIOD: Mapping[str, Callable[[bool], bool]] = table(
    "disabled_period",
    {"orders_only": lambda renewal: not renewal, "orders_and_renewals": lambda _renewal: True},
)


@beside("billmanager.order.price")
def period_sold(
    *,
    tariff: str,
    period: Length,
    prices: Collection[Length],
    disabled: Collection[Length],
    renewal: bool,
    disabled_period: Callable[[bool], bool],
) -> Refusal | None:
    """Refuse a period that is not among those with a price, or is disabled.

    Beside ``billmanager.order.price`` (billmanager-hosting).
    """
    if period not in prices:
        sold = ", ".join(str(each) for each in sorted(prices)) or "none"
        why = f"tariff {tariff} has no price for {period}; periods with a price: {sold}"
        return Refusal("billmanager.order.price", why)
    if period in disabled and disabled_period(renewal):
        return Refusal("billmanager.order.price", f"tariff {tariff} does not sell {period}")
    return None


@beside("billmanager.order.price")
def not_started(*, balance: Fraction, cost: Fraction, note: Note = silent) -> None:
    """Say why an order waits: its service starts when the balance pays it.

    Beside ``billmanager.order.price`` (billmanager-hosting).
    """
    why = "the balance does not pay it: the service starts when it does"
    note("missing", "cost − balance", cost - balance, why=why, cost=cost, balance=balance)


@beside("billmanager.order.price")
def still_waits(*, refused: Refusal, note: Note = silent) -> None:
    """Say why an order that the balance pays does not start.

    Beside ``billmanager.order.price`` (billmanager-hosting).
    """
    note("order", "", "nothing", why=refused.told)


@beside("billmanager.order.price")
def sells_anything(*, tariff: str, sells: bool) -> Refusal | None:
    """Refuse a tariff without any price: ``billmanager.order.price`` (billmanager-hosting)."""
    if sells:
        return None
    why = f"tariff {tariff} needs a price for at least one period"
    return Refusal("billmanager.order.price", why)


def renewal_price(
    *,
    order_price: Fraction | None = None,
    special_price: Fraction | None = None,
    note: Note = silent,
) -> Fraction:
    """Return what a renewal costs: the special price where the tariff has one.

    ``billmanager.order.renewal-price`` (billmanager-hosting).
    """
    if special_price is not None:
        note("renewal", "special_price", special_price, special_price=special_price)
        return special_price
    price = order_price or Fraction(0)
    note("renewal", "order_price", price, order_price=price)
    return price


@beside("billmanager.order.tariff-end")
def still_sold(*, today: date, end: date | None) -> Refusal | None:
    """Refuse a tariff from its end date on, for an order, a renewal or a change to it.

    Beside ``billmanager.order.tariff-end`` (billmanager-hosting, billmanager-reselling-2021).
    """
    if end is None or today < end:
        return None
    return Refusal("billmanager.order.tariff-end", f"the tariff is not sold from {end} on")


@beside("billmanager.order.tariff-end")
def cut_at_tariff_end(
    *, starts: date, expires: date, end: date | None, note: Note = silent
) -> date | Refusal:
    """Return the expiry, not later than the tariff's end; no whole day before it is refused.

    Beside ``billmanager.order.tariff-end`` (billmanager-hosting, billmanager-reselling-2021).
    """
    if end is None or day_of(expires) <= end.toordinal():
        return expires
    refusal = still_sold(today=starts, end=end)
    if refusal:
        return refusal
    why = "no period passes the end of the tariff"
    note("expires", "earlier of full_expires and end", end, why=why, full_expires=expires, end=end)
    return end


def tariff_end(*, stretch: Stretch, counting: Counting, note: Note = silent) -> Fraction:
    """Return the price of a period that the tariff's end date shortens.

    ``billmanager.order.tariff-end`` (billmanager-hosting, billmanager-reselling-2021): the days
    from the period's start to the end date, as a part of the full period.
    """
    return part((stretch,), stretch.starts, stretch.expires, counting, note)


def minimum_period(
    *,
    starts: date,
    expires: date,
    minimum: Length | None,
    month: Callable[..., date],
    month_end: Callable[[date, int, int], date],
) -> Refusal | None:
    """Refuse an order that expires before its minimum period is over.

    ``billmanager.order.minimum-period`` (billmanager-hosting).
    """
    if minimum is None:
        return None
    until = period_end(starts, minimum, starts.day, month=month, month_end=month_end)
    if expires >= until:
        return None
    why = f"the service is sold for {minimum} at least, to {until}"
    return Refusal("billmanager.order.minimum-period", why)


@beside("billmanager.order.minimum-period")
def minimum_runs(
    *,
    today: date,
    starts: date,
    minimum: Length | None,
    month: Callable[..., date],
    month_end: Callable[[date, int, int], date],
) -> Refusal | None:
    """Refuse to delete a service, or to reduce its resources, while its minimum period runs.

    Beside ``billmanager.order.minimum-period`` (billmanager-hosting).
    """
    if minimum is None:
        return None
    until = period_end(starts, minimum, starts.day, month=month, month_end=month_end)
    if today >= until:
        return None
    why = f"the minimum period of {minimum} runs until {until}"
    return Refusal("billmanager.order.minimum-period", why)


def service_limit(*, has: int, wants: int, limit: int | None) -> Refusal | None:
    """Refuse more services of one tariff than a client may have; deleted ones do not count.

    ``billmanager.order.service-limit`` (billmanager-hosting).
    """
    if limit is None or has + wants <= limit:
        return None
    why = f"the client has {has} of at most {limit} services of this tariff"
    return Refusal("billmanager.order.service-limit", why)


def quantity(*, wants: int, maximum: int | None) -> Refusal | None:
    """Refuse several services at once, unless the tariff allows so many.

    ``billmanager.order.quantity`` (billmanager-hosting).
    """
    if 1 <= wants <= (maximum or 1):
        return None
    why = f"the tariff sells 1 to {maximum or 1} services at once, not {wants}"
    return Refusal("billmanager.order.quantity", why)


def resources(
    *,
    amount: int,
    included: int,
    unit_price: Fraction,
    resource: str = "",
    note: Note = silent,
) -> Fraction:
    """Return what a `resource` costs for a period: its units above the included amount.

    ``billmanager.order.resources`` (billmanager-hosting).
    """
    units = noted_units(amount, included, resource, note)
    cost = units * unit_price
    note("resource", "units × unit_price", cost, units=units, unit_price=unit_price)
    return cost


@beside("billmanager.order.resources")
def noted_units(amount: int, included: int, resource: str, note: Note) -> int:
    """Return the units of a resource that are not included, and note how many they are."""
    units = max(amount - included, 0)
    why = "" if units else "no more than is included"
    formula = "amount − included" if amount >= included else "amount − included, at least 0"
    note("units", formula, units, of=resource, why=why, amount=amount, included=included)
    return units


@beside("billmanager.order.resources")
def resource_sold(
    *,
    tariff: str,
    resource: str,
    amount: int,
    bounds: tuple[int, int | None, int] | None,
    period: str | None,
) -> Refusal | None:
    """Refuse an amount of a resource that the tariff does not sell for a period.

    Beside ``billmanager.order.resources`` (billmanager-hosting). `bounds` are the minimum, the
    maximum (None for none) and the step, in the resource's unit, or None where the tariff has no
    such resource; `period` is the one for which what is asked has no price, None where it has.
    """
    rule = "billmanager.order.resources"
    if bounds is None:
        return Refusal(rule, f"tariff {tariff} has no resource {resource}")
    minimum, maximum, step = bounds
    if amount < minimum or (maximum is not None and amount > maximum):
        most = "" if maximum is None else f" to {maximum}"
        return Refusal(rule, f"{resource} is sold from {minimum}{most}, not {amount}")
    if (amount - minimum) % step:
        return Refusal(rule, f"{resource} is sold in steps of {step} from {minimum}, not {amount}")
    if period is not None:
        return Refusal(rule, f"tariff {tariff} has no price of {resource} for {period}")
    return None


@beside("billmanager.order.resources")
def resource_held(*, resource: str, held: bool) -> Refusal | None:
    """Refuse to cancel what was not ordered: ``billmanager.order.resources``."""
    if held:
        return None
    return Refusal("billmanager.order.resources", f"the service has no {resource} to cancel")


def groups(
    *, tariff: str, group: str | None, allow: Collection[str], forbid: Collection[str]
) -> Refusal | None:
    """Refuse a tariff to clients of groups that may not have it, for an order or a change to it.

    ``billmanager.order.groups`` (billmanager-hosting): groups forbidden may not, whatever else is
    said (ours); where some are allowed, all others may not, nor may clients without a group.
    """
    if group not in forbid and (not allow or group in allow):
        return None
    who = f"clients of the group {group}" if group else "clients without a group"
    return Refusal("billmanager.order.groups", f"tariff {tariff} is not sold to {who}")


def quick(*, tariff: str, is_quick: bool, parameters: Collection[str]) -> Refusal | None:
    """Refuse parameters at a quick order: defaults and templates fill them in.

    ``billmanager.order.quick`` (billmanager-hosting); `parameters` are those that an order names,
    a domain or resources. An order that is not quick may name them.
    """
    if not is_quick or not parameters:
        return None
    why = f"tariff {tariff} is ordered without parameters, not with {', '.join(parameters)}"
    return Refusal("billmanager.order.quick", why)


def agreement(*, document: str | None, consent: bool) -> Refusal | None:
    """Refuse an order without the consent that the tariff requires.

    ``billmanager.order.agreement`` (billmanager-hosting); `document` is what has to be agreed to.
    """
    if document is None or consent:
        return None
    return Refusal("billmanager.order.agreement", f"the order needs your consent to: {document}")


def trial(*, starts: date, days: int, note: Note = silent) -> date:
    """Return when a trial ends; it costs nothing.

    ``billmanager.order.trial`` (vendor): so many days, whatever the tariff's periods.
    """
    expires = starts + timedelta(days=days)
    why = "a trial, whatever the tariff's periods"
    length = Length(days=days)
    note("expires", "starts + length", expires, of="start", why=why, starts=starts, length=length)
    return expires


@beside("billmanager.order.trial")
def trial_sold(*, tariff: str, days: int | None, had: bool, wants: int = 1) -> Refusal | None:
    """Refuse a trial where there is none, and a second one of a tariff to a client (ours).

    Beside ``billmanager.order.trial`` (vendor).
    """
    if days is None:
        return Refusal("billmanager.order.trial", f"tariff {tariff} has no trial")
    if had or wants > 1:
        return Refusal("billmanager.order.trial", f"a client has one trial of tariff {tariff}")
    return None


@beside("billmanager.order.trial")
def trial_ends(*, is_trial: bool) -> Refusal | None:
    """Refuse to renew a trial: ``billmanager.order.trial`` (vendor)."""
    if not is_trial:
        return None
    return Refusal("billmanager.order.trial", "a trial is not renewed; change to a paid period")
