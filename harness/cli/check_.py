"""`prorata check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from prorata.fakes.bounded import read_all
from prorata.harness.running.selection import load_files, load_text
from prorata.harness.scenario import Place, Problem, ScenarioErrors, discover, summary

if TYPE_CHECKING:
    from prorata.harness.scenario import Scenario

__all__ = ["command"]

_STDIN: Final = "-"


@click.command("check")
@click.argument("files", nargs=-1, required=True)
def command(files: tuple[str, ...]) -> int:
    """Validate scenario files, or all of a folder; every problem at its place.

    A file called - is what comes on stdin.
    """
    counts: list[int] = []
    problems: list[Problem] = []
    for name in files:
        found = _files(name)
        if not found:
            problems.append(Problem(Place(name), "this folder has no scenario in it"))
        for file in found:
            try:
                counts.append(len(_loaded(file)))
            except ScenarioErrors as errors:
                problems += errors.problems
    if problems:
        for problem in problems:
            click.echo(str(problem))
        click.echo(summary(problems))
        return 2
    more = f": {sum(counts)} scenarios" if sum(counts) > len(counts) else ""
    click.echo(f"{len(counts)} {'file is' if len(counts) == 1 else 'files are'} fine{more}")
    return 0


def _files(name: str) -> list[str]:
    """Return the file of that name, or those of the folder."""
    if name == _STDIN or not Path(name).is_dir():
        return [name]
    return list(map(str, discover(Path(name))))


def _loaded(file: str) -> list[Scenario]:
    if file != _STDIN:
        return load_files([Path(file)], Path())
    # There is no stdin at all where it was closed from the start.
    data = b"" if sys.stdin is None else read_all(sys.stdin.buffer, file)
    return load_text(data, file)
