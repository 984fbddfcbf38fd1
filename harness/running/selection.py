"""Selecting scenarios: by path or by rule, with globs.

A ``/`` in a selection means scenarios, a ``.`` rules; a file's path means that file. A row or a
branch of a file is named behind it, as in ``edge/late[five days]#auto``; without, all are meant.
A bundled scenario is called by its path among them, another by its path below the project's folder.
"""

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from prorata.fakes.bounded import read_bounded
from prorata.harness.scenario import (
    Place,
    Problem,
    ScenarioErrors,
    bundled_root,
    discover,
    load_many,
)
from prorata.harness.scenario.catalogues import check_sold
from prorata.harness.scenario.checks import KnownNames
from prorata.harness.scenario.loader import files_in, loads, scenario_id
from prorata.harness.scenario.problems import globs, listed, meant
from prorata.harness.scenario.variants import parted
from prorata.reference.money import minor_digits
from prorata.reference.readings import READINGS
from prorata.reference.rules import ids

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from prorata.harness.scenario import Scenario

__all__ = [
    "NamedScenario",
    "SelectionError",
    "about",
    "check_catalogue",
    "check_names",
    "load_files",
    "load_text",
    "names",
    "own_file",
    "select",
    "shown_file",
    "texts_of",
    "whole_files",
]


class SelectionError(ValueError):
    """A selection that names nothing."""


def load_files(
    paths: Iterable[Path],
    root: Path,
    changes: Mapping[str, str] | None = None,
    *,
    texts: Mapping[str, bytes] | None = None,
) -> list[Scenario]:
    """Load scenario files against the rules and readings there are; raises `ScenarioErrors`.

    `texts` are the bytes of files that are not on this machine, by their paths.
    """

    def read(path: Path) -> bytes:
        carried = texts.get(str(path)) if texts else None
        return read_bounded(path) if carried is None else carried

    return load_many(paths, root=root, known=_known(), changes=changes, read=read)


def texts_of(path: Path, root: Path) -> dict[str, bytes]:
    """Return what is in a scenario file and in all that it takes from others, by their paths."""
    texts: dict[str, bytes] = {}

    def read(path: Path) -> bytes:
        texts[str(path)] = read_bounded(path)
        return texts[str(path)]

    load_many([path], root=root, known=_known(), read=read)
    return texts


def load_text(data: bytes, file: str) -> list[Scenario]:
    """Load the scenarios of a text that is called `file`; raises `ScenarioErrors`."""
    return loads(data, file=file, id=file, known=_known(), changes={})


def check_catalogue(path: Path) -> None:
    """Check a catalogue against the currencies there are; raises `ScenarioErrors`."""
    check_sold(path, _known())


def _known() -> KnownNames:
    values = {name: reading.values for name, reading in READINGS.items()}
    return KnownNames(ids(), values, minor_digits, _counted)


def _counted() -> Collection[str]:
    from prorata.harness.running.sold import counted

    return counted()


def select(
    selection: Sequence[str],
    changes: Mapping[str, str] | None = None,
    *,
    folder: Path | None = None,
    project: Path | None = None,
) -> list[Scenario]:
    """Load the scenarios that are selected: all bundled ones where nothing is.

    Each selection is a scenario's id or a glob of ids (``documented/*``), a rule's id or a glob
    (``billmanager.renew.*``), or the path of a file or folder of one's own. `folder` is where such
    paths begin, `project` the folder that ids are counted from: both are this one unless said.
    Raises `SelectionError` for one that names nothing, and `ScenarioErrors`.
    """
    here, project = folder or Path(), project or Path()
    root = bundled_root()
    bundled = _by_name(root)
    if not selection:
        return load_files(map(Path, bundled.values()), root, changes)
    chosen: dict[Path, list[_Part]] = {}
    by_rule: list[str] = []
    own: dict[tuple[Path, str], Scenario] = {}
    for text in selection:
        found, part = _bundled(text, bundled)
        if found:
            for path in found:
                chosen.setdefault(path, []).append(part)
        elif text.strip() and (here / text).exists():
            own |= {_key(scenario): scenario for scenario in _own(here / text, project, changes)}
        elif part is not _ALL and (here / parted(text)[0]).exists():
            there = _own(here / parted(text)[0], project, changes)
            own |= {_key(scenario): scenario for scenario in part.of(there)}
        elif "/" not in text and any(fnmatchcase(rule, text) for rule in ids()):
            by_rule.append(text)
        else:
            raise SelectionError(_nothing(text))
    scenarios = _chosen(chosen, root, changes)
    if by_rule:
        had = {scenario.id for scenario in scenarios}
        about = _about(by_rule, map(Path, bundled.values()), root, changes)
        scenarios += [scenario for scenario in about if scenario.id not in had]
    return [*scenarios, *own.values()]


