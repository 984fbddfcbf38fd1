"""One shard of a simulated book: a billing of its own, from its first order to the last day.

A shard has a fixed number of services, whoever works on it, and its own seed. So the same book
comes out for any number of workers.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from zlib import compress
from zoneinfo import ZoneInfo

from prorata.harness.simulate.filling import Wish, filler, sold
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.periods import midnight
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from prorata.harness.simulate.catalogue import Catalogue
    from prorata.reference.engine.ports import Panel

__all__ = ["COLUMNS", "SHARD", "PackedShard", "Shard", "ShardTotals", "packed_shard", "write_shard"]

#: How many services a shard has.
SHARD: Final = 10_000
#: The days before the first one in which services are ordered.
_BEFORE: Final = 28
_NAMES: Final = 1_000


class _Row(NamedTuple):
    """A line of the ledger, as it is written."""

    at: str
    client: str
    service: int
    kind: str
    amount: str
    currency: str
    covers_from: str
    covers_to: str
    rule: str


COLUMNS: Final = _Row._fields


@dataclass(frozen=True, slots=True)
class Shard:
    """Which part of a book: `first` is the number of its first service."""

    catalogue: Catalogue
    first: int
    services: int
    starts: date
    ends: date
    seed: int


@dataclass(frozen=True, slots=True)
class ShardTotals:
    """What a shard comes to: sums of amounts and counts of lines by kind, services by status."""

    amounts: dict[str, Fraction]
    lines: Counter[str]
    statuses: Counter[str]


class _NoPanel:
    """A panel that does what it is asked; a book of this size has none to ask."""

    def exists(self, name: str) -> bool:  # noqa: ARG002  the signature of a panel
        """Tell that there is the user."""
        return True

    def __getattr__(self, name: str) -> Any:
        """Do anything else that a panel may be asked."""
        return lambda *_arguments, **_named: None


def _names(seed: int) -> list[str]:
    """Return login names as people have them, always the same for a seed."""
    from faker import Faker

    faker = Faker("en_US")
    faker.seed_instance(seed)
    return [faker.user_name() for _ in range(_NAMES)]


def _billing(shard: Shard) -> Billing:
    catalogue = shard.catalogue
    zone = ZoneInfo(catalogue.timezone)
    begins = midnight(shard.starts - timedelta(days=_BEFORE), zone)
    return Billing(
        RULEBOOKS[catalogue.system],
        clock=Clock(begins),
        readings=choose(),
        catalogue=catalogue.tariffs,
        clients={},
        panel=cast("Panel", _NoPanel()),
        currency=catalogue.currency,
        timezone=catalogue.timezone,
        settings=catalogue.settings,
        first_ids={"service": shard.first, "client": shard.first},
    )


def _fill(billing: Billing, shard: Shard) -> None:
    """Have every client of the shard order a service, day after day before the first one."""
    catalogue, random = shard.catalogue, Random(f"{shard.seed}/{shard.first}")  # noqa: S311  data, not secrets
    names = _names(shard.seed)
    zone = ZoneInfo(catalogue.timezone)
    fill = filler(billing, catalogue, random)
    tariffs, shares = list(catalogue.shares), list(catalogue.shares.values())
    periods = {name: sold(catalogue, name) for name in tariffs}
    days = sorted(random.randrange(_BEFORE) for _ in range(shard.services))
    for index, day in enumerate(days):
        at = midnight(shard.starts + timedelta(days=day - _BEFORE), zone) + timedelta(hours=9)
        if at > billing.clock.now():
            billing.advance_to(at)
        (tariff,) = random.choices(tariffs, shares)
        (period,) = random.choices(*periods[tariff])
        fill(Wish(f"{random.choice(names)}{shard.first + index}", tariff, period))


def write_shard(shard: Shard, path: Path) -> ShardTotals:
    """Simulate a shard, write its ledger as CSV without a header, and return its totals."""
    billing = _billing(shard)
    _fill(billing, shard)
    billing.advance_to(midnight(shard.ends, ZoneInfo(shard.catalogue.timezone)))
    amounts: dict[str, Fraction] = {}
    lines: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in _rows(billing):
            amounts[row.kind] = amounts.get(row.kind, Fraction(0)) + Fraction(row.amount)
            lines[row.kind] += 1
            writer.writerow(row)
    statuses = Counter(service.status for service in billing.book.services.values())
    return ShardTotals(amounts, lines, statuses)


class PackedShard(NamedTuple):
    """A shard as it travels: its ledger, packed by zlib, and its totals."""

    ledger: bytes
    totals: ShardTotals


def packed_shard(work: tuple[int, Shard]) -> PackedShard:
    """Simulate a shard on another machine; its number is for who gets it back."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        totals = write_shard(work[1], path)
        return PackedShard(compress(path.read_bytes(), 1), totals)


def _rows(billing: Billing) -> Iterator[_Row]:
    for line in billing.ledger:
        first, end = (each.isoformat() for each in line.covers) if line.covers else ("", "")
        yield _Row(
            line.at.isoformat(),
            line.client,
            line.service,
            line.kind,
            str(line.amount),
            line.amount.currency,
            first,
            end,
            line.rule,
        )
