"""Billings that do, read or tell something else: each the reference, but for one deed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

from broken import CHANGES, TAXES, B, P
from seams import Wrong
from ways import (
    answers,
    as_if,
    changed,
    entered,
    give_back_one,
    given,
    last_first,
    leave_suspended,
    lift_all,
    no_tax_behind,
    nothing,
    once_more,
    only_received,
    ordering,
    receive_twice,
    service_of,
    then,
    twice,
    without_lines,
)

from prorata.reference.billmanager import change, charge, order, renew, resource, tax
from prorata.reference.billmanager import delete as deletion

DAY = timedelta(days=1)


def _made(service):
    return "active" if service.status == "processing" else service.status


def _whole_prices(_right, arguments):
    return sum((each.price for each in arguments["stretches"]), Fraction(0))


def _no_tax_back(_turn, kind, amount):
    return None if kind == "tax" and amount.units < 0 else amount


def _setup_again(turn, **parameters):
    service = service_of(turn, **parameters)
    turn.post("setup", order.price, service, setup_fee=turn.tariff(service).setup_fee)


def _keep_resources(turn, **parameters):
    service = service_of(turn, **parameters)
    turn.set(service, resources=service.resources)


def _no_longer(turn, *, service, by="client"):
    turn.set(turn.book.services[int(service)], status="suspended")


def _stays_on(right):
    return lambda turn, *, service, period: (
        None if period == "no" else right(turn, service=service, period=period)
    )


def _a_month_further(right, arguments):
    return right(
        **(
            {**arguments, "renewal": False, "pro_rata_day": 1}
            if arguments.get("renewal")
            else arguments
        )
    )


def _whatever_the_day(right, arguments):
    return right(**{**arguments, "renewed": arguments["suspended"]})


def _renewal_prices(row):
    return {**row, "prices": {**row.get("prices", {}), **row.get("renewal_prices", {})}}


def _of_utc(right):
    """Begin days with those of UTC, where they begin later: else a day would begin for ever."""
    return lambda turn, day: max(right(turn, day), datetime.combine(day, time(), UTC))


DONE = [
    # Dates
    Wrong("days begin in UTC", (B + "charge.periodic", B + "charge.daily", B + "renew.plain"),
          turn={"midnight": _of_utc}),
    Wrong("renewals in time as if late", (B + "renew.plain", B + "renew.late-policy"),
          rules={renew.late: answers(True)}),
    Wrong("a late renewal need not reach its day", (B + "renew.from-suspension",),
          rules={renew.reaches: answers(None), renew.from_suspension: _whatever_the_day}),
    Wrong("the period stays where it is to change", (B + "change.period",),
          rules={change.period: lambda _right, a: a["expires"].date()}),
    Wrong("a calendar renewal reaches a month further", (B + "charge.calendar",),
          rules={charge.calendar_expires: _a_month_further}),
    Wrong("deleted a day early", (B + "delete.auto",),
          rules={deletion.auto: changed(lambda day: day - DAY)}),
    # Orders, renewals and payments
    Wrong("the renewal price at the order", (B + "order.price", B + "order.renewal-price"),
          rows=_renewal_prices),
    Wrong("the setup fee at each renewal", (B + "order.price",),
          acts={"renew": then(_setup_again)}),
    Wrong("orders of resources for nothing", (B + "order.resources",),
          acts={"order": without_lines("resource")}),
    Wrong("renewals of resources for nothing", (B + "order.resources",),
          acts={"renew": without_lines("resource")}),
    Wrong("no late fee at a renewal by hand",
          (B + "renew.late-fee.fixed", B + "renew.late-fee.percent"),
          acts={"renew": without_lines("late fee")}),
    Wrong("one service whatever the quantity", (B + "order.quantity",),
          acts={"order": ordering(quantity=1)}),
    Wrong("orders forget the automatic renewal", (B + "renew.auto",),
          acts={"order": ordering(auto_renewal=False)}),
    Wrong("orders forget the domain", (B + "name.domain",), acts={"order": ordering(domain="")}),
    Wrong("orders forget resources", (B + "order.resources",),
          acts={"order": ordering(resources={})}),
    Wrong("a payment twice", (B + "pay", "hostbill.invoice.pay", "always: conservation"),
          acts={"pay": then(receive_twice)}),
    Wrong("the last ordered first", (B + "order.price", B + "charge.periodic", B + "pay"),
          acts={"pay": last_first}),
    Wrong("sells on credit",
          (*CHANGES, B + "order.price", B + "renew.plain", B + "renew.auto", B + "charge.daily",
           B + "order.resources", B + "pay"),
          turn={"pays": lambda _right: lambda _turn, _client: True}),
    Wrong("nothing that is ordered waits",
          (B + "order.price", B + "pay", B + "charge.daily", B + "charge.periodic"),
          acts={"pay": only_received}),
    Wrong("refunds a deletion", (B + "delete.client",), acts={"delete": then(give_back_one)}),
    Wrong("a client's deletion is a suspension", (B + "delete.client",),
          acts={"delete": lambda _right: _no_longer}),
    Wrong("automatic renewal cannot be turned off", (B + "renew.auto",),
          acts={"set_auto_renewal": _stays_on}),
    # What happens by itself
    Wrong("renews whether wanted or not", (B + "renew.auto",),
          due={"renewal": as_if(auto_renewal=lambda s: s.auto_renewal or s.period)}),
    Wrong("renews by itself for the period paid last", (B + "renew.auto",),
          due={"renewal": as_if(auto_renewal=lambda s: s.auto_renewal and s.period)}),
    Wrong("renews twice", (B + "renew.auto",), due={"renewal": twice}),
    Wrong("charges the day twice", (B + "charge.daily",), due={"renewal: day": twice}),
    Wrong("renews again when asked again",
          (B + "renew.auto", "always: asking clock again at an instant changes nothing"),
          after=once_more),
    Wrong("charges days of what is being made",
          (B + "charge.daily", P + "create", B + "lifecycle.status"),
          due={"renewal: day": as_if(status=_made)}),
    Wrong("renews what is being made", (B + "renew.auto", P + "create", B + "lifecycle.status"),
          due={"renewal": as_if(status=_made)}),
    Wrong("a waiting downgrade never comes", (B + "change.extra-charge-only",),
          due={"change: tariff": nothing}),
    # Suspensions
    Wrong("a renewal leaves it suspended", (B + "suspend.non-payment",),
          acts={"renew": then(leave_suspended)}),
    Wrong("a renewal lifts every suspension", (B + "suspend.staff", B + "suspend.client"),
          acts={"renew": then(lift_all)}),
    Wrong("resumes whoever has suspended",
          (B + "suspend.staff", B + "suspend.client", B + "suspend.non-payment"),
          acts={"resume": then(lift_all)}),
    Wrong("a resumed day is free", (B + "charge.daily.suspension",),
          acts={"resume": without_lines("daily")}),
    Wrong("suspended in the books alone by staff", (P + "suspend",),
          acts={"suspend": then(lambda turn, **_: turn.tasks.clear())}),
    # Changes and resources
    Wrong("upgrades are posted as refunds", (B + "change.funds",),
          rules={change.funds: changed(lambda x: -x)}),
    Wrong("downgrades refund where nothing is due", (B + "change.extra-charge-only",),
          rules={change.is_downgrade: answers(False)}),
    Wrong("a change keeps the period in mind", (B + "change.full-payment", B + "order.price"),
          acts={"change_tariff": given(lambda p: {k: v for k, v in p.items() if k != "period"})}),
    Wrong("resources stay when cancelled",
          (B + "resource.cancel.refund", B + "resource.cancel.no-refund", B + "order.resources"),
          acts={"cancel_resource": then(_keep_resources)}),
    Wrong("orders one unit of a resource",
          (B + "order.resources", B + "resource.until-expiry", B + "resource.full-price"),
          acts={"order_resource": given(lambda p: {**p, "amount": 1})}),
    Wrong("the whole price until the expiry", (B + "resource.until-expiry",),
          rules={resource.until_expiry: _whole_prices}),
    Wrong("more back than was paid for a resource", (B + "resource.cancel.refund",),
          rules={resource.cancel_refund: changed(lambda x: 2 * x)}),
    # Taxes
    Wrong("no tax on late fees", TAXES, turn={"_enter": no_tax_behind("late fee")}),
    Wrong("refunds without their tax", TAXES,
          turn={"_enter": entered(_no_tax_back)}),
    Wrong("tax on top rounded up", (B + "tax.on-top",),
          rules={tax.on_top: changed(lambda x: x + Fraction(1, 200))}),
]  # fmt: skip
