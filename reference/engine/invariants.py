"""What always holds of a billing, whatever happened to it.

Money is conserved, a line is posted at most half a unit from its exact amount, nothing is given
back beyond what was posted, no time is paid for twice, a bought month is a month long, no active
service runs unpaid, what was never made or is deleted is charged nothing more, and the panel holds
what billing believes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from prorata.reference.derivation import shown
from prorata.reference.engine.decisions import NOTHING
from prorata.reference.engine.operations import mark_of
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.money import POSTING_DIGITS, minor_digits
from prorata.reference.periods import add_months, midnight
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prorata.reference.engine.billing import Billing
    from prorata.reference.engine.decisions import Decision
    from prorata.reference.engine.state import Service
    from prorata.reference.ledger import Line

__all__ = [
    "OnPanel",
    "Violation",
    "agreement",
    "check",
    "conservation",
    "gaps",
    "given_back",
    "lengths",
    "overlaps",
    "postings",
    "untouched",
]

_COVERING: Final = frozenset({"period", "daily"})
_TAXES: Final = frozenset({"tax", "tax refund"})
_FULL: Final = "billmanager.change.full-payment"
_PERIOD: Final = "billmanager.change.period"
_END: Final = "billmanager.order.tariff-end"
_DAYS_OF_A_MONTH: Final = range(28, 32)
_NO_PERIOD: Final = f"{NOTHING}: period"
_CYCLE: Final = "cycle"
_MOVES: Final = frozenset({_PERIOD, _END, "hostbill.cycle.change"})
#: How many days a bought time of several months may differ from the same months of the calendar.
_NEAR: Final = 3
_GONE: Final = frozenset({"ordered", "pending", "deleted", "terminated", "cancelled"})
#: How far a posted amount may be from the exact one, in units of its last digit.
_FARTHEST: Final = {"half_up": Fraction(1, 2), "half_even": Fraction(1, 2), "down": Fraction(1)}


class OnPanel(Protocol):
    """A user as the panel itself shows it."""

    @property
    def preset(self) -> str:
        """The user template that the user was last given."""

    @property
    def active(self) -> bool:
        """Whether the user is not suspended."""

    @property
    def comment(self) -> str:
        """The mark of the service that the user was made for; a stranger has another, or none."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must never be: what it goes against, and a sentence with the numbers."""

    against: str
    sentence: str

    def __str__(self) -> str:
        """Write both."""
        return f"{self.against}: {self.sentence}"


def check(
    billing: Billing,
    panel_view: Mapping[str, OnPanel],
    since: int = 0,
) -> list[Violation]:
    """Return everything that is wrong with a billing; `panel_view` has the panel's users by name.

    Call it when all that was due has been done. The first `since` lines, which never change, are
    not derived again.
    """
    found = [Violation("posting", said) for said in postings(billing, since)]
    for against, look in _LOOKS.items():
        found += (Violation(against, sentence) for sentence in look(billing))
    found += (Violation("agreement", said) for said in agreement(billing, panel_view))
    return found


def conservation(billing: Billing) -> Iterator[str]:
    """Per client: balance at the start + payments + refunds − charges is the balance.

    Charges that are invoiced count when their invoices are paid; of each invoice the lines add up
    to its total, and what was paid of it is no more.
    """
    held: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for client, money in billing.receipts:
        held[client, money.currency] += money.exact
    for line in billing.ledger:
        if line.inside or line.invoice is not None:
            continue
        amount = line.amount.exact if line.kind in TO_CLIENT else -line.amount.exact
        held[line.client, line.amount.currency] += amount
    for invoice in billing.book.invoices.values():
        held[invoice.client, invoice.paid.currency] -= invoice.paid.exact
    for name, known in billing.book.clients.items():
        balance = known.balance
        expected = held[name, balance.currency]
        if balance.exact != expected:
            yield f"{name} has {balance} {balance.currency}, {shown(expected)} came in and stayed"
    yield from _invoiced(billing)


