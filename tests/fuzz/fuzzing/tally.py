"""What was tried and what was measured, for the table at the end."""

from __future__ import annotations

from collections import Counter

__all__ = ["ANSWERED", "FIGURES", "TRIED", "figure", "table", "tried"]

#: Requests by kind.
TRIED: Counter[str] = Counter()
#: Answers to declared calls by the type of their error: most calls should have an effect.
ANSWERED: Counter[str] = Counter()
#: What was measured, by what it is about.
FIGURES: dict[str, str] = {}


def tried(kind: str, number: int = 1) -> None:
    """Count requests of a kind."""
    TRIED[kind] += number


def figure(about: str, value: str) -> None:
    """Keep a figure."""
    FIGURES[about] = value


def table() -> list[str]:
    """Return the lines of the table; none where nothing was tried."""
    rows = [(kind, f"{count:,}") for kind, count in sorted(TRIED.items())]
    if rows:
        rows.append(("requests in all", f"{TRIED.total():,}"))
    rows += [(f"  answered: {kind}", f"{count:,}") for kind, count in ANSWERED.most_common()]
    rows += FIGURES.items()
    width = max((len(about) for about, _ in rows), default=0)
    return [f"{about:{width}}  {value}" for about, value in rows]
