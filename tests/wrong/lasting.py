"""Wrong billings that are right at first: of a second time, service, owner, answer or leap year."""

from __future__ import annotations

from fractions import Fraction

from broken import CHANGES, TAXES, B, H, P
from lasting_ways import (
    after_february_alone,
    as_if_not_reminded,
    but_for_the_tax,
    by_28_days,
    by_365_days,
    for_all_of_the_client,
    for_the_last_period,
    from_the_first_expiry,
    had_by_anyone,
    half_a_cent_kept,
    kept_in_mind,
    lasting,
    never_below_zero,
    not_over_years,
    of_who_ordered,
    oldest_alone,
    once_for_all,
    prolonged_again,
    shortened_before,
    suspended_as_planned,
    whatever_contains_it,
    while_it_is_there,
    with_all_of_the_client,
    with_what_is_begun,
    without_prices_had,
    without_what_comes_back,
)
from seams import Wrong
from shipped_ways import quoted_without
from ways import changed, then, told

from prorata.reference.billmanager import change, charge, order, renew, resource
from prorata.reference.billmanager import delete as deletion
from prorata.reference.hostbill import cancel, cycle, suspend, terminate, upgrade
from prorata.reference.hostbill import renew as renewing

PERCENT, FIXED = B + "renew.late-fee.percent", B + "renew.late-fee.fixed"
PLAIN, AUTO, FUNDS = B + "renew.plain", B + "renew.auto", B + "change.funds"
RESOURCE, UNITS = B + "resource.until-expiry", B + "order.resources"
OPERATION, UNMADE = "resell.operation", "resell.operation.unmade"
LEAP_YEAR, LEAP_MONTH = lasting(366, 365), lasting(29, 28)
ONCE_MORE = "engine.billmanager.renew."


def _or_never(name):
    """Take no days for none."""
    return {name: lambda a: a[name] or None}


def _without_later(right, arguments):
    return right(**{name: value for name, value in arguments.items() if name != "later"})