def _invoiced(billing: Billing) -> Iterator[str]:
    """Per invoice: its lines are those of the ledger and its total, and it is paid by no more."""
    posted: dict[int, Fraction] = defaultdict(Fraction)
    for line in billing.ledger:
        if line.invoice is not None:
            amount = line.amount.exact
            posted[line.invoice] += -amount if line.kind in TO_CLIENT else amount
    for number, invoice in billing.book.invoices.items():
        total, paid = invoice.total.exact, invoice.paid.exact
        if posted[number] != total:
            yield (
                f"invoice {number} asks for {shown(total)}, its lines for {shown(posted[number])}"
            )
        whole = {"paid": paid == total, "unpaid": 0 <= paid < total, "cancelled": not paid}
        if not whole[invoice.status]:
            yield f"invoice {number} of {shown(total)} is {invoice.status} with {shown(paid)}"


def postings(billing: Billing, since: int = 0) -> Iterator[str]:
    """Per line after the first `since`: one rounding at most lies between exact and posted."""
    rounding = billing.rulings.chosen["rounding"]
    digits_of = POSTING_DIGITS[billing.rulings.chosen["posting_digits"]]
    for line in billing.ledger.since(since):
        exact = abs(billing.derive(line).result)
        unit = Fraction(1, 10 ** digits_of(line.kind, minor_digits(line.amount.currency)))
        if abs(line.amount.exact - exact) > _FARTHEST[rounding] * unit:
            yield f"{_line(line)} is posted, exactly it is {shown(exact)}"
        if line.amount.units <= 0:
            yield f"{_line(line)} is no amount to post"


class _Span(NamedTuple):
    """A time that is paid for, in UTC, and what paid for it."""

    starts: datetime
    ends: datetime
    by: str


def _spans(billing: Billing) -> Mapping[int, list[_Span]]:
    """Return what is paid for, by service, after changes that ended older times early."""
    spans: dict[int, list[_Span]] = defaultdict(list)
    moved = list(_moves(billing))
    for index, line in enumerate(billing.ledger):
        while moved and moved[0].after <= index:
            _move(billing, spans, moved.pop(0))
        if line.covers is None or line.kind not in _COVERING or _forgotten(billing, line):
            continue
        starts, ends = (moment.astimezone(UTC) for moment in line.covers)
        if line.rule == _FULL:
            _cut(spans[line.service], starts)
        spans[line.service].append(_Span(starts, ends, _line(line)))
    for made in moved:
        _move(billing, spans, made)
    return spans


def _forgotten(billing: Billing, line: Line) -> bool:
    """Tell whether a line is of an invoice that is cancelled, or of a change not carried out."""
    if line.invoice is None:
        return False
    invoice = billing.book.invoices[line.invoice]
    waits = any(grant.what == _CYCLE for grant in invoice.grants)
    return invoice.status == "cancelled" or (waits and invoice.status != "paid")


def _moves(billing: Billing) -> Iterator[Decision]:
    """Yield the expiries that no line tells of: moved, cut, or of a period that cost nothing.

    What a change buys for nothing says so after its expiry, and anything may end at that instant.
    """
    last: dict[int, int] = {}
    free = set()
    for number, made in enumerate(billing.decisions):
        if made.what == "expires" and made.rule != _END:
            last[made.service] = number
        elif made.what == _NO_PERIOD and made.rule == _FULL:
            free.add(last.get(made.service))
    for number, made in enumerate(billing.decisions):
        if made.what == "expires" and (made.rule in _MOVES or number in free):
            yield made


