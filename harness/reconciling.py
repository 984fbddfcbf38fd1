"""Reconciliation: what one billing sold beside what it bought for that at another one.

Any two ledgers will do: they are plain data, and nothing is known of the billings themselves.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.reference.derivation import shown
from prorata.reference.ledger import TO_CLIENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = [
    "ALIKE",
    "MONEY",
    "NOT_BOUGHT",
    "NOT_SOLD",
    "ONCE",
    "Alone",
    "Books",
    "Charge",
    "Holding",
    "Reconciliation",
    "reconcile",
]

#: Months that follow each other differ by so many days: 28 to 31.
_MONTHS_DIFFER: Final = timedelta(days=3)
_MONTH: Final = timedelta(days=31)
#: The kinds that answer each other on both sides. Others, a tax or a fee say, are each side's own
#: affair.
_ANSWER: Final = {
    "period": "period", "daily": "period",
    "tariff change": "change", "refund": "refund", "credit": "refund",
}  # fmt: skip
_THERE: Final = frozenset({"active", "suspended"})
_ENDED: Final = frozenset({"deleted", "terminated", "cancelled"})
#: What always holds of two billings, one of which sells what it buys at the other.
ONCE: Final = "no licence is bought twice"
NOT_BOUGHT: Final = "nothing is sold that was not bought"
NOT_SOLD: Final = "nothing is bought that was not sold"
ALIKE: Final = "a licence is on both sides as it is sold"
MONEY: Final = "the money on both sides adds up"
#: What goes against that, and in which words, by the side that has something alone.
_UNANSWERED: Final = {"sold": (NOT_BOUGHT, "not bought"), "bought": (NOT_SOLD, "not sold")}


class Holding(NamedTuple):
    """A service that was sold, or a licence that was bought: `status` by the words of scenarios.

    `service` is what the service is called by who sells it, and the licence by who buys it;
    `tariff` the seller's name or number of its tariff, nothing where that is not known.
    """

    service: str
    status: str
    tariff: str = ""


class Charge(NamedTuple):
    """A posted line: `amount` is a text or an exact number, its `kind` tells the direction.

    `covers` is the time that it pays for, as two instants.
    """

    service: str
    kind: str
    amount: str | Fraction
    covers: tuple[datetime, datetime] | None = None

    @property
    def signed(self) -> Fraction:
        """What the payer has less by it."""
        amount = Fraction(self.amount)
        return -amount if self.kind in TO_CLIENT else amount


@dataclass(frozen=True, slots=True)
class Books:
    """One side: what there is, what was charged for it, and, if that is known, what was `paid`.

    `paid` is by how much less is on the accounts that pay than there was and came in.
    """

    holdings: Sequence[Holding] = ()
    charges: Sequence[Charge] = ()
    paid: Fraction | None = None


class Alone(NamedTuple):
    """Something without its counterpart: `what` is a licence, or the kind of a charge.

    `breaks` is what always holds and does not; `amount` the part that nothing on the other side
    answers, None where it is no money.
    """

    breaks: str
    side: str
    service: str
    what: str
    why: str
    amount: Fraction | None = None

    def __str__(self) -> str:
        """Say it in a line."""
        money = "" if self.amount is None else f" {shown(self.amount)}"
        return f"{self.side}: {self.what}{money} of {self.service}: {self.why}"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What both sides come to: all that was `sold` and `bought`, and what has no counterpart."""

    sold: Fraction
    bought: Fraction
    alone: tuple[Alone, ...] = field(default=())

    @property
    def agrees(self) -> bool:
        """Whether everything has its counterpart."""
        return not self.alone

    @property
    def margin(self) -> Fraction:
        """What was sold for, less what it was bought for."""
        return self.sold - self.bought


def reconcile(sold: Books, bought: Books) -> Reconciliation:
    """Return what was sold without being bought, and bought without being sold, or bought twice.

    >>> sold = Books([Holding("1", "active")], [Charge("1", "period", "7.00")])
    >>> [str(each) for each in reconcile(sold, Books()).alone]
    ['sold: licence of 1: none was bought', 'sold: period 7.00 of 1: not bought']
    """
    alone = (
        *_licences(sold.holdings, bought.holdings),
        *_charges(sold, bought),
        *_money("sold", sold),
        *_money("bought", bought),
    )
    return Reconciliation(_sum(sold.charges), _sum(bought.charges), alone)


