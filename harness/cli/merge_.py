"""`prorata report merge`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from prorata.harness.cli.alone import begin_alone, opened
from prorata.harness.cli.apart import keep_apart
from prorata.harness.cli.common import Mistake, mistakes
from prorata.harness.running.merging import merged, write_events
from prorata.harness.running.reading_logs import LogError, read_events

__all__ = ["command"]


@click.command("merge")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...", type=click.Path(path_type=Path))
@click.option(
    "--log", "out", required=True, metavar="FILE", help="Where the log of the whole run goes."
)
def command(logs: tuple[Path, ...], out: str) -> int:
    """Put the logs of the shards of a run together into one.

    Every shard has to be there once. Exit codes: 0 done, 2 the logs are not those of one run.
    """
    keep_apart([("--log", out)], logs)
    with mistakes():
        try:
            events = merged([read_events(path) for path in logs])
        except LogError as error:
            raise Mistake(str(error)) from None
        if out == "-":
            if sys.stdout is not None:  # None where it was closed from the start
                write_events(events, sys.stdout)
            return 0
        with opened(out) as file:
            begin_alone(file)
            write_events(events, file)
    return 0