def _move(billing: Billing, spans: Mapping[int, list[_Span]], made: Decision) -> None:
    """Put the new time of a change in the place of what was left of the old."""
    ends = _decided(billing, made)
    if ends is None:
        return
    if made.rule != _END:
        starts = made.at if made.rule == _PERIOD else _midnight(billing, made.arguments["starts"])
        _cut(spans[made.service], starts.astimezone(UTC))
        by = f"the change at {made.at}"
        spans[made.service].append(_Span(starts.astimezone(UTC), ends, by))
    _cut(spans[made.service], ends)


def _decided(billing: Billing, made: Decision) -> datetime | None:
    """Return the instant that a decision came to, None for a refusal."""
    result = billing.derive(made).result
    if result is None or isinstance(result, Refusal):
        return None
    if isinstance(result, datetime):
        return result.astimezone(UTC)
    return _midnight(billing, result).astimezone(UTC)


def _midnight(billing: Billing, day: date) -> datetime:
    return midnight(day, billing.book.zone)


def _cut(spans: list[_Span], at: datetime) -> None:
    spans[:] = [span._replace(ends=min(span.ends, at)) for span in spans if span.starts < at]


def overlaps(billing: Billing) -> Iterator[str]:
    """No instant of a service is paid for twice, and only periods and days pay for a time.

    A change that bought a whole period from its own date, or turned what was left into days of
    another price, has ended the older time early.
    """
    for line in billing.ledger:
        if line.covers is not None and line.kind not in _COVERING:
            yield f"{_line(line)} covers a time of its own"
    for number, spans in _spans(billing).items():
        for one, other in pairwise(sorted(spans)):
            if one.ends > other.starts:
                yield f"service {number}: {one.by} and {other.by} pay for {other.starts} twice"


def gaps(billing: Billing) -> Iterator[str]:
    """An active service is paid for now, or a rule lets it run: it is free, or it is a weekend."""
    if not billing.rulebook.charges_balance:
        return
    now = billing.clock.now()
    spans = _spans(billing)
    # A time bought for nothing has no line, and a change may have been paid for it since.
    changed = {line.service for line in billing.ledger if line.kind == "tariff change"}
    for service in billing.book.services.values():
        if service.status != "active":
            continue
        if service.ends.astimezone(UTC) <= now:
            until = _runs_until(billing, service)
            if until <= now:
                yield f"service {service.number} is {service.status}; it expired {service.ends}"
        elif not (_free(billing, service) or service.number in changed) and not any(
            span.starts <= now < span.ends for span in spans.get(service.number, ())
        ):
            yield f"service {service.number} is {service.status}, and nothing pays for {now}"


def _runs_until(billing: Billing, service: Service) -> datetime:
    """Return until when a rule lets a service run that has expired."""
    runs_until = billing.rulebook.runs_until
    until = service.ends if runs_until is None else runs_until(billing.turn(), service)
    return until.astimezone(UTC)


def _free(billing: Billing, service: Service) -> bool:
    """Tell whether today costs nothing: no line is posted of nothing."""
    if service.trial:
        return True
    if service.order_period is not None:
        share = service.shares.get("tariff")
        return share is None or not share.posted
    today = billing.clock.now().astimezone(billing.book.zone).toordinal()
    bought = [
        stretch.price
        for stretch in service.stretches
        if stretch.item == "tariff" and stretch.starts < today + 1 and stretch.expires > today
    ]
    return bool(bought) and not any(bought)


def given_back(billing: Billing) -> Iterator[str]:
    """Per service, no more is given back than was posted for it until then, tax apart."""
    stays: dict[int, Fraction] = defaultdict(Fraction)
    for line in billing.ledger:
        if line.kind in _TAXES:
            continue
        back, payer = line.kind in TO_CLIENT, _payer(billing, line)
        stays[payer] += -line.amount.exact if back else line.amount.exact
        if back and stays[payer] < 0:
            yield f"{_line(line)} gives back {shown(-stays[payer])} more than was posted"


def _payer(billing: Billing, line: Line) -> int:
    """Return the service for which a line is, the first one where several have one price."""
    belongs = billing.book.services[line.service].belongs
    return belongs.to if belongs is not None and belongs.bundle else line.service


