"""Wrong billings that somebody shipped: each looks right on the day on which it is tried."""

from __future__ import annotations

from broken import CHANGES, SUSPENSIONS, TAXES, B, H, P
from seams import Wrong
from shipped_ways import (
    anchor_forgotten,
    as_if_new,
    at_the_last_rate,
    before_its_payment,
    but_by_staff,
    clients_alone,
    down_to_cents,
    due_a_week_later,
    for_the_same_alone,
    forgets_what_is_unpaid,
    forgiven_by_staff,
    from_none,
    from_the_last_period,
    from_today,
    in_whole_units,
    less_in_the_books,
    never_shorter,
    none_is_kept,
    of_any_tariff,
    of_the_old_period,
    of_what_credit_leaves,
    on_the_next_day,
    once_after,
    one_for_all,
    only_what_runs,
    paid_invoices_along,
    past_since_the_issue,
    quoted_without,
    staff_too,
    suspended_by_a_request,
    the_first_alone,
    the_new_day_too,
    thirty_days_a_month,
    though_suspended,
    told_twice,
    turned_off,
    watched_from_the_issue,
    what_runs,
    with_a_setup_fee,
    with_its_tax,
    with_the_fee,
    without_a_number,
)
from ways import as_if, no_tax_behind, then, told

from prorata.reference.billmanager import resource, tax
from prorata.reference.hostbill import downgrade, metered
from prorata.reference.hostbill import renew as renewing
from prorata.reference.periods import Length

BY_TYPE = H + "billing-type.prepaid", H + "billing-type.postpaid", H + "billing-type.hybrid"
FEES = B + "renew.late-fee.percent", B + "renew.late-fee.fixed"
PLAIN, AUTO, STARTS = B + "renew.plain", B + "renew.auto", B + "charge.periodic"
RESOURCES = B + "order.resources", B + "resource.until-expiry", B + "resource.full-price"
MONTH = Length(months=1)

