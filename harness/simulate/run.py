"""A whole simulation: shards in order, on one or more workers, put together into one ledger."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing import get_context
from typing import TYPE_CHECKING
from zlib import decompress

from prorata.harness.running.crew import CrewError
from prorata.harness.simulate.shard import (
    COLUMNS,
    SHARD,
    Shard,
    ShardTotals,
    packed_shard,
    write_shard,
)
from prorata.reference.money import Money, minor_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from prorata.harness.simulate.catalogue import Catalogue

__all__ = ["SimulationPlan", "simulate"]


@dataclass(frozen=True, slots=True)
class SimulationPlan:
    """What to simulate: services of a catalogue from a day to a day, exclusive."""

    catalogue: Catalogue
    services: int
    starts: date
    ends: date
    seed: int = 0

    def shards(self) -> Iterator[Shard]:
        """Yield the shards, which do not depend on who works on them."""
        for first in range(0, self.services, SHARD):
            count = min(SHARD, self.services - first)
            yield Shard(self.catalogue, first + 1, count, self.starts, self.ends, self.seed)


def simulate(
    plan: SimulationPlan,
    out: Path,
    *,
    workers: int = 1,
    dask: str | None = None,
    parquet: bool = False,
    progress: Callable[[int], None] = lambda _services: None,
) -> dict[str, object]:
    """Simulate a book into the folder `out`: its ledger and ``totals.json``; return the totals.

    The same plan gives the same bytes for any number of workers. `progress` is told how many more
    services are done. With `dask`, the address of a scheduler, its workers do the shards. Raises
    `OSError`, and `CrewError` where they cannot.
    """
    made = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    ledger = out / ("ledger.parquet" if parquet else "ledger.csv")
    beside = ledger.with_name(f".{ledger.name}")
    shards = list(plan.shards())
    parts = [out / f"part-{shard.first:09d}.csv" for shard in shards]
    found: list[ShardTotals] = []
    try:
        worked = _on_cluster(dask, shards, parts) if dask else _worked(shards, parts, workers)
        for shard, totals in zip(shards, worked, strict=True):
            found.append(totals)
            progress(shard.services)
        (_parquet if parquet else _csv)(parts, beside)
        beside.replace(ledger)
    finally:
        for part in (*parts, beside):
            part.unlink(missing_ok=True)
        if made:
            with suppress(OSError):  # it stays with what is in it
                out.rmdir()
    totals_of = _totals(plan, found)
    text = json.dumps(totals_of, indent=2, ensure_ascii=False) + "\n"
    (out / "totals.json").write_text(text, encoding="utf-8")
    return totals_of


def _worked(shards: list[Shard], parts: list[Path], workers: int) -> Iterator[ShardTotals]:
    if workers == 1:
        yield from map(write_shard, shards, parts)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(write_shard, shards, parts)


def _on_cluster(address: str, shards: list[Shard], parts: list[Path]) -> Iterator[ShardTotals]:
    """Yield the totals in their order; each part is written as it arrives."""
    from prorata.harness.workers.dask import Dask, WorkersLostError

    arrived: dict[int, ShardTotals] = {}
    following = iter(range(len(shards)))
    wanted = next(following, None)
    with closing(Dask(address)) as dask, _lacking():
        for (index, shard), found in dask.done(packed_shard, enumerate(shards)):
            if isinstance(found, WorkersLostError):
                last = shard.first + shard.services - 1
                raise CrewError(f"Dask workers ended over services {shard.first} to {last}")
            parts[index].write_bytes(decompress(found.ledger))
            arrived[index] = found.totals
            while wanted in arrived:
                yield arrived.pop(wanted)
                wanted = next(following, None)


@contextmanager
def _lacking() -> Iterator[None]:
    """Say in one line what a worker lacks."""
    try:
        yield
    except ImportError as error:
        raise CrewError(f"a Dask worker lacks the extra bulk: {error}") from None


def _csv(parts: list[Path], file: Path) -> None:
    with file.open("wb") as ledger:
        ledger.write((",".join(COLUMNS) + "\n").encode())
        for part in parts:
            ledger.write(part.read_bytes())


def _parquet(parts: list[Path], file: Path) -> None:
    """Write one row group for each shard; amounts are decimals, never floats."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    texts = [(name, pa.string()) for name in COLUMNS]
    types = {**dict(texts), "service": pa.int64(), "amount": pa.decimal128(18, 4)}
    schema = pa.schema([(name, types[name]) for name in COLUMNS])
    with ExitStack() as stack:
        writer = stack.enter_context(parquet.ParquetWriter(file, schema))
        for part in parts:
            if part.stat().st_size:
                writer.write_table(
                    csv.read_csv(
                        part,
                        read_options=csv.ReadOptions(column_names=COLUMNS),
                        convert_options=csv.ConvertOptions(column_types=types),
                    )
                )


def _totals(plan: SimulationPlan, found: list[ShardTotals]) -> dict[str, object]:
    amounts: dict[str, Fraction] = {}
    lines: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    for totals in found:
        for kind, amount in totals.amounts.items():
            amounts[kind] = amounts.get(kind, Fraction(0)) + amount
        lines += totals.lines
        statuses += totals.statuses
    return {
        "catalogue": plan.catalogue.title,
        "currency": plan.catalogue.currency,
        "from": plan.starts.isoformat(),
        "to": plan.ends.isoformat(),
        "seed": plan.seed,
        "services": plan.services,
        "statuses": dict(sorted(statuses.items())),
        "lines": dict(sorted(lines.items())),
        "amounts": {
            kind: _text(amount, plan.catalogue.currency) for kind, amount in sorted(amounts.items())
        },
    }


def _text(amount: Fraction, currency: str) -> str:
    digits = max(minor_digits(currency), 4)
    return str(Money(int(amount * 10**digits), digits, currency))
