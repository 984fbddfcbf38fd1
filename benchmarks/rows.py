"""What a benchmark tells: a figure, its peer, their ratio and the target; and how it measures.

A figure and its peer are measured in turns, so that a busy machine slows both alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Row", "Size", "beside", "in_turns", "line", "seconds", "single"]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: `runs` pairs, each of a `tiny` piece of work or of a full one."""

    runs: int
    tiny: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: times in milliseconds, or in `unit`; medians; `spread` is least and most.

    With a peer, `ratio` is the median of the pairs' ratios, and `spread` and `target` are ratios.
    """

    name: str
    figure: float
    spread: tuple[float, float]
    peer_name: str = ""
    peer: float | None = None
    ratio: float | None = None
    target: float | None = None
    parts: tuple[tuple[str, float], ...] = ()
    unit: str = "ms"


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


def in_turns(
    runs: int,
    work: Callable[[], object],
    peer: Callable[[], object],
) -> list[tuple[float, float]]:
    """Measure both in turns after one turn that warms up; return pairs of seconds."""
    pairs = [(seconds(work), seconds(peer)) for _ in range(runs + 1)]
    return pairs[1:]


def beside(
    name: str,
    peer_name: str,
    pairs: list[tuple[float, float]],
    *,
    target: float | None = None,
) -> Row:
    """Make the row of a figure and its peer."""
    ratios = [work / peer for work, peer in pairs]
    return Row(
        name=name,
        figure=median(work for work, _ in pairs) * 1000,
        spread=(min(ratios), max(ratios)),
        peer_name=peer_name,
        peer=median(peer for _, peer in pairs) * 1000,
        ratio=median(ratios),
        target=target,
    )


def single(
    name: str,
    measured: list[float],
    *,
    target: float | None = None,
    parts: tuple[tuple[str, float], ...] = (),
) -> Row:
    """Make the row of a figure that is compared with its target alone, in milliseconds."""
    times = [each * 1000 for each in measured]
    return Row(name, median(times), (min(times), max(times)), target=target, parts=parts)


def line(row: Row) -> str:
    """Write a row for a person."""
    least, most = row.spread
    if row.peer is None or row.ratio is None:
        target = "" if row.target is None else f"  target {row.target:g} {row.unit}"
        split = "; ".join(f"{name} {time:.2f}" for name, time in row.parts)
        told = f"{row.name}: {row.figure:.2f} {row.unit} ({least:.2f} .. {most:.2f}){target}"
        return f"{told}\n    {split}" if split else told
    target = "" if row.target is None else f"  target {row.target:g}"
    return (
        f"{row.name}: {_told(row.figure, row.unit)}"
        f" beside {row.peer_name}: {_told(row.peer, row.unit)}"
        f"  ratio {row.ratio:.2f} ({least:.2f} .. {most:.2f}){target}"
    )


def _told(figure: float, unit: str) -> str:
    return _time(figure) if unit == "ms" else f"{figure:,.0f}{unit}"


def _time(milliseconds: float) -> str:
    return f"{milliseconds:.1f} ms" if milliseconds >= 1 else f"{milliseconds * 1000:.1f} µs"
