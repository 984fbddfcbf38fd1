"""Under what a scenario that fails would agree with the reference: a reading or a convention."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING, Final

from prorata.harness.diagnosing.conventions import CONVENTIONS
from prorata.harness.diagnosing.hypothesis import Hypothesis
from prorata.harness.diagnosing.playing import Stories
from prorata.reference.readings import DEFAULTS, READINGS
from prorata.reference.rules import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.harness.diagnosing.playing import Ran
    from prorata.harness.running.comparing import Difference
    from prorata.harness.scenario import Scenario

__all__ = ["would_agree"]

#: How many moments of the reference are played for an answer: of most machines less than a second.
_MOMENTS: Final = 500
#: So many that agree are named.
_NAMED: Final = 3


def would_agree(
    scenario: Scenario, readings: Mapping[str, str], run: Ran, missed: Iterable[Difference]
) -> str:
    """Say under what a run that missed something is the reference's; empty where under nothing.

    `readings` are those in force. One reading is tried after the other, then the conventions of
    other vendors, then two readings at once, as far as that is cheap.
    """
    others = ((name, value) for name, value in readings.items() if value != DEFAULTS[name])
    base, stories, missed = Hypothesis(frozenset(others)), Stories(scenario), tuple(missed)
    if stories.agrees(base, run, missed):
        return ""  # what only a file looks at shows under no reading
    moments = sum(map(len, stories.under(base).steps))
    tries = islice(_tries(stories, base), _MOMENTS // max(moments, 1))
    found: list[Hypothesis] = []
    for each in tries:
        if found and _kind(found[0], base) != _kind(each, base):
            break  # what is simpler explains it
        if stories.agrees(each, run, missed):
            found.append(each)
    said = [_said(each, base) for each in found[:_NAMED]]
    return " or ".join(said) + (" or others" if len(found) > _NAMED else "")


def _tries(stories: Stories, base: Hypothesis) -> Iterator[Hypothesis]:
    """Yield what differs little from the readings in force, the simpler first."""
    asked = stories.asked(base)
    near = [each for each in base.neighbours() if _changed(each, base) <= asked]
    yield from near
    yield from (base.by(name) for name in CONVENTIONS)
    telling = [each for each in near if stories.between(base, each, None) is not None]
    for one, other in combinations(telling, 2):
        (name,) = _changed(other, base)
        if name not in _changed(one, base):
            yield one.but(name, other.value(name))


def _changed(one: Hypothesis, base: Hypothesis) -> frozenset[str]:
    return frozenset(name for name in READINGS if one.value(name) != base.value(name))


def _kind(one: Hypothesis, base: Hypothesis) -> tuple[bool, int]:
    return bool(one.conventions), len(_changed(one, base))


def _said(found: Hypothesis, base: Hypothesis) -> str:
    """Say what a run agrees under, and what documents have to do with it."""
    for name in found.conventions:  # one, where there is any
        known = CONVENTIONS[name]
        return f"{known.name} ({known.about}; {known.told})"
    return " and ".join(
        f"{name} = {found.value(name)}{_decided(name, base)}"
        for name in READINGS
        if name in _changed(found, base)
    )


def _decided(name: str, base: Hypothesis) -> str:
    """Say which document is for the value in force, where it is the default and one is."""
    why = READINGS[name].decided_by
    document = why.partition(":")[0]
    if base.value(name) != DEFAULTS[name] or document not in DOCUMENTS or document == "vendor":
        return ""
    return f" (by default {DEFAULTS[name]}; {why})"
