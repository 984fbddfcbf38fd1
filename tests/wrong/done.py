"""Billings that do, read or tell something else: each the reference, but for one deed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from seams import Wrong
from ways import (
    NO_GRANTS,
    account,
    answers,
    as_if,
    called,
    changed,
    each_line,
    each_service,
    entered,
    give_back_one,
    given,
    last_first,
    leave_suspended,
    lift_all,
    nothing,
    once_more,
    only_received,
    ordering,
    receive_twice,
    service_of,
    telling,
    then,
    twice,
    without_lines,
)

from prorata.reference import provision
from prorata.reference.billmanager import change, charge, order, renew, resource, tax
from prorata.reference.billmanager import delete as deletion
from prorata.reference.rules import rules

B, P, H = "billmanager.", "provision.ispmanager.", "hostbill."
DAY = timedelta(days=1)
FAMILIES = tuple(
    B + each for each in ("order.", "charge.", "renew.", "change.", "resource.", "tax.")
)
#: What sets amounts: a line that is counted or rounded otherwise is told under its own rule.
AMOUNTS = tuple(rule for rule in rules() if rule.startswith((*FAMILIES, H)))
CHANGES = tuple(rule for rule in rules() if rule.startswith(B + "change."))
TAXES = B + "tax.on-top", B + "tax.included"


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


def _a_day_more(line):
    if line.covers is None:
        return line
    starts, ends = line.covers
    return line.model_copy(update={"covers": (starts - DAY, ends)})


def _changed_later(found):
    changed_line = [line.model_copy(update={"amount": "77.00"}) for line in found[:1]]
    return [*changed_line, *found[1:]] if len(found) > 3 else found


def _one_more(found):
    return {name: f"{Decimal(held) + 1:f}" for name, held in found.items()}


def _untaxed(kind_before):
    """Enter no tax behind a kind of line."""

    def instead(right):
        def enter(turn, kind, amount, *row):
            if kind == "tax" and turn.entries and turn.entries[-1].kind == kind_before:
                return
            right(turn, kind, amount, *row)

        return enter

    return instead


def _renewal_prices(row):
    return {**row, "prices": {**row.get("prices", {}), **row.get("renewal_prices", {})}}


DONE = [
    # Readings that it does not declare
    Wrong("drops parts of a cent", AMOUNTS, reads={"rounding": "down"}),
    Wrong("rounds to the even cent", AMOUNTS, reads={"rounding": "half_even"}),
    Wrong("rounds the price of a day", AMOUNTS, reads={"rounding_place": "day_rate"}),
    Wrong("two decimals for days", (B + "charge.daily", B + "tax.on-top", B + "tax.included"), reads={"posting_digits": "minor_unit"}),
    Wrong("months of thirty days for parts", AMOUNTS, reads={"period_days": "nominal"}),
    Wrong("begun days only are overdue", (B + "renew.late-fee.percent",), reads={"overdue_days": "started"}),
    Wrong("the old tariff has the day of the change", CHANGES, reads={"change_day": "old"}),
    Wrong("days left by the hour", (*CHANGES, B + "resource.until-expiry", B + "resource.cancel.refund"), reads={"day_count": "elapsed_floor"}),
    Wrong("a month end overflows", (B + "charge.periodic", B + "renew.plain", B + "renew.late-policy", B + "change.full-payment", B + "renew.from-suspension"), reads={"month_end": "overflow"}),
    Wrong("weekends up to the next charge", (B + "renew.weekend",), reads={"weekend_end": "next_charge"}),
    Wrong("a changed period is rounded to the nearest day", (B + "change.period",), reads={"change_period_rounding": "nearest"}),
    Wrong("a downgrade waits", (B + "change.extra-charge-only",), reads={"downgrade_extra_charge_only": "keep_until_expiry"}),
    Wrong("long names are cut", (B + "name.username",), reads={"name_too_long": "cut"}),
    Wrong("calendar months one by one only", (B + "charge.calendar",), reads={"calendar_long_period": "refused"}),
    Wrong("disabled periods are not renewed", (B + "order.price", B + "order.renewal-price"), reads={"disabled_period": "orders_and_renewals"}),
    Wrong("a day costs a part of the month", (B + "charge.daily",), reads={"daily_charge": "rate_from_month"}),
    Wrong("late payments count from the due date", (H + "initial-period.adjust",), reads={"late_payment": "after_due"}),
    Wrong("begun units of an upgrade", (H + "upgrade.pro-rata",), reads={"pro_rata_unit_remainder": "up"}),
    # Dates
    Wrong("days begin in UTC", (B + "charge.periodic", B + "charge.daily", B + "renew.plain"), turn={"midnight": lambda _right: lambda _turn, day: datetime.combine(day, time(), UTC)}),
    Wrong("renewals in time as if late", (B + "renew.plain", B + "renew.late-policy"), rules={renew.late: answers(True)}),
    Wrong("a late renewal need not reach its day", (B + "renew.from-suspension",), rules={renew.reaches: answers(None), renew.from_suspension: _whatever_the_day}),
    Wrong("the period stays where it is to change", (B + "change.period",), rules={change.period: lambda _right, a: a["expires"].date()}),
    Wrong("a calendar renewal reaches a month further", (B + "charge.calendar",), rules={charge.calendar_expires: _a_month_further}),
    Wrong("deleted a day early", (B + "delete.auto",), rules={deletion.auto: changed(lambda day: day - DAY)}),
    # Orders, renewals and payments
    Wrong("the renewal price at the order", (B + "order.price", B + "order.renewal-price"), rows=_renewal_prices),
    Wrong("the setup fee at each renewal", (B + "order.price",), acts={"renew": then(_setup_again)}),
    Wrong("orders of resources for nothing", (B + "order.resources",), acts={"order": without_lines("resource")}),
    Wrong("renewals of resources for nothing", (B + "order.resources",), acts={"renew": without_lines("resource")}),
    Wrong("no late fee at a renewal by hand", (B + "renew.late-fee.fixed", B + "renew.late-fee.percent"), acts={"renew": without_lines("late fee")}),
    Wrong("one service whatever the quantity", (B + "order.quantity",), acts={"order": ordering(quantity=1)}),
    Wrong("orders forget the automatic renewal", (B + "renew.auto",), acts={"order": ordering(auto_renewal=False)}),
    Wrong("orders forget the domain", (B + "name.domain",), acts={"order": ordering(domain="")}),
    Wrong("orders forget resources", (B + "order.resources",), acts={"order": ordering(resources={})}),
    Wrong("a payment twice", (B + "pay", "always: conservation"), acts={"pay": then(receive_twice)}),
    Wrong("the last ordered first", (B + "order.price", B + "charge.periodic", B + "pay"), acts={"pay": last_first}),
    Wrong("sells on credit", (B + "order.price", B + "renew.plain", B + "renew.auto", B + "charge.daily", B + "order.resources", B + "change.funds", B + "change.extra-charge-only", B + "change.full-payment", B + "pay"), turn={"pays": lambda _right: lambda _turn, _client: True}),
    Wrong("nothing that is ordered waits", (B + "order.price", B + "pay", B + "charge.daily", B + "charge.periodic"), acts={"pay": only_received}),
    Wrong("refunds a deletion", (B + "delete.client",), acts={"delete": then(give_back_one)}),
    Wrong("a client's deletion is a suspension", (B + "delete.client",), acts={"delete": lambda _right: _no_longer}),
    Wrong("automatic renewal cannot be turned off", (B + "renew.auto",), acts={"set_auto_renewal": _stays_on}),
    # What happens by itself
    Wrong("renews whether wanted or not", (B + "renew.auto",), due={"renewal": as_if(auto_renewal=lambda s: s.auto_renewal or s.period)}),
    Wrong("renews by itself for the period paid last", (B + "renew.auto",), due={"renewal": as_if(auto_renewal=lambda s: s.auto_renewal and s.period)}),
    Wrong("renews twice", (B + "renew.auto",), due={"renewal": twice}),
    Wrong("charges the day twice", (B + "charge.daily",), due={"renewal: day": twice}),
    Wrong("renews again when asked again", (B + "renew.auto",), after=once_more),
    Wrong("charges days of what is being made", (B + "charge.daily", P + "create", B + "lifecycle.status"), due={"renewal: day": as_if(status=lambda s: "active" if s.status == "processing" else s.status)}),
    Wrong("renews what is being made", (B + "renew.auto", P + "create", B + "lifecycle.status"), due={"renewal": as_if(status=lambda s: "active" if s.status == "processing" else s.status)}),
    Wrong("a waiting downgrade never comes", (B + "change.extra-charge-only",), due={"change: tariff": nothing}),
    # Suspensions
    Wrong("a renewal leaves it suspended", (B + "suspend.non-payment",), acts={"renew": then(leave_suspended)}),
    Wrong("a renewal lifts every suspension", (B + "suspend.staff", B + "suspend.client"), acts={"renew": then(lift_all)}),
    Wrong("resumes whoever has suspended", (B + "suspend.staff", B + "suspend.client", B + "suspend.non-payment"), acts={"resume": then(lift_all)}),
    Wrong("a resumed day is free", (B + "charge.daily.suspension",), acts={"resume": without_lines("daily")}),
    Wrong("suspended in the books alone by staff", (P + "suspend",), acts={"suspend": then(lambda turn, **_: turn.tasks.clear())}),
    # Changes and resources
    Wrong("upgrades are posted as refunds", (B + "change.funds",), rules={change.funds: changed(lambda x: -x)}),
    Wrong("downgrades refund where nothing is due", (B + "change.extra-charge-only",), rules={change.is_downgrade: answers(False)}),
    Wrong("a change keeps the period in mind", (B + "change.full-payment", B + "order.price"), acts={"change_tariff": given(lambda p: {k: v for k, v in p.items() if k != "period"})}),
    Wrong("resources stay when cancelled", (B + "resource.cancel.refund", B + "resource.cancel.no-refund", B + "order.resources"), acts={"cancel_resource": then(_keep_resources)}),
    Wrong("orders one unit of a resource", (B + "order.resources", B + "resource.until-expiry", B + "resource.full-price"), acts={"order_resource": given(lambda p: {**p, "amount": 1})}),
    Wrong("the whole price until the expiry", (B + "resource.until-expiry",), rules={resource.until_expiry: lambda _right, a: sum((s.price for s in a["stretches"]), Fraction(0))}),
    Wrong("more back than was paid for a resource", (B + "resource.cancel.refund",), rules={resource.cancel_refund: changed(lambda x: 2 * x)}),
    # Taxes
    Wrong("no tax on late fees", TAXES, turn={"_enter": _untaxed("late fee")}),
    Wrong("refunds without their tax", TAXES, turn={"_enter": entered(lambda _turn, kind, amount: None if kind == "tax" and amount.units < 0 else amount)}),
    Wrong("tax on top rounded up", (B + "tax.on-top",), rules={tax.on_top: changed(lambda x: x + Fraction(1, 200))}),
    # What is told
    Wrong("a balance of one more", ("always: conservation",), told=telling("balances", _one_more)),
    Wrong("lines that change later", ("always: lines stay as they were posted",), told=telling("ledger", _changed_later)),
    Wrong("covers from the day before", (B + "charge.periodic", B + "renew.plain", B + "charge.daily", B + "charge.calendar", B + "order.tariff-end", B + "renew.late-policy", B + "renew.from-suspension", B + "change.full-payment", H + "initial-period.adjust", "always: no overlap"), told=each_line(_a_day_more)),
    Wrong("what is being made is called active", (B + "lifecycle.status", P + "create"), told=called("processing", "active")),
    Wrong("the suspended are called active", (B + "suspend.non-payment", B + "suspend.staff", B + "suspend.client", B + "renew.weekend", B + "lifecycle.status"), told=called("suspended", "active")),
    Wrong("never tells of an automatic renewal", (B + "renew.auto",), told=each_service(lambda s: s.model_copy(update={"auto_renewal": False}))),
    # The panel
    Wrong("suspends by deleting", (P + "suspend", P + "delete"), panel={"suspend": lambda _right: lambda panel, name: panel.delete(name)}),
    Wrong("makes every user alike", (P + "create",), panel={"create": account(preset="standard")}),
    Wrong("makes users without their domain", (P + "create", P + "domain"), panel={"create": account(domain=None)}),
    Wrong("makes users without what is granted", (P + "overrides", P + "resources"), panel={"create": account(grants=NO_GRANTS)}),
    Wrong("a changed preset without what is granted", (P + "overrides", P + "resources", P + "change-preset"), panel={"change_preset": lambda right: lambda panel, name, preset, grants=None: right(panel, name, preset)}),
    Wrong("sets another password", (P + "password",), panel={"password": lambda right: lambda panel, name, password: right(panel, name, password[::-1])}),
    Wrong("links for the administrator", (P + "login",), panel={"login": lambda right: lambda panel, _name, key: right(panel, "root", key)}),
    Wrong("links that lead nowhere back", (P + "return",), panel={"return_": lambda _right: lambda _panel, link, _address: link}),
    Wrong("never makes a domain", (P + "domain",), panel={"domain": nothing}),
    Wrong("never makes a database", (P + "manage",), panel={"manage": nothing}),
    Wrong("shows nothing that there is", (P + "manage",), panel={"listed": lambda _right: lambda *_: ()}),
    Wrong("shows no usage", (P + "manage",), panel={"usage": lambda _right: lambda *_: {"disk": 0, "bandwidth": 0}}),
    Wrong("any number of accounts", (P + "capacity",), rules={provision.room: answers(None)}, panel={"capacity": nothing}),
    Wrong("imports no presets", (P + "presets",), panel={"presets": lambda _right: lambda _panel: ()}),
    Wrong("connects whatever the password", (P + "connection",), panel={"connection": lambda _right: lambda _panel: {"login": "root", "level": "30"}}),
    Wrong("never makes a preset", (P + "presets",), panel={"make_preset": nothing}),
]  # fmt: skip
