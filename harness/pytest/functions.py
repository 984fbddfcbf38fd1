"""Tests of a suite that `conforms` is written above: each is run once for each scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.pytest.courts import court_of
from prorata.harness.pytest.judging import judge
from prorata.harness.pytest.marks import marks_of
from prorata.harness.pytest.names import CONFORMS, SCENARIO
from prorata.harness.pytest.options import root, wanted

if TYPE_CHECKING:
    from prorata.harness.pytest.conforming import Conforming
    from prorata.harness.pytest.courts import Court
    from prorata.harness.scenario import Scenario

__all__ = ["called", "opened", "repeat"]


def repeat(metafunc: pytest.Metafunc, asked: Conforming) -> None:
    """Give a test its scenarios; `CollectError` where it names none, or no implementation."""
    config = metafunc.config
    if wanted(config, asked.implementation) is None:
        raise _error(metafunc, _NOBODY)
    scenarios = _scenarios(metafunc, asked)
    found = [
        pytest.param(each, id=each.id, marks=marks_of(config, each.rules)) for each in scenarios
    ]
    metafunc.parametrize(SCENARIO, found, indirect=True)


_NOBODY = (
    'conforms is told of no implementation: say implementation="python:my_billing:Billing" there, '
    "or --prorata-implementation, or prorata_implementation in the ini file"
)


def _scenarios(metafunc: pytest.Metafunc, asked: Conforming) -> list[Scenario]:
    from prorata.harness.running.selection import SelectionError, select
    from prorata.harness.scenario import ScenarioErrors

    folder = root(metafunc.config)
    try:
        return select(asked.selection, folder=folder, project=folder)
    except SelectionError as error:
        raise _error(metafunc, str(error)) from None
    except ScenarioErrors as errors:
        raise pytest.Collector.CollectError(str(errors)) from None


def _error(metafunc: pytest.Metafunc, said: str) -> Exception:
    """Return an error of collecting, with the place of the test."""
    file, line, name = metafunc.definition.location
    return pytest.Collector.CollectError(f"{file}:{(line or 0) + 1}: {name}: {said}")


def opened(request: pytest.FixtureRequest) -> tuple[Scenario, Court]:
    """Return a scenario and what it is judged on."""
    asked: Conforming = request.node.get_closest_marker(CONFORMS).args[0]
    named = wanted(request.config, asked.implementation)
    assert named is not None  # noqa: S101  who is judged was asked when the test was collected
    return request.param, court_of(request.node, named)


def called(function: pytest.Function) -> None:
    """Judge the scenario of a test that has one."""
    found: Any = function.funcargs[SCENARIO]
    judge(function, *found)
