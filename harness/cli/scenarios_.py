"""`prorata scenarios`."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from prorata.fakes.bounded import read_bounded
from prorata.harness.cli.common import Mistake, bold, fitted, mistakes
from prorata.harness.running.selection import select
from prorata.harness.scenario.variants import parted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.scenario import Scenario

__all__ = ["command"]

_SHOW: Final = "show"


@click.command("scenarios", options_metavar="[--json]")
@click.argument("words", nargs=-1, metavar="[SELECTION]... | show ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(words: tuple[str, ...], as_json: bool) -> None:
    """List scenarios with their titles, rules and documents, or show one's file.

    SELECTION is a scenario's id or a glob (documented/*), a rule's id or a glob, or a file or
    folder of your own; all bundled scenarios by default. `show` prints the file of a scenario, and
    below it where that is.
    """
    showing = words[:1] == (_SHOW,)
    with mistakes():
        if showing and len(words) != len((_SHOW, "ID")):
            raise Mistake("show takes the id of one scenario")
        found = select(words[1:] if showing else words)
        (_show if showing else _list)(found, as_json=as_json)


def _show(scenarios: Sequence[Scenario], *, as_json: bool) -> None:
    """Print a file; where it is stands last, for the numbers of lines to be its own."""
    files = {_file(each): each.id for each in scenarios}
    if len(files) > 1:
        raise Mistake(
            f"show takes one file, these are {len(files)}; the first is {scenarios[0].id}"
        )
    (file,) = files
    text = read_bounded(Path(file)).decode()
    if as_json:
        click.echo(json.dumps({"file": file, "text": text}, indent=2, ensure_ascii=False))
        return
    click.echo(text, nl=not text.endswith("\n"))
    click.echo(f"# {file}")


def _list(scenarios: Sequence[Scenario], *, as_json: bool) -> None:
    if as_json:
        rows = [_row(each) for each in scenarios]
        click.echo(json.dumps({"scenarios": rows}, indent=2, ensure_ascii=False))
        return
    files = [list(each) for _, each in groupby(scenarios, key=_file)]
    for file in files:
        _tell(file)
    more = f" in {len(files)} files" if len(files) < len(scenarios) else ""
    click.echo(f"{len(scenarios)} scenario{'' if len(scenarios) == 1 else 's'}{more}")


def _tell(file: Sequence[Scenario]) -> None:
    """Tell of the scenarios of one file: what they have in common once."""
    first = file[0]
    click.echo(bold(first.id.removesuffix(first.variant)))
    click.echo(fitted(first.title))
    parts = [parted(each.variant)[1:] for each in file]
    rows, branches = (dict.fromkeys(filter(None, each)) for each in zip(*parts, strict=True))
    if rows or branches:
        named = [*(f"[{row}]" for row in rows), *(f"#{branch}" for branch in branches)]
        click.echo(fitted(" ".join(named)))
    click.echo(fitted(", ".join(first.rules)))
    section = f", {first.source.section}" if first.source.section else ""
    click.echo(fitted(f"from {first.source.document}{section}"))


def _row(scenario: Scenario) -> dict[str, object]:
    return {
        "id": scenario.id,
        "title": scenario.title,
        "rules": scenario.rules,
        "document": scenario.source.document,
        "section": scenario.source.section,
        "file": _file(scenario),
    }


def _file(scenario: Scenario) -> str:
    return scenario.place(()).file
