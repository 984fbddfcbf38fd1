"""A scenario as the harness runs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prorata.harness.scenario.grades import REQUIRED
from prorata.harness.scenario.model import json_value
from prorata.reference.vocabulary.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from prorata.harness.scenario.acts import Act
    from prorata.harness.scenario.expect import Expect
    from prorata.harness.scenario.given import Given, Source
    from prorata.harness.scenario.grades import Grade
    from prorata.harness.scenario.nodes import Tree
    from prorata.harness.scenario.places import Place, TreePath

__all__ = ["Scenario", "TimelineStep"]


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """A moment: its instant in the scenario's zone, an act by its verb, and what is expected."""

    at: datetime
    act: tuple[str, Act] | None
    expect: Expect | None
    place: Place
    #: What it means that its expectations are missed.
    grade: Grade = REQUIRED
    #: The same step of the other billings of the scenario, by their names.
    others: Mapping[str, TimelineStep] = field(default_factory=dict)
    #: Whether a quote of the act is asked before, and whether it is delivered a second time.
    quote: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """A billing, what happens to it, and what must be seen.

    `id` is its path without .yaml, and `variant` the end of it that names the row and the branch
    where a file has several: ``[row]#branch``.
    """

    id: str
    title: str
    rules: tuple[str, ...]
    source: Source
    readings: Mapping[str, str]
    given: Given
    steps: tuple[TimelineStep, ...]
    tree: Tree
    variant: str = ""
    #: That of every step which says nothing else, and of what no step looks at.
    grade: Grade = REQUIRED
    #: The name of this billing where there are several, and the others by theirs.
    name: str = ""
    others: Mapping[str, Scenario] = field(default_factory=dict)

    def place(self, path: TreePath) -> Place:
        """Return where a value stands in the file, or the nearest thing that is around it.

        ``("timeline", 0, "expect", "charged", 0, "amount")`` is the first amount of the first step.
        """
        return self.tree.place(path)

    @property
    def expects(self) -> bool:
        """Whether any step says what is to be seen; every file has one that does."""
        every = (self, *self.others.values())
        return any(step.expect is not None for each in every for step in each.steps)

    def sellers(self) -> tuple[str, ...]:
        """Return the names of the billings that others buy from."""
        bought_from = {
            name for each in (self, *self.others.values()) for name in each.given.sellers
        }
        return tuple(name for name in self.others if name in bought_from)

    def catalogue(self) -> dict[str, Any]:
        """Return tariffs or products as JSON with the file's keys; money is a string."""
        given = self.given
        found: dict[str, Any] = json_value(
            given.tariffs if given.system == "billmanager" else given.products,
        )
        return found

    def clients(self) -> dict[str, Any]:
        """Return the clients as JSON with the file's keys; money is a string."""
        found: dict[str, Any] = json_value(self.given.clients)
        return found

    def settings(self) -> dict[str, Any]:
        """Return what holds for the whole billing as JSON with the file's keys."""
        given, said = self.given, self.given.model_fields_set
        return {name: json_value(getattr(given, name)) for name in SETTINGS.names if name in said}
