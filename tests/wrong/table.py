"""Wrong billings: each the reference but for one thing, with the rules that people would name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from assumed import ASSUMED
from crossing import CROSSING
from crossing_hostbill import CROSSING_HOSTBILL
from crossing_resellers import CROSSING_RESELLERS
from done import DONE
from everyday import EVERYDAY
from hostbill import HOSTBILL
from ignored import IGNORED
from lasting import LASTING
from ordered import ORDERED
from readings import READ_OTHERWISE
from resellers import RESELLERS
from seams import Wrong
from shipped import SHIPPED
from shown import SHOWN
from ways import answers, changed, nothing, told

from prorata.reference.billmanager import (
    change,
    charge,
    currency,
    delete,
    group,
    lifecycle,
    name,
    notify,
    order,
    renew,
    resource,
    rights,
    show,
    sort,
    suspend,
    tariff,
    task,
    tax,
)
from prorata.reference.billmanager import pay as payment
from prorata.reference.hostbill import client_functions, messages, reminders

DAY = timedelta(days=1)


ADDONS = "engine.billmanager.catalogue._addons"
ALLOWED = answers(None)
FREE = answers(Fraction(0))


def _anchor_forgotten(right, arguments):
    return right(**{**arguments, "anchor": arguments["starts"].day})


def _whole(right, arguments):
    del right
    return arguments["stretch"].price


def _days_of_thirty(right, arguments):
    period = arguments["period"]
    if not period.months:
        return right(**arguments)
    return arguments["starts"] + timedelta(days=30 * period.months)


def _without_rest(right, arguments):
    return max(right(**arguments), Fraction(0))


def _of_the_whole_price(right, arguments):
    del right
    stretches = tuple(arguments["stretches"])
    return stretches[-1].price * arguments["percent"] / 100


def _first_rate(right, arguments):
    rates = arguments["rates"]
    return right(**{**arguments, "rates": (rates[0]._replace(up_to=None),)})


def _only_expires(_right):
    def handle(turn, service):
        if not turn.since(service.ends) and service.status in {"active", "suspended"}:
            turn.plan(turn.now, "expiry", service)

    return handle


def _with(addon, **amounts):
    """Have a tariff come with another amount of an addon."""

    def other(found):
        return {**found, addon: replace(found[addon], **amounts)} if addon in found else found

    return lambda right: lambda **told: other(right(**told))


B, P, H = "billmanager.", "provision.ispmanager.", "hostbill."
_DAILY_CHANGED = (
    "edge/daily-changed-to-another-tariff[the day of the new tariff]#to a tariff by the month"
)
TABLE = [
    # Dates
    Wrong("months of thirty days", (B + "charge.periodic",), {charge.periodic: _days_of_thirty}),
    Wrong("a first period a day too long", (B + "charge.periodic",),
          {charge.periodic: changed(lambda d: d + DAY)}),
    Wrong("a renewal that forgets the 31st", (B + "renew.plain",),
          {renew.plain: _anchor_forgotten}),
    Wrong("renewals of thirty days", (B + "renew.plain",), {renew.plain: _days_of_thirty}),
    Wrong("a late renewal a day too long", (B + "renew.late-policy",),
          {renew.late_policy: changed(lambda d: d + DAY)}),
    Wrong("late renewals as if in time", (B + "renew.late-policy", B + "renew.from-suspension"),
          {renew.late: answers(False)}),
    Wrong("from the renewal instead of the suspension", (B + "renew.from-suspension",),
          {renew.from_suspension: told(suspended=lambda a: a["renewed"])}),
    Wrong("the pro-rata day itself is before it", (B + "charge.calendar",),
          {charge.calendar_expires: told(pro_rata_day=lambda a: a["pro_rata_day"] + 1)}),
    Wrong("a trial a day too long", (B + "order.trial",),
          {order.trial: changed(lambda d: d + DAY)}),
    Wrong("sold past the end of the tariff", (B + "order.tariff-end",),
          {order.cut_at_tariff_end: lambda _right, a: a["expires"]}),
    Wrong("a changed period a day too long", (B + "change.period",),
          {change.period: changed(lambda d: d + DAY)}),
    Wrong("full payment always from the expiry", (B + "change.full-payment",),
          {change.full_payment_starts: told(renew_from=lambda _a: "service expiration date")}),
    Wrong("suspended a day late", (B + "suspend.non-payment",),
          {suspend.at_expiry: changed(lambda d: d + DAY)}),
    Wrong("suspended on weekends all the same", (B + "renew.weekend",),
          {renew.weekend_runs_until: lambda _right, a: a["expires"]}),
    Wrong("deleted a day late", (B + "delete.auto",), {delete.auto: changed(lambda d: d + DAY)}),
    Wrong("never deleted by itself", (B + "delete.auto",), {delete.auto: answers(None)}),
    Wrong("reminds a day late", (H + "reminders",),
          {reminders.reminders: changed(lambda d: d + DAY)}),
    Wrong("tells of an expiry a day early", (H + "reminders",),
          {reminders.expiry_notice: changed(lambda d: d - DAY)}),
    Wrong("reminds of what has ended", (H + "reminders",), {reminders.follows: answers(True)}),
    Wrong("tells of the end of what was never made", (H + "messages",),
          {messages.of_account: answers(True)}),
    Wrong("has functions for what is suspended", (H + "client-functions",),
          {client_functions.active_only: answers(None)}),
    # Amounts
    Wrong("no setup fee", (B + "order.price",),
          {order.price: told(setup_fee=lambda _a: Fraction(0))}),
    Wrong("the setup fee twice", (B + "order.price",),
          {order.price: told(setup_fee=lambda a: 2 * a.get("setup_fee", Fraction(0)))}),
    Wrong("the order price at a renewal", (B + "order.renewal-price",),
          {order.renewal_price: told(special_price=lambda _a: None)}),
    Wrong("whole calendar months", (B + "charge.calendar",),
          {charge.calendar: lambda _right, a: sum((s.price for s in a["stretches"]), Fraction(0))}),
    Wrong("the whole price up to the end of the tariff", (B + "order.tariff-end",),
          {order.tariff_end: _whole}),
    Wrong("days at twice their price", (B + "charge.daily",),
          {charge.daily: changed(lambda x: 2 * x)}),
    Wrong("included units are charged", (B + "order.resources",),
          {order.resources: told(included=lambda _a: 0)}),
    Wrong("all traffic at the first rate", (B + "resource.traffic",),
          {resource.traffic: _first_rate}),
    Wrong("twice the fixed late fee", (B + "renew.late-fee.fixed",),
          {renew.late_fee_fixed: changed(lambda x: 2 * x)}),
    Wrong("one overdue day less", (B + "renew.late-fee.percent",),
          {renew.late_fee_percent: told(renewed=lambda a: a["renewed"] - DAY)}),
    Wrong("a percentage of the whole price", (B + "renew.late-fee.percent",),
          {renew.late_fee_percent: _of_the_whole_price}),
    Wrong("weekends for nothing", (B + "renew.weekend",), {renew.weekend: FREE}),
    Wrong("no refund on a change", (B + "change.funds",), {change.funds: _without_rest}),
    Wrong("more back than was posted", (B + "change.funds",),
          {change.funds: told(paid=lambda _a: {"start": Fraction(10**6)})}),
    Wrong("changes at half their price", (B + "change.funds",),
          {change.funds: changed(lambda x: x / 2)}),
    Wrong("upgrades for nothing", (B + "change.extra-charge-only",),
          {change.extra_charge_only: FREE}),
    Wrong("full payment at half the price", (B + "change.full-payment",),
          {change.full_payment: changed(lambda x: x / 2)}),
    Wrong("resources up to the expiry for twice", (B + "resource.until-expiry",),
          {resource.until_expiry: changed(lambda x: 2 * x)}),
    Wrong("half the full price", (B + "resource.full-price",),
          {resource.full_price: changed(lambda x: x / 2)}),
    Wrong("nothing back for a resource", (B + "resource.cancel.refund",),
          {resource.cancel_refund: FREE}),
    Wrong("something back where nothing is due",
          (B + "resource.cancel.no-refund", B + "charge.daily"),
          {resource.cancel_no_refund: answers(Fraction(-1))}),
    Wrong("half the tax", (B + "tax.on-top",), {tax.on_top: changed(lambda x: x / 2)}),
    Wrong("included tax as if on top", (B + "tax.included",),
          {tax.included: lambda _right, a: a["amount"] * a["rate"] / 100}),
    # What is allowed
    Wrong("disabled periods are sold", (B + "order.price",),
          {order.period_sold: told(disabled=lambda _a: frozenset())}),
    Wrong("disabled tariffs are sold", (B + "tariff.enabled",), {tariff.enabled: ALLOWED}),
    Wrong("ended tariffs are sold", (B + "order.tariff-end",),
          {order.still_sold: ALLOWED, order.cut_at_tariff_end: lambda _right, a: a["expires"]}),
    Wrong("calendar and days together", (B + "charge.calendar",), {charge.one_kind: ALLOWED}),
    Wrong("no minimum period", (B + "order.minimum-period",), {order.minimum_period: ALLOWED}),
    Wrong("given up within the minimum period", (B + "order.minimum-period",),
          {order.minimum_runs: ALLOWED}),
    Wrong("any number of services", (B + "order.service-limit",), {order.service_limit: ALLOWED}),
    Wrong("any quantity", (B + "order.quantity",), {order.quantity: ALLOWED}),
    Wrong("any amount of a resource", (B + "order.resources",), {order.resource_sold: ALLOWED}),
    Wrong("for every group", (B + "order.groups",), {order.groups: ALLOWED}),
    Wrong("quick orders with parameters", (B + "order.quick",), {order.quick: ALLOWED}),
    Wrong("orders without consent", (B + "order.agreement",), {order.agreement: ALLOWED}),
    Wrong("a trial again", (B + "order.trial",), {order.trial_sold: ALLOWED}),
    Wrong("a change to the tariff it has", (B + "change.forbidden",), {change.another: ALLOWED}),
    Wrong("a period recalculated for nothing", (B + "change.free",), {change.free: ALLOWED}),
    Wrong("clients always suspend", (B + "suspend.client",), {suspend.client: ALLOWED}),
    Wrong("anyone lifts a suspension", (B + "suspend.staff", B + "suspend.client"),
          {suspend.own_kind: ALLOWED}),
    Wrong("resumed without payment", (B + "suspend.non-payment",), {suspend.non_payment: ALLOWED}),
    Wrong("clients always delete", (B + "delete.client",), {delete.client: ALLOWED}),
    Wrong("another currency whenever", (B + "currency.change",), {currency.change: ALLOWED}),
    Wrong("clients do what staff do", (B + "rights",), {rights.rights: ALLOWED}),
    Wrong("every group has every right",
          (B + "group.rights", B + "suspend.client", B + "delete.client",
           B + "order.service-limit"),
          {group.rights: answers(True)}),
    Wrong("any payment", (B + "pay",), {payment.pay: ALLOWED}),
    Wrong("changes while a weekend is unpaid", (B + "lifecycle.status",),
          {lifecycle.paid: ALLOWED}),
    Wrong("by day to by month and back", (B + "charge.daily",), {charge.same_kind: ALLOWED}),
    Wrong("twice the disk by itself", (B + "tariff.resources",),
          code={ADDONS: _with("disk", included=2048, minimum=2048)}),
    Wrong("a database by itself", (B + "tariff.resources",),
          code={ADDONS: _with("databases", included=1, maximum=1)}),
    # What happens by itself
    Wrong("downtime is always charged", (B + "charge.daily.suspension",),
          {charge.daily_suspension: answers(True)}),
    Wrong("automatic renewal is tried again", (B + "renew.auto",),
          {renew.retried: told(auto_retry=lambda _a: True)}),
    Wrong("never renews by itself", (B + "renew.auto",), due={"renewal": _only_expires}),
    Wrong("never charges a further day", (B + "charge.daily",), due={"renewal: day": nothing}),
    Wrong("never suspends", (B + "suspend.non-payment", B + "renew.weekend"),
          due={"suspension": nothing}),
    Wrong("never deletes what is due", (B + "delete.auto", H + "terminate"),
          due={"deletion": nothing}),
    # Names and notices
    Wrong("a login without its number", (B + "name.username",),
          {name.username: told(template=lambda _a: "user")}),
    Wrong("another domain", (B + "name.domain",),
          {name.domain: told(template=lambda _a: "@USERNAME@.example.net")}),
    Wrong("free zones point nowhere", (B + "name.free-zone",), {name.free_zone: answers(None)}),
    Wrong("all notices from one address", (B + "notify.sender",),
          {notify.sender: told(support=lambda _a: None)}),
    Wrong("nobody is told", (B + "notify.activation",), {notify.activation: answers(())}),
    Wrong("every department sees all tasks", (B + "task.department",),
          {task.department: lambda _right, a: a["tasks"]}),
    Wrong("lists backwards", (B + "sort",), {sort.sort: changed(lambda names: names[::-1])}),
    Wrong("notes for everyone", (B + "show",), {show.show: told(by=lambda _a: "staff")}),
    # On the panel
    Wrong("never suspends on the panel", (P + "suspend",), panel={"suspend": nothing}),
    Wrong("never resumes on the panel", (P + "resume",), panel={"resume": nothing}),
    Wrong("never deletes on the panel", (P + "delete",), panel={"delete": nothing}),
    Wrong("never creates on the panel", (P + "create",), panel={"create": nothing}),
    Wrong("keeps the old preset", (P + "change-preset",), panel={"change_preset": nothing}),
    Wrong("never sets limits", (P + "resources",), panel={"resources": nothing}),
    Wrong("never sets a password", (P + "password",), panel={"password": nothing}),
    *IGNORED,
    *DONE,
    *SHOWN,
    *HOSTBILL,
    *ORDERED,
    *RESELLERS,
    *CROSSING,
    *CROSSING_HOSTBILL,
    *CROSSING_RESELLERS,
    *EVERYDAY,
    *SHIPPED,
    *LASTING,
    *ASSUMED,
    *READ_OTHERWISE,
]  # fmt: skip
