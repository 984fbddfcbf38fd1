"""Scenario files: read as texts with positions, typed, checked, every problem at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.lazy import lazily

if TYPE_CHECKING:
    from prorata.harness.scenario.acts import ACTS, Act
    from prorata.harness.scenario.expect import Expect
    from prorata.harness.scenario.given import Given
    from prorata.harness.scenario.loader import bundled_root, discover, load, load_many
    from prorata.harness.scenario.places import Place, TreePath
    from prorata.harness.scenario.problems import Problem, ScenarioErrors, summary
    from prorata.harness.scenario.scenario import Scenario, TimelineStep

__all__ = [
    "ACTS",
    "Act",
    "Expect",
    "Given",
    "Place",
    "Problem",
    "Scenario",
    "ScenarioErrors",
    "TimelineStep",
    "TreePath",
    "bundled_root",
    "discover",
    "load",
    "load_many",
    "summary",
]

_HOMES = {
    "acts": ("ACTS", "Act"),
    "expect": ("Expect",),
    "given": ("Given",),
    "loader": ("bundled_root", "discover", "load", "load_many"),
    "places": ("TreePath", "Place"),
    "problems": ("Problem", "ScenarioErrors", "summary"),
    "scenario": ("Scenario", "TimelineStep"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__getattr__ = lazily(__name__, _HOME)
