"""Which scenarios pass through which lines of the reference: recorded once, and then kept."""

from __future__ import annotations

import json
import pickle
import sys
from dataclasses import dataclass
from hashlib import sha256
from os import environ, pathsep
from pathlib import Path
from subprocess import run
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mutation.modules import Module

__all__ = ["WANTED", "Passing", "digest", "recorded"]

#: What is recorded of each scenario.
_EACH: Final = ("ids", "files", "seconds")
#: The folder of what several scenario files take.
_SHARED: Final = "catalogues/"
_STORED: Final = "passing.json"
#: The file beside, with what each step of each scenario wants.
WANTED: Final = "wanted.pickle"


@dataclass(frozen=True)
class Passing:
    """Scenarios, and the lines that each passes through.

    `ids` are all scenarios, `files` the bundled file of each below the folder of scenarios, and
    `digests` the fingerprints of those files; `seconds` is how long each takes. `runs` has for a
    module and a line the scenarios, by their numbers, whose run passes through it, `loads` the
    files during whose loading it is passed, and `imports` the lines of functions that the loading
    of modules passes.
    """

    ids: Sequence[str]
    files: Sequence[str]
    seconds: Sequence[float]
    digests: Mapping[str, str]
    runs: Mapping[str, Mapping[int, frozenset[int]]]
    loads: Mapping[str, Mapping[int, frozenset[str]]]
    imports: Mapping[str, frozenset[int]]

    def through(self, module: str, lines: Iterable[int]) -> frozenset[int]:
        """Return the scenarios whose run passes through any of these lines."""
        of = self.runs.get(module, {})
        return frozenset().union(*(of.get(line, frozenset()) for line in lines))

    def while_loading(self, module: str, lines: Iterable[int]) -> bool:
        """Tell whether these lines are passed before a scenario is played."""
        loads, imports = self.loads.get(module, {}), self.imports.get(module, frozenset())
        return any(line in imports or line in loads for line in lines)

    def loaded(self, module: str, lines: Iterable[int]) -> frozenset[int]:
        """Return the scenarios during the loading of whose files these lines are passed."""
        of = self.loads.get(module, {})
        files = frozenset().union(*(of.get(line, frozenset()) for line in lines))
        return frozenset(at for at, file in enumerate(self.files) if file in files)


def digest(paths: Iterable[Path]) -> str:
    """Return a fingerprint of what is in files."""
    found = sha256()
    for path in sorted(paths):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:12]


def recorded(
    modules: Sequence[Module],
    scenarios: Path,
    cache: Path,
    only: Sequence[str] = (),
    traced: Sequence[Module] = (),
) -> Passing:
    """Return what passes where, from `cache` what was recorded there of the same reference.

    Of all scenarios, or those of the files that `only` names, as paths below `scenarios`; through
    all modules, or those that are `traced`, which takes a third of the time.
    """
    files = [scenarios / file for file in only] or sorted(scenarios.rglob("*.yaml"))
    now = {file.relative_to(scenarios).as_posix(): digest([file]) for file in files}
    shared = {file: each for file, each in now.items() if file.startswith(_SHARED)}
    own = {file: each for file, each in now.items() if file not in shared}
    of = {"reference": digest(each.file for each in modules), "shared": shared,
          "traced": [module.name for module in traced or modules]}  # fmt: skip
    cache.mkdir(parents=True, exist_ok=True)
    stored = cache / _STORED
    known: dict[str, Any] = json.loads(stored.read_text()) if stored.exists() else {}
    if known.get("of") != of:
        _record(stored, of, [*own])
    elif known["digests"] != own:
        new = [file for file, each in own.items() if known["digests"].get(file) != each]
        kept = [file for file in own if file not in new]
        _merge(known, cache, of, new, kept)
    return _read(json.loads(stored.read_text()))


def _record(stored: Path, of: Mapping[str, Any], files: Sequence[str]) -> None:
    """Record the scenarios of files in a process that has not loaded the reference."""
    here = str(Path(__file__).parents[1])
    path = f"{here}{pathsep}{environ['PYTHONPATH']}" if "PYTHONPATH" in environ else here
    command = (sys.executable, "-P", "-m", "mutation.recording", str(stored))
    asked = json.dumps({"of": of, "files": files})
    run(  # noqa: S603  this module
        command, check=True, input=asked, encoding="utf-8", env={**environ, "PYTHONPATH": path}
    )


def _merge(
    known: Mapping[str, Any], cache: Path, of: Mapping[str, Any], new: Sequence[str],
    kept: Sequence[str],
) -> None:  # fmt: skip
    """Record files that are new, and put them beside what is kept of what is known."""
    wanted, file_of = pickle.loads((cache / WANTED).read_bytes())
    rows: list[Mapping[str, Any]] = [_part(known, kept)]
    wanted = {name: each for name, each in wanted.items() if file_of[name] in kept}
    file_of = {name: file for name, file in file_of.items() if file in kept}
    if new:
        _record(cache / _STORED, of, new)
        rows.append(json.loads((cache / _STORED).read_text()))
        more, their = pickle.loads((cache / WANTED).read_bytes())
        wanted, file_of = {**wanted, **more}, {**file_of, **their}
    (cache / WANTED).write_bytes(pickle.dumps((wanted, file_of)))
    (cache / _STORED).write_text(json.dumps({"of": of, **_joined(rows)}))


def _part(row: Mapping[str, Any], files: Sequence[str]) -> Mapping[str, Any]:
    """Return what was recorded of some files alone."""
    numbers = [number for number, file in enumerate(row["files"]) if file in files]
    new = {number: at for at, number in enumerate(numbers)}
    return {
        **{name: [row[name][number] for number in numbers] for name in _EACH},
        "digests": {file: row["digests"][file] for file in files},
        "runs": {m: {line: [new[n] for n in each if n in new] for line, each in of.items()}
                 for m, of in row["runs"].items()},
        "loads": {m: {line: [file for file in each if file in files] for line, each in of.items()}
                  for m, of in row["loads"].items()},
        "imports": row["imports"],
    }  # fmt: skip


def _joined(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Put several records together, those that come later with the numbers that are left."""
    whole: dict[str, Any] = {
        **{name: [] for name in _EACH}, "digests": {}, "runs": {}, "loads": {}, "imports": {},
    }  # fmt: skip
    for row in rows:
        before = len(whole["ids"])
        for name in _EACH:
            whole[name] += row[name]
        whole["digests"] |= row["digests"]
        whole["imports"] |= row["imports"]
        for kind, shift in (("runs", before), ("loads", None)):
            for module, of in row[kind].items():
                lines = whole[kind].setdefault(module, {})
                for line, each in of.items():
                    more = each if shift is None else [number + shift for number in each]
                    lines[line] = [*lines.get(line, []), *more]
    return whole


def _read(row: Mapping[str, Any]) -> Passing:
    return Passing(
        ids=row["ids"], files=row["files"], seconds=row["seconds"], digests=row["digests"],
        runs={m: {int(n): frozenset(s) for n, s in of.items()} for m, of in row["runs"].items()},
        loads={m: {int(n): frozenset(s) for n, s in of.items()} for m, of in row["loads"].items()},
        imports={module: frozenset(lines) for module, lines in row["imports"].items()},
    )  # fmt: skip
