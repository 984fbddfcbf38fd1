"""Where the documents disagree, with themselves or each other, and what is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from prorata.harness.tracing.documents import FOLDER, read

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Contradiction", "Discrepancy", "Passage", "Way", "contradictions", "discrepancies"]


@dataclass(frozen=True, slots=True)
class Passage:
    """What one section of a document says of it, in our own words."""

    document: str
    section: str
    says: str


@dataclass(frozen=True, slots=True)
class Way:
    """One of the answers: a value of the reading, or where there is none a row of the example.

    What nobody computes is not played: it has a `sum`, ``10.00 × 5 ÷ 30``, and the date, as
    ``2025-07-01``, until which that pays.
    """

    name: str
    says: str
    sum: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A question that has more than one answer; `default` names the way that holds.

    `reading` is empty where the product made its choice without one. `example` is a scenario
    without expectations.
    """

    name: str
    title: str
    places: tuple[Passage, ...]
    ways: tuple[Way, ...]
    default: str
    why: str
    costs: str
    rules: tuple[str, ...]
    example: str
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A contradiction that moves no money, and what was chosen."""

    title: str
    places: tuple[Passage, ...]
    chosen: str


@cache
def contradictions() -> tuple[Contradiction, ...]:
    """Return all of them, in the order of their files."""
    return tuple(map(_contradiction, sorted((FOLDER / "contradictions").glob("*.toml"))))


def _contradiction(path: Path) -> Contradiction:
    row: dict[str, Any] = read(path)
    return Contradiction(
        name=path.stem,
        places=tuple(Passage(**each) for each in row.pop("places")),
        ways=tuple(Way(**each) for each in row.pop("ways")),
        rules=tuple(row.pop("rules")),
        **row,
    )


@cache
def discrepancies() -> tuple[Discrepancy, ...]:
    """Return what the documents disagree on without any cost to a client."""
    rows = read(FOLDER / "discrepancies.toml")["discrepancy"]
    return tuple(
        Discrepancy(row["title"], tuple(Passage(**each) for each in row["places"]), row["chosen"])
        for row in rows
    )
