"""`prorata fuzz`."""

from __future__ import annotations

import json
import shlex
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from prorata.fakes.extras import how_to_install
from prorata.harness.cli.clock_option import clock_option
from prorata.harness.cli.common import (
    Mistake,
    mistakes,
    not_started,
    reading_option,
    say,
    seconds,
    styled,
    today,
)
from prorata.harness.cli.ending import ended_by
from prorata.harness.cli.fuzz_options import FuzzOptions, duration, in_ci, workers_option
from prorata.harness.cli.fuzz_telling import (
    beginning,
    coverage,
    data_of,
    finding_lines,
    summary,
)
from prorata.harness.cli.progress import RunProgress
from prorata.harness.cli.server_options import server_options, started
from prorata.harness.cli.worker_options import dask_option
from prorata.harness.fuzz.court import HistoryCourt, OneDesk
from prorata.harness.fuzz.examples import Examples
from prorata.harness.fuzz.finding import Findings
from prorata.harness.fuzz.searching import Search
from prorata.harness.fuzz.sources import SeededHistories
from prorata.harness.fuzz.suiting import suiting, wanted_rules
from prorata.harness.implementations.base import CannotStart
from prorata.harness.report.console import writer
from prorata.harness.running.crew import ENDS, CrewError
from prorata.harness.running.session import Ending
from prorata.harness.workers.desk import opening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.fuzz.court import BatchJudges
    from prorata.harness.fuzz.finding import FuzzFinding
    from prorata.harness.fuzz.searching import Found
    from prorata.harness.workers.job import ScenarioHead

__all__ = ["command"]

_NOTHING_JUDGED: Final = 2