SHIPPED = [
    # Renewals
    Wrong("a renewal ahead counts from today", (PLAIN,),
          code={"engine.billmanager.renew._plain_terms": from_today}),
    Wrong("renews by itself for one month", (AUTO,),
          due={"renewal": as_if(auto_renewal=lambda s: s.auto_renewal and MONTH)}),
    Wrong("a renewal that failed is not wanted again", (AUTO,), due={"renewal": turned_off}),
    Wrong("renews nothing by itself that is suspended", (AUTO, *SUSPENSIONS),
          due={"renewal": only_what_runs}),
    Wrong("no late fee for what staff suspended", FEES,
          code={"engine.billmanager.renew._LATE": forgiven_by_staff}),
    Wrong("no late fee with another period", FEES, acts={"renew": for_the_same_alone}),
    Wrong("a renewal keeps the old period's name",
          (PLAIN, AUTO, B + "order.renewal-price", B + "renew.late-policy"),
          code={"engine.billmanager.renew._take_effect": of_the_old_period}),
    Wrong("never deletes what staff suspended", (B + "delete.auto",),
          due={"deletion": but_by_staff}),
    Wrong("what is suspended never expires", (*SUSPENSIONS, B + "delete.auto"),
          due={"suspension": what_runs}),
    # Orders
    Wrong("what waited begins the day after its payment", (STARTS,),
          code={"engine.billmanager.order._first_period": on_the_next_day}),
    Wrong("a payment starts one order", (B + "pay", B + "order.price", STARTS),
          code={"engine.billmanager.account.activate_paid": the_first_alone}),
    Wrong("the limit counts services of any tariff", (B + "order.service-limit",),
          acts={"order": of_any_tariff}),
    Wrong("each period has a minimum of its own", (B + "order.minimum-period",),
          code={f"engine.billmanager.{part}.in_minimum": from_the_last_period
                for part in ("life", "resources")}),
    Wrong("the minimum period binds staff", (B + "order.minimum-period",),
          code={"engine.billmanager.life._deletable": staff_too}),
    Wrong("a trial with the setup fee", (B + "order.trial", B + "order.price"),
          acts={"order": then(with_the_fee)}),
    Wrong("one trial for all tariffs", (B + "order.trial",),
          code={"engine.billmanager.order._trial_refused": one_for_all}),
    # Resources
    Wrong("units are ordered as if none were included", RESOURCES,
          acts={"order_resource": from_none}),
    Wrong("a change forgets the resources", (*CHANGES, *RESOURCES),
          code={f"engine.billmanager.{part}.kept": none_is_kept for part in ("change", "switch")}),
    Wrong("all traffic at its last rate", (B + "resource.traffic",),
          {resource.traffic: at_the_last_rate}),
    Wrong("less of a resource in the books alone", (P + "resources",),
          acts={"set_resource": less_in_the_books}),
    # Changes
    Wrong("full payment never ends sooner", (B + "change.full-payment",),
          acts={"change_tariff": then(never_shorter)}),
    Wrong("changes what is suspended", (B + "lifecycle.status",),
          acts={"change_tariff": though_suspended}),
    Wrong("a change charges its day again", (B + "charge.daily",),
          acts={"change_tariff": then(the_new_day_too)}),
    # Taxes
    Wrong("no tax on changes", TAXES, turn={"_enter": no_tax_behind("tariff change")}),
    Wrong("no tax on days", TAXES, turn={"_enter": no_tax_behind("daily")}),
    Wrong("taxes rounded down", TAXES, {tax.on_top: down_to_cents, tax.included: down_to_cents}),
    Wrong("tax on what the credit leaves", (H + "tax",),
          code={"engine.hostbill.invoices._taxes": of_what_credit_leaves}),
    Wrong("a downgrade gives the tax back", (H + "downgrade.credit",),
          code={"engine.hostbill.downgrades.credited": with_its_tax}),
    # What is told
    Wrong("tells everything twice",
          (B + "notify.activation", B + "notify.sender", "resell.notice", H + "messages",
           H + "reminders"),
          turn={"notify": told_twice}),
    Wrong("tells staff nothing", (H + "messages",), turn={"notify": clients_alone}),
    Wrong("reminds once after the due date", (H + "reminders",), rows=once_after),
    # The panel
    Wrong("makes accounts before they are paid", (H + "automation.create",),
          rows=lambda row: {**row, "create_account": "on order"} if "create_account" in row
          else row),
    Wrong("a request to cancel suspends on the panel", (H + "cancel", P + "suspend"),
          acts={"cancel": then(suspended_by_a_request)}),
    Wrong("another preset before it is paid",
          (P + "change-preset", H + "automation.upgrade", H + "upgrade.pro-rata"),
          acts={"change_tariff": then(before_its_payment)}),
    # Invoices in HostBill
    Wrong("what is unpaid counts from the issue",
          (H + "suspend", H + "terminate", H + "late-fee", H + "reminders"),
          code={"engine.hostbill.invoices.watch": watched_from_the_issue,
                "engine.hostbill.anew.watch": watched_from_the_issue,
                "engine.hostbill.overdue._counted": past_since_the_issue}),
    Wrong("an upgrade asks the setup fee", BY_TYPE,
          code={"engine.hostbill.change._difference": with_a_setup_fee}),
    Wrong("a credit note for each downgrade", (H + "downgrade.credit-note",),
          {downgrade.credit_note: told(wanted=lambda _a: True)}),
    Wrong("paid invoices go along to the new owner", (H + "ownership",),
          acts={"transfer": then(paid_invoices_along)}),
    Wrong("a cycle that forgets the 31st", (H + "renew",),
          {renewing.renew: anchor_forgotten, renewing.next_due: anchor_forgotten}),
    Wrong("cycles of thirty days", (H + "renew",),
          {renewing.renew: thirty_days_a_month, renewing.next_due: thirty_days_a_month}),
    Wrong("a part of a payment buys a week", (H + "invoice.pay", H + "invoice.schedule"),
          acts={"pay": then(due_a_week_later)}),
    Wrong("a suspension cancels what is unpaid", (H + "suspend", H + "invoice.pay"),
          due={"suspension": forgets_what_is_unpaid}),
    Wrong("usage in whole units", (H + "metered",),
          {metered.metered: told(measured=in_whole_units)}),
    # What comes again, and what was said before
    Wrong("books a payment again that is told again", (B + "pay", H + "invoice.pay"),
          asked=without_a_number),
    Wrong("does again what comes again", ("always: what is delivered twice is done once",),
          asked=as_if_new),
    Wrong("quotes no setup fee", (B + "order.price",), quoted=quoted_without("setup")),
    Wrong("quotes without the tax", (*TAXES, H + "tax"), quoted=quoted_without("tax")),
]  # fmt: skip
