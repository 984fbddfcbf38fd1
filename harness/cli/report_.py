"""`prorata report`."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

from prorata.harness.cli.apart import keep_apart
from prorata.harness.cli.common import Mistake, mistakes, styled
from prorata.harness.cli.report_options import Reporting, report_options, reports_of, written
from prorata.harness.report.console import failures, summary, writer
from prorata.harness.report.reading import RunLog, read_log
from prorata.harness.running.reading_logs import LogError

__all__ = ["command", "read_logs"]

#: The commands below this one, and where they are. A log of such a name is `./compare`.
_BELOW: Final = {
    "compare": "prorata.harness.cli.compare_",
    "merge": "prorata.harness.cli.merge_",
}


class _Report(Reporting):
    """A command that takes logs; a first word that names a command below it is that one."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Return the context of this command, or of the one that is named."""
        module = _BELOW.get(args[0]) if args else None
        if module is None:
            return super().make_context(info_name, args, parent, **extra)
        below: click.Command = import_module(module).command
        return below.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)


def read_logs(*files: str) -> list[RunLog]:
    """Read logs; `Mistake` for one that cannot be read, or is no log of a run that ended."""
    with mistakes():
        try:
            return [read_log(file) for file in files]
        except LogError as error:
            raise Mistake(str(error)) from None


@click.command("report", cls=_Report)
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@report_options
@click.option("-v", "--verbose", is_flag=True, help="Name every scenario, and all reasons.")
def command(logs: tuple[str, ...], verbose: bool, **options: Any) -> int:
    """Show runs from their logs: on the terminal, or as the reports that are named.

    LOG is what `prorata run --log LOG` wrote; several are shown in one page. FILE
    may be `-` for stdout. `prorata report compare A B` tells what changed between two runs. Where
    GITHUB_STEP_SUMMARY is set, the Markdown is added to that file as well.

    Exit codes: 0 reported, whatever the runs found; 2 a log that cannot be read.
    """  # fmt: skip
    reports = reports_of(options, len(logs))
    keep_apart(reports.named, logs)
    runs = read_logs(*logs)
    with mistakes():
        written(reports, runs)
    if not any(reports.files.values()):
        _show(runs, verbose=verbose)
    return 0


def _show(runs: list[RunLog], *, verbose: bool) -> None:
    """Show runs as they were shown when they ended."""
    write = writer(styled=styled())
    for run in runs:
        count = len(run.judged)
        write([("bold", run.name), ("", f" · {count} scenario{'' if count == 1 else 's'}")])
        for line in failures(run.results.verdicts, run.header.again, verbose=verbose):
            write(line)
        for line in summary(run.results, verbose=verbose):
            write(line)
        for said in run.footer.ended:
            write([("yellow", said)])
