"""The readings that a history is judged under: those that are pinned, and some that are drawn."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final

from prorata.reference.readings import READINGS
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.fuzz.generating.choosing import Choosing
    from prorata.harness.fuzz.generating.focus import Focus

__all__ = ["readings_of"]

_OTHERS: Final = {name: each.values[1:] for name, each in READINGS.items()}
#: At most so many readings that are not the default are drawn.
_MOST: Final = 5
_FEW: Final = 2


def readings_of(
    choose: Choosing, focus: Focus, steered: Sequence[str], others: tuple[str, ...]
) -> dict[str, str]:
    """Return the readings of a history: mostly such as the rules ask for that it is steered to.

    `others` are the rules that histories of its kind meet.
    """
    if not focus.vary:
        return dict(focus.readings)
    asked = [name for rule in steered for name in _asked((rule,))]
    own = [name for name in asked if name in _seldom(others)]
    names = choose.some((*(own * 4), *asked, *asked, *_asked(others)), _MOST)
    drawn = {name: choose.one(_OTHERS[name]) for name in names}
    return {**drawn, **focus.readings}


@cache
def _seldom(about: tuple[str, ...]) -> frozenset[str]:
    """Return the readings that only one or two of some rules ask for."""
    counts = Counter(name for rule in about for name in rules()[rule].readings)
    return frozenset(name for name, count in counts.items() if count <= _FEW)


@cache
def _asked(about: tuple[str, ...]) -> tuple[str, ...]:
    """Return the readings that some rules ask for."""
    return tuple(dict.fromkeys(name for rule in about for name in rules()[rule].readings))
