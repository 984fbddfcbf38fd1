"""The readings that a history is judged under: those that are pinned, and some that are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.reference.readings import READINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.fuzz.generating.choosing import Choosing
    from prorata.harness.fuzz.generating.focus import Focus

__all__ = ["readings_of"]

_OTHERS: Final = {name: each.values[1:] for name, each in READINGS.items()}
#: At most so many readings that are not the default are drawn.
_MOST: Final = 3


def readings_of(choose: Choosing, focus: Focus, asked: Sequence[str]) -> dict[str, str]:
    """Return the readings of a history; `asked` are those that what it is steered to asks for."""
    if not focus.vary:
        return dict(focus.readings)
    names = choose.some((*asked, *asked, *_OTHERS), _MOST)
    drawn = {name: choose.one(_OTHERS[name]) for name in names}
    return {**drawn, **focus.readings}
