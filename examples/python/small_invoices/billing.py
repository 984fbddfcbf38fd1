"""The billing of one scenario: acts are methods, `advance` does what falls due."""

from __future__ import annotations

from datetime import date, datetime, time
from fractions import Fraction
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from small_billing.panel import Ispmanager, refuse_names

from prorata.harness import Refused, Unsupported
from small_invoices.model import Invoice, Product, Service, shown_invoice, shown_service, written
from small_invoices.rules import CYCLES, DAY, Rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prorata.harness import Context

__all__ = ["SmallInvoices"]

_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "BHD": 3, "KWD": 3}  # all other currencies: 2
#: The fields of a product that it knows, and the one value of those that it knows by half.
_KNOWN = {
    "prices", "setup_fee", "template", "adjust_initial_period", "tax", "invoice_days_before",
    "expected_days_before", "due_days_later", "first_invoice_due", "late_fee", "suspend_after",
    "unsuspend", "terminate_after", "cancel_unpaid_invoices", "auto_cancel_after", "licence",
}  # fmt: skip
_ONLY = {
    "billing_type": "prepaid", "create_account": "first payment", "renew_account": "after payment",
}  # fmt: skip
#: What is about acts that it does not have, such as upgrades, and changes nothing until one comes.
_UNUSED = ("upgrade", "downgrade", "credit_note", "cancel_pro_rata", "cancellation", "auto_cancell")
_ENDED = {"cancelled", "terminated"}

ACTS = ["order", "pay", "cancel_invoice", "delete"]
RULES = [
    "hostbill.billing-type.prepaid",
    "hostbill.cycle",
    "hostbill.initial-period.adjust",
    "hostbill.invoice.continue",
    "hostbill.invoice.pay",
    "hostbill.invoice.schedule",
    "hostbill.invoice.zero",
    "hostbill.late-fee",
    "hostbill.order.auto-cancel",
    "hostbill.renew",
    "hostbill.suspend",
    "hostbill.tax",
    "hostbill.terminate",
    "hostbill.unsuspend",
]


