"""Billings that take no notice of a field: each the reference, for which nobody has set that."""

from __future__ import annotations

from broken import B, P
from seams import Wrong

RIGHTS = B + "group.rights", B + "suspend.client", B + "delete.client", B + "order.service-limit"


def without(*fields):
    """Take a tariff for one in which nobody has set these fields."""
    return lambda row: {name: said for name, said in row.items() if name not in fields}


def resources_without(*fields):
    """Take resources for some in which nobody has set these fields."""

    def rows(row):
        sold = row.get("resources", {})
        rest = {n: {k: v for k, v in each.items() if k not in fields} for n, each in sold.items()}
        return {**row, "resources": rest} if sold else row

    return rows


def without_departments(settings):
    """Take modules for some that belong to no department."""
    modules = settings.get("modules", {})
    rest = {n: {k: v for k, v in each.items() if k != "department"} for n, each in modules.items()}
    return {**settings, "modules": rest} if modules else settings


def inside(name, field):
    """Take a mapping of a tariff for one in which nobody has set a field."""

    def rows(row):
        if not isinstance(row.get(name), dict):
            return row
        return {**row, name: {key: said for key, said in row[name].items() if key != field}}

    return rows


def reads(policy, other):
    """Take a policy for another one."""

    def rows(row):
        said = row.get("tariff_change")
        found = next(iter(said)) if isinstance(said, dict) else said
        return {**row, "tariff_change": other} if found == policy else row

    return rows


