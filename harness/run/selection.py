"""Selecting scenarios: by path or by rule, with globs.

A ``/`` in a selection means scenarios, a ``.`` rules; a file's path means that file.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from prorata.harness.scenario import (
    Place,
    Problem,
    ScenarioErrors,
    bundled_root,
    discover,
    load_many,
)
from prorata.reference.money import minor_digits
from prorata.reference.readings import READINGS
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prorata.harness.scenario import Scenario

__all__ = ["SelectionError", "load_files", "own_file", "select"]


class SelectionError(ValueError):
    """A selection that names nothing."""


def load_files(
    paths: Iterable[Path],
    root: Path,
    changes: Mapping[str, str] | None = None,
) -> list[Scenario]:
    """Load scenario files against the rules and readings there are; raises `ScenarioErrors`."""
    return load_many(
        paths,
        root=root,
        rules=frozenset(rules()),
        readings={name: reading.values for name, reading in READINGS.items()},
        digits=minor_digits,
        changes=changes,
    )


def select(selection: Sequence[str], changes: Mapping[str, str] | None = None) -> list[Scenario]:
    """Load the scenarios that are selected: all bundled ones where nothing is.

    Each selection is a scenario's id or a glob of ids (``documented/*``), a rule's id or a glob
    (``billmanager.renew.*``), or the path of a file or folder of one's own. Raises `SelectionError`
    for one that names nothing, and `ScenarioErrors`.
    """
    root = bundled_root()
    bundled = discover(root)
    if not selection:
        return load_files(bundled, root, changes)
    chosen: dict[Path, None] = {}
    by_rule: list[str] = []
    own: dict[Path, Scenario] = {}
    for text in selection:
        found = [path for path in bundled if _named(path, root, text)]
        if found:
            chosen.update(dict.fromkeys(found))
        elif text.strip() and Path(text).exists():
            own |= {_file(scenario).resolve(): scenario for scenario in _own(Path(text), changes)}
        elif "/" not in text and any(fnmatchcase(rule, text) for rule in rules()):
            by_rule.append(text)
        else:
            raise SelectionError(_nothing(text))
    scenarios = load_files(chosen, root, changes)
    if by_rule:
        scenarios += _about(
            by_rule,
            [path for path in bundled if path not in chosen],
            root,
            changes,
        )
    return [*scenarios, *own.values()]


def _file(scenario: Scenario) -> Path:
    return Path(scenario.place(()).file)


def own_file(scenario: Scenario) -> str:
    """Return the file of a scenario that is not a bundled one, nothing for those that are."""
    file = _file(scenario)
    return "" if file.is_relative_to(bundled_root()) else str(file)


def _named(path: Path, root: Path, text: str) -> bool:
    name = path.relative_to(root).with_suffix("").as_posix()
    wanted = text.removesuffix(".yaml").removesuffix("/")
    return fnmatchcase(name, wanted) or ("." not in wanted and name.startswith(f"{wanted}/"))


def _own(path: Path, changes: Mapping[str, str] | None) -> list[Scenario]:
    if path.is_dir():
        files = discover(path)
        if not files:
            raise ScenarioErrors([Problem(Place(str(path)), "this folder has no scenario in it")])
        return load_files(files, path, changes)
    return load_files([path], Path(), changes)


def _about(
    texts: list[str],
    paths: list[Path],
    root: Path,
    changes: Mapping[str, str] | None,
) -> list[Scenario]:
    found = [
        scenario
        for scenario in load_files(paths, root, changes)
        if any(fnmatchcase(rule, text) for rule in scenario.rules for text in texts)
    ]
    if not found:
        message = f"no scenario is about {' or '.join(texts)}"
        raise SelectionError(message)
    return found


def _nothing(text: str) -> str:
    from difflib import get_close_matches

    root = bundled_root()
    names = [path.relative_to(root).with_suffix("").as_posix() for path in discover(root)]
    near = get_close_matches(text, [*names, *rules()], n=1)
    hint = f"; did you mean {near[0]}?" if near else "; a / means scenarios, a . means rules"
    return f"nothing is called {text}{hint}"