class SmallInvoices:
    """What the harness makes for every scenario."""

    prorata: ClassVar = {
        "name": "small-invoices",
        "version": "1.0",
        "supports": {"systems": ["hostbill"], "acts": ACTS, "rules": RULES},
    }
    rules: ClassVar = Rules()

    def __init__(self, context: Context) -> None:
        self.invoicing = _invoicing(context.settings)
        for product in context.catalogue.values():
            _refuse_unknown(product)
        self.products: dict[str, Product] = dict(context.catalogue)
        self.zone, self.now = ZoneInfo(context.timezone), context.now()
        self.digits = _MINOR_DIGITS.get(context.currency, 2)
        self.balances = {
            name: Fraction(client.get("balance", "0")) for name, client in context.clients.items()
        }
        self.first = {"service": 1, "invoice": 1, **context.first_ids}
        self.services: dict[str, Service] = {}
        self.invoices: dict[str, Invoice] = {}
        self.ledger: list[dict[str, Any]] = []
        #: What falls due: when, in which order within an instant, for which service.
        self.agenda: list[tuple[datetime, int, int]] = []
        self.panel = Ispmanager(context.panels.get("ispmanager"))

    def advance(self, to: datetime) -> datetime | None:
        """Do everything that falls due up to `to`; return when something does next."""
        while self.agenda and self.agenda[0][0] <= to:
            self.now, phase, number = heappop(self.agenda)
            service = self.services[str(number)]
            if service.status not in _ENDED:
                getattr(self, _DUE[phase])(service)
        self.now = to
        return self.agenda[0][0] if self.agenda else None

    def observe(self) -> dict[str, Any]:
        """Return all that there is."""
        return {
            "services": {each.number: shown_service(each) for each in self.services.values()},
            "ledger": self.ledger,
            "balances": {client: written(amount) for client, amount in self.balances.items()},
            "invoices": {each.number: shown_invoice(each) for each in self.invoices.values()},
        }

    # Acts

    def order(self, *, client: str, product: str, cycle: str, hostname: str = "") -> str:
        """Order a service: its invoice is issued at once, and it starts with its payment."""
        sold = self.products[product]
        if cycle == "metered":
            raise _planned("what is metered")
        self.rules.refuse_unsold(sold, cycle)
        if not (hostname or sold.get("licence")):
            raise Refused("an account needs a hostname", "hostbill.hostname.required")
        number = str(self.first["service"] + len(self.services))
        service = Service(number, client, product, cycle, self.now, f"user{number}", hostname)
        if hostname:
            refuse_names(service.user, hostname)
        self.services[number] = service
        due = self.midnight(self.rules.first_due(sold, self.today))
        asked = {"period": Fraction(sold["prices"][cycle]), "setup": _fee(sold)}
        ends = self._end_of_first(service, self.today)
        moves = sold.get("adjust_initial_period")
        covers = None if moves or ends is None else (self.midnight(self.today), ends)
        invoice = self.issue(service, due, asked, covers, first=True)
        if invoice.status == "unpaid":
            service.next_due = ends
            self.plan(self.rules.cancelled(sold, self.today), _CANCEL, service)
        return number

    def pay(self, *, invoice: str, amount: str | None = None) -> None:
        """Pay an invoice; what is too much, or for what has ended, becomes credit."""
        paid = self.invoices[invoice]
        rest = paid.total - paid.paid
        money = rest if amount is None else Fraction(amount)
        _refuse(paid.status != "unpaid", f"the invoice is {paid.status}")
        whole = self.rules.rounded(money, self.digits) == money
        _refuse(money <= 0 or not whole, f"{amount} cannot be paid")
        self.balances[paid.service.client] += money
        if paid.service.status not in _ENDED:
            self.settle(paid, min(rest, money))

    def cancel_invoice(self, *, invoice: str, by: str = "staff") -> None:
        """Cancel an unpaid invoice; what was paid of it becomes credit."""
        cancelled = self.invoices[invoice]
        _staff_only(by)
        _refuse(cancelled.status != "unpaid", f"the invoice is {cancelled.status}")
        self.give_back(cancelled)
        self.lift(cancelled.service)

    def delete(self, *, service: str, by: str) -> None:
        """Terminate a service."""
        _staff_only(by)
        ended = self.services[service]
        if ended.status not in {"active", "suspended"}:
            raise Refused(f"the service is {ended.status}", "hostbill.suspend")
        self.end(ended, "terminated")

    # Invoices

    def issue(
        self, service: Service, due: datetime, asked: dict[str, Fraction],
        covers: tuple[datetime, datetime] | None, *, first: bool = False,
    ) -> Invoice:  # fmt: skip
        """Issue an invoice, and pay it by credit; one of nothing is paid and not kept."""
        number = str(self.first["invoice"] + len(self.invoices))
        invoice = Invoice(number, service, self.now, due, covers[1] if covers else None, first)
        for kind, exact in asked.items():
            self.post(invoice, kind, exact, covers if kind == "period" else None)
        self.post(invoice, "tax", self.rules.tax(self.product(service), invoice.total), None)
        if invoice.total or self.invoicing.get("zero"):
            self.invoices[number] = invoice
        credit = self.rules.by_credit(invoice.total, self.balances[service.client])
        self.settle(invoice, credit, at_issue=True)
        if invoice.status == "unpaid":
            self._watch(invoice)
        return invoice

    def post(
        self, invoice: Invoice, kind: str, exact: Fraction,
        covers: tuple[datetime, datetime] | None,
    ) -> None:  # fmt: skip
        """Put a line on an invoice and into the ledger, unless it is of nothing."""
        amount = self.rules.rounded(exact, self.digits)
        if amount:
            service = invoice.service
            line = {"kind": kind, "amount": written(amount), "service": service.number}
            invoice.lines.append(line)
            invoice.total += amount
            self.ledger.append({**line, "client": service.client, "covers": covers})

    def settle(self, invoice: Invoice, amount: Fraction, *, at_issue: bool = False) -> None:
        """Pay an amount of an invoice from the balance; paid whole, it brings what it is for."""
        self.balances[invoice.service.client] -= amount
        invoice.paid += amount
        if invoice.paid == invoice.total:
            invoice.status = "paid"
            self._bring(invoice, at_issue=at_issue)
            self.lift(invoice.service)

    def give_back(self, invoice: Invoice) -> None:
        """Cancel an invoice."""
        self.balances[invoice.service.client] += invoice.paid
        invoice.paid, invoice.status = Fraction(0), "cancelled"

    def unpaid(self, service: Service) -> Iterator[Invoice]:
        """Yield the unpaid invoices of a service, the oldest first."""
        for each in self.invoices.values():
            if each.service is service and each.status == "unpaid":
                yield each

    def _watch(self, invoice: Invoice) -> None:
        """Plan what happens where an invoice stays unpaid."""
        product, due = self.product(invoice.service), self.civil(invoice.due)
        self.plan(self.rules.late_fee_day(product, due), _FEE, invoice.service)
        self.plan(self.rules.suspended(product, due), _SUSPEND, invoice.service)
        self.plan(self.rules.terminated(product, due), _TERMINATE, invoice.service)

    def _bring(self, invoice: Invoice, *, at_issue: bool) -> None:
        """Start a service, or let it run a cycle longer; invoices that it missed follow."""
        service = invoice.service
        if invoice.first:
            self._start(service)
        else:
            # Cycles may be paid in another order than they follow.
            service.expires = max(service.expires, invoice.ends)
        # One that is paid as it is issued has held nothing up.
        if service.next_due and (invoice.first or not at_issue):
            # What begins with its payment has missed nothing before.
            moved = invoice.first and self.civil(service.starts) > self.civil(service.ordered)
            self._catch_up(service, self.now if moved else invoice.issued)

    def _start(self, service: Service) -> None:
        product = self.product(service)
        starts = self.rules.first_day(product, self.civil(service.ordered), self.today)
        service.starts, service.anchor = self.midnight(starts), starts.day
        service.expires = service.next_due = self._end_of_first(service, starts)
        self.panel.create(service, product.get("template", service.product), {})
        service.status = "active"

    def _catch_up(self, service: Service, since: datetime) -> None:
        """Issue the invoices that were not issued while another one was unpaid."""
        while True:
            day = self.rules.generated(self.product(service), self.civil(service.next_due))
            missed = since < self.midnight(day) <= self.now
            if not missed and service.next_due > self.now:
                break
            self._issue_next(service)
        self.plan(day, _INVOICE, service)

    def _issue_next(self, service: Service) -> None:
        """Issue the invoice of the next cycle."""
        product, starts = self.product(service), service.next_due
        service.next_due = self._a_cycle_on(service, starts)
        due = self.midnight(self.rules.due(product, self.civil(starts), self.today))
        price = Fraction(product["prices"][service.cycle])
        self.issue(service, due, {"period": price}, (starts, service.next_due))

    # What falls due

    def generate(self, service: Service) -> None:
        """Issue the next invoice, unless one is unpaid: then it follows when that is paid."""
        day = self.rules.generated(self.product(service), self.civil(service.next_due))
        waits = any(self.unpaid(service)) and not self.invoicing.get("continued")
        if self.midnight(day) <= self.now and not waits:
            self._issue_next(service)
            day = self.rules.generated(self.product(service), self.civil(service.next_due))
            self.plan(day, _INVOICE, service)

    def cancel_order(self, service: Service) -> None:
        """Cancel an order that nobody has paid."""
        if service.status == "pending":
            self.end(service, "cancelled")

    def add_late_fee(self, service: Service) -> None:
        """Add the fee to each invoice that is late by so many days, once."""
        product = self.product(service)
        for invoice in self.unpaid(service):
            day = self.rules.late_fee_day(product, self.civil(invoice.due))
            if day <= self.today and not invoice.has_fee:
                invoice.has_fee = True
                self.post(invoice, "late fee", self.rules.late_fee(product, invoice.total), None)

    def suspend_unpaid(self, service: Service) -> None:
        """Suspend a service for an invoice that is late by so many days."""
        if service.status == "active" and self._late(service, self.rules.suspended):
            self.panel.suspend(service)
            service.status = "suspended"

    def terminate_unpaid(self, service: Service) -> None:
        """Terminate a service for an invoice that is late by so many days."""
        if service.status != "pending" and self._late(service, self.rules.terminated):
            self.end(service, "terminated")

    def lift(self, service: Service) -> None:
        """Lift a suspension where nothing is past due any more."""
        past = any(self.civil(each.due) < self.today for each in self.unpaid(service))
        wanted = self.product(service).get("unsuspend", True)
        if service.status == "suspended" and wanted and not past:
            self.panel.resume(service)
            service.status = "active"
            # One that is due today may be what it is to be suspended for.
            self.plan(self.today + DAY, _SUSPEND, service)

    def end(self, service: Service, status: str) -> None:
        """End a service; its unpaid invoices are cancelled where that is set, or with its order."""
        if status == "cancelled" or self.product(service).get("cancel_unpaid_invoices"):
            for invoice in self.unpaid(service):
                self.give_back(invoice)
        if service.status != "pending":
            self.panel.delete(service)
        service.status = status

    def _late(self, service: Service, rule: Any) -> bool:
        product = self.product(service)
        days = [rule(product, self.civil(each.due)) for each in self.unpaid(service)]
        return any(day is not None and day <= self.today for day in days)

    # Time

    @property
    def today(self) -> date:
        """The civil date."""
        return self.civil(self.now)

    def civil(self, instant: datetime) -> date:
        """Return the civil date of an instant."""
        return instant.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """Return 00:00 of a civil date."""
        return datetime.combine(day, time(), self.zone)

    def plan(self, day: date | None, phase: int, service: Service) -> None:
        """Have something done at the beginning of a day, or of the next where that is over."""
        if day is not None:
            if self.midnight(day) < self.now:
                over = self.midnight(self.today) < self.now
                day = self.today + DAY if over else self.today
            heappush(self.agenda, (self.midnight(day), phase, int(service.number)))

    def product(self, service: Service) -> Product:
        """Return what a service was sold as."""
        return self.products[service.product]

    def _a_cycle_on(self, service: Service, moment: datetime | None) -> datetime:
        day = self.civil(moment or self.now)
        return self.midnight(self.rules.cycle_end(day, service.cycle, service.anchor))

    def _end_of_first(self, service: Service, starts: date) -> datetime | None:
        if service.cycle not in CYCLES:  # once, or free
            return None
        return self.midnight(self.rules.cycle_end(starts, service.cycle, starts.day))


