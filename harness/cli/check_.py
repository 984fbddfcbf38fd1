"""`prorata check`."""

from __future__ import annotations

import sys
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from prorata.fakes.bounded import read_all, read_bounded
from prorata.harness.cli.common import Mistake, mistakes
from prorata.harness.running.selection import check_catalogue, load_files, load_text
from prorata.harness.running.whole import write_whole
from prorata.harness.scenario import Place, Problem, ScenarioErrors, discover, summary
from prorata.harness.scenario.catalogues import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.harness.scenario import Scenario

__all__ = ["command"]

_STDIN: Final = "-"


@click.command("check")
@click.argument("files", nargs=-1, required=True)
@click.option("--fix", is_flag=True, help="Quote amounts, order keys, tell sums in comments.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
def command(files: tuple[str, ...], fix: bool, diff: bool) -> int:
    """Validate scenario files, or all of a folder; every problem at its place.

    A file called - is what comes on stdin. A file of a folder that is called catalogues is a
    catalogue. --fix leaves comments and layout as they are, and what it changes says the same; a
    comment is written where none is, and where the reference comes to the amount expected.
    """
    counts: list[int] = []
    problems: dict[Problem, None] = {}  # files that share a catalogue share what is wrong in it
    for name in files:
        found = _files(name)
        if not found:
            problems[Problem(Place(name), "this folder has no scenario in it")] = None
        for file in found:
            if fix or diff:
                _mend(file, only_show=diff)
            try:
                counts.append(len(_loaded(file)))
            except ScenarioErrors as errors:
                problems |= dict.fromkeys(errors.problems)
    return _told(counts, problems, to_stderr=diff)


def _told(counts: list[int], problems: Iterable[Problem], *, to_stderr: bool) -> int:
    """Say how the files are; beside a diff, which goes to stdout, on stderr."""
    problems = list(problems)
    if problems:
        for problem in problems:
            click.echo(str(problem), err=to_stderr)
        click.echo(summary(problems), err=to_stderr)
        return 2
    more = f": {sum(counts)} scenarios" if sum(counts) > len(counts) else ""
    fine = f"{len(counts)} {'file is' if len(counts) == 1 else 'files are'} fine{more}"
    click.echo(fine, err=to_stderr)
    return 0


def _files(name: str) -> list[str]:
    """Return the file of that name, or those of the folder."""
    if name == _STDIN or not Path(name).is_dir():
        return [name]
    return list(map(str, discover(Path(name))))


def _is_catalogue(file: str) -> bool:
    return Path(file).absolute().parent.name == FOLDER


def _mend(file: str, *, only_show: bool) -> None:
    """Write a file as it is meant to be, or show what would be another; a catalogue stays."""
    from prorata.harness.authoring.fixing import fixed

    if file == _STDIN:
        raise Mistake("what comes on stdin cannot be written there; name a file")
    if _is_catalogue(file) or not Path(file).is_file():
        return
    with mistakes():
        data = read_bounded(Path(file))
        new = fixed(data, file)
        if new != data and only_show:
            click.echo(_diff(data, new, file), nl=False)
        elif new != data:
            write_whole(Path(file), new)
            click.echo(f"{file}: mended")


def _diff(old: bytes, new: bytes, file: str) -> str:
    before, after = (each.decode().splitlines(keepends=True) for each in (old, new))
    shown = unified_diff(before, after, file, file)
    return "".join(each if each.endswith("\n") else f"{each}\n" for each in shown)


def _loaded(file: str) -> list[Scenario]:
    if _is_catalogue(file):
        check_catalogue(Path(file))
        return []
    if file != _STDIN:
        return load_files([Path(file)], Path())
    # There is no stdin at all where it was closed from the start.
    data = b"" if sys.stdin is None else read_all(sys.stdin.buffer, file)
    return load_text(data, file)
