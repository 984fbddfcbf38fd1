"""`prorata schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from prorata.harness.cli.common import Mistake, fitted, mistakes
from prorata.harness.scenario.problems import nearest

__all__ = ["command"]


@click.command("schema")
@click.argument("name", required=False)
@click.option("--out", metavar="FILE", help="Write it there, and say how a file names it.")
def command(name: str | None, out: str | None) -> None:
    """Print the JSON Schema of a file that people write, for an editor; list them without NAME.

    A scenario begins with the line that --out prints, and the editor completes its keys and marks
    what is wrong. Editors read it with yaml-language-server, of TOML with taplo.
    """
    from prorata.harness.schemas import SCHEMAS

    if name is None:
        if out is not None:
            raise Mistake(f"--out takes one schema; there are {', '.join(SCHEMAS)}")
        for each, printed in SCHEMAS.items():
            click.echo(each)
            click.echo(fitted(f"of {printed.of}; its first line is"))
            click.echo(f"    {printed.line.format(f'{each}.schema.json')}")
        return
    if name not in SCHEMAS:
        raise Mistake(f"no schema is called {name}{nearest(name, SCHEMAS)}")
    text = json.dumps(SCHEMAS[name].made(), indent=2, ensure_ascii=False)
    if out is None:
        click.echo(text)
        return
    with mistakes():
        Path(out).write_text(f"{text}\n", encoding="utf-8")
    click.echo(SCHEMAS[name].line.format(out))
