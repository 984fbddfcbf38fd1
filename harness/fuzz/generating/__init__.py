"""Whole histories: a catalogue, clients, and what happens to them, all from one source of choices.

>>> from prorata.harness.fuzz.generating import Focus, Seeded, history
>>> made = history(Seeded(seed=1, number=7), name="1/7", focus=Focus())
>>> again = history(Seeded(seed=1, number=7), name="1/7", focus=Focus())
>>> made.scenario.steps == again.scenario.steps
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.lazy import lazily

if TYPE_CHECKING:
    from prorata.harness.fuzz.generating.focus import Focus
    from prorata.harness.fuzz.generating.histories import Generated, history
    from prorata.harness.fuzz.generating.source import ChoiceSource, Replayed, Seeded

__all__ = ["ChoiceSource", "Focus", "Generated", "Replayed", "Seeded", "history"]

_HOMES = {
    "focus": ("Focus",),
    "histories": ("Generated", "history"),
    "source": ("Replayed", "Seeded", "ChoiceSource"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__getattr__ = lazily(__name__, _HOME)