def whole_files(
    selection: Sequence[str], *, folder: Path, project: Path
) -> list[tuple[Path, Path]] | None:
    """Return the files that are selected, each with the folder that its id is counted from.

    None where less is selected than whole files, which only loading them tells, or nothing is
    called so: `select` says it. The arguments are those of `select`.
    """
    root = bundled_root()
    bundled = _by_name(root)
    if not selection:
        return [(Path(file), root) for file in bundled.values()]
    chosen: dict[Path, tuple[Path, Path]] = {}
    own: dict[Path, tuple[Path, Path]] = {}
    for text in selection:
        found, part = _bundled(text, bundled)
        path = folder / text
        if found and part is _ALL:
            chosen |= {each: (each, root) for each in found}
        elif not found and text.strip() and path.exists():
            files = _files(path)
            own |= {each.resolve(): (each, project) for each in files}
        else:
            return None
    return [*chosen.values(), *own.values()]


class _Part(NamedTuple):
    """The rows and branches of a file that are meant, as globs; None means all."""

    said: str
    row: str | None = None
    branch: str | None = None

    def has(self, scenario: Scenario) -> bool:
        _, row, branch = parted(scenario.variant)
        return _fits(row, self.row) and _fits(branch, self.branch)

    def of(self, scenarios: list[Scenario]) -> list[Scenario]:
        """Return those that are meant; `SelectionError` where none is."""
        found = [scenario for scenario in scenarios if self.has(scenario)]
        if found or not scenarios:
            return found
        ids = [scenario.id for scenario in scenarios]
        near = meant(self.said, ids) or f"; there is {listed(ids, _MOST)}"
        raise SelectionError(f"nothing is called {self.said}{near}")


_ALL = _Part("")
_MOST = 10


def _fits(name: str | None, glob: str | None) -> bool:
    return glob is None or (name is not None and fnmatchcase(name, glob))


def _by_name(root: Path) -> dict[str, str]:
    """Return the bundled files by the ids that they have."""
    begin, end = len(str(root)) + 1, len(".yaml")
    return {file[begin:-end].replace(os.sep, "/"): file for file in files_in(str(root))}


def _bundled(text: str, bundled: Mapping[str, str]) -> tuple[list[Path], _Part]:
    """Find the files that a selection names, and the part of them.

    Brackets at its end are a row's where that gives a file, else those of a glob.
    """
    file, row, branch = parted(text)
    part = _Part(text, row, branch) if file and (row, branch) != (None, None) else _ALL
    if part is not _ALL:
        found = _named(file, bundled)
        if found:
            return found, part
    found = _named(text, bundled)
    return found, _ALL if found else part


def _chosen(
    chosen: Mapping[Path, list[_Part]],
    root: Path,
    changes: Mapping[str, str] | None,
) -> list[Scenario]:
    scenarios = load_files(chosen, root, changes)
    of_file: dict[Path, list[Scenario]] = {path: [] for path in chosen}
    for scenario in scenarios:
        of_file[_file(scenario)].append(scenario)
    for part in dict.fromkeys(part for parts in chosen.values() for part in parts):
        part.of([each for path in chosen if part in chosen[path] for each in of_file[path]])
    return [
        scenario
        for scenario in scenarios
        if any(part.has(scenario) for part in chosen[_file(scenario)])
    ]


def _key(scenario: Scenario) -> tuple[Path, str]:
    return _file(scenario).resolve(), scenario.variant


def _file(scenario: Scenario) -> Path:
    return Path(scenario.place(()).file)


def own_file(scenario: Scenario) -> str:
    """Return what selects a scenario that is not a bundled one: its file, with row and branch."""
    return "" if _is_bundled(scenario) else f"{_file(scenario)}{scenario.variant}"


def shown_file(scenario: Scenario) -> str:
    """Return how a scenario's file is named: a bundled one as in a selection, short."""
    if _is_bundled(scenario):
        return f"{scenario.id.removesuffix(scenario.variant)}.yaml"
    return str(_file(scenario))


def _is_bundled(scenario: Scenario) -> bool:
    return scenario.place(()).file.startswith(_bundled_folder())


