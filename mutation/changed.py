"""Which functions have changed: since the last whole run, or since a commit."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from subprocess import run
from typing import TYPE_CHECKING, Final

from mutation.modules import functions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mutation.modules import Module

__all__ = ["JUDGED", "since_commit", "since_judged", "written"]

#: The fingerprints of the functions that were judged, by module.
JUDGED: Final = Path(__file__).with_name("judged.json")


def written(modules: Iterable[Module]) -> str:
    """Write the fingerprints of the functions of modules that have been judged whole."""
    told = {module.name: dict(sorted(module.functions.items())) for module in modules}
    return f"{json.dumps(told, indent=0, sort_keys=True)}\n"


def since_judged(modules: Sequence[Module], text: str) -> set[tuple[str, str]]:
    """Return the functions, with their modules, that are not as they were when judged.

    Modules that have never been judged whole are left to a whole run.
    """
    known: Mapping[str, Mapping[str, str]] = json.loads(text)
    return _changed((m for m in modules if m.name in known), lambda module: known[module.name])


def since_commit(modules: Sequence[Module], commit: str, checkout: Path) -> set[tuple[str, str]]:
    """Return the functions, with their modules, that are not as they were in a commit of git."""

    def before(module: Module) -> Mapping[str, str]:
        command = ("git", "-C", str(checkout), "show", f"{commit}:{module.shown}")
        told = run(command, capture_output=True, check=False, encoding="utf-8")  # noqa: S603  git
        return {} if told.returncode else functions_of(ast.parse(told.stdout))

    return _changed(modules, before)


def _changed(
    modules: Iterable[Module], before: Callable[[Module], Mapping[str, str]]
) -> set[tuple[str, str]]:
    found = set()
    for module in modules:
        known = before(module)
        found |= {
            (module.name, name)
            for name, fingerprint in module.functions.items()
            if known.get(name) != fingerprint
        }
    return found
