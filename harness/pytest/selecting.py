"""`--prorata-select`: of the scenarios that are collected, those that are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prorata.harness.pytest.names import SCENARIO
from prorata.harness.pytest.options import root
from prorata.harness.running.selection import SelectionError, check_names, names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.scenario import Scenario

__all__ = ["check_selection", "deselect"]


def check_selection(config: pytest.Config, selection: Sequence[str]) -> None:
    """Raise `UsageError` for a selection that names nothing."""
    for text in selection:
        try:
            check_names(text, (), root(config))
        except SelectionError as error:
            raise pytest.UsageError(f"--prorata-select: {error}") from None


def deselect(config: pytest.Config, items: list[pytest.Item], selection: Sequence[str]) -> None:
    """Take out the scenarios that the selection does not name; other tests stay."""
    out = [item for item in items if not _stays(item, selection)]
    if out:
        config.hook.pytest_deselected(items=out)
        left = set(out)
        items[:] = [item for item in items if item not in left]


def _stays(item: pytest.Item, selection: Sequence[str]) -> bool:
    scenario = _scenario(item)
    return scenario is None or any(names(each, scenario.id, scenario.rules) for each in selection)


def _scenario(item: pytest.Item) -> Scenario | None:
    """Return the scenario of a test, of a file's or of `conforms`."""
    call = getattr(item, "callspec", None)
    found: Scenario | None = call.params.get(SCENARIO) if call else getattr(item, "scenario", None)
    return found