@cache
def _bundled_folder() -> str:
    return f"{bundled_root()}{os.sep}"


def names(text: str, scenario: str, rules: Iterable[str]) -> bool:
    """Tell whether a selection names a scenario: by its id, or by a rule that it is about.

    >>> names("edge/late*[five days]", "edge/late-fee[five days]#auto", [])
    True
    """
    file, row, branch = parted(text)
    own, own_row, own_branch = parted(scenario)
    part = _called(own, file) and _fits(own_row, row) and _fits(own_branch, branch)
    return part or _called(own, text) or any(fnmatchcase(rule, text) for rule in rules)


class NamedScenario(Protocol):
    """A scenario, as far as it has been loaded."""

    @property
    def id(self) -> str:
        """Its path, with the row and branch."""

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that it is about."""


def check_names(text: str, scenarios: Iterable[NamedScenario], project: Path) -> None:
    """Raise `SelectionError` where a selection names nothing.

    That is none of these scenarios, no bundled one, no rule, and no file below `project`.
    """
    if any(names(text, each.id, each.rules) for each in scenarios):
        return
    root = bundled_root()
    found, part = _bundled(text, _by_name(root))
    if part is not _ALL and found:
        _chosen({path: [part] for path in found}, root, None)
    elif not (found or any(fnmatchcase(rule, text) for rule in ids())):
        _check_own(text, project)


def _check_own(text: str, project: Path) -> None:
    file = parted(text)[0]
    folder = re.split(r"[*?[]", file)[0].rpartition("/")[0]
    files = discover(project / folder) if folder else project.glob("*.yaml")
    if not any(_called(scenario_id(path, project), file) for path in files):
        raise SelectionError(_nothing(text))


def _named(text: str, bundled: Mapping[str, str]) -> list[Path]:
    return [Path(file) for name, file in bundled.items() if _called(name, text)]


def _called(name: str, text: str) -> bool:
    """Tell whether a text is a file's id, a glob of it, or a folder that it is in."""
    wanted = text.removesuffix(".yaml").removesuffix("/")
    return fnmatchcase(name, wanted) or ("." not in wanted and name.startswith(f"{wanted}/"))


def _own(path: Path, project: Path, changes: Mapping[str, str] | None) -> list[Scenario]:
    return load_files(_files(path), project, changes)


def _files(path: Path) -> list[Path]:
    files = discover(path) if path.is_dir() else [path]
    if not files:
        raise ScenarioErrors([Problem(Place(str(path)), "this folder has no scenario in it")])
    return files


def _about(
    texts: list[str],
    paths: Iterable[Path],
    root: Path,
    changes: Mapping[str, str] | None,
) -> list[Scenario]:
    wanted = {rule for rule in ids() if any(fnmatchcase(rule, text) for text in texts)}
    # What is set from outside may be the rules.
    naming = list(paths) if changes else _naming(wanted, paths)
    found = _of_rules(wanted, load_files(naming, root, changes))
    if not found:
        message = f"no scenario is about {' or '.join(texts)}"
        raise SelectionError(message)
    return found


def about(rules: Collection[str]) -> list[Scenario]:
    """Load the bundled scenarios that are about one of some rules."""
    root = bundled_root()
    return _of_rules(rules, load_files(_naming(rules, map(Path, files_in(str(root)))), root))


def _of_rules(rules: Collection[str], scenarios: Iterable[Scenario]) -> list[Scenario]:
    return [each for each in scenarios if not {*each.rules}.isdisjoint(rules)]


def _naming(rules: Iterable[str], paths: Iterable[Path]) -> list[Path]:
    """Return the files in which one of the rules stands: to read all of them takes longer."""
    named = re.compile("|".join(map(re.escape, rules)).encode())
    return [path for path in paths if named.search(path.read_bytes())]


def _nothing(text: str) -> str:
    named = [*_by_name(bundled_root())]
    file, rules = parted(text)[0], sorted(ids())
    stem = file.removesuffix(".yaml").removesuffix("/")
    near = meant(stem, [*named, *globs(named, "/"), *rules, *globs(rules, ".")])
    hint = near.replace('"?', f'{text.removeprefix(file)}"?')
    if stem != file or file.startswith(("/", "./", "../")):
        return f"no such {'folder' if file.endswith('/') else 'file'}: {file}{hint}"
    return f"nothing is called {text}{hint or '; a / means scenarios, a . means rules'}"
