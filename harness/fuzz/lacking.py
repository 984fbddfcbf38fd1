"""What an implementation lacks, learnt from the histories that it does not support, or breaks over.

A billing that has no client groups says so to every history with client groups. What all of these
have, and no history that could be judged, is left out of most that follow.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from prorata.harness.fuzz.generating.files import scenario_of
from prorata.harness.fuzz.plain import at, places, said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.harness.fuzz.plain import Place, Plain
    from prorata.harness.scenario import Scenario

__all__ = ["LackingNames", "features", "lessened", "without"]

#: What stands in so many histories, and in none that was judged, is taken for lacking.
_ENOUGH: Final = 2
#: So many histories are remembered of each reason.
_MOST: Final = 50
#: One history in so many has something again that was taken for lacking.
_AGAIN: Final = 8
#: Whose keys are names.
_NAMED: Final = frozenset({"tariffs", "products", "clients", "groups", "billings"})
#: So long is the place of a field of a tariff or a client.
_FIELD: Final = 3
#: What no history can do without.
_KEPT: Final = frozenset(
    {"system", "prices", "tariffs", "products", "clients", "billings", "sellers"}
)


@dataclass(slots=True)
class LackingNames:
    """What is known of histories that were not supported, by the reason, and of those judged."""

    _unsupported: dict[str, list[frozenset[str]]] = field(default_factory=dict)
    _judged: set[str] = field(default_factory=set)

    def add(self, has: Iterable[str], reason: str) -> None:
        """Take what a history had, and why it was not supported; no reason where it was judged."""
        if not reason:
            self._judged.update(has)
            return
        known = self._unsupported.setdefault(reason, [])
        if len(known) < _MOST:
            known.append(frozenset(has))

    def names(self) -> tuple[str, ...]:
        """Return what is lacking: for each reason the fewest things that explain it."""
        everywhere = Counter(
            each for known in self._unsupported.values() for has in known for each in has
        )
        found = (self._explain(known, everywhere) for known in self._unsupported.values())
        return tuple(dict.fromkeys(name for names in found for name in names))

    def _explain(
        self, known: Iterable[frozenset[str]], everywhere: Mapping[str, int]
    ) -> Iterator[str]:
        # Of things that explain as much, one that other reasons have seldom: all have an order.
        left = [has - self._judged for has in known]
        while left:
            counts = Counter(each for has in left for each in has)
            most = min(
                counts,
                key=lambda each: (-counts[each], everywhere[each], len(each), each),
                default="",
            )
            if counts[most] < _ENOUGH:
                return
            yield most
            left = [has for has in left if most not in has]


def without(lacking: tuple[str, ...], number: int) -> tuple[str, ...]:
    """Return what is left out of the history with a number: now and then one is tried again."""
    turn, again = divmod(number, _AGAIN)
    if again or not lacking:
        return lacking
    tried = turn % len(lacking)
    return (*lacking[:tried], *lacking[tried + 1 :])


def features(plain: Plain) -> frozenset[str]:
    """Return all that a history has, by what it is: names of tariffs and amounts do not matter."""
    return frozenset(name for name, _ in _named(plain))


def lessened(scenario: Scenario, lacking: Iterable[str]) -> Scenario:
    """Return a scenario without what is lacking, where it has some of it."""
    names = set(lacking)
    gone = [place for name, place in _named(scenario.tree.plain) if name in names]
    if not gone:
        return scenario
    gone += _naming(scenario.tree.plain, gone)
    plain: Plain = deepcopy(dict(scenario.tree.plain))
    # From the last to the first, so that the places of steps stay as they are.
    for place in sorted(set(gone), key=_order, reverse=True):
        # What it stood in may have gone before it.
        with suppress(LookupError):
            del at(plain, place[:-1])[place[-1]]
    steps = {place[1] for place in gone if len(place) == 2 and place[0] == "timeline"}  # noqa: PLR2004  a whole step
    whens = [step.at for index, step in enumerate(scenario.steps) if index not in steps]
    try:
        return scenario_of(plain, whens, scenario.id) if whens else scenario
    except ValidationError:
        return scenario  # something cannot be without what has gone


def _naming(plain: Plain, gone: Iterable[Place]) -> Iterator[Place]:
    """Yield the places of names that mean nothing any more, such as the group of a client."""
    held = (at(plain, place) for place in gone if place[0] == "given" and len(place) == 2)  # noqa: PLR2004  a setting
    names = {name for each in held if isinstance(each, dict) for name in each}
    for place in places(plain["given"]):
        value = at(plain["given"], place)
        if isinstance(value, str) and value in names:
            yield ("given", *place[:_FIELD])


def _order(place: Place) -> tuple[Any, ...]:
    return tuple((isinstance(key, str), str(key).rjust(9)) for key in place)


def _named(plain: Plain) -> Iterator[tuple[str, Place]]:
    """Yield what stands in a history, by what it is, with its place."""
    for place in places(plain["given"]):
        if place[-1] in _KEPT or (len(place) > 1 and place[-2] in _NAMED):
            continue
        name = ".".join(_key(place, index) for index in range(len(place)))
        yield name, ("given", *place)
        value = at(plain["given"], place)
        if isinstance(value, str) and value.replace(" ", "").isalpha():
            yield f"{name}={value}", ("given", *place)
    for number, step in enumerate(plain["timeline"]):
        verb = said(step)
        yield verb, ("timeline", number)
        for key in step[verb]:
            yield f"{verb}: {key}", ("timeline", number, verb, key)
        for key in ("quote", "again"):
            if key in step:
                yield key, ("timeline", number, key)


def _key(place: Place, index: int) -> str:
    named = index and place[index - 1] in _NAMED
    return "*" if named or isinstance(place[index], int) else str(place[index])
