"""Whether an implementation that introduced itself can be judged."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.protocol import OLDEST, PROTOCOL
from prorata.harness.scenario.acts import ACTS
from prorata.harness.scenario.problems import globs, meant, nearest
from prorata.reference.rules import rules
from prorata.reference.vocabulary.words import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prorata.harness.implementations.base import Readings
    from prorata.harness.protocol import Started

__all__ = ["Objection", "asked", "objections"]


@cache
def asked() -> frozenset[str]:
    """Return the acts that an implementation may be asked for: of the others it never hears."""
    return frozenset(chain.from_iterable(ACTS.values())) - {"wait", "panel"}


class Objection(NamedTuple):
    """What cannot be in a declaration, and where it stands there: ``supports.acts[1]``."""

    place: str
    said: str

    def __str__(self) -> str:
        """Write it on one line."""
        return f"{self.place}: {self.said}" if self.place else self.said


def objections(declared: Started, readings: Readings | None) -> list[Objection]:
    """Return why it cannot be judged, all of it; `readings` None: any reading will do."""
    if not OLDEST <= declared.protocol <= PROTOCOL:
        said = f"speaks protocol {declared.protocol}, this suite speaks {OLDEST} and {PROTOCOL}"
        return [Objection("", said)]
    found = () if readings is None else _readings(declared.readings, readings)
    supports = declared.supports
    return [
        *found,
        *_words("system", supports.systems, SYSTEMS),
        *_words("act", supports.acts, asked()),
        *_rules(supports.rules),
    ]


def _readings(declared: dict[str, str], known: Readings) -> Iterator[Objection]:
    for name, value in declared.items():
        if name not in known:
            yield Objection("readings", f'unknown reading "{name}"{nearest(name, known)}')
        elif value not in known[name]:
            said = f'unknown value "{value}"{nearest(value, known[name])}'
            yield Objection(f"readings.{name}", said)


def _words(what: str, declared: list[str] | None, known: Iterable[str]) -> Iterator[Objection]:
    for index, word in enumerate(declared or ()):
        if word not in known:
            place = f"supports.{what}s[{index}]"
            yield Objection(place, f'unknown {what} "{word}"{nearest(word, known)}')


def _rules(declared: list[str] | None) -> Iterator[Objection]:
    for index, glob in enumerate(declared or ()):
        if not any(fnmatchcase(rule, glob) for rule in rules()):
            near = meant(glob, [*rules(), *globs(rules(), ".")]) or "; prorata rules lists them"
            yield Objection(f"supports.rules[{index}]", f'unknown rule "{glob}"{near}')
