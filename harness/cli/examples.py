"""For every rule that can be tried from text, arguments with which it can be."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EXAMPLES"]

_MONTH = "10.00 for 2025-09-01 .. 2025-10-01"
_TWICE = "20.00 for 2025-09-01 .. 2025-10-01"
_LEFT = ("now=2025-09-16 12:00", "expires=2025-10-01")
_OVERDUE = "stretches=3.10 for 2025-08-01 .. 2025-09-01"
_JULY = "10.00 for 2025-07-01 .. 2025-08-01 granted 2025-07-17 .. 2025-08-01"
_CYCLE = ("starts=2025-06-01", "expires=2025-07-01", "old_price=10.00", "new_price=20.00")

_SEPTEMBER = ("starts=2025-09-01", "expires=2025-10-01", "price=30.00", "unit=days")

#: The rule's id, and its arguments as they are typed.
EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "billmanager.tariff.enabled": ("tariff=start", "is_enabled=no"),
        "billmanager.tariff.resources": ("create_all=no",),
        "billmanager.order.price": ("period_price=3.10",),
        "billmanager.order.renewal-price": ("order_price=3.10", "special_price=3.00"),
        "billmanager.order.groups": ("tariff=start", "group=none", "allow=partners", "forbid="),
        "billmanager.group.rights": ("granted=suspend, delete", "right=suspend"),
        "billmanager.order.service-limit": ("has=1", "wants=1", "limit=1"),
        "billmanager.order.quantity": ("wants=2", "maximum=none"),
        "billmanager.order.quick": ("tariff=start", "is_quick=yes", "parameters=domain"),
        "billmanager.order.agreement": ("document=Terms of use", "consent=no"),
        "billmanager.order.minimum-period": (
            "starts=2025-08-01",
            "expires=2025-09-01",
            "minimum=3 months",
        ),
        "billmanager.order.resources": ("amount=12", "included=10", "unit_price=0.50"),
        "billmanager.resource.traffic": (
            "amount=250",
            "included=10",
            "rates=100: 0.05, above: 0.03",
        ),
        "billmanager.order.tariff-end": (
            "stretch=4.00 for 2021-12-16 .. 2022-01-16 granted 2021-12-16 .. 2021-12-31",
        ),
        "billmanager.order.trial": ("starts=2025-08-01", "days=14"),
        "billmanager.pay": ("amount=10.001", "digits=2"),
        "billmanager.tax.included": ("amount=3.72", "rate=20"),
        "billmanager.tax.on-top": ("amount=3.10", "rate=20"),
        "billmanager.currency.change": ("active=anna", "uncovered="),
        "billmanager.charge.periodic": ("starts=2025-01-31", "period=1 month", "anchor=31"),
        "billmanager.charge.calendar": (f"stretches={_JULY}; 10.00 for 2025-08-01 .. 2025-09-01",),
        "billmanager.charge.daily": ("day=2025-01-01", "day_price=0.10"),
        "billmanager.charge.daily.suspension": ("suspended=yes", "charge_after_suspension=no"),
        "billmanager.renew.plain": ("starts=2025-02-28", "period=1 month", "anchor=31"),
        "billmanager.renew.auto": ("wanted=yes", "balance=2.99", "cost=3.00"),
        "billmanager.renew.late-policy": ("renewed=2025-09-05", "period=1 month"),
        "billmanager.renew.from-suspension": (
            "suspended=2025-08-03",
            "renewed=2025-08-15",
            "period=1 month",
        ),
        "billmanager.renew.late-fee.fixed": ("amount=2.00",),
        "billmanager.renew.late-fee.percent": (
            _OVERDUE,
            "expired=2025-09-01",
            "renewed=2025-09-05 12:00",
            "percent=50",
        ),
        "billmanager.renew.weekend": (
            "stretches=3.10 for 2025-08-06 .. 2025-09-06",
            "expired=2025-09-06",
            "until=2025-09-08",
        ),
        "billmanager.suspend.client": ("allowed=no",),
        "billmanager.suspend.staff": ("suspended_by=staff",),
        "billmanager.suspend.non-payment": ("suspended_by=non-payment",),
        "billmanager.delete.client": ("allowed=no",),
        "billmanager.delete.auto": ("expires=2025-08-01", "days=none", "type_days=30"),
        "billmanager.change.period": (f"old={_MONTH}", f"new={_TWICE}", *_LEFT),
        "billmanager.change.free": ("old_price=0", "new_price=10.00"),
        "billmanager.change.funds": (f"old={_MONTH}", f"new={_TWICE}", *_LEFT, "paid=start: 5.00"),
        "billmanager.change.forbidden": (),
        "billmanager.change.extra-charge-only": (f"old={_TWICE}", f"new={_MONTH}", *_LEFT),
        "billmanager.change.full-payment": ("price=20.00",),
        "billmanager.resource.until-expiry": (
            "stretches=3.10 for 2025-10-30 .. 2025-11-30",
            "now=2025-11-15 12:00",
            "expires=2025-11-30",
        ),
        "billmanager.resource.full-price": ("price=3.10",),
        "billmanager.resource.cancel.refund": (
            "paid=3.00 for 2025-11-10 .. 2025-11-20",
            "now=2025-11-15 12:00",
            "expires=2025-11-20",
        ),
        "billmanager.resource.cancel.no-refund": (),
        "billmanager.rights": ("act=set_tariff", "by=client"),
        "billmanager.name.username": (
            "user=510",
            "client=anna",
            "account=7",
            "domain=anna.example.com",
        ),
        "billmanager.name.domain": ("client=anna", "product_type=vhost", "service=510"),
        "billmanager.name.free-zone": (
            "domain=anna.example.com",
            "generated=yes",
            "zones=example.com",
            "address=192.0.2.1",
        ),
        "billmanager.lifecycle.status": ("has=deleted", "needs=active, suspended"),
        "billmanager.notify.activation": ("template=Welcome",),
        "billmanager.notify.sender": (
            "kind=password recovery",
            "notifications=billing@example.com",
            "support=help@example.com",
        ),
        "billmanager.task.department": ("tasks=sales: 1, support: 2", "department=support"),
        "billmanager.sort": ("tariffs=start: 2, pro: 1, other: none",),
        "billmanager.show": (
            "tariff=start",
            "names=en: Start, de: Anfang",
            "notes=for staff",
            "by=client",
            "language=de",
            "labels=",
        ),
        "hostbill.cycle": ("wanted=weekly", "sold=monthly, annually"),
        "hostbill.billing-type.prepaid": ("cycle_price=10.00",),
        "hostbill.initial-period.adjust": (
            "ordered=2025-01-01",
            "due=2025-01-03",
            "paid=2025-01-05",
            "period=1 month",
            "adjusted=yes",
        ),
        "hostbill.upgrade.available": ("product=large", "listed=medium"),
        "hostbill.upgrade.pro-rata": ("now=2025-06-11 06:30", *_CYCLE, "unit=seconds"),
        "hostbill.billing-type.postpaid": ("cycle_price=10.00",),
        "hostbill.billing-type.hybrid": ("cycle_price=10.00",),
        "hostbill.tax": ("amounts=10.00, 0.98", "rate=20"),
        "hostbill.full-month": ("ordered=2025-09-17",),
        "hostbill.renew": ("starts=2025-02-28", "period=1 month", "anchor=31"),
        "hostbill.renew.manual": ("recurring=yes", "billing_type=prepaid", "unpaid=1"),
        "hostbill.auto-renewal": ("wanted=no", "recurring=yes", "billing_type=prepaid"),
        "hostbill.invoice.pay": ("total=10.00", "has=4.00", "amount=25.00"),
        "hostbill.invoice.zero": ("total=0", "issued=yes"),
        "hostbill.invoice.schedule": ("next_due=2025-10-01", "days_before=7"),
        "hostbill.invoice.continue": ("continued=no", "has_unpaid=yes"),
        "hostbill.invoice.merge": ("how=due date", "due=2025-10-01", "other=2025-10-02"),
        "hostbill.cron": ("day=2025-03-30", "daily_at=02:30", "zone=Europe/Berlin"),
        "hostbill.late-fee": ("total=24.00", "tax=4.00", "percent=10"),
        "hostbill.reminders": ("due=2025-10-01", "when=before", "days=3"),
        "hostbill.messages": ("event=created", "templates=created: Welcome, mobile_created: Hello"),
        "hostbill.client-functions": (
            "has=active",
            "licence=yes",
            "switches=logs: no, change label: no",
            "there=a cycle",
        ),
        "hostbill.client.password": ("password=sesame",),
        "hostbill.suspend": ("due=2025-10-01", "days=3"),
        "hostbill.unsuspend": ("wanted=yes", "past_due=1"),
        "hostbill.terminate": ("due=2025-10-01", "days=10"),
        "hostbill.ownership": ("has=active", "owner=anna", "to=ben", "merged=yes"),
        "hostbill.import": ("line=3", "column=5", "wrong=unknown key pirces"),
        "hostbill.order.delete": ("deleted=yes",),
        "hostbill.terminate.licence": ("terminated=2025-09-16", "expires=2025-10-01"),
        "hostbill.order.auto-cancel": ("ordered=2025-09-01", "days=5"),
        "hostbill.order.addons": ("addon_price=2.00",),
        "hostbill.order.sub-products": ("name=mail", "listed=panel"),
        "hostbill.bundle": ("fixed_price=35.00",),
        "hostbill.automation.create": ("setting=by hand", "event=payment"),
        "hostbill.automation.renew": ("setting=after payment", "event=issue"),
        "hostbill.automation.upgrade": ("setting=on order", "event=order"),
        "hostbill.upgrade.queue": ("queued=no", "billing_type=hybrid"),
        "hostbill.downgrade.credit": ("difference=-5.00", "paid=10.00"),
        "hostbill.downgrade.credit-note": ("wanted=yes", "amount=5.00"),
        "hostbill.cancel": (
            "when=immediately",
            "kinds=immediately, end of period",
            "policy=after",
            "days=10",
            "ordered=2025-09-01",
            "today=2025-09-10",
        ),
        "hostbill.limit-per-customer": ("product=small", "has=2", "limit=2"),
        "hostbill.upgrade.out-of-stock": ("product=large", "taken=5", "stock=5"),
        "hostbill.hostname.required": ("hostname=", "wanted=yes", "automatic=no"),
        "hostbill.hostname.validation": ("hostname=WWW.Example.com.", "check=FQDN"),
        "hostbill.username.pattern": (
            "pattern={client}-{service}",
            "words=client: anna, service: 7",
        ),
        "hostbill.order.agreement": ("document=Terms of use", "consent=no"),
        "hostbill.order.forms": ("name=seats", "answer=many", "kind=number"),
        "hostbill.order.domain": (
            "option=subdomain",
            "name=anna",
            "offered=own",
            "subdomains_of=example.com",
        ),
        "hostbill.product.preconditions": (
            "product=small",
            "order_page=none",
            "order_pages=hosting",
        ),
        "hostbill.show": ("product=small", "code=SH-1", "by=staff"),
        "hostbill.cancel.auto": ("wanted=no", "by=client"),
        "hostbill.cancel.pro-rata": ("now=2025-09-11", *_SEPTEMBER),
        "hostbill.metered": (
            "scheme=volume",
            "brackets=0: 0, 10: 0.10, 50: 0.20",
            "measured=12, 8",
            "variable=traffic",
        ),
        "hostbill.cycle.change": ("now=2025-09-16", *_SEPTEMBER),
        "resell.connection": ("module=licences", "connected=hosting"),
        "resell.import": ("tariff=55229", "offered=55227: ispmanager lite"),
        "resell.operation": ("failed=yes",),
        "resell.events": ("known=4", "told=6, 5", "last=6"),
        "resell.licence.separate": ("is_licence=no",),
        "resell.catalogue": ("tariff=lite", "number=none"),
    }
)