@click.command("fuzz")
@click.option(
    "-i",
    "--implementation",
    metavar="IMPLEMENTATION",
    help="reference, stdio:COMMAND, http://… or python:MODULE:FACTORY.",
)
@click.option(
    "--examples", type=click.IntRange(1), metavar="N", help="How many histories; 1000 by default."
)
@click.option(
    "--for",
    "lasting",
    callback=duration,
    metavar="DURATION",
    help="How long instead, as 90s, 10m or 2h.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    metavar="S",
    help="The same seed finds the same; any by default, and 0 in CI.",
)
@click.option(
    "--rules",
    multiple=True,
    metavar="GLOB",
    help="Steer to these rules, as billmanager.renew.*; may be repeated.",
)
@click.option(
    "--save",
    default="prorata-found",
    show_default=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where what is found is saved, as scenario files.",
)
@click.option(
    "--hypothesis",
    "by_hypothesis",
    is_flag=True,
    help="Let hypothesis choose, and shrink by its choices; needs the extra fuzz.",
)
@workers_option
@dask_option
@click.option("--known-failures", metavar="FILE", help="A TOML list of known failures.")
@click.option(
    "--timeout",
    type=float,
    callback=seconds,
    metavar="S",
    help="Seconds for each message, 12 times that for a history; 5 by default.",
)
@click.option(
    "-v", "--verbose", is_flag=True, help="Tell what was reached rule by rule, and all reasons."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reading_option()
@clock_option
@server_options
def command(**options: Any) -> int:
    """Search for histories in which an implementation does other than the reference.

    Whole histories are generated, with catalogue, clients, acts and faults, and played on both.
    Everything is compared after every step, as with `run --whole`. What is found is made as small
    as it can be, said in a sentence, and saved as a scenario file. What failed before is tried
    first, but in CI.

    Exit codes: 0 nothing was found, 1 something was, 2 nothing was judged, 129 hung up, 130
    interrupted, 143 terminated.
    """  # fmt: skip
    with mistakes():
        return _fuzz(FuzzOptions(options))


def _fuzz(options: FuzzOptions) -> int:
    """Search, shrink and save what is found, and tell of it."""
    with ExitStack() as stack:
        bar = _bar(options, stack)
        stack.callback(lambda: _goodbye(bar))
        if not options.as_json:
            writer(styled=styled())(beginning(bar, options))
        search = _search(options, bar)
        examples = Examples(options.implementation)
        ended = _searched(search, () if in_ci() else examples.heads())
        findings, late = _findings(options, search, shrinking=ended is None)
        ended = ended or late
        if ended is None and not in_ci():
            examples.renew(each.text for each in findings)
        _tell(options, search, findings, bar)
    if ended is not None:
        say(ended.said)
        return ended.code
    if findings:
        return 1
    return 0 if search.counts["pass"] or search.counts["known"] else _NOTHING_JUDGED


def _tell(
    options: FuzzOptions, search: Search, findings: Sequence[FuzzFinding], bar: BatchJudges
) -> None:
    """Print what was found, what was reached, and the counts."""
    declared = None if options.implementation == "reference" else bar.declared.readings
    rows = search.coverage.rows(wanted_rules(bar.declared, options.rules), readings=declared)
    if options.as_json:
        data = data_of(search, findings, rows, options, bar)
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    write = writer(styled=styled())
    for line in (
        *(line for finding in findings for line in finding_lines(finding, options)),
        *coverage(rows, verbose=options.verbose),
        *summary(search, len(findings), verbose=options.verbose),
    ):
        write(line)


def _bar(options: FuzzOptions, stack: ExitStack) -> BatchJudges:
    """Start the implementation, here or in workers, which the stack ends."""
    hands = options.hands
    if hands.dask is not None:
        from prorata.harness.workers.cluster import Cluster

        cluster = Cluster(hands.dask)
        stack.callback(cluster.close)
        cluster.begin(options.job, ())
        return cluster
    if options.workers > 1:
        from prorata.harness.workers.pool import Pool

        pool = Pool(options.workers)
        stack.callback(pool.close)
        pool.begin(options.job, ())
        return pool
    server = stack.enter_context(started(options.starting, options.runs_in))
    return OneDesk(options.job, partial(opening, options.job, server=server))


def _goodbye(bar: BatchJudges) -> None:
    """End the implementation, and tell what was wrong with its goodbye."""
    said = bar.close()
    if said:
        say(said)


def _search(options: FuzzOptions, bar: BatchJudges) -> Search:
    """Return the search for histories that suit the implementation."""
    focus = suiting(bar.declared, options.rules, vary=options.implementation == "reference")
    if not focus.systems:
        rules = ", ".join(options.rules) or "rules of any system"
        raise Mistake(f"{bar.declared.name} says that it does not support {rules}")
    wanted = SeededHistories.of(options.seed, focus)
    if not options.by_hypothesis:
        return Search(HistoryCourt(bar), wanted, options.limits, options.known, today())
    if find_spec("hypothesis") is None:
        raise Mistake(f"--hypothesis needs the extra fuzz: {how_to_install('fuzz')}")
    from prorata.harness.fuzz.by_hypothesis import HypothesisSearch

    return HypothesisSearch(HistoryCourt(bar), wanted, options.limits, options.known, today())


def _searched(search: Search, before: Sequence[ScenarioHead]) -> Ending | None:
    """Search as long as that is wanted; return how it was ended before, None where it was not."""
    total = search.limits.histories
    with RunProgress(total and total + len(before)) as progress:
        try:
            search.run(progress.advance, before)
        except ENDS as error:
            return _ending(error)
    return None


def _findings(
    options: FuzzOptions, search: Search, *, shrinking: bool
) -> tuple[list[FuzzFinding], Ending | None]:
    """Shrink and save what was found; what an interruption left is saved as it was found."""

    def note(found: Found) -> list[str]:
        return [
            f"Found by: {shlex.join(options.once_more)}",
            f"in {found.way[1].head.id}; {found.count} of {search.judged}.",
        ]

    findings: list[FuzzFinding] = []
    ended = None
    found = list(search.found.values())
    making = Findings(search.court, options.folder, note)
    with RunProgress(len(found), "shrunk") as progress:
        try:
            for finding in making.each(found, shrinking=shrinking):
                findings.append(finding)
                progress.advance(finding.verdict)
        except ENDS as error:
            ended = _ending(error)
    if ended is not None:
        findings += making.each(found[len(findings) :], shrinking=False)
    return findings, ended


def _ending(error: BaseException) -> Ending:
    if isinstance(error, CannotStart):
        return Ending(not_started(error, "cannot start the implementation again"), 1)
    if isinstance(error, CrewError):
        return Ending(str(error), 1)
    return Ending(*ended_by(error))