LASTING = [
    # Money that is short
    Wrong("a debt refuses what is free", (B + "order.price", B + "order.trial", PLAIN),
          turn={"pays": never_below_zero}),
    Wrong("the tax may leave a debt",
          (B + "order.price", PLAIN, AUTO, B + "charge.daily", *CHANGES, *TAXES),
          turn={"pays": but_for_the_tax}),
    Wrong("several at once on credit", (B + "order.quantity", B + "order.price"),
          turn={"pays": once_for_all}),
    Wrong("half a cent is not given back", (FUNDS, B + "resource.cancel.refund"),
          {rule: changed(half_a_cent_kept) for rule in (change.funds, resource.cancel_refund)}),
    Wrong("a payment counts when it begins", (B + "pay", "always: conservation"),
          acts={"open_payment": then(with_what_is_begun)}),
    Wrong("units at prices in cents", (UNITS,),
          {order.resources: told(unit_price=lambda a: Fraction(round(a["unit_price"], 2)))}),
    # One for all
    Wrong("renewal is switched for all of a client", (AUTO,),
          acts={"set_auto_renewal": then(for_all_of_the_client)}),
    Wrong("one that is unpaid suspends all of a client", (B + "suspend.non-payment",),
          due={"suspension": with_all_of_the_client}),
    Wrong("a trial for one client of all", (B + "order.trial",),
          code={"engine.billmanager.order._trial_refused": had_by_anyone}),
    Wrong("a trial again when the first is deleted", (B + "order.trial",),
          code={"engine.billmanager.order._trial_refused": while_it_is_there}),
    Wrong("changes are asked of who ordered", (H + "ownership",),
          code={"engine.hostbill.change.issue": of_who_ordered}),
    Wrong("the last invoice is asked of who ordered", (H + "ownership",),
          code={f"engine.hostbill.{part}.issue": of_who_ordered for part in ("cancel", "overdue")}),
    Wrong("the oldest invoice alone has consequences",
          (H + "suspend", H + "terminate", H + "late-fee", H + "reminders"),
          due=dict.fromkeys(("suspension", "deletion", "late fee", "notification: reminder"),
                            oldest_alone)),
    Wrong("what is issued again is reminded of again", (H + "reminders",),
          code={"engine.hostbill.effects.issue_again": as_if_not_reminded}),
    # The second time
    Wrong("the special price once", (B + "order.renewal-price",),
          code={ONCE_MORE + "purchase": without_prices_had,
                ONCE_MORE + "_take_effect": kept_in_mind}),
    Wrong("a late fee counts from the first expiry", (PERCENT, FIXED),
          code={ONCE_MORE + "_LATE": from_the_first_expiry}),
    Wrong("suspended as it was planned before",
          (B + "suspend.non-payment", B + "renew.weekend"),
          due={"suspension": suspended_as_planned}),
    Wrong("another cycle forgets what is paid ahead", (H + "cycle.change",),
          {cycle.change: _without_later}),
    Wrong("no days are never", (H + "suspend", H + "terminate", B + "delete.auto"),
          {suspend.suspend: told(**_or_never("days")),
           terminate.terminate: told(**_or_never("days")),
           deletion.auto: told(**_or_never("days"), **_or_never("type_days"))}),
    # Months and years
    Wrong("the 31st is kept after February alone", (PLAIN, B + "charge.periodic", AUTO),
          code={"engine.billmanager.purchase.kept_anchor": after_february_alone}),
    Wrong("a year forgets its leap day", (PLAIN, B + "charge.periodic", AUTO),
          code={"engine.billmanager.purchase.kept_anchor": not_over_years}),
    Wrong("HostBill keeps the 31st after February alone", (H + "renew",),
          {renewing.renew: shortened_before, renewing.next_due: shortened_before}),
    Wrong("each year has 365 days", (FUNDS, RESOURCE, PERCENT),
          {change.funds: told(old=LEAP_YEAR("old"), new=LEAP_YEAR("new")),
           resource.until_expiry: told(stretches=LEAP_YEAR("stretches")),
           renew.late_fee_percent: told(stretches=LEAP_YEAR("stretches"))}),
    Wrong("each year of HostBill has 365 days",
          (H + "upgrade.pro-rata", H + "cancel.pro-rata", H + "cycle.change",
           H + "downgrade.credit"),
          {upgrade.pro_rata: by_365_days, cancel.pro_rata: by_365_days,
           cycle.change: by_365_days}),
    Wrong("each February has 28 days",
          (FUNDS, RESOURCE, B + "charge.calendar", B + "charge.daily", UNITS),
          {change.funds: told(old=LEAP_MONTH("old"), new=LEAP_MONTH("new")),
           resource.until_expiry: told(stretches=LEAP_MONTH("stretches")),
           charge.calendar: told(stretches=LEAP_MONTH("stretches"))},
          code={"billmanager.charge.days_in_month": by_28_days}),
    # A lost answer
    Wrong("prolongs again when the answer is lost", (OPERATION,),
          code={"engine.resell.carrying._CARRY": prolonged_again}),
    Wrong("prolongs for the period paid last", (OPERATION,),
          code={"engine.resell.carrying._CARRY": for_the_last_period}),
    Wrong("takes a licence whose name contains the number", (OPERATION, UNMADE),
          seller={"find": whatever_contains_it}),
    Wrong("makes a second user when the answer is lost", (P + "create",),
          code={"engine.operations._LOOKED_AT": lambda right: {**right, "create": None}}),
    # What is quoted
    Wrong("quotes nothing that comes back",
          (FUNDS, B + "resource.cancel.refund", H + "downgrade.credit", H + "cycle.change"),
          quoted=without_what_comes_back),
    Wrong("quotes no late fee", (PERCENT, FIXED), quoted=quoted_without("late fee")),
]  # fmt: skip