def _sum(charges: Iterable[Charge]) -> Fraction:
    return sum((each.signed for each in charges), Fraction(0))


def _money(side: str, books: Books) -> Iterator[Alone]:
    """Whoever pays has less by what was charged, and by nothing else."""
    if books.paid is None:
        return
    odd = books.paid - _sum(books.charges)
    if odd:
        yield Alone(MONEY, side, "all", "money", "was paid, and not charged", odd)


def _licences(sold: Sequence[Holding], bought: Sequence[Holding]) -> Iterator[Alone]:
    services = {each.service: each for each in sold}
    there: dict[str, list[Holding]] = defaultdict(list)
    for licence in bought:
        if licence.status not in _ENDED:
            there[licence.service].append(licence)
    for name, service in services.items():
        if service.status == "active" and not there[name]:
            yield Alone(NOT_BOUGHT, "sold", name, "licence", "none was bought")
    for name, licences in there.items():
        yield from _bought(name, licences, services.get(name))


def _bought(name: str, licences: Sequence[Holding], service: Holding | None) -> Iterator[Alone]:
    if not licences:
        return
    if len(licences) > 1:
        yield Alone(ONCE, "bought", name, "licence", f"there are {len(licences)} of it")
    if service is None or service.status in _ENDED:
        state = "nobody" if service is None else f"a service that is {service.status}"
        yield Alone(NOT_SOLD, "bought", name, "licence", f"it is there, and {state} has it")
        return
    licence = licences[0]
    if {licence.status, service.status} <= _THERE and licence.status != service.status:
        why = f"it is {licence.status}, and its service {service.status}"
        yield Alone(ALIKE, "bought", name, "licence", why)
    if licence.tariff and service.tariff and licence.tariff != service.tariff:
        why = f"it is {licence.tariff}, and its service has {service.tariff}"
        yield Alone(ALIKE, "bought", name, "licence", why)


def _charges(sold: Books, bought: Books) -> Iterator[Alone]:
    """What was charged and given back again, all of it, needs no counterpart."""
    ours, theirs = _by_kind(sold.charges), _by_kind(bought.charges)
    left: dict[tuple[str, str], list[Alone]] = defaultdict(list)
    for kind in dict.fromkeys((*ours, *theirs)):
        for alone in _pairs(ours.get(kind, ()), theirs.get(kind, ())):
            left[alone.side, alone.service].append(alone)
    for rest in left.values():
        if sum((each.amount or 0 for each in rest), Fraction(0)):
            yield from rest


def _by_kind(charges: Iterable[Charge]) -> Mapping[tuple[str, str], Sequence[Charge]]:
    found: dict[tuple[str, str], list[Charge]] = defaultdict(list)
    for charge in charges:
        if charge.kind in _ANSWER and charge.signed:
            found[charge.service, _ANSWER[charge.kind]].append(charge)
    # Of what was charged at one instant a billing may tell any first.
    return {kind: sorted(told, key=lambda each: each.covers or ()) for kind, told in found.items()}


def _pairs(sold: Sequence[Charge], bought: Sequence[Charge]) -> Iterator[Alone]:
    """The nth of one side answers the nth of the other."""
    for ours, theirs in zip_longest(sold, bought):
        if theirs is None:
            yield _lone("sold", ours)
        elif ours is None:
            yield _lone("bought", theirs)
        elif ours.covers is not None and theirs.covers is not None:
            yield from _days(ours, theirs)


def _lone(side: str, charge: Charge) -> Alone:
    breaks, why = _UNANSWERED[side]
    return Alone(breaks, side, charge.service, charge.kind, why, charge.signed)


def _days(ours: Charge, theirs: Charge) -> Iterator[Alone]:
    """Both pay for as many months, though these need not be the same ones."""
    if ours.covers is None or theirs.covers is None:
        return
    one, other = (until - since for since, until in (ours.covers, theirs.covers))
    months = max(one, other) / _MONTH
    if abs(one - other) <= _MONTHS_DIFFER * max(1, months):
        return
    more, days = ("sold", ours) if one > other else ("bought", theirs), abs(one - other).days
    side, charge = more
    part = charge.signed * Fraction(days, max(one, other).days)
    breaks, why = _UNANSWERED[side]
    yield Alone(breaks, side, charge.service, charge.kind, f"{days} days of it {why}", part)
