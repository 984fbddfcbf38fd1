"""`*.scenario.yaml` files as tests: one for each scenario in them."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.pytest.courts import court_of
from prorata.harness.pytest.judging import judge
from prorata.harness.pytest.marks import mark_rules
from prorata.harness.pytest.names import ENDING
from prorata.harness.pytest.options import NamedImplementation, root, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.scenario import Scenario

__all__ = ["ScenarioFile", "ScenarioItem"]


class ScenarioFile(pytest.File):
    """A file of scenarios."""

    def collect(self) -> Iterator[ScenarioItem]:
        """Yield its scenarios; `CollectError` with each problem and its place."""
        from prorata.harness.running.selection import load_files
        from prorata.harness.scenario import ScenarioErrors

        # As it is called from here, which is how `prorata run` is told of it.
        path = Path(os.path.relpath(self.path))
        try:
            found = load_files([path], root(self.config))
        except ScenarioErrors as errors:
            raise self.CollectError(str(errors)) from None
        for scenario in found:
            name = f"{self.path.name.removesuffix(ENDING)}{scenario.variant}"
            yield ScenarioItem.from_parent(self, name=name, scenario=scenario)


class ScenarioItem(pytest.Item):
    """A scenario, judged on the implementation of the session, on the reference where none is."""

    def __init__(self, *, scenario: Scenario, **rest: Any) -> None:
        super().__init__(**rest)
        self.scenario = scenario
        mark_rules(self, scenario.rules)

    def setup(self) -> None:
        """Start the implementation, if it is the first that needs it."""
        asked = wanted(self.config) or NamedImplementation("reference", self.config.rootpath)
        self._court = court_of(self, asked)

    def runtest(self) -> None:
        """Judge it."""
        judge(self, self.scenario, self._court)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where it stands, and what it is called."""
        return self.path, 0, f"{self.path.name}: {self.scenario.title}"
