"""The billing of one scenario: acts are methods, `advance` does what falls due."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from prorata.harness import Refused, Unsupported
from small_billing import changes, resources
from small_billing.buying import activate, end_of, next_day, renew
from small_billing.model import Line, Payment, Service, Tariff, shown, written
from small_billing.panel import LIMITS, Ispmanager, refuse_names
from small_billing.rules import DAY, Rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prorata.harness import Context

__all__ = ["SmallBilling"]

_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "BHD": 3, "KWD": 3}  # all other currencies: 2
_PLANNED = {
    "weekend": "weekend policy",
    "trial": "trials",
    "groups": "client groups",
    "minimum_period": "minimum periods",
    "maximum_quantity": "several services in one order",
    "quick_order": "quick orders",
    "agreement": "agreements",
    "module": "processing modules",
    "name_server": "name servers",
    "overrides": "limits over those of the preset",
    "product_type": "settings of the product type",
}
_SUSPENDED_ON_WEEKENDS = {"suspend", "product type"}
_MACROS = {"username_template": "user@ID@", "domain_template": "@USERNAME@.example.com"}


#: What this billing covers; scenarios about anything else are skipped.
ACTS = [
    "order",
    "pay",
    "renew",
    "change_tariff",
    "order_resource",
    "cancel_resource",
    "set_auto_renewal",
    "suspend",
    "resume",
    "delete",
]
RULES = [
    "billmanager.pay",
    "billmanager.tariff.enabled",
    "billmanager.order.price",
    "billmanager.order.renewal-price",
    "billmanager.order.resources",
    "billmanager.order.service-limit",
    "billmanager.order.tariff-end",
    "billmanager.charge.*",
    "billmanager.renew.*",
    "billmanager.change.*",
    "billmanager.resource.until-expiry",
    "billmanager.resource.full-price",
    "billmanager.resource.cancel.*",
    "billmanager.suspend.*",
    "billmanager.delete.*",
    "billmanager.lifecycle.*",
    "billmanager.name.username",
    "billmanager.name.domain",
    "billmanager.tax.*",
]


class SmallBilling:
    """What the harness makes for every scenario."""

    prorata: ClassVar = {
        "name": "small-billing",
        "version": "1.0",
        "readings": {"month_end": "anchor", "overdue_days": "inclusive", "rounding": "half_up"},
        "supports": {"systems": ["billmanager"], "acts": ACTS, "rules": RULES},
    }
    rules: ClassVar = Rules()
    panel_type: ClassVar = Ispmanager

    def __init__(self, context: Context) -> None:
        for setting in context.settings:
            if setting != "tax":
                raise _planned(setting)
        self.tax = context.settings.get("tax")
        self.zone, self.now = ZoneInfo(context.timezone), context.now()
        self.digits = _MINOR_DIGITS.get(context.currency, 2)
        self.tariffs: dict[str, Tariff] = {}
        for name, row in context.catalogue.items():
            self.set_tariff(tariff=name, **row)
        self.balances = {
            name: Fraction(client.get("balance", "0")) for name, client in context.clients.items()
        }
        self.first = {"service": 1, "client": 1, **context.first_ids}
        self.services: dict[str, Service] = {}
        self.ledger: list[dict[str, Any]] = []
        self.panel = self.panel_type(context.panels.get("ispmanager"))

    def advance(self, to: datetime) -> datetime | None:
        """Do everything that falls due up to `to`; return when something does next."""
        while (moment := self._next_due()) is not None and moment <= to:
            self.now = moment
            for service in [each for each in self.services.values() if each.due == moment]:
                self.fall_due(service)
        self.now = to
        return self._next_due()

    def observe(self) -> dict[str, Any]:
        """Return all that there is."""
        return {
            "services": {number: shown(service) for number, service in self.services.items()},
            "ledger": self.ledger,
            "balances": {client: written(amount) for client, amount in self.balances.items()},
            "invoices": {},
        }

    # Acts

    def set_tariff(self, *, tariff: str, **fields: Any) -> None:
        """Give fields of a tariff their values."""
        for name in _PLANNED:
            on_weekends = name == "weekend" and fields.get(name) in _SUSPENDED_ON_WEEKENDS
            if name in fields and not on_weekends:
                raise _planned(name)
        for name, sold in fields.get("resources", {}).items():
            if name not in LIMITS or sold.keys() & {"rates", "daily"}:
                raise _planned("addresses, rates of traffic and resources by the day")
        before = self.tariffs.get(tariff, {"template": tariff, **_MACROS})
        self.tariffs[tariff] = {**before, **fields}

    def order(
        self, *, client: str, tariff: str, period: str, quantity: int = 1,
        resources: Mapping[str, int] | None = None, domain: str = "", auto_renewal: bool = False,
    ) -> str:  # fmt: skip
        """Order a service; it starts at once if the balance pays it, else it waits."""
        if quantity > 1 or period == "trial":
            raise _planned("maximum_quantity" if quantity > 1 else "trial")
        sold = self.on_sale(tariff)
        if resources and "daily" in sold:
            raise _planned("resources under daily charging")
        self._refuse_beyond_limit(sold.get("service_limit"), client, tariff)
        number = str(self.first["service"] + len(self.services))
        user, domain = self._names(sold, client, number, domain)
        service = Service(number, client, tariff, period, user, domain, dict(resources or {}))
        service.auto_renewal, service.asked = period if auto_renewal else None, sold
        activate(self, service)
        self.services[number] = service
        return number

    def pay(self, *, client: str, amount: str) -> None:
        """Pay to the balance; orders that waited for it start."""
        paid = Fraction(amount)
        if paid <= 0 or self.rules.rounded(paid, self.digits) != paid:
            raise Refused(f"{amount} cannot be paid", "billmanager.pay")
        self.balances[client] += paid
        for service in self.services.values():
            if service.client == client and service.status == "ordered":
                with suppress(Refused):  # what is not sold any more waits on
                    activate(self, service)

    def renew(self, *, service: str, period: str) -> None:
        """Renew a service for a period, from the balance."""
        renewed = self.having(service, "active", "suspended")
        self.not_by_day(renewed, "renewal")
        renew(self, renewed, period)

    def set_auto_renewal(self, *, service: str, period: str) -> None:
        """Renew by itself at expiry, for a period that is sold, or ``no``."""
        renewed = self.services[service]
        tariff = self.tariffs[renewed.tariff]
        if period != "no" and "daily" not in tariff:
            self.rules.price(tariff, period, renewal=True)
            self.rules.refuse_unsold(tariff, period, renewed.resources, renewal=True)
        renewed.auto_renewal = None if period == "no" else period

    def suspend(self, *, service: str, by: str) -> None:
        """Suspend a service."""
        suspended = self.having(service, "active", "suspended")
        self.not_by_day(suspended, "suspension")
        _staff_only(by, "billmanager.suspend.client")
        self._suspend(suspended, by)

    def resume(self, *, service: str, by: str) -> None:
        """Lift a suspension by staff; one for non-payment is lifted by a renewal."""
        resumed = self.having(service, "suspended")
        _staff_only(by, "billmanager.suspend.client")
        if resumed.suspended_by == {"non-payment"}:
            raise Refused("it is to be renewed", "billmanager.suspend.non-payment")
        self.lift(resumed, by)

    def delete(self, *, service: str, by: str) -> None:
        """Delete a service; nothing is given back."""
        deleted = self.having(service, "active", "suspended", "ordered")
        _staff_only(by, "billmanager.delete.client")
        self._delete(deleted)

    def change_tariff(self, *, service: str, tariff: str, period: str | None = None) -> None:
        """Change the tariff, by the policy of the one that the service has."""
        changes.change_tariff(self, service, tariff, period)

    def order_resource(self, *, service: str, resource: str, amount: int) -> None:
        """Order more units of a resource, for the time that is left."""
        resources.order_resource(self, service, resource, amount)

    def cancel_resource(self, *, service: str, resource: str) -> None:
        """Go back to the included amount of a resource, with or without a refund."""
        resources.cancel_resource(self, service, resource)

    # What falls due

    def fall_due(self, service: Service) -> None:
        """Charge the day, renew by itself, expire, or delete what was never paid."""
        try:
            if "non-payment" in service.suspended_by:
                self._delete(service)
            elif service.cycle:
                next_day(self, service, service.cycle)
            elif service.auto_renewal:
                renew(self, service, service.auto_renewal)
            else:
                self.expire(service)
        except Refused:
            self.expire(service)

    def expire(self, service: Service) -> None:
        """Suspend a service for non-payment, and delete it later where its tariff says so."""
        days = self.tariffs[service.tariff].get("auto_deletion")
        service.due = None if days is None else self.midnight(service.ends + days * DAY)
        self._suspend(service, "non-payment")

    # What acts have in common

    @property
    def today(self) -> date:
        """The civil date."""
        return self.now.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """Return 00:00 of a civil date."""
        return datetime.combine(day, time(), self.zone)

    def having(self, number: str, *statuses: str) -> Service:
        """Return a service that has one of these statuses."""
        service = self.services[number]
        if service.status not in statuses:
            raise Refused(f"the service is {service.status}", "billmanager.lifecycle.status")
        return service

    def on_sale(self, tariff: str) -> Tariff:
        """Return a tariff that may be sold today."""
        sold = self.tariffs[tariff]
        if not sold.get("enabled", True):
            raise Refused(f"{tariff} is not enabled", "billmanager.tariff.enabled")
        self.rules.refuse_ended(end_of(sold), self.today)
        if "daily" in sold and "calendar" in sold:
            raise Refused("by day or by calendar month", "billmanager.charge.calendar")
        return sold

    def not_by_day(self, service: Service, what: str) -> None:
        """Say that something is not there for services that are charged by day."""
        if service.cycle:
            raise _planned(f"{what} under daily charging")

    def posted(self, line: Line) -> Fraction:
        """Return what a line posts of its exact amount."""
        return self.rules.rounded(line.amount, self._digits(line))

    def payments(self, lines: list[Line]) -> list[Payment]:
        """Return what lines pay for, once they are posted."""
        return [
            payment
            for line in lines
            if line.pays_for
            for payment in self.rules.shared_out(
                line.pays_for, self.posted(line), self.posted_tax(line)
            )
        ]

    def posted_tax(self, line: Line) -> Fraction:
        """Return the tax that is posted on a line; of a refund no more than was posted before."""
        if not self.tax:
            return Fraction(0)
        tax = self.rules.tax(self.tax, self.posted(line))
        if line.most_tax is not None and tax < 0:
            tax = max(tax, -max(line.most_tax, Fraction(0)))
        return self.rules.rounded(tax, self._digits(line))

    def charge(self, service: Service, lines: list[Line], refused_by: str) -> None:
        """Post all lines; raise `Refused` and post none where the balance does not pay them."""
        rows = [row for line in lines for row in self._rows(line) if row["amount"]]
        total = sum((row["amount"] for row in rows if not row.get("included")), Fraction(0))
        if total > max(self.balances[service.client], Fraction(0)):
            raise Refused("the balance is too low", refused_by)
        of = {"service": service.number, "client": service.client}
        self.ledger += [{**row, **of, "amount": written(abs(row["amount"]))} for row in rows]
        self.balances[service.client] -= total

    def included(self, tariff: Tariff) -> dict[str, int]:
        """Return how much of each resource the price of a tariff includes."""
        sold = tariff.get("resources", {})
        return {item: each.get("included", 0) for item, each in sold.items()}

    def granted(self, service: Service) -> dict[str, int]:
        """Return what a service has of resources: what is included and what was ordered."""
        return {**self.included(self.tariffs[service.tariff]), **service.resources}

    def set_limits(self, service: Service) -> None:
        """Let the user on the panel have that."""
        self.panel.set_limits(service, self.granted(service))

    def runs_until(self, service: Service, day: date) -> None:
        """Let a service expire on a date."""
        service.expires = service.due = self.midnight(day)

    def lift(self, service: Service, why: str) -> None:
        """Lift one kind of suspension; the others stay."""
        service.suspended_by.discard(why)
        if service.status == "suspended" and not service.suspended_by:
            self.panel.resume(service)
            service.status = "active"

    def _digits(self, line: Line) -> int:
        return 4 if line.kind == "daily" else self.digits

    def _rows(self, line: Line) -> Iterator[dict[str, Any]]:
        """Yield a line as the ledger has it, and the tax on it; what is given back is below 0."""
        amount = self.posted(line)
        kind = line.kind if amount > 0 else "refund"
        yield {"kind": kind, "amount": amount, "rule": line.rule, "covers": line.covers}
        if self.tax:
            included = bool(self.tax.get("included"))
            rule = f"billmanager.tax.{'included' if included else 'on-top'}"
            kind = "tax" if amount > 0 else "tax refund"
            tax = self.posted_tax(line)
            yield {"kind": kind, "amount": tax, "rule": rule, "included": included}

    def _next_due(self) -> datetime | None:
        return min((each.due for each in self.services.values() if each.due), default=None)

    def _refuse_beyond_limit(self, limit: int | None, client: str, tariff: str) -> None:
        has = [
            service
            for service in self.services.values()
            if (service.client, service.tariff) == (client, tariff) and service.status != "deleted"
        ]
        if limit is not None and len(has) >= limit:
            raise Refused(f"the client has {len(has)} already", "billmanager.order.service-limit")

    def _names(self, sold: Tariff, client: str, number: str, domain: str) -> tuple[str, str]:
        """Return the user and the domain of a new service, by the templates of its tariff."""
        macros = {"USERNAME": client, "TYPE": "vhost", "ID": number}
        domain = domain or self.rules.filled(sold["domain_template"], macros)
        account = str(self.first["client"] + list(self.balances).index(client))
        macros |= {"DOMAIN": domain, "ACCOUNT_ID": account}
        user = self.rules.user_name(sold["username_template"], macros)
        refuse_names(user, domain)
        return user, domain

    def _suspend(self, service: Service, why: str) -> None:
        if not service.suspended_by:
            self.panel.suspend(service)
        service.suspended_by.add(why)
        service.status = "suspended"

    def _delete(self, service: Service) -> None:
        if service.status != "ordered":
            self.panel.delete(service)
        service.status, service.due = "deleted", None


def _planned(what: str) -> Unsupported:
    return Unsupported(f"{_PLANNED.get(what, what)}: planned")


def _staff_only(by: str, rule: str) -> None:
    if by != "staff":
        raise Refused("clients may not do this", rule)
