"""What a billing may follow: a value of each reading, and perhaps conventions of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.diagnosing.conventions import CONVENTIONS, together
from prorata.reference.readings import DEFAULTS, READINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.reference.rules import Instead

__all__ = ["BY_DEFAULT", "Hypothesis"]


class Hypothesis(NamedTuple):
    """The readings that are not at their defaults, and the names of conventions."""

    others: frozenset[tuple[str, str]] = frozenset()
    conventions: frozenset[str] = frozenset()

    @property
    def readings(self) -> dict[str, str]:
        """The readings that are not at their defaults, in their order."""
        chosen = dict(self.others)
        return {name: chosen[name] for name in READINGS if name in chosen}

    @property
    def instead(self) -> Instead:
        """What the reference does otherwise under it than any reading has it."""
        return together(self.conventions)

    def value(self, reading: str) -> str:
        """Return the value of a reading."""
        return dict(self.others).get(reading, DEFAULTS[reading])

    def but(self, reading: str, value: str) -> Hypothesis:
        """Return the same with another value of a reading."""
        rest = frozenset(each for each in self.others if each[0] != reading)
        own = frozenset() if value == DEFAULTS[reading] else {(reading, value)}
        return self._replace(others=rest | own)

    def by(self, *conventions: str) -> Hypothesis:
        """Return the same with conventions, each in the place of what is about the same."""
        about = {CONVENTIONS[name].about for name in conventions}
        rest = {name for name in self.conventions if CONVENTIONS[name].about not in about}
        return self._replace(conventions=frozenset(rest.union(conventions)))

    def without(self, convention: str) -> Hypothesis:
        """Return the same without a convention."""
        return self._replace(conventions=self.conventions - {convention})

    def neighbours(self) -> Iterator[Hypothesis]:
        """Yield all that differ in one reading."""
        for name, reading in READINGS.items():
            yield from (self.but(name, each) for each in reading.values if each != self.value(name))

    def simpler(self) -> Iterator[Hypothesis]:
        """Yield what is left of it without one of its readings, or one of its conventions."""
        for name in self.readings:
            yield self.but(name, DEFAULTS[name])
        yield from (self.without(name) for name in self.named)

    @property
    def named(self) -> list[str]:
        """The conventions, in the order of their table."""
        return [name for name in CONVENTIONS if name in self.conventions]

    def __str__(self) -> str:
        """Say it: ``rounding_place = day_rate``, and conventions as they are called."""
        said = [f"{name} = {value}" for name, value in self.readings.items()]
        return " and ".join([*said, *self.named])


BY_DEFAULT = Hypothesis()
