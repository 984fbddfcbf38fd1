"""Files that a command writes, apart from those that it reads, and from one another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from prorata.harness.cli.common import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["keep_apart"]

_STDOUT = "-"
_SCENARIOS = frozenset({".yaml", ".yml"})


def keep_apart(written: Iterable[tuple[str, str | None]], read: Iterable[str | Path]) -> None:
    """Refuse to write over what is read, and to write two things to one file; `Mistake`.

    `written` has the option that names each file. A pipe or /dev/null may be named for many.
    Nothing that is written is YAML.
    """
    sources, before = list(map(Path, read)), list[tuple[str, str]]()
    for option, name in written:
        if name is None:
            continue
        if any(_holds(source, name) for source in sources):
            raise Mistake(
                f"{option}: {name} is read here, and would be written over; name another file"
            )
        if Path(name).suffix in _SCENARIOS and Path(name).is_file():
            # An option that has no file of its own takes the one that was to be run.
            raise Mistake(f"{option}: {name} is a file of scenarios; name the file to write first")
        for other, there in before:
            if _same(Path(name), Path(there)):
                raise Mistake(f"{option}: {name} is named by {other} as well; name another file")
        before.append((option, name))


def _holds(source: Path, name: str) -> bool:
    """Tell whether a file is the one that is read, or a scenario in the folder that is."""
    path = Path(name)
    if name == _STDOUT or not path.exists():
        return False
    if not source.is_dir():
        return _same(path, source)
    return path.suffix == ".yaml" and path.resolve().is_relative_to(source.resolve())


def _same(one: Path, other: Path) -> bool:
    if str(one) == _STDOUT or not one.exists():
        return os.path.abspath(one) == os.path.abspath(other)  # noqa: PTH100  links stay
    return one.is_file() and other.exists() and one.samefile(other)
