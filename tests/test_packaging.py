from __future__ import annotations

import ast
import sys
from collections import Counter
from importlib import import_module
from importlib.metadata import entry_points, files, metadata
from importlib.resources import files as resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prorata.harness.version import version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

SOURCE = Path(__file__).parents[1]
PACKAGES = ("reference", "fakes", "harness")
FOLDERS = (*PACKAGES, "scenarios")
ITSELF = Path("harness", "as_module")  # what `prorata` itself is


def sources(folder: str, suffix: str) -> set[str]:
    """Return the paths below the top-level `folder`, relative to it, that end in `suffix`."""
    top = SOURCE / folder
    return {path.relative_to(top).as_posix() for path in top.rglob(f"*{suffix}")}


def installed(folder: Traversable, prefix: str = "") -> Iterator[str]:
    """Yield the paths of all files below an installed `folder`, relative to it."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from installed(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name


def modules() -> list[str]:
    """Return the name under which each source file is to be imported."""
    paths = (Path(folder, path) for folder in PACKAGES for path in sources(folder, ".py"))
    return sorted(
        ".".join(("prorata", *path.with_suffix("").parts)).removesuffix(".__init__")
        for path in paths
        if path.parent != ITSELF
    )


def test_every_source_file_is_a_module_of_prorata() -> None:
    """Each Python file of the packages can be imported below the name prorata."""
    names = modules()
    assert names
    assert names == [import_module(name).__name__ for name in names]


def test_a_type_has_a_name_of_its_own() -> None:
    """Whoever reads the name of a public type knows which one is meant."""
    names = Counter(
        node.name
        for folder in PACKAGES
        for path in sources(folder, ".py")
        for node in ast.parse((SOURCE / folder / path).read_bytes()).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [] == [name for name, count in names.items() if count > 1]


def test_prorata_is_what_can_be_started() -> None:
    """It has what `python -m prorata` needs, and nothing is installed a second time under it."""
    assert {path.name for path in (SOURCE / ITSELF).glob("*.py")} == {"__init__.py", "__main__.py"}
    assert find_spec("prorata.__main__") is not None
    assert find_spec("prorata.harness.as_module") is None


def test_every_scenario_is_installed() -> None:
    """Each YAML file below scenarios/ is a resource of prorata.scenarios."""
    there = {path for path in installed(resources("prorata.scenarios")) if path.endswith(".yaml")}

    assert sources("scenarios", ".yaml") == there


def test_scenarios_are_data() -> None:
    """Nothing below scenarios/ is Python: there is nothing in it that could be imported."""
    assert set() == sources("scenarios", ".py")


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_typed(package: str) -> None:
    """Each package tells type checkers that it has types."""
    assert resources(f"prorata.{package}").joinpath("py.typed").is_file()


def test_the_registry_of_rules_is_installed() -> None:
    """The rules' ids, documents and readings are a resource of prorata.reference."""
    registry = resources("prorata.reference").joinpath("rules.toml").read_bytes()

    assert (SOURCE / "reference" / "rules.toml").read_bytes() == registry


def test_the_statements_of_the_documents_are_installed() -> None:
    """Each table below harness/tracing/ is a resource of prorata.harness.tracing."""
    there = {each for each in installed(resources("prorata.harness.tracing")) if ".toml" in each}

    assert sources("harness/tracing", ".toml") == there


def test_nothing_is_imported_by_its_folder() -> None:
    """Tests run on prorata.reference, never on a bare package `reference` from the source tree."""
    assert set() == set(FOLDERS) & set(sys.modules)


def test_installing_adds_only_prorata() -> None:
    """No folder is installed under its own name, where it could hide someone's package."""
    names = {path.parts[0] for path in files("prorata") or ()}

    assert set() == set(FOLDERS) & names
    assert "prorata-0.1.0.dist-info" in names


def test_the_command() -> None:
    """The command `prorata` is a function of the harness."""
    (command,) = entry_points(group="console_scripts", name="prorata")

    assert command.load().__module__.startswith("prorata.harness.")


def test_the_version() -> None:
    """What is installed is the version that the package says it is."""
    assert version() == metadata("prorata")["Version"]


def test_metadata() -> None:
    """The licence is an SPDX expression whose text is installed, and Python 3.11 is the oldest."""
    about = metadata("prorata")

    assert ("Apache-2.0", ">=3.11") == (about["License-Expression"], about["Requires-Python"])
    assert ["LICENSE"] == about.get_all("License-File")
