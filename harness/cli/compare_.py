"""`prorata report compare`."""

from __future__ import annotations

import json

import click

from prorata.harness.cli.report_ import read_logs
from prorata.harness.report.compare import changes, compared_data, compared_lines, got_worse

__all__ = ["command"]


@click.command("compare")
@click.argument("before")
@click.argument("after")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(before: str, after: str, as_json: bool) -> int:
    """Tell what changed between two runs: the logs BEFORE and AFTER.

    Told are scenarios that fail newly, that pass newly, that fail in another way, whose amounts are
    others, and that are judged in one of the runs alone.

    Exit codes: 0 nothing fails newly, 1 something does, 2 a log cannot be read.
    """
    first, second = read_logs(before, after)
    found = changes(first, second)
    if as_json:
        click.echo(json.dumps(compared_data(first, second, found), indent=2, ensure_ascii=False))
    else:
        for line in compared_lines(first, second, found):
            click.echo(line)
    return 1 if got_worse(found) else 0
