"""The billing of one scenario: acts are methods, `advance` does what falls due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from prorata.harness import Refused, Unsupported
from small_billing import changes
from small_billing.model import Line, Service, Stretch, Tariff, shown, written
from small_billing.panel import Ispmanager
from small_billing.rules import DAY, Rules, months_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness import Context

__all__ = ["SmallBilling"]

_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "BHD": 3, "KWD": 3}  # all other currencies: 2
_PLANNED = {
    "weekend": "weekend policy",
    "trial": "trials",
    "groups": "client groups",
    "minimum_period": "minimum periods",
    "maximum_quantity": "several services in one order",
}
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

    def set_tariff(self, *, tariff: str, **fields: object) -> None:
        """Give fields of a tariff their values."""
        for name in fields.keys() & _PLANNED.keys():
            if (name, fields[name]) != ("weekend", "suspend"):
                reason = f"{_PLANNED[name]}: planned"
                raise Unsupported(reason)
        before = self.tariffs.get(tariff, {"template": tariff, **_MACROS})
        self.tariffs[tariff] = {**before, **fields}

    def order(
        self, *, client: str, tariff: str, period: str, quantity: int = 1,
        resources: Mapping[str, int] | None = None, domain: str = "", auto_renewal: bool = False,
    ) -> str:  # fmt: skip
        """Order a service; it starts at once if the balance pays it, else it waits."""
        if quantity > 1:
            reason = f"{_PLANNED['maximum_quantity']}: planned"
            raise Unsupported(reason)
        sold = self.enabled(tariff)
        if period in sold.get("disabled_periods", []):
            raise Refused(f"{tariff} does not sell {period}", "billmanager.order.price")
        if "daily" in sold and "calendar" in sold:
            raise Refused("by day or by calendar month", "billmanager.charge.calendar")
        self._within_limit(sold.get("service_limit"), client, tariff)
        number = str(self.first["service"] + len(self.services))
        macros = {"USERNAME": client, "TYPE": "vhost", "ID": number}
        domain = domain or self.rules.filled(sold["domain_template"], macros)
        account = str(self.first["client"] + list(self.balances).index(client))
        macros |= {"DOMAIN": domain, "ACCOUNT_ID": account}
        user = self.rules.user_name(sold["username_template"], macros)
        wanted = {
            name: self.rules.sold_amount(sold, name, amount)
            for name, amount in (resources or {}).items()
        }
        service = Service(number, client, tariff, period, user, domain, wanted)
        service.auto_renewal = period if auto_renewal else None
        self._activate(service)
        self.services[number] = service
        return number

    def pay(self, *, client: str, amount: str) -> None:
        """Pay to the balance; orders that waited for it start."""
        self.balances[client] += Fraction(amount)
        for service in self.services.values():
            if service.client == client and service.status == "ordered":
                self._activate(service)

    def renew(self, *, service: str, period: str) -> None:
        """Renew a service for a period, from the balance."""
        renewed = self.having(service, "active", "suspended")
        self.not_by_day(renewed, "renewal")
        self._renew(renewed, period)

    def set_auto_renewal(self, *, service: str, period: str) -> None:
        """Renew by itself at expiry, for a period, or ``no``."""
        self.services[service].auto_renewal = None if period == "no" else period

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
        if "non-payment" in resumed.suspended_by:
            raise Refused("it is to be renewed", "billmanager.suspend.non-payment")
        self._lift(resumed, by)

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
        changes.order_resource(self, service, resource, amount)

    def cancel_resource(self, *, service: str, resource: str) -> None:
        """Go back to the included amount of a resource, with or without a refund."""
        changes.cancel_resource(self, service, resource)

    # What falls due

    def fall_due(self, service: Service) -> None:
        """Charge the day, renew by itself, expire, or delete what was never paid."""
        try:
            if "non-payment" in service.suspended_by:
                self._delete(service)
            elif service.cycle:
                self._next_day(service, service.cycle)
            elif service.auto_renewal:
                self._renew(service, service.auto_renewal)
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

    def enabled(self, tariff: str) -> Tariff:
        """Return a tariff that may be sold."""
        if not self.tariffs[tariff].get("enabled", True):
            raise Refused(f"{tariff} is not enabled", "billmanager.tariff.enabled")
        return self.tariffs[tariff]

    def not_by_day(self, service: Service, what: str) -> None:
        """Say that something is not there for services that are charged by day."""
        if service.cycle:
            reason = f"{what} under daily charging: planned"
            raise Unsupported(reason)

    def charge(self, service: Service, lines: list[Line], refused_by: str) -> None:
        """Post all lines; raise `Refused` and post none where the balance does not pay them."""
        amounts = [
            self.rules.rounded(line.amount, 4 if line.kind == "daily" else self.digits)
            for line in lines
        ]
        total = sum(amounts, Fraction(0))
        if total > max(self.balances[service.client], Fraction(0)):
            raise Refused("the balance is too low", refused_by)
        for line, amount in zip(lines, amounts, strict=True):
            if amount:
                kind = line.kind if amount > 0 else "refund"
                posted = {"kind": kind, "amount": written(abs(amount)), "rule": line.rule}
                of = {"service": service.number, "client": service.client, "covers": line.covers}
                self.ledger.append({**posted, **of})
        self.balances[service.client] -= total
        service.paid += total

    def purchase(
        self, service: Service, tariff: Tariff, period: str, starts: date, anchor: int,
        *, renewal: bool = False,
    ) -> tuple[list[Line], list[Stretch]]:  # fmt: skip
        """Work out a bought period: its lines, and the stretches that it grants."""
        calendar, end = tariff.get("calendar"), tariff.get("tariff_end")
        full = self.rules.period_end(starts, period, anchor)
        if calendar is not None:
            pro_rata_day = calendar.get("pro_rata_day", 15)
            full = self.rules.calendar_end(starts, months_of(period), pro_rata_day, renewal=renewal)
        end = date.fromisoformat(end) if end else None
        expires = self.rules.cut_at_tariff_end(end, starts, full)
        rule = f"billmanager.order.{'renewal-price' if renewal else 'price'}"
        rule = "billmanager.order.tariff-end" if expires < full else rule
        rule = rule if calendar is None else "billmanager.charge.calendar"
        lines: list[Line] = []
        granted: list[Stretch] = []
        for item, amount in [("tariff", 0), *service.resources.items()]:
            price = self.rules.price(tariff, period, item, (0, amount), renewal=renewal)
            bought = Stretch(starts, expires, price, (full - starts).days, period, renewal)
            whole = replace(bought, item=item, units=(0, amount))
            stretches = [whole] if calendar is None else self.rules.calendar_stretches(whole)
            cost = self.rules.purchase_cost(stretches)
            covers = self.midnight(starts), self.midnight(expires)
            resource = Line("resource", cost, "billmanager.order.resources")
            lines.append(Line("period", cost, rule, covers) if item == "tariff" else resource)
            granted += stretches
        return lines, granted

    def runs_until(self, service: Service, day: date) -> None:
        """Let a service expire on a date."""
        service.expires = service.due = self.midnight(day)

    # Orders, days and renewals

    def _next_due(self) -> datetime | None:
        return min((each.due for each in self.services.values() if each.due), default=None)

    def _within_limit(self, limit: int | None, client: str, tariff: str) -> None:
        has = [
            service
            for service in self.services.values()
            if (service.client, service.tariff) == (client, tariff) and service.status != "deleted"
        ]
        if limit is not None and len(has) >= limit:
            raise Refused(f"the client has {len(has)} already", "billmanager.order.service-limit")

    def _activate(self, service: Service) -> None:
        """Start an ordered service today, if the balance pays it."""
        tariff, starts = self.tariffs[service.tariff], self.today
        setup = Line("setup", Fraction(tariff.get("setup_fee", "0")), "billmanager.order.price")
        cycle, granted = None, list[Stretch]()
        if "daily" in tariff:
            cycle = starts, self.rules.period_end(starts, service.period, starts.day)
            lines, expires = [self._day(service, cycle)], starts + DAY
        else:
            lines, granted = self.purchase(service, tariff, service.period, starts, starts.day)
            expires = granted[-1].expires
        try:
            self.charge(service, [*lines, setup], "billmanager.order.price")
        except Refused:
            return
        service.starts, service.anchor = self.midnight(starts), starts.day
        service.status, service.stretches, service.cycle = "active", granted, cycle
        self.runs_until(service, expires)
        self.panel.create(service, tariff["template"])

    def _day(self, service: Service, cycle: tuple[date, date]) -> Line:
        tariff = self.tariffs[service.tariff]
        amount = self.rules.day_charge(tariff, service.period, cycle, self.today)
        covers = self.midnight(self.today), self.midnight(self.today + DAY)
        return Line("daily", amount, "billmanager.charge.daily", covers)

    def _next_day(self, service: Service, cycle: tuple[date, date]) -> None:
        if self.today >= cycle[1]:
            ends = self.rules.period_end(cycle[1], service.period, service.anchor)
            cycle = cycle[1], ends
        self.charge(service, [self._day(service, cycle)], "billmanager.charge.daily")
        service.cycle = cycle
        self.runs_until(service, self.today + DAY)

    def _renew(self, service: Service, period: str) -> None:
        tariff, expired = self.tariffs[service.tariff], service.ends
        fee = tariff.get("late_renewal_fee", "none")
        late = self.today > expired
        starts = self.rules.renewal_start(str(fee), expired, self.today)
        anchor = starts.day if late else service.anchor
        lines, granted = self.purchase(service, tariff, period, starts, anchor, renewal=True)
        if granted[-1].expires <= self.today:
            needed = self._periods_needed(starts, period)
            raise Refused(needed, "billmanager.renew.from-suspension")
        if late and not isinstance(fee, str):
            amount = self.rules.late_fee(fee, service.stretches, expired, self.today)
            lines.append(Line("late fee", amount, f"billmanager.renew.late-fee.{next(iter(fee))}"))
        self.charge(service, lines, "billmanager.renew.plain")
        running = [each for each in service.stretches if each.expires > self.today]
        service.period, service.anchor, service.stretches = period, anchor, running + granted
        self.runs_until(service, granted[-1].expires)
        self._lift(service, "non-payment")

    def _periods_needed(self, starts: date, period: str) -> str:
        count, unit = period.split()
        needed = 1
        while True:
            longer = f"{int(count) * needed} {unit}"
            if self.rules.period_end(starts, longer, starts.day) > self.today:
                return f"it would not reach past today: {needed} periods are needed"
            needed += 1

    def _suspend(self, service: Service, why: str) -> None:
        if not service.suspended_by:
            self.panel.suspend(service)
        service.suspended_by.add(why)
        service.status = "suspended"

    def _delete(self, service: Service) -> None:
        if service.status != "ordered":
            self.panel.delete(service)
        service.status, service.due = "deleted", None

    def _lift(self, service: Service, why: str) -> None:
        service.suspended_by.discard(why)
        if service.status == "suspended" and not service.suspended_by:
            self.panel.resume(service)
            service.status = "active"


def _staff_only(by: str, rule: str) -> None:
    if by != "staff":
        raise Refused("clients may not do this", rule)
