"""Wrong billings that do what seems natural, and that no document says, or not so."""

from __future__ import annotations

from assumed_ways import (
    along_to_the_new,
    as_planned_before,
    as_they_came,
    before_its_end,
    by_floats,
    by_itself_alone,
    by_the_hours_left,
    deleted_ones_too,
    due_with_its_fee,
    goes_on_for_money,
    goes_on_later,
    in_gib,
    no_second_fee,
    none_but_the_first,
    not_in_its_minimum,
    planned_a_day_before,
    renewals_refused,
    renewed_a_day_before,
    renewed_when_turned_on,
    renewing_what_expired,
    stands_still,
    steps_from_nothing,
    taxed_together,
    though_suspended,
    to_who_ordered,
    unpaid_cancelled,
    waits_for_nothing,
    weekday_of_utc,
    where_disabled,
    where_forbidden,
    while_it_runs,
    whoever_it_is,
    whole_invoices_alone,
    whole_of_resources,
    whole_where_renewed,
    with_something_left,
)
from broken import CHANGES, SUSPENSIONS, TAXES, B, H, P
from crossing_ways import of_a_tariff
from seams import Wrong
from ways import then, told

from prorata.reference.billmanager import charge, name, order, renew, task
from prorata.reference.hostbill import invoice

AUTO, FUNDS, UNITS = B + "renew.auto", B + "change.funds", B + "order.resources"
STATUS, GROUPS, TRIAL = B + "lifecycle.status", B + "order.groups", B + "order.trial"
BY_TYPE = H + "billing-type.prepaid", H + "billing-type.postpaid", H + "billing-type.hybrid"

ASSUMED = [
    # What a payment does
    Wrong("a payment renews what has expired", (AUTO,),
          acts={"pay": then(renewing_what_expired)}),
    Wrong("a payment starts what is deleted", (B + "pay", B + "order.price", B + "delete.client"),
          code={"engine.billmanager.account.activate_paid": deleted_ones_too}),
    Wrong("turning it on renews what has expired", (AUTO,),
          acts={"set_auto_renewal": then(renewed_when_turned_on)}),
    Wrong("what is free needs money on the account", (B + "order.price", *CHANGES),
          turn={"pays": with_something_left}),
    Wrong("the balance goes along to the new currency", (B + "currency.change",),
          acts={"set_currency": then(along_to_the_new)}),
    # What was planned
    Wrong("renews again as it was planned", (AUTO,), due={"renewal": as_planned_before}),
    Wrong("renews by itself a day before", (AUTO,),
          turn={"plan": planned_a_day_before}, due={"renewal": renewed_a_day_before}),
    Wrong("a trial goes on for money", (TRIAL,), due={"renewal": goes_on_for_money}),
    Wrong("a suspension stops the time", SUSPENSIONS,
          acts={"suspend": then(stands_still), "resume": then(goes_on_later)}),
    # What is asked of a renewal, a change, an amount
    Wrong("a disabled tariff is not renewed", (B + "tariff.enabled",),
          code={"engine.billmanager.renew.purchase": renewals_refused(where_disabled)}),
    Wrong("a renewal asks the client's group", (GROUPS,),
          code={"engine.billmanager.renew.purchase": renewals_refused(where_forbidden)}),
    Wrong("no change within the minimum period", (B + "order.minimum-period", *CHANGES),
          code={"engine.billmanager.change._takes": not_in_its_minimum}),
    Wrong("steps count from nothing", (UNITS,), {order.resource_sold: steps_from_nothing}),
    Wrong("the suspended come into their panel", (STATUS, P + "login", H + "client-functions"),
          acts={"open_panel": though_suspended}),
    # Amounts
    Wrong("a cut period asks whole resources", (B + "order.tariff-end", UNITS),
          {order.tariff_end: whole_of_resources}),
    Wrong("calendar renewals cost whole months", (B + "charge.calendar",),
          {charge.calendar: whole_where_renewed}),
    Wrong("the first day by its hours", (B + "charge.daily",),
          code={"engine.billmanager.order.first_day": by_the_hours_left}),
    Wrong("late fees of the tariff alone", (B + "renew.late-fee.percent",),
          {renew.late_fee_percent: told(stretches=lambda a: of_a_tariff(a["stretches"]))}),
    Wrong("a special price of nothing is none", (B + "order.renewal-price",),
          {order.renewal_price: told(special_price=lambda a: a.get("special_price") or None)}),
    Wrong("resources for the first of several", (UNITS, B + "order.quantity"),
          code={"engine.billmanager.order._activate": none_but_the_first}),
    Wrong("one tax for all lines of an order", TAXES, acts={"order": then(taxed_together)}),
    Wrong("two digits whatever the currency", (FUNDS, B + "order.price", *TAXES, H + "tax"),
          code={"engine.turn.minor_digits": lambda _right: lambda _currency: 2}),
    Wrong("rounds by binary floats",
          (FUNDS, B + "resource.until-expiry", B + "resource.cancel.refund", *TAXES),
          turn={"_posted": by_floats}),
    # Days, names, tasks
    Wrong("weekends by the clock of UTC", (B + "renew.weekend",),
          {renew.weekend_runs_until: weekday_of_utc}),
    Wrong("a client's own domain points here", (B + "name.free-zone",),
          {name.free_zone: told(generated=lambda _a: True)}),
    Wrong("tasks of no department are seen by all", (B + "task.department",),
          {task.department: lambda _right, a: tuple(
              each for each in a["tasks"] if each.department in {a["department"], None})}),
    # HostBill
    Wrong("post-paid cycles before their end", (H + "billing-type.postpaid",
                                                H + "invoice.schedule"),
          code={"engine.hostbill.cycles._generated": before_its_end}),
    Wrong("credit pays whole invoices alone", (H + "invoice.pay",),
          {invoice.credit: whole_invoices_alone}),
    Wrong("a late fee begins the days anew", (H + "late-fee",), due={"late fee": due_with_its_fee}),
    Wrong("what is suspended gets no invoices",
          (H + "invoice.schedule", H + "renew", *BY_TYPE), due={"invoice": while_it_runs}),
    Wrong("each termination cancels what is unpaid", (H + "terminate",), rows=unpaid_cancelled),
    Wrong("an invoice of nothing waits for its payment", (H + "invoice.zero",),
          {invoice.zero: waits_for_nothing}),
    Wrong("what belongs together on invoices of its own", (H + "order.addons", H + "bundle"),
          code={"engine.hostbill.cycles.along": by_itself_alone}),
    Wrong("an upgrade fee once for each service", BY_TYPE,
          code={"engine.hostbill.change._upgrade": no_second_fee}),
    Wrong("what happens is told to who ordered",
          (H + "ownership", H + "messages", H + "reminders"), turn={"notify": to_who_ordered}),
    Wrong("usage in the order of its reports", (H + "metered",),
          code={"engine.hostbill.metered._meters": as_they_came}),
    # The panel
    Wrong("traffic limits in GiB", (P + "resources",), code={"panels.limits.RESOURCES": in_gib}),
    Wrong("the server's own user takes room", (P + "capacity",),
          code={"panels.ispmanager._WWW_ROOT": lambda _right: ""}),
    Wrong("takes a stranger's user for its own", (P + "create", P + "delete"),
          panel={"exists": whoever_it_is}),
]  # fmt: skip
