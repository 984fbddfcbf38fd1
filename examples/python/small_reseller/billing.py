"""The billing of one scenario: clients pay it, and it buys what they pay for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from small_reseller import trade
from small_reseller.model import Job, Service, Stretch, cents, digits, later, months_of
from small_reseller.seller import Seller, SellerRefused, SellerSilent

__all__ = ["Refused", "Reseller", "Unsupported"]

_FIELDS = {"prices", "module", "seller_tariff"}
#: Tariffs of the vendor that are trials.
_TRIALS = {"55235", "55239", "55240"}
_EVERY = timedelta(minutes=5)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LICENCE = "resell.licence.separate"


class Refused(Exception):  # noqa: N818  a refusal is no fault
    """The rules forbid it."""

    def __init__(self, reason: str, rule: str) -> None:
        super().__init__(reason)
        self.reason, self.rule = reason, rule


class Unsupported(Exception):  # noqa: N818  nor is this
    """This billing does not have it."""


class Reseller:
    """A billing whose every tariff is bought from one seller."""

    def __init__(self, opened: dict[str, Any]) -> None:
        settings, self.tariffs = opened.get("settings", {}), opened["catalogue"]
        if any("resells" in row for row in settings.get("modules", {}).values()):
            reason = "what is no licence of ispmanager: planned"
            raise Unsupported(reason)
        sellers = {row.get("seller") for row in settings.get("modules", {}).values()} - {None}
        unknown = {key for row in self.tariffs.values() for key in row} - _FIELDS
        if settings.keys() - {"modules"} or unknown or len(sellers) > 1:
            reason = f"{', '.join(sorted(unknown)) or 'other settings'}: planned"
            raise Unsupported(reason)
        self.seller = Seller(opened["panels"][sellers.pop()] if sellers else None)
        self.zone = ZoneInfo(opened["timezone"])
        self.now = datetime.fromisoformat(opened["at"]).astimezone(UTC)
        self.first = opened["first_ids"].get("service", 1)
        self.balances = {
            name: Fraction(row.get("balance", "0")) for name, row in opened["clients"].items()
        }
        self.services: dict[str, Service] = {}
        self.ledger: list[dict[str, Any]] = []
        self.row = self.heard = 0
        self.polls = self.now + (_EPOCH - self.now) % _EVERY

    # Time

    def advance(self, to: str) -> tuple[str | None, str]:
        """Do all that is due until then; return what is due next, and when events are asked for."""
        until = datetime.fromisoformat(to).astimezone(UTC)
        last = until - (until - _EPOCH) % _EVERY
        if self.polls <= last:
            # Of the instants on the way the last is enough: nothing else happens in between.
            self._work_until(last)
            self.polls = last + _EVERY
            trade.poll(self)
        self._work_until(until)
        due = self._next()
        return due.isoformat() if due else None, self.polls.isoformat()

    def _work_until(self, until: datetime) -> None:
        while (due := self._next()) is not None and due <= until:
            self.now = due
            for service in list(self.services.values()):
                self._expire(service)
                if service.jobs and service.jobs[0].due and service.jobs[0].due <= due:
                    trade.work(self, service)
        self.now = until

    def _next(self) -> datetime | None:
        tries = [each.jobs[0].due for each in self.services.values() if each.jobs]
        ends = [
            self.midnight(each.expires)
            for each in self.services.values()
            if each.status in {"processing", "active", "suspended"}
            and "non-payment" not in each.suspended_by
        ]
        return min(filter(None, [*tries, *ends]), default=None)

    def _expire(self, service: Service) -> None:
        ended = self.midnight(service.expires) <= self.now and service.status != "deleted"
        if ended and "non-payment" not in service.suspended_by:
            self._hold(service, "non-payment")

    def midnight(self, day: date) -> datetime:
        """Return 00:00 of a civil date."""
        return datetime.combine(day, time(), self.zone)

    @property
    def today(self) -> date:
        """The civil date."""
        return self.now.astimezone(self.zone).date()

    # Acts

    def order(
        self, *, client: str, tariff: str, period: str, ip: str = "", licence_name: str = "",
        **rest: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Sell a licence, and order it from the seller."""
        sold = self.tariffs[tariff].get("seller_tariff")
        if rest or period == "trial" or sold is None or str(sold) in _TRIALS:
            reason = f"{', '.join(rest) or 'trials, and what is no licence'}: planned"
            raise Unsupported(reason)
        number = str(self.first + len(self.services))
        service = Service(number, client, tariff, period, self.today, ip, licence_name)
        service.paid = self._buy(service, period, self.today)
        self.services[number] = service
        self.ask(service, Job("order"))
        return {"service": number}

    def renew(self, *, service: str, period: str) -> dict[str, Any]:
        """Renew a service, and its licence."""
        own = self._living(service)
        if own.closed:
            raise Refused("the seller has closed the licence", "resell.events")
        if own.status == "processing" and own.licence is None:
            raise Refused("it is not made yet", "billmanager.lifecycle.status")
        self._buy(own, period, max(own.expires, self.today))
        own.period = period
        self.ask(own, Job("prolong", period, own.expires))
        self._lift(own, "non-payment")
        return {}

    def change_tariff(self, *, service: str, tariff: str, **rest: Any) -> dict[str, Any]:
        """Give a service another tariff, and pay the difference for the days that are left."""
        own = self._living(service)
        if rest:
            reason = "another period with the tariff: planned"
            raise Unsupported(reason)
        prices = self.tariffs[tariff]["prices"]
        difference, changed = Fraction(0), []
        for each in own.stretches:
            price = self._price(prices, each.period)
            difference += (price - each.price) * each.left(self.today)
            changed.append(Stretch(each.starts, each.expires, each.period, price))
        self._charge(own, "tariff change", cents(difference), "billmanager.change.funds")
        own.stretches, own.tariff = changed, tariff
        self.ask(own, Job("change"))
        return {}

    def suspend(self, *, service: str, by: str = "client") -> dict[str, Any]:
        """Suspend a service, by staff."""
        self._staff(by, "billmanager.suspend.client")
        self._hold(self._living(service), by)
        return {}

    def resume(self, *, service: str, by: str = "client") -> dict[str, Any]:
        """Lift what staff suspended."""
        self._staff(by, "billmanager.suspend.client")
        own = self._living(service)
        if by not in own.suspended_by:
            raise Refused("it was not suspended so", "billmanager.suspend.staff")
        self._lift(own, by)
        return {}

    def delete(self, *, service: str, by: str = "client") -> dict[str, Any]:
        """Delete a service, and close its licence; what was never made is given back."""
        self._staff(by, "billmanager.delete.client")
        own = self._living(service)
        own.status = "deleted"
        own.jobs = [Job("close")]
        trade.work(self, own)
        return {}

    def set_licence(
        self, *, service: str, ip: str = "", licence_name: str = "", **_rest: Any
    ) -> dict[str, Any]:
        """Give a licence another address or name, while the client waits."""
        said = {"ip": ip, "licname": licence_name}
        return self._edit(service, **{key: text for key, text in said.items() if text})

    def new_key(self, *, service: str, **_rest: Any) -> dict[str, Any]:
        """Give a licence another key."""
        return self._edit(service, clicked_button="newkey")

    def show_licence(self, *, service: str, **_rest: Any) -> dict[str, Any]:
        """Show a licence as it is known."""
        licence = self._living(service).licence
        if licence is None:
            raise Refused("the licence is not there yet", _LICENCE)
        told = {"name": licence.name, "key": licence.key, "ip": licence.ip}
        return {"shown": {name: text for name, text in told.items() if text}}

    def start_operation(self, *, service: str, **_rest: Any) -> dict[str, Any]:
        """Try again what is open, now."""
        own = self.services[service]
        for job in own.jobs[:1]:
            job.refused = False
        trade.work(self, own)
        return {}

    def observe(self) -> dict[str, Any]:
        """Return all that there is."""
        return {
            "services": {each.number: each.shown(self.midnight) for each in self.services.values()},
            "ledger": self.ledger,
            "balances": {name: digits(amount) for name, amount in self.balances.items()},
            "invoices": {},
        }

    # What acts have in common

    def ask(self, service: Service, job: Job) -> None:
        """Have the seller do something, after what it is to do already."""
        service.jobs.append(job)
        if len(service.jobs) == 1 or service.jobs[0].refused:
            trade.work(self, service)

    def give_back(self, service: Service) -> None:
        """Give back what was paid for a licence that was never made."""
        self._charge(service, "period", -service.paid, "resell.operation.unmade")

    def refresh(self, service: Service) -> None:
        """Give a service the status that follows from who holds it."""
        if service.status != "deleted":
            waits = service.licence is None or (service.jobs and service.jobs[0].kind == "order")
            held = "suspended" if service.suspended_by else "active"
            service.status = "processing" if waits else held

    def _edit(self, number: str, **params: str) -> dict[str, Any]:
        own = self._living(number)
        try:
            self.seller.do("soft.edit", own.known, **params)
            own.licence = self.seller.look(own.known)
        except SellerRefused as refused:
            raise Refused(str(refused), _LICENCE) from None
        except SellerSilent:
            raise Refused("the seller does not answer", _LICENCE) from None
        return {}

    def _buy(self, service: Service, period: str, starts: date) -> Fraction:
        """Charge a period from a day on; return what it costs."""
        price = self._price(self.tariffs[service.tariff]["prices"], period)
        first = service.stretches[0].starts if service.stretches else starts
        day = first.day if service.stretches and starts == service.expires else starts.day
        bought = Stretch(starts, later(starts, months_of(period), day), period, price)
        covers = [self.midnight(each).isoformat() for each in (starts, bought.expires)]
        self._charge(service, "period", price, "billmanager.order.price", covers=covers)
        service.stretches.append(bought)
        return price

    def _price(self, prices: dict[str, str], period: str) -> Fraction:
        if period not in prices or not months_of(period):
            raise Refused(f"no price for {period}", "billmanager.order.price")
        return Fraction(prices[period])

    def _charge(
        self, service: Service, kind: str, amount: Fraction, rule: str, **more: Any
    ) -> None:
        if amount > max(self.balances[service.client], Fraction(0)):
            reason = "orders that wait for a payment: planned"
            raise Unsupported(reason)
        if not amount:
            return
        self.balances[service.client] -= amount
        told = {"amount": digits(abs(amount)), "service": service.number, "client": service.client}
        kind = kind if amount > 0 else "refund"
        self.ledger.append({"kind": kind, "rule": rule, **told, **more})

    def _hold(self, service: Service, why: str) -> None:
        first = not service.suspended_by
        service.suspended_by.add(why)
        if first and service.status != "processing":
            self.ask(service, Job("suspend"))
        self.refresh(service)

    def _lift(self, service: Service, why: str) -> None:
        was = bool(service.suspended_by)
        service.suspended_by.discard(why)
        if was and not service.suspended_by:
            self.ask(service, Job("resume"))
        self.refresh(service)

    def _living(self, number: str) -> Service:
        service = self.services[number]
        if service.status == "deleted":
            raise Refused("the service is deleted", "billmanager.lifecycle.status")
        return service

    def _staff(self, by: str, rule: str) -> None:
        if by != "staff":
            raise Refused("clients may not do this", rule)