#: In which order things due at one instant are done.
_CANCEL, _INVOICE, _FEE, _SUSPEND, _TERMINATE = range(5)
_DUE = ("cancel_order", "generate", "add_late_fee", "suspend_unpaid", "terminate_unpaid")


def _invoicing(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how invoices are made; say what of the settings is not there yet."""
    for setting in settings:
        if setting not in {"invoicing", "downgrade_credit"}:
            raise _planned(f"setting {setting}")
    invoicing: Mapping[str, Any] = settings.get("invoicing", {})
    if invoicing.get("merge", "never") != "never":
        raise _planned("invoices that are merged")
    return invoicing


def _refuse_unknown(product: Product) -> None:
    """Say what of a product is not there yet."""
    for name, said in product.items():
        if name in _KNOWN or name.startswith(_UNUSED):
            continue
        if _ONLY.get(name) != said:
            raise _planned(name.replace("_", " "))


def _fee(product: Product) -> Fraction:
    return Fraction(product.get("setup_fee", "0"))


def _planned(what: str) -> Unsupported:
    return Unsupported(f"{what}: planned")


def _refuse(wrong: bool, why: str) -> None:  # noqa: FBT001  said with its reason beside it
    if wrong:
        raise Refused(why, "hostbill.invoice.pay")


def _staff_only(by: str) -> None:
    if by != "staff":
        raise Refused("clients may not do this", "hostbill.client-functions")
