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

__all__ = ["Account", "Alone", "Charge", "Holding", "Reconciliation", "reconcile"]

#: Months that follow each other differ by so many days: 28 to 31.
_MONTHS_DIFFER: Final = timedelta(days=3)
_MONTH: Final = timedelta(days=31)
#: The kinds that answer each other on both sides. Others, a tax say, are each side's own affair.
_ANSWER: Final = {
    "period": "period", "daily": "period",
    "tariff change": "change", "upgrade fee": "change", "refund": "refund", "credit": "refund",
}  # fmt: skip
_THERE: Final = frozenset({"active", "suspended"})


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
class Account:
    """One side: what there is, what was charged for it, and, if that is known, what was `paid`.

    `paid` is by how much less is on the accounts that pay than there was and came in.
    """

    holdings: Sequence[Holding] = ()
    charges: Sequence[Charge] = ()
    paid: Fraction | None = None


class Alone(NamedTuple):
    """Something without its counterpart: `what` is a licence, or the kind of a charge.

    `amount` is the part of it that nothing on the other side answers, None where it is no money.
    """

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


def reconcile(sold: Account, bought: Account) -> Reconciliation:
    """Return what was sold without being bought, and bought without being sold, or bought twice.

    >>> sold = Account([Holding("1", "active")], [Charge("1", "period", "7.00")])
    >>> [str(each) for each in reconcile(sold, Account()).alone]
    ['sold: licence of 1: none was bought', 'sold: period 7.00 of 1: was not bought']
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


def _money(side: str, account: Account) -> Iterator[Alone]:
    """Whoever pays has less by what was charged, and by nothing else."""
    if account.paid is None:
        return
    odd = account.paid - _sum(account.charges)
    if odd:
        yield Alone(side, "all", "money", "was paid, and not charged", odd)


def _licences(sold: Sequence[Holding], bought: Sequence[Holding]) -> Iterator[Alone]:
    services = {each.service: each for each in sold}
    there: dict[str, list[Holding]] = defaultdict(list)
    for licence in bought:
        if licence.status != "deleted":
            there[licence.service].append(licence)
    for name, service in services.items():
        if service.status == "active" and not there[name]:
            yield Alone("sold", name, "licence", "none was bought")
    for name, licences in there.items():
        yield from _bought(name, licences, services.get(name))


def _bought(name: str, licences: Sequence[Holding], service: Holding | None) -> Iterator[Alone]:
    if not licences:
        return
    if len(licences) > 1:
        yield Alone("bought", name, "licence", f"there are {len(licences)} of it")
    if service is None or service.status not in {"processing", *_THERE}:
        state = "nobody" if service is None else f"a service that is {service.status}"
        yield Alone("bought", name, "licence", f"it is there, and {state} has it")
        return
    licence = licences[0]
    if {licence.status, service.status} <= _THERE and licence.status != service.status:
        why = f"it is {licence.status}, and its service {service.status}"
        yield Alone("bought", name, "licence", why)
    if licence.tariff and service.tariff and licence.tariff != service.tariff:
        why = f"it is {licence.tariff}, and its service has {service.tariff}"
        yield Alone("bought", name, "licence", why)


def _charges(sold: Account, bought: Account) -> Iterator[Alone]:
    ours, theirs = _by_kind(sold.charges), _by_kind(bought.charges)
    for service, kind in dict.fromkeys((*ours, *theirs)):
        own, other = ours.get((service, kind), ()), theirs.get((service, kind), ())
        if not _undone(service, ours, theirs) and not _undone(service, theirs, ours):
            yield from _pairs(own, other)


def _by_kind(charges: Iterable[Charge]) -> dict[tuple[str, str], list[Charge]]:
    found: dict[tuple[str, str], list[Charge]] = defaultdict(list)
    for charge in charges:
        if charge.kind in _ANSWER and charge.signed:
            found[charge.service, _ANSWER[charge.kind]].append(charge)
    return found


def _undone(
    service: str,
    has: Mapping[tuple[str, str], Sequence[Charge]],
    other: Mapping[tuple[str, str], Sequence[Charge]],
) -> bool:
    """Tell whether all that was charged on one side came back, and nothing was on the other."""
    kinds = set(_ANSWER.values())
    if any(other.get((service, kind)) for kind in kinds):
        return False
    return not _sum(each for kind in kinds for each in has.get((service, kind), ()))


def _pairs(sold: Sequence[Charge], bought: Sequence[Charge]) -> Iterator[Alone]:
    """The nth of one side answers the nth of the other."""
    for ours, theirs in zip_longest(sold, bought):
        if theirs is None:
            yield Alone("sold", ours.service, ours.kind, "was not bought", ours.signed)
        elif ours is None:
            yield Alone("bought", theirs.service, theirs.kind, "was not sold", theirs.signed)
        elif ours.covers is not None and theirs.covers is not None:
            yield from _days(ours, theirs)


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
    answered = "bought" if side == "sold" else "sold"
    yield Alone(side, charge.service, charge.kind, f"{days} days of it were not {answered}", part)
