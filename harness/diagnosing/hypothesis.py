"""What a billing may follow: a value of each reading, and perhaps a convention of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.diagnosing.conventions import CONVENTIONS
from prorata.reference.readings import DEFAULTS, READINGS
from prorata.reference.rules import AS_DOCUMENTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.reference.rules import Instead

__all__ = ["BY_DEFAULT", "Hypothesis"]


class Hypothesis(NamedTuple):
    """The readings that are not at their defaults, and the name of a convention."""

    others: frozenset[tuple[str, str]] = frozenset()
    convention: str = ""

    @property
    def readings(self) -> dict[str, str]:
        """The readings that are not at their defaults, in their order."""
        chosen = dict(self.others)
        return {name: chosen[name] for name in READINGS if name in chosen}

    @property
    def instead(self) -> Instead:
        """What the reference does otherwise under it than any reading has it."""
        return CONVENTIONS[self.convention].instead if self.convention else AS_DOCUMENTED

    def value(self, reading: str) -> str:
        """Return the value of a reading."""
        return dict(self.others).get(reading, DEFAULTS[reading])

    def but(self, reading: str, value: str) -> Hypothesis:
        """Return the same with another value of a reading."""
        rest = frozenset(each for each in self.others if each[0] != reading)
        own = frozenset() if value == DEFAULTS[reading] else {(reading, value)}
        return self._replace(others=rest | own)

    def neighbours(self) -> Iterator[Hypothesis]:
        """Yield all that differ in one reading."""
        for name, reading in READINGS.items():
            yield from (self.but(name, each) for each in reading.values if each != self.value(name))

    def simpler(self) -> Iterator[Hypothesis]:
        """Yield what is left of it without one of its readings, or its convention."""
        for name in self.readings:
            yield self.but(name, DEFAULTS[name])
        if self.convention:
            yield self._replace(convention="")

    def __str__(self) -> str:
        """Say it: ``rounding_place = day_rate``, or a convention as it is called."""
        said = [f"{name} = {value}" for name, value in self.readings.items()]
        return " and ".join([*said, *([self.convention] if self.convention else [])])


BY_DEFAULT = Hypothesis()
