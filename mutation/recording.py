"""Recording what scenarios pass through, with coverage.py: ``python -m mutation.recording FILE``.

It is a process of its own, since it has to see the reference being loaded.
"""

from __future__ import annotations

import ast
import json
import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mutation.modules import REFERENCE, modules_of
from mutation.passing import WANTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mutation.modules import Module

__all__ = ["main"]

#: What is recorded while modules are loaded, and while scenario files are.
_IMPORT: Final = "import"
_LOADING: Final = "load:"


def main() -> None:
    """Record the scenarios of the files that stdin names, and write what was found."""
    from coverage import Coverage

    asked = json.load(sys.stdin)
    traced = asked["of"]["traced"]
    modules = [module for module in modules_of(REFERENCE) if module.name in traced]
    files = [str(module.file.resolve()) for module in modules]
    coverage = Coverage(data_file=None, include=files, config_file=False)
    coverage.set_option("run:core", "ctrace")
    coverage.start()
    coverage.switch_context(_IMPORT)
    from mutation.judging import Court, cleared, everything_loaded

    everything_loaded()
    court = Court()
    seconds: dict[str, float] = {}
    for file in asked["files"]:
        coverage.switch_context(f"{_LOADING}{file}")
        court.load(file)
    for number, scenario in enumerate(court.scenarios.values()):
        coverage.switch_context(str(number))
        cleared()
        seconds[scenario.id] = court.tried(scenario)
    coverage.stop()
    wanted = {each.id: court.wants(each) for each in court.scenarios.values()}
    Path(sys.argv[1]).with_name(WANTED).write_bytes(pickle.dumps((wanted, court.file_of)))
    Path(sys.argv[1]).write_text(
        json.dumps({"of": asked["of"], **_told(coverage, modules, court, seconds)})
    )


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
    lines: set[int] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines.update(range(node.body[0].lineno, (node.end_lineno or 0) + 1))
        elif isinstance(node, ast.Lambda):
            lines.update(range(node.body.lineno, (node.end_lineno or 0) + 1))
    return frozenset(lines)


if __name__ == "__main__":
    main()