def lengths(billing: Billing) -> Iterator[str]:
    """A bought month ends 28 to 31 days after its start, a year 365 or 366."""
    for made in billing.decisions:
        starts, period = _begins(made), made.arguments.get("period")
        if starts is None or period is None or not period.months:
            continue
        ends = billing.derive(made).result
        if isinstance(ends, Refusal):
            continue
        first, months = starts.toordinal(), period.months
        days = ends.toordinal() - first
        near = abs(days - add_months(starts, months).toordinal() + first) <= _NEAR
        years = days in range(365 * months // 12, 366 * months // 12 + 1)
        right = days in _DAYS_OF_A_MONTH if months == 1 else near and (months % 12 or years)
        if not right:
            yield f"{period} of service {made.service} from {starts} to {ends} has {days} days"


def _begins(made: Decision) -> date | None:
    """Return from when on a decision counts a period, None for one that counts none."""
    names = ("starts", "suspended", "renewed")
    return next((made.arguments[name] for name in names if name in made.arguments), None)


def untouched(billing: Billing) -> Iterator[str]:
    """A service that was never made is charged its order alone, a deleted one nothing more.

    An invoice that is issued again without the lines of another service asks for nothing new.
    """
    services, ordered = billing.book.services, dict[int, Any]()
    asked = set[tuple[Any, ...]]()
    for line in billing.ledger:
        service = services[line.service]
        first = ordered.setdefault(line.service, line.at)
        waits = billing.rulebook.charges_balance and service.status == "processing"
        if waits and line.at != first:
            yield f"{_line(line)} is charged, and the service is not made yet"
        what = line.service, line.kind, line.amount, line.covers
        again = line.invoice is not None and (line.kind in _TAXES or what in asked)
        asked.add(what)
        gone = service.deleted is not None and line.at > service.deleted
        # What is given back may come after its service has ended: when nothing is owed any more,
        # or a seller has shown that a licence was never made.
        if gone and line.kind not in TO_CLIENT and not again:
            yield f"{_line(line)} is charged after the deletion"


def agreement(billing: Billing, panel_view: Mapping[str, OnPanel]) -> Iterator[str]:
    """Where no operation is running, the panel holds what billing believes."""
    book = billing.book
    live = {service.user for service in book.services.values() if service.status not in _GONE}
    for service in book.services.values():
        elsewhere = not service.has_account or service.is_server or service.resold is not None
        if service.number in book.running or elsewhere:
            continue
        user = panel_view.get(service.user)
        if service.status in _GONE:
            own = user is not None and user.comment == mark_of(service)
            if own and service.user not in live:
                yield f"{service.user} is on the panel, service {service.number} {service.status}"
        elif user is None:
            yield f"{service.user} is not on the panel, service {service.number} {service.status}"
        else:
            yield from _disagreement(billing, service, user)


def _disagreement(billing: Billing, service: Service, user: OnPanel) -> Iterator[str]:
    if user.active != (service.status == "active"):
        shown = "active" if user.active else "suspended"
        yield f"{service.user} is {shown} on the panel, service {service.number} {service.status}"
    template = billing.book.catalogue[service.tariff].template
    if user.preset != template:
        yield f"{service.user} has the preset {user.preset}, its tariff {template}"


def _line(line: Line) -> str:
    covers = " .. ".join(f"{moment:%Y-%m-%d %H:%M}" for moment in line.covers or ())
    money = f"{line.amount} {line.amount.currency}"
    return f"{line.kind} {money} of service {line.service}{f' for {covers}' if covers else ''}"


_LOOKS: Final[Mapping[str, Callable[[Billing], Iterable[str]]]] = {
    "conservation": conservation,
    "overlap": overlaps,
    "length": lengths,
    "refund": given_back,
    "charge": untouched,
    "gap": gaps,
}
