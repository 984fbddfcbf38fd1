"""How the modules of the panels depend on each other, imports for types included."""

import ast
from functools import partial
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

PACKAGES = ["prorata.fakes.billmanager", "prorata.fakes.ispmanager", "prorata.fakes.mgr5"]
PANELS = PACKAGES[:2]


def imports(package):
    """Return the modules of a package, each with those of it that it imports anywhere."""
    files = Path(import_module(package).__file__).parent.glob("*.py")
    trees = {file.stem: ast.parse(file.read_text(encoding="utf-8")) for file in files}
    return {name: set(_imported(tree, package, set(trees))) for name, tree in trees.items()}


def _imported(tree, package, known):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == package:
            yield from known & {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package}."):
            yield node.module.removeprefix(f"{package}.").partition(".")[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_import_each_other_in_one_direction(package):
    """There is no circle of imports, not even of imports for types."""
    graph = imports(package)
    assert {*graph} == {*TopologicalSorter(graph).static_order()}


@pytest.mark.parametrize("package", PANELS)
def test_no_module_of_functions_knows_the_panel(package):
    """Only the package itself imports the panel: functions ask for what `host` says."""
    assert ["__init__"] == [name for name, needs in imports(package).items() if "panel" in needs]


@pytest.mark.parametrize("package", PANELS)
def test_every_module_with_functions_is_registered(package):
    """A module that declares functions is on the one list of the panel's functions."""
    declaring = {
        name
        for name in imports(package)
        if name not in {"functions", "panel"}
        and hasattr(import_module(f"{package}.{name}"), "FUNCTIONS")
    }
    assert declaring
    assert declaring <= imports(package)["functions"]


@pytest.mark.parametrize("func", ["ftp.user", "email", "emaildomain", "db", "webdomain", "domain"])
def test_what_users_have_is_declared_not_written_again(func):
    """Each kind is a row: its list, form, deletion and switches are made by the same functions."""
    things = import_module("prorata.fakes.ispmanager.things")
    table = import_module("prorata.fakes.ispmanager.functions").FUNCTIONS
    made = [function for name, function in table.items() if name.rpartition(".")[0] == func]
    made = [one for one in (table[func], *made) if isinstance(one.run, partial)]
    assert {func, f"{func}.edit", f"{func}.delete"} <= {one.name for one in made}
    assert {things.__name__} == {one.run.func.__module__ for one in made}
    assert [func] == list({one.run.args[0].func for one in made})