IGNORED = [
    Wrong("knows no setup fees",
          (B + "order.price", "hostbill.billing-type.prepaid", "hostbill.billing-type.postpaid",
           "hostbill.billing-type.hybrid", "hostbill.order.addons", "hostbill.bundle"),
          rows=without("setup_fee")),
    Wrong("knows no renewal prices", (B + "order.renewal-price",), rows=without("renewal_prices")),
    Wrong("knows no disabled periods", (B + "order.price",), rows=without("disabled_periods")),
    Wrong("knows no disabled tariffs", (B + "tariff.enabled",), rows=without("enabled")),
    Wrong("knows no end of a tariff", (B + "order.tariff-end",), rows=without("tariff_end")),
    Wrong("knows no calendar months", (B + "charge.calendar",), rows=without("calendar")),
    Wrong("knows no pro-rata day but the 15th", (B + "charge.calendar",),
          rows=inside("calendar", "pro_rata_day")),
    Wrong("knows no late fees",
          (B + "renew.late-fee.fixed", B + "renew.late-fee.percent", B + "renew.from-suspension"),
          rows=without("late_renewal_fee")),
    Wrong("knows no weekends", (B + "renew.weekend",), rows=without("weekend")),
    Wrong("knows no product type", (B + "renew.weekend", B + "delete.auto"),
          settings=without("product_type")),
    Wrong("knows no deletion by itself", (B + "delete.auto",), rows=without("auto_deletion")),
    Wrong("knows no minimum period", (B + "order.minimum-period",), rows=without("minimum_period")),
    Wrong("knows no service limit", (B + "order.service-limit",), rows=without("service_limit")),
    Wrong("knows no quantities", (B + "order.quantity",), rows=without("maximum_quantity")),
    Wrong("knows no groups of a tariff", (B + "order.groups",), rows=without("groups")),
    Wrong("knows no forbidden groups", (B + "order.groups",), rows=inside("groups", "forbid")),
    Wrong("knows no rights of groups",
          RIGHTS,
          settings=without("groups")),
    Wrong("knows no quick orders", (B + "order.quick",), rows=without("quick_order")),
    Wrong("knows no trials", (B + "order.trial",), rows=without("trial")),
    Wrong("knows no price for order periods", (B + "charge.daily",),
          rows=inside("daily", "by_order_period")),
    Wrong("never charges downtime", (B + "charge.daily.suspension",),
          rows=inside("daily", "charge_after_suspension")),
    Wrong("lets no client suspend a day", (B + "charge.daily.suspension",),
          rows=inside("daily", "clients_may_suspend")),
    Wrong("every resource until the expiry", (B + "resource.full-price",),
          rows=without("resource_order")),
    Wrong("gives nothing back for resources", (B + "resource.cancel.refund",),
          rows=without("resource_cancel")),
    Wrong("knows no included amounts", (B + "order.resources",),
          rows=resources_without("included")),
    Wrong("knows no most of a resource", (B + "order.resources",),
          rows=resources_without("maximum")),
    Wrong("knows no steps of amounts", (B + "order.resources",), rows=resources_without("step")),
    Wrong("knows no least of a resource", (B + "order.resources",),
          rows=resources_without("minimum")),
    Wrong("knows no days of resources", (B + "charge.daily", B + "order.resources"),
          rows=resources_without("daily")),
    Wrong("allows forbidden changes", (B + "change.forbidden",),
          rows=reads("forbidden", "add funds")),
    Wrong("charges where the period changes", (B + "change.period",),
          rows=reads("change period", "add funds")),
    Wrong("moves the expiry where funds are added", (B + "change.funds",),
          rows=reads("add funds", "change period")),
    Wrong("gives back where only extra is charged", (B + "change.extra-charge-only",),
          rows=reads("extra charge only", "add funds")),
    Wrong("the difference where all is paid", (B + "change.full-payment",),
          rows=reads("full payment", "add funds")),
    Wrong("calls users as it likes", (B + "name.username",), rows=without("username_template")),
    Wrong("calls domains as it likes", (B + "name.domain",), rows=without("domain_template")),
    Wrong("knows no user templates", (P + "create", P + "change-preset", P + "presets"),
          rows=without("template")),
    Wrong("knows no name servers", (B + "name.free-zone",), rows=without("name_server")),
    Wrong("knows no notices of its own", (B + "notify.activation",),
          rows=without("activation_notice")),
    Wrong("knows no support address", (B + "notify.sender",), settings=without("provider")),
    Wrong("knows no departments", (B + "task.department",), settings=without_departments),
    Wrong("knows no order of tariffs", (B + "sort",), rows=without("sort")),
    Wrong("knows no labels", (B + "show",), rows=without("labels")),
    Wrong("knows no languages", (B + "show",), rows=without("names")),
    Wrong("knows no taxes", (B + "tax.on-top", B + "tax.included"), settings=without("tax")),
    Wrong("takes every tax for one on top", (B + "tax.included",),
          settings=inside("tax", "included")),
    Wrong("knows no overrides", (P + "overrides",), rows=without("overrides")),
    Wrong("adjusts no first period", ("hostbill.initial-period.adjust",),
          rows=without("adjust_initial_period")),
    Wrong("counts days whatever the unit", ("hostbill.upgrade.pro-rata",),
          rows=without("upgrade_pro_rata")),
    Wrong("knows no upgrade fees", ("hostbill.billing-type.prepaid",), rows=without("upgrade_fee")),
    Wrong("sends no messages", ("hostbill.messages",), rows=without("messages")),
    Wrong("sends no reminders", ("hostbill.reminders",), rows=without("reminders")),
    Wrong("sends no notices of expiries", ("hostbill.reminders",),
          rows=without("expiry_notices")),
    Wrong("has every function switched on", ("hostbill.client-functions",),
          rows=without("client_functions")),
    Wrong("upgrades to anything", ("hostbill.upgrade.available",),
          rows=lambda row: {**row, "upgrades": [*row.get("upgrades", ()), "huge"]}),
    Wrong("asks first invoices at once",
          ("hostbill.initial-period.adjust", "hostbill.invoice.schedule"),
          rows=without("first_invoice_due")),
    Wrong("sells a client any number", ("hostbill.limit-per-customer",),
          rows=without("limit_per_customer")),
    Wrong("has as many as are ordered", ("hostbill.upgrade.out-of-stock",), rows=without("stock")),
    Wrong("changes to nothing out of stock", ("hostbill.upgrade.out-of-stock",),
          rows=without("upgrade_out_of_stock")),
    Wrong("needs no host name", ("hostbill.hostname.required",), rows=without("hostname_required")),
    Wrong("takes any host name", ("hostbill.hostname.validation",),
          rows=without("hostname_validation")),
    Wrong("names users after services", ("hostbill.username.pattern",),
          rows=without("username_pattern")),
    Wrong("has no forms", ("hostbill.order.forms",), rows=without("form")),
    Wrong("registers no domains", ("hostbill.order.domain",), rows=without("domain_options")),
    Wrong("has nothing on a page", ("hostbill.product.preconditions",),
          rows=without("order_page")),
    Wrong("shows staff no codes", ("hostbill.show",), rows=without("code")),
]  # fmt: skip
