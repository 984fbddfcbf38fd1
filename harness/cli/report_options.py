"""The options of `prorata run` and `prorata report` for reports."""

from __future__ import annotations

import os
from contextlib import contextmanager
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any, Final

import click

from prorata.harness.cli.common import Mistake, say
from prorata.harness.report.writing import SUMMARY, Reports, ReportsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prorata.harness.report.reading import RunLog

__all__ = ["Reporting", "kept_log", "report_options", "reports_of", "write_reports", "written"]

_VIEWS: Final = ("html", "junit", "markdown", "badge", "json")


class Reporting(click.Command):
    """A command whose `--json` may stand alone, for stdout, or name a file that ends in .json."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command line."""
        told = []
        for word, following in pairwise([*args, ""]):
            alone = word == "--json" and not (following.endswith(".json") or following == "-")
            told.append("--json=-" if alone else word)
        return super().parse_args(ctx, told)


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options for reports."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: Final = (
    click.option("--html", metavar="FILE", help="Write a page with a drawing of each scenario."),
    click.option("--junit", metavar="FILE", help="Write JUnit XML, for GitLab, Jenkins, GitHub."),
    click.option("--markdown", metavar="FILE", help="Write a summary for a pull request."),
    click.option(
        "--badge", metavar="FILE", multiple=True,
        help="Write a badge: SVG, or for FILE.json what shields.io reads; may be repeated.",
    ),
    click.option(
        "--json", metavar="[FILE.json]", help="Print the results as JSON, or write them to a file.",
    ),
)  # fmt: skip


def reports_of(options: dict[str, Any], runs: int = 1) -> Reports:
    """Return the reports that are asked for; `Mistake` where one cannot be written."""
    named = {view: options[view] or () for view in _VIEWS}
    files = {view: (told,) if isinstance(told, str) else told for view, told in named.items()}
    reports = Reports(files, os.environ.get(SUMMARY, ""))
    try:
        reports.check(runs)
    except ReportsError as error:
        raise Mistake(str(error)) from None
    return reports


@contextmanager
def kept_log(reports: Reports) -> Iterator[IO[str] | None]:
    """Keep the log of a run while it is reported; None where nothing is."""
    if not reports.wanted:
        yield None
        return
    from tempfile import TemporaryFile

    with TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as file:
        yield file


def write_reports(reports: Reports, *logs: IO[str] | None) -> None:
    """Write the reports of the runs whose logs were kept; raise `OSError`."""
    kept = [log for log in logs if log is not None]
    if not kept:
        return
    from prorata.harness.report.reading import run_of

    for log in kept:
        log.seek(0)
    written(reports, [run_of(log, "the log of this run") for log in kept])


def written(reports: Reports, runs: Sequence[RunLog]) -> None:
    """Write reports, and say what nobody asked for and could not be written; raise `OSError`."""
    said = reports.write(runs)
    if said:
        say(said)
