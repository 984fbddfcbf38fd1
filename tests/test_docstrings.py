"""Examples in docstrings, of the harness and the panels."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import prorata.fakes
import prorata.harness

#: Every module in which there is an example.
MODULES = [
    f"{package.__name__}.{path.relative_to(folder).with_suffix('').as_posix().replace('/', '.')}"
    for package in (prorata.fakes, prorata.harness)
    for folder in map(Path, package.__path__)
    for path in sorted(folder.rglob("*.py"))
    if ">>> " in path.read_text("utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    """They show what is so."""
    module = import_module(name.removesuffix(".__init__"))
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0
