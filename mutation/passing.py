"""Which scenarios pass through which lines of the reference, recorded once with coverage.py.

``python -m mutation.passing FILE OF`` writes what it finds; it is a process of its own, since it
has to see the reference being loaded.
"""

from __future__ import annotations

import json
import pickle
import sys
from dataclasses import dataclass
from hashlib import sha256
from os import environ
from pathlib import Path
from subprocess import run
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mutation.modules import Module

__all__ = ["WANTED", "Passing", "digest", "recorded"]

#: What is recorded while modules are loaded, and while scenario files are.
_IMPORT: Final = "import"
_LOADING: Final = "load:"
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


def recorded(modules: Sequence[Module], scenarios: Path, cache: Path) -> Passing:
    """Return what passes where, from `cache` where neither the modules nor the files changed."""
    files = sorted(scenarios.rglob("*.yaml"))
    of = {"reference": digest(each.file for each in modules), "scenarios": digest(files)}
    stored = cache / "passing.json"
    if not stored.exists() or json.loads(stored.read_text())["of"] != of:
        cache.mkdir(parents=True, exist_ok=True)
        here = str(Path(__file__).parents[1])
        path = f"{here}:{environ['PYTHONPATH']}" if "PYTHONPATH" in environ else here
        command = (sys.executable, "-P", "-m", "mutation.passing", str(stored), json.dumps(of))
        run(command, check=True, env={**environ, "PYTHONPATH": path})  # noqa: S603  this module
    return _read(json.loads(stored.read_text()))


def _read(row: Mapping[str, Any]) -> Passing:
    return Passing(
        ids=row["ids"], files=row["files"], seconds=row["seconds"], digests=row["digests"],
        runs={m: {int(n): frozenset(s) for n, s in of.items()} for m, of in row["runs"].items()},
        loads={m: {int(n): frozenset(s) for n, s in of.items()} for m, of in row["loads"].items()},
        imports={module: frozenset(lines) for module, lines in row["imports"].items()},
    )  # fmt: skip


def main() -> None:
    """Record every bundled scenario, and write what was found to the file that is named."""
    from coverage import Coverage

    from mutation.modules import REFERENCE, modules_of

    modules = modules_of(REFERENCE)
    root = modules[0].file.resolve().parent
    coverage = Coverage(data_file=None, include=[f"{root}/*"], config_file=False)
    coverage.set_option("run:core", "ctrace")
    coverage.start()
    coverage.switch_context(_IMPORT)
    from mutation.judging import Court, cleared, everything_loaded

    everything_loaded()
    court = Court()
    seconds: dict[str, float] = {}
    for file in court.files:
        coverage.switch_context(f"{_LOADING}{file}")
        court.load(file)
    for number, scenario in enumerate(court.scenarios.values()):
        coverage.switch_context(str(number))
        cleared()
        seconds[scenario.id] = court.tried(scenario)
    coverage.stop()
    wanted = {each.id: court.wants(each) for each in court.scenarios.values()}
    Path(sys.argv[1]).with_name(WANTED).write_bytes(pickle.dumps(wanted))
    of = json.loads(sys.argv[2])
    Path(sys.argv[1]).write_text(json.dumps({"of": of, **_told(coverage, modules, court, seconds)}))


def _told(
    coverage: Any, modules: Sequence[Module], court: Any, seconds: Mapping[str, float]
) -> Mapping[str, Any]:
    data = coverage.get_data()
    runs: dict[str, dict[int, list[int]]] = {}
    loads: dict[str, dict[int, list[str]]] = {}
    imports: dict[str, list[int]] = {}
    for module in modules:
        inside = _in_functions(module)
        for line, contexts in data.contexts_by_lineno(str(module.file.resolve())).items():
            if line not in inside:
                continue
            played = sorted(int(each) for each in contexts if each.isdigit())
            files = sorted(c.removeprefix(_LOADING) for c in contexts if c.startswith(_LOADING))
            if played:
                runs.setdefault(module.name, {})[line] = played
            if files:
                loads.setdefault(module.name, {})[line] = files
            if _IMPORT in contexts:
                imports.setdefault(module.name, []).append(line)
    return {
        "ids": [*court.scenarios], "files": [court.file_of[each] for each in court.scenarios],
        "seconds": [round(seconds[each], 5) for each in court.scenarios],
        "digests": court.digests(),
        "runs": runs, "loads": loads, "imports": imports,
    }  # fmt: skip


def _in_functions(module: Module) -> frozenset[int]:
    """Return the lines of the bodies of functions."""
    import ast

    lines: set[int] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines.update(range(node.body[0].lineno, (node.end_lineno or 0) + 1))
        elif isinstance(node, ast.Lambda):
            lines.update(range(node.body.lineno, (node.end_lineno or 0) + 1))
    return frozenset(lines)


if __name__ == "__main__":
    main()
