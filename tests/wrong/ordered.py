"""Wrong billings of HostBill's make that err about what is ordered, used and passed on together."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from broken import H
from invoice_ways import DAY, credit_for_a_licence, sold_as
from seams import Wrong
from ways import answers, changed, nothing, then, told

from prorata.reference.hostbill import bundle, cancel, client, cron, import_, metered, ownership
from prorata.reference.hostbill import order as orders
from prorata.reference.refusal import Refusal

ALLOWED = answers(None)
FREE = answers(Fraction(0))


def _equal_shares(_right, arguments):
    return bundle.Share(arguments["fixed_price"] / len(arguments["listed"]))


def _counted_as(scheme, other):
    return told(scheme=lambda a: other if a["scheme"] == scheme else a["scheme"])


def _at_the_highest_price(right, arguments):
    last = arguments["brackets"][-1]
    return right(**{**arguments, "brackets": (metered.Bracket(Fraction(0), last.price),)})


def _on_the_panel(turn, *, service, password, **_):
    turn.panel("password", turn.book.services[int(service)], password)


ORDERED = [
    # Addons, sub-products and bundles
    Wrong("addons for nothing", (H + "order.addons",), {orders.addons: FREE}),
    Wrong("addons that are not listed", (H + "order.addons",), {orders.addon_sells: ALLOWED}),
    Wrong("an addon without a product", (H + "order.addons",), {orders.not_alone: ALLOWED}),
    Wrong("changes an addon by itself", (H + "order.addons",), {orders.goes_along: ALLOWED}),
    Wrong("asks for no consent", (H + "order.agreement",), {orders.agreement: ALLOWED}),
    Wrong("any product beside another", (H + "order.sub-products",),
          {orders.sub_products: ALLOWED}),
    Wrong("a bundle at twice its price", (H + "bundle",),
          {bundle.bundle: changed(lambda x: 2 * x)}),
    Wrong("equal shares of a fixed price", (H + "bundle",), {bundle.share: _equal_shares}),
    Wrong("bundles of anything", (H + "bundle",), {bundle.made_of: ALLOWED}),
    Wrong("changes a part of a fixed price", (H + "bundle",), {bundle.keeps_price: ALLOWED}),
    Wrong("orders are deleted again", (H + "order.delete",), {orders.delete: ALLOWED}),
    Wrong("asks what a deleted order asked", (H + "order.delete",),
          code={"engine.hostbill.deletion.cancel_unpaid": nothing}),
    Wrong("keeps what a deleted order made", (H + "order.delete",),
          code={"engine.hostbill.deletion.finish": nothing}),
    # Usage
    Wrong("usage for nothing", (H + "metered",), {metered.metered: FREE}),
    Wrong("usage at the highest price", (H + "metered",), {metered.metered: _at_the_highest_price}),
    Wrong("takes tiers for an overage", (H + "metered",),
          {metered.metered: _counted_as("tiered", "overage")}),
    Wrong("takes an overage for tiers", (H + "metered",),
          {metered.metered: _counted_as("overage", "tiered")}),
    Wrong("takes a volume for tiers", (H + "metered",),
          {metered.metered: _counted_as("volume", "tiered")}),
    Wrong("usage due a day late", (H + "metered",), {metered.due: changed(lambda d: d + DAY)}),
    Wrong("counts usage of anything", (H + "metered",), {metered.reportable: ALLOWED}),
    Wrong("counts usage of the future", (H + "metered",), {metered.dated: ALLOWED}),
    Wrong("what is metered has other cycles", (H + "metered",), {metered.kept_cycle: ALLOWED}),
    # Who has it, and how it ends
    Wrong("passes anything on", (H + "ownership",), {ownership.ownership: ALLOWED}),
    Wrong("the old owner keeps the invoices", (H + "ownership",),
          code={"engine.hostbill.ownership._hand_over": nothing}),
    Wrong("no other password for a client", (H + "client.password",),
          {client.password: answers(Refusal(H + "client.password", "no"))}),
    Wrong("a client's password on the panel too", (H + "client.password",),
          acts={"reset_password": then(_on_the_panel)}),
    Wrong("says nothing of a wrong text", (H + "import",), {import_.import_: ALLOWED}),
    Wrong("imports no text", (H + "import",), {import_.import_: told(wrong=lambda _a: "no")}),
    Wrong("a licence that is terminated gives money back", (H + "terminate.licence",),
          code={"engine.hostbill.overdue._give_nothing_back": credit_for_a_licence}),
    Wrong("every request by itself", (H + "cancel.auto", H + "cancel"),
          {cancel.auto: answers(True)}),
    # When it runs, and what it is
    Wrong("the run an hour late", (H + "cron",),
          {cron.cron: changed(lambda at: at + timedelta(hours=1))}),
    Wrong("the run at midnight", (H + "cron",), {cron.cron: told(daily_at=lambda _a: None)}),
    Wrong("waits for no five minutes", (H + "cron",),
          {cron.five_minutes: lambda _right, a: a["now"]}),
    Wrong("hybrid sold as pre-paid", (H + "billing-type.hybrid",),
          rows=sold_as("hybrid", "prepaid")),
    Wrong("hybrid sold as post-paid", (H + "billing-type.hybrid",),
          rows=sold_as("hybrid", "postpaid")),
]  # fmt: skip
