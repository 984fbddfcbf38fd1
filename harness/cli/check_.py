"""`prorata check`."""

from __future__ import annotations

from pathlib import Path

import click

from prorata.harness.running.selection import load_files
from prorata.harness.scenario import ScenarioErrors, discover, summary

__all__ = ["command"]


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(files: tuple[Path, ...]) -> int:
    """Validate scenario files, or all of a folder; every problem at its place."""
    paths = [path for file in files for path in (discover(file) if file.is_dir() else [file])]
    if not paths:
        click.echo("there is no scenario there", err=True)
        return 2
    try:
        scenarios = load_files(paths, Path())
    except ScenarioErrors as errors:
        for problem in errors.problems:
            click.echo(str(problem))
        click.echo(summary(errors.problems))
        return 2
    more = f": {len(scenarios)} scenarios" if len(scenarios) > len(paths) else ""
    click.echo(f"{len(paths)} {'file is' if len(paths) == 1 else 'files are'} fine{more}")
    return 0
