"""How much is caught of each file, and of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mutation.files import OF_ALL, OF_FILE, by_tests_too

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mutation.modules import Module
    from mutation.mutants import Identity, Mutant
    from mutation.results import Result

__all__ = ["Rate", "rate_of", "shortfalls"]


@dataclass(frozen=True, slots=True)
class Rate:
    """Of a file, or of all: how many mutants were made, judged, caught, and recorded."""

    shown: str
    made: int
    judged: int
    caught: int
    recorded: int
    open: Sequence[Mutant] = ()

    @property
    def raw(self) -> float:
        """How much is caught of what was judged, from 0 to 1."""
        return self.caught / self.judged if self.judged else 1.0

    @property
    def counted(self) -> float:
        """How much is caught of what was judged and is not recorded as equivalent."""
        counted = self.judged - self.recorded
        return self.caught / counted if counted else 1.0

    @property
    def whole(self) -> bool:
        """Whether all that was made has been judged."""
        return self.judged == self.made

    @property
    def by(self) -> str:
        """What may catch the mutants of the file."""
        return "scenarios and tests" if by_tests_too(self.shown) else "scenarios"

    def __add__(self, other: Rate) -> Rate:
        """Return the rate of both together."""
        return Rate(
            self.shown, self.made + other.made, self.judged + other.judged,
            self.caught + other.caught, self.recorded + other.recorded,
            (*self.open, *other.open),
        )  # fmt: skip


def rate_of(
    module: Module,
    mutants: Sequence[Mutant],
    results: Mapping[Identity, Result],
    recorded: Collection[Identity],
) -> Rate:
    """Return the rate of a file."""
    judged = [each for each in mutants if each.identity in results]
    survived = [each for each in judged if not results[each.identity].caught]
    unknown = [each for each in survived if each.identity not in recorded]
    return Rate(
        module.shown, len(mutants), len(judged), len(judged) - len(survived),
        len(survived) - len(unknown), unknown,
    )  # fmt: skip


def shortfalls(rates: Sequence[Rate]) -> Iterator[str]:
    """Yield where too little is caught."""
    for rate in rates:
        if rate.counted < OF_FILE:
            yield f"{rate.shown}: {rate.counted:.1%} caught, less than {OF_FILE:.0%}"
    if rates:
        whole = sum(rates[1:], rates[0])
        if whole.counted < OF_ALL:
            yield f"all: {whole.counted:.1%} caught, less than {OF_ALL:.0%}"
