"""The package beside the product, which is not installed: only that is found."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[2]


def _findable(name):
    folder = ROOT / name
    spec = spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)


if "mutation" not in sys.modules:
    _findable("mutation")


@pytest.fixture
def made(tmp_path):
    """Return how a module of this text is made, which is found in no package."""

    def make(text, name="small.rules"):
        file = tmp_path / f"{name.rpartition('.')[2]}.py"
        file.write_text(dedent(text), encoding="utf-8")
        module = import_module("mutation.modules").Module(name, file, f"small/{file.name}")
        assert module.tree.body  # it is read now: the next of the name takes its file
        return module

    return make


@pytest.fixture
def mutants(made):
    """Return the mutants of a text, as what is changed and what then stands there."""

    def of(text, operator=None):
        found = import_module("mutation.making").mutants_of(made(text))
        return [(m.before, m.after) for m in found if operator in {None, m.operator}]

    return of
