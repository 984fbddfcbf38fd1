"""Wrong billings that programmers write on any day, of either make and as resellers."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from broken import CHANGES, SUSPENSIONS, TAXES, B, H, P
from everyday_ways import (
    a_day_back,
    a_day_on,
    a_part_brings_all,
    all_of_thirty_days,
    as_an_order,
    as_late_as_any,
    at_the_price_paid_last,
    back_of_the_day,
    begins_anew,
    books_alone,
    but_the_first_day,
    charged_from_none,
    charges_the_change,
    counted_from_the_suspension,
    dates_of_the_transfer,
    deletes_closed,
    for_a_month,
    gives_back_closed,
    keeps_its_old_day,
    lifts_staff,
    never_over_a_weekend,
    no_longer_by_itself,
    not_for_nothing,
    nothing_on_the_panel,
    of_the_old_length,
    of_thirty_days,
    on_each_day,
    paid_for_all_its_days,
    pays_its_month,
    ready_again,
    runs_on_the_panel,
    server_alone,
    setup_of_the_new,
    sundays_alone,
    two_on_a_first,
    untaxed,
    what_is_left_too,
    with_the_setup_fee,
    without_resources,
)
from seams import Wrong
from ways import answers, changed, no_tax_behind, then, told

from prorata.reference.billmanager import charge, name, order, renew, resource, suspend, tax
from prorata.reference.hostbill import (
    billing_type,
    cancel,
    cycle,
    full_month,
    initial_period,
    invoice,
    late_fee,
    limit_per_customer,
    metered,
    upgrade,
)
from prorata.reference.hostbill import order as orders
from prorata.reference.hostbill import renew as renewing

HOUR = timedelta(hours=1)
ALLOWED = answers(None)
PERCENT, FIXED = B + "renew.late-fee.percent", B + "renew.late-fee.fixed"
WEEKEND, LATE, PLAIN = B + "renew.weekend", B + "renew.late-policy", B + "renew.plain"
OPERATION, EVENTS, BUNDLED = "resell.operation", "resell.events", "resell.licence.bundled"
BY_TYPE = H + "billing-type.prepaid", H + "billing-type.postpaid", H + "billing-type.hybrid"
TYPES = billing_type.prepaid, billing_type.postpaid, billing_type.hybrid
HALF_A_FEE = told(upgrade_fee=lambda a: a.get("upgrade_fee", Fraction(0)) / 2)


def _gross(right, arguments):
    """Take the tax of a refund as if its amount included it."""
    if arguments["amount"] >= 0:
        return right(**arguments)
    return right(**{**arguments, "rate": arguments["rate"] * 100 / (100 + arguments["rate"])})


def _nobody_needs_a_group(right, arguments):
    return None if arguments["group"] is None else right(**arguments)


def _one_less(field):
    return told(**{field: lambda a: a[field] and a[field] - 1})


def _whole_difference(_right, arguments):
    return arguments["new_price"] - arguments["old_price"]


EVERYDAY = [
    # Renewals
    Wrong("a late renewal keeps its old day", (PLAIN, B + "renew.auto"),
          code={"engine.billmanager.renew._take_effect": keeps_its_old_day}),
    Wrong("suspended an hour late", (B + "suspend.non-payment",),
          {suspend.at_expiry: changed(lambda at: at + HOUR)}),
    Wrong("an overdue day is a thirtieth", (PERCENT,),
          {renew.late_fee_percent: told(stretches=all_of_thirty_days)}),
    Wrong("the fixed late fee for each day", (FIXED,),
          code={"engine.billmanager.renew._LATE": on_each_day}),
    Wrong("renewals in time are orders", (PLAIN, B + "order.renewal-price", B + "order.price"),
          code={"engine.billmanager.renew._plain_terms": as_an_order}),
    Wrong("the setup fee where it renews by itself", (B + "order.price", B + "renew.auto"),
          due={"renewal": with_the_setup_fee}),
    Wrong("no resources where it renews by itself", (B + "order.resources", B + "renew.auto"),
          due={"renewal": without_resources}),
    Wrong("a renewal begins the service anew",
          (B + "order.minimum-period", PLAIN, LATE, B + "renew.from-suspension"),
          acts={"renew": then(begins_anew)}),
    Wrong("a weekend makes nothing late", (WEEKEND, LATE),
          code={"engine.billmanager.renew._late_terms": never_over_a_weekend}),
    Wrong("Saturdays are no weekend", (WEEKEND,), {renew.weekend_runs_until: sundays_alone}),
    Wrong("one extra day of a weekend", (WEEKEND,),
          {renew.weekend: told(until=a_day_back("until"))}),
    # Changes
    Wrong("a change asks the setup fee", (B + "order.price", *CHANGES),
          acts={"change_tariff": then(setup_of_the_new)}),
    Wrong("full payment with the setup fee", (B + "order.price", B + "change.full-payment"),
          code={"engine.billmanager.change._without_setup": lambda _right: lambda b: b.lines}),
    Wrong("full payment gives back what is left", (B + "change.full-payment",),
          acts={"change_tariff": what_is_left_too}),
    Wrong("a change ends the automatic renewal", (*CHANGES, B + "renew.auto"),
          acts={"change_tariff": then(no_longer_by_itself)}),
    Wrong("a change begins the service anew", (*CHANGES, B + "order.minimum-period"),
          acts={"change_tariff": then(begins_anew)}),
    # Orders
    Wrong("the minimum period ends a day early", (B + "order.minimum-period",),
          {order.minimum_runs: told(today=a_day_on("today"))}),
    Wrong("a trial costs its month", (B + "order.trial",), acts={"order": then(pays_its_month)}),
    Wrong("trials can be renewed", (B + "order.trial",), {order.trial_ends: ALLOWED}),
    Wrong("sold on the day of its end", (B + "order.tariff-end",),
          {order.still_sold: told(today=a_day_back("today"))}),
    Wrong("runs through the day of the end", (B + "order.tariff-end",),
          {order.cut_at_tariff_end: told(end=a_day_on("end"))}),
    Wrong("a cut month has thirty days", (B + "order.tariff-end",),
          {order.tariff_end: told(stretch=lambda a: of_thirty_days(a["stretch"]))}),
    Wrong("the day of the order is free", (B + "charge.calendar",),
          {charge.calendar: but_the_first_day}),
    Wrong("calendar months of thirty days", (B + "charge.calendar",),
          {charge.calendar: told(stretches=all_of_thirty_days)}),
    Wrong("who is in no group may have all", (B + "order.groups",),
          {order.groups: _nobody_needs_a_group}),
    Wrong("one service less than the limit", (B + "order.service-limit",),
          {order.service_limit: _one_less("limit")}),
    Wrong("logins by the client's number", (B + "name.username",),
          {name.username: told(user=lambda a: a["account"])}),
    # Resources
    Wrong("more units charge the day of all", (B + "charge.daily",),
          code={"engine.billmanager.resources.charge_more": charged_from_none}),
    Wrong("the day of a daily resource comes back", (B + "charge.daily",),
          acts={"cancel_resource": then(back_of_the_day)}),
    Wrong("a resource is free on its first day", (B + "resource.until-expiry",),
          {resource.until_expiry: told(now=a_day_on("now"))}),
    Wrong("a resource pays for a month at least", (B + "resource.cancel.refund",),
          {resource.cancel_refund: told(paid=paid_for_all_its_days)}),
    Wrong("less of a resource gives all back", (B + "resource.cancel.refund",),
          {resource.cancel_refund: told(units=lambda _a: Fraction(1))}),
    Wrong("a cancelled resource stays on the panel", (P + "resources",),
          acts={"cancel_resource": then(nothing_on_the_panel)}),
    # Taxes
    Wrong("refunds with tax as if included", (B + "tax.on-top",), {tax.on_top: _gross}),
    Wrong("no tax on setup fees", TAXES, turn={"_enter": no_tax_behind("setup")}),
    Wrong("no tax on resources", TAXES, turn={"_enter": no_tax_behind("resource")}),
    # Suspensions, deletions and the panel
    Wrong("ready again when it is resumed", (B + "notify.activation",),
          acts={"resume": then(ready_again), "renew": then(ready_again)}),
    Wrong("resumes on the panel whatever holds", (*SUSPENSIONS, P + "resume", P + "suspend"),
          acts={"resume": then(runs_on_the_panel)}),
    Wrong("renewed in the books alone", (P + "resume",),
          acts={"renew": then(nothing_on_the_panel)}),
    Wrong("deleted by itself in the books alone", (P + "delete",), due={"deletion": books_alone}),
    # What is unpaid in HostBill
    Wrong("the late fee a day early", (H + "late-fee",),
          {late_fee.charged_on: changed(lambda day: day - timedelta(days=1))}),
    Wrong("terminated so long after the suspension", (H + "terminate",),
          rows=counted_from_the_suspension),
    Wrong("orders cancelled a day early", (H + "order.auto-cancel",),
          {orders.auto_cancel: told(days=lambda a: a["days"] and a["days"] - 1)}),
    Wrong("a payment lifts what staff suspended", (H + "unsuspend", H + "suspend"),
          acts={"pay": then(lifts_staff)}),
    Wrong("a part of a payment brings all",
          (H + "invoice.pay", H + "renew", H + "automation.renew", H + "unsuspend"),
          acts={"pay": then(a_part_brings_all)}),
    # Invoices in HostBill
    Wrong("no tax on HostBill's setup fees", (H + "tax",),
          code={"engine.hostbill.lines.asked": untaxed("setup")}),
    Wrong("no tax on usage", (H + "tax", H + "metered"),
          code={"engine.hostbill.metered.asked": untaxed("usage")}),
    Wrong("a merged invoice is due with the last", (H + "invoice.merge",),
          code={"engine.hostbill.cycles._issue": as_late_as_any}),
    Wrong("an invoice of nothing renews nothing", (H + "invoice.zero", H + "renew"),
          code={"engine.hostbill.cycles.bring": not_for_nothing}),
    Wrong("cycles at the price paid last", (*BY_TYPE, H + "renew"),
          code={"engine.hostbill.cycles._cell_ahead": at_the_price_paid_last}),
    Wrong("another cycle of the old length", (H + "cycle.change", H + "renew"),
          code={"engine.hostbill.cycles._begins_another": of_the_old_length}),
    Wrong("the day of another cycle is given back", (H + "cycle.change",),
          {cycle.change: told(now=lambda a: a["now"].replace(hour=0, minute=0, second=0))}),
    Wrong("the whole difference of an upgrade", (H + "upgrade.pro-rata",),
          {upgrade.pro_rata: _whole_difference}),
    Wrong("half the upgrade fee", BY_TYPE, dict.fromkeys(TYPES, HALF_A_FEE)),
    Wrong("starts the day after the payment", (H + "initial-period.adjust",),
          {initial_period.adjust: told(paid=a_day_on("paid"))}),
    Wrong("two months when ordered on a first", (H + "full-month",),
          {full_month.full_month: two_on_a_first}),
    Wrong("credit pays no cents", (H + "invoice.pay",),
          {invoice.credit: told(balance=lambda a: Fraction(int(a["balance"])))}),
    Wrong("usage due when it is issued", (H + "metered",),
          {metered.due: told(moved=lambda _a: 0)}),
    # What is allowed in HostBill
    Wrong("a request may come again", (H + "cancel",), {cancel.cancellable: ALLOWED}),
    Wrong("renews an order by hand", (H + "renew.manual",), {renewing.begun: ALLOWED}),
    Wrong("renews by hand what is to end", (H + "renew.manual",), {renewing.kept: ALLOWED}),
    Wrong("one less than a customer may have", (H + "limit-per-customer",),
          {limit_per_customer.limit_per_customer: _one_less("limit")}),
    Wrong("a new owner begins anew", (H + "ownership",),
          acts={"transfer": then(dates_of_the_transfer)}),
    # Resellers
    Wrong("charges what the seller changed", (EVENTS,), seen=charges_the_change),
    Wrong("gives back what the seller closed", (EVENTS,), seen=gives_back_closed),
    Wrong("deletes what the seller closed", (EVENTS,), seen=deletes_closed),
    Wrong("orders every licence for a month", (OPERATION,), seller={"order": for_a_month}),
    Wrong("suspends a server but not its licence", (BUNDLED, OPERATION),
          turn={"panel": server_alone("suspend")}),
    Wrong("deletes a server but not its licence", (BUNDLED, OPERATION),
          turn={"panel": server_alone("delete")}),
]  # fmt: skip
