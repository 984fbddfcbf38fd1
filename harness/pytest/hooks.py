"""What pytest calls: nothing is loaded before a suite uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.pytest.names import CONFORMS, ENDING, MARKS, RULE, SCENARIO

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from prorata.harness.pytest.courts import Court
    from prorata.harness.pytest.items import ScenarioFile
    from prorata.harness.scenario import Scenario

__all__ = [
    "_prorata_scenario",
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_pyfunc_call",
    "pytest_runtest_setup",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Make the options known."""
    from prorata.harness.pytest.options import add_options

    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known, and refuse a selection that names nothing."""
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    selection = _selected(config)
    if selection:
        from prorata.harness.pytest.selecting import check_selection

        check_selection(config, selection)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """Collect files of scenarios."""
    if not file_path.name.endswith(ENDING):
        return None
    from prorata.harness.pytest.items import ScenarioFile

    return ScenarioFile.from_parent(parent, path=file_path)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that `conforms` is written above its scenarios."""
    mark = metafunc.definition.get_closest_marker(CONFORMS)
    if mark is not None:
        from prorata.harness.pytest.functions import repeat

        repeat(metafunc, mark.args[0])


# Before pytest looks at -m.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by their rules, and leave out the scenarios that are not selected."""
    if config.getoption("markexpr"):
        from prorata.harness.pytest.marks import know_rules

        know_rules(config)
    about = [item for item in items if item.get_closest_marker(RULE)]
    if about:
        from prorata.harness.pytest.marks import mark_tests_of_rules

        mark_tests_of_rules(about)
    selection = _selected(config)
    if selection:
        from prorata.harness.pytest.selecting import deselect

        deselect(config, items, selection)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test that is about a rule that there is not."""
    if item.get_closest_marker(RULE):
        from prorata.harness.pytest.marks import refuse_wrong

        refuse_wrong(item)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """Judge the scenario of a test that has one, when the test itself is done."""
    done = yield
    if SCENARIO in pyfuncitem.funcargs:
        from prorata.harness.pytest.functions import called

        called(pyfuncitem)
    return done


@pytest.fixture
def _prorata_scenario(request: pytest.FixtureRequest) -> tuple[Scenario, Court]:
    """A scenario of `conforms`, and what it is judged on."""
    from prorata.harness.pytest.functions import opened

    return opened(request)


def _selected(config: pytest.Config) -> list[str]:
    from prorata.harness.pytest.options import selected

    return selected(config)
