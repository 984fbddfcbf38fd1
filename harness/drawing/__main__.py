"""Draw a scenario: ``python -m prorata.harness.drawing SCENARIO [FILE.svg]``."""

from __future__ import annotations

from pathlib import Path

import click

from prorata.harness.cli.common import Mistake, mistakes
from prorata.harness.drawing import drawn, svg, text
from prorata.harness.running.selection import select

__all__ = ["main"]


@click.command("prorata.harness.drawing")
@click.argument("scenario")
@click.argument("file", required=False)
def main(scenario: str, file: str | None) -> None:
    """Draw what the billings of SCENARIO ask each other into FILE, or print it as text."""
    with mistakes():
        found = select([scenario])
        if len(found) != 1:
            raise Mistake(f"{scenario} names {len(found)} scenarios; one is drawn")
        if not found[0].given.sellers:
            raise Mistake(f"{scenario} has one billing, and nothing to be drawn between two")
        rows = drawn(found[0])
        if file:
            Path(file).write_text(svg(found[0], rows), encoding="utf-8")
            return
    for line in text(rows):
        click.echo(line)


if __name__ == "__main__":
    main()
