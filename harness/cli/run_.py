"""`prorata run`."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, Self

import click

from prorata.harness.cli.alone import begin_alone, opened
from prorata.harness.cli.clock_option import clock_option
from prorata.harness.cli.common import (
    Mistake,
    mistakes,
    not_started,
    reading_option,
    say,
    seconds,
    styled,
)
from prorata.harness.cli.crews import gathered
from prorata.harness.cli.ending import ended_by
from prorata.harness.cli.panel_options import (
    panel_options,
)
from prorata.harness.cli.progress import RunProgress
from prorata.harness.cli.report_options import (
    Reporting,
    kept_log,
    report_options,
    write_reports,
)
from prorata.harness.cli.run_options import RunOptions
from prorata.harness.cli.run_telling import Teller
from prorata.harness.cli.server_options import server_options, started
from prorata.harness.cli.worker_options import worker_options
from prorata.harness.implementations.base import CannotStart
from prorata.harness.report.console import writer
from prorata.harness.running.api import open_any, panels_for
from prorata.harness.running.crew import CrewError, OneProcess
from prorata.harness.running.known import KnownError, check_known, read_known
from prorata.harness.running.known_list import known_in, renew
from prorata.harness.running.log import EventLog
from prorata.harness.running.memory import failed_last_time, keep_failed
from prorata.harness.running.panels import open_panels
from prorata.harness.running.selection import select, whole_files
from prorata.harness.running.session import Ending, RunSession, RunTerms
from prorata.harness.running.settings import SettingsError, read_settings
from prorata.harness.scenario import Scenario
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.cli.crews import Gathered
    from prorata.harness.cli.worker_options import Hands
    from prorata.harness.running.crew import Crew
    from prorata.harness.running.known import KnownFailure
    from prorata.harness.running.player import Trace
    from prorata.harness.running.verdict import Results
    from prorata.harness.workers import ScenarioHead

__all__ = ["command"]

_NOTHING_JUDGED: Final = 2


@click.command("run", cls=Reporting)
@click.argument("selection", nargs=-1)
@click.option(
    "-i",
    "--implementation",
    "implementations",
    multiple=True,
    metavar="IMPLEMENTATION",
    help="reference (default), stdio:COMMAND, http://…, python:MODULE:FACTORY or billmanager:URL."
    " Several are run one after the other, and compared.",
)
@click.option("--log", metavar="FILE", help="Write the event log, JSON lines.")
@click.option(
    "--panels",
    type=click.Choice(["inprocess", "socket"]),
    help="Where panels answer; a socket by default for all but the reference.",
)
@click.option("--known-failures", metavar="FILE", help="A TOML list of known failures.")
@click.option(
    "--update-known-failures",
    is_flag=True,
    help="Bring that list up to date with this run.",
)
@click.option(
    "--today", metavar="DATE", help="The day by which known failures run out; today by default."
)
@click.option("--trace", metavar="FILE", help="Write every message and panel call, JSON lines.")
@click.option(
    "--timeout",
    type=float,
    callback=seconds,
    metavar="S",
    help="Seconds for each message, 12 times that for a scenario; 5 by default.",
)
@click.option("-x", "--exit-first", is_flag=True, help="Stop at the first failure.")
@click.option("--max-failures", type=click.IntRange(1), metavar="N", help="Stop after N failures.")
@click.option(
    "--whole",
    is_flag=True,
    help="Compare everything with the reference, not only what files expect.",
)
@click.option(
    "-v", "--verbose", count=True, help="Name every scenario, and why others are skipped."
)
@click.option("-q", "--quiet", count=True, help="Print the counts alone.")
@click.option("--failed", is_flag=True, help="Only what failed last time here.")
@click.option(
    "--strict/--no-strict",
    default=None,
    help="What is skipped, or should be otherwise, fails the run too.",
)
@reading_option()
@clock_option
@panel_options
@server_options
@worker_options
@report_options
def command(**options: Any) -> int:
    """Run scenarios on an implementation and judge it rule by rule.

    SELECTION is a scenario's id or a glob (documented/*), a rule's id or a glob
    (billmanager.renew.*), or a file or folder of your own; all bundled scenarios by default.
    Settings may also stand in prorata.toml or in [tool.prorata] of pyproject.toml, here or above.

    Exit codes: 0 all conform, 1 something does not, 2 nothing was judged, 129 hung up, 130
    interrupted, 143 terminated.
    """  # fmt: skip
    try:
        with mistakes():
            named = options.pop("implementations")
            if len(named) > 1:
                return _run_each(named, options)
            options["implementation"] = named[0] if named else None
            return _run_one(RunOptions(read_settings(Path()), options))
    except (SettingsError, KnownError) as error:
        raise Mistake(str(error)) from None


def _run_one(options: RunOptions) -> int:
    """Run scenarios on an implementation, and report them."""
    with kept_log(options.reports) as kept:
        ran = _run(options, kept)
        write_reports(options.reports, kept)
    return ran.code


def _run_each(named: Sequence[str], options: dict[str, Any]) -> int:
    """Run the same scenarios on several implementations, and tell them apart."""
    settings, runs = read_settings(Path()), list[_Ran]()
    each = [RunOptions(settings, {**options, "implementation": name}, len(named)) for name in named]
    reports = each[0].reports
    with ExitStack() as stack:
        logs = [stack.enter_context(kept_log(reports)) for _ in each]
        for number, (own, kept) in enumerate(zip(each, logs, strict=True), start=1):
            own.log, own.trace = (_numbered(file, number) for file in (own.log, own.trace))
            runs.append(_run(own, kept))
            if runs[-1].code > _NOTHING_JUDGED:  # ended from outside
                break
        write_reports(reports, *logs[: len(runs)])
    if runs[-1].code > _NOTHING_JUDGED:
        return runs[-1].code
    if not reports.on_stdout:
        from prorata.harness.report.compared import compared

        write = writer(styled=styled())
        results = [run.results for run in runs]
        for line in compared(results, verbose=options["verbose"] > options["quiet"]):
            write(line)
    codes = [run.code for run in runs]
    return 1 if 1 in codes else max(codes)


def _numbered(file: str | None, number: int) -> str | None:
    """Return the file of one of several runs: `run-2.jsonl` for the second."""
    if file is None:
        return None
    if file == "-":
        raise Mistake("each of several implementations has a file of its own: name one, not -")
    path = Path(file)
    return str(path.with_name(f"{path.stem}-{number}{path.suffix}"))


class _Ran(NamedTuple):
    """A run that is over."""

    code: int
    results: Results


def _run(options: RunOptions, kept: IO[str] | None) -> _Ran:
    """Run scenarios on an implementation; the log is `kept` as well, where reports want it."""
    choose(options.readings)
    if options.readings and options.implementation != "reference":
        raise Mistake("--reading is for the reference; other implementations declare their own")
    known = _known(options)
    kind = panels_for(options.implementation, options.panels)
    terms = RunTerms(known, options.today, options.most, options.complete, _ending)
    with ExitStack() as stack:
        asked = gathered(
            lambda: _selected(options), _whole(options), options.project, options.hands, stack
        )
        if not options.update_known:
            check_known(known.values(), asked.scenarios, options.project)
        for line in options.target.told() if options.target and options.verbosity >= 0 else ():
            say(line)
        log = EventLog(_file(stack, options.log), kept)
        trace = _tracer(_file(stack, options.trace))
        chosen, shard = _of_shard(asked.scenarios, options.hands)
        crew = _crew(options, kind, asked._replace(scenarios=chosen), trace, stack)
        goodbye = stack.enter_context(_Goodbye(crew))
        log.header(
            crew.declared,
            options.implementation,
            kind,
            len(chosen),
            shard=shard,
            again=options.again,
        )
        ran = _judged(options, RunSession(terms, crew, log, len(chosen)))
        if options.update_known and not ran.results.ended:
            _renew_known(options, ran.results, chosen)
    return ran._replace(code=1) if ran.code == 0 and goodbye.trouble else ran


def _crew(
    options: RunOptions, kind: str, asked: Gathered, trace: Trace | None, stack: ExitStack
) -> Crew:
    """Start the implementation, here or in workers."""
    if asked.workers is not None:
        from prorata.harness.workers import Job, ScenarioHead

        job = Job(
            options.implementation,
            kind,
            options.readings,
            options.timeout,
            options.patience,
            options.whole,
            options.runs_in,
            options.records,
            options.wishes.clock,
        )
        asked.workers.begin(
            job, [each for each in asked.scenarios if isinstance(each, ScenarioHead)]
        )
        return asked.workers
    panels = stack.enter_context(open_panels(kind, *options.listens))
    server = stack.enter_context(started(options.starting, options.runs_in))
    implementation = open_any(
        options.implementation,
        panels,
        readings=options.readings,
        timeout=options.timeout,
        cwd=options.runs_in,
        wishes=options.wishes,
        server=server,
    )
    scenarios = [each for each in asked.scenarios if isinstance(each, Scenario)]
    return OneProcess(
        scenarios,
        implementation,
        panels,
        trace,
        options.whole,
        options.patience,
        options.records,
    )


def _whole(options: RunOptions) -> list[tuple[Path, Path]] | None:
    """Return the files that are selected as a whole, where workers may load them."""
    if options.failed or options.hands.workers == "1":
        return None
    return whole_files(options.selection, folder=options.from_, project=options.project)


def _of_shard(
    scenarios: Sequence[Scenario | ScenarioHead], hands: Hands
) -> tuple[Sequence[Scenario | ScenarioHead], dict[str, object] | None]:
    """Return the scenarios of this shard, and what its log tells of it."""
    at = hands.positions([each.id for each in scenarios])
    if at is None or hands.shard is None:
        return scenarios, None
    chosen = [scenarios[each] for each in at]
    places = {each.id: place for each, place in zip(chosen, at, strict=True)}
    return chosen, {"number": hands.shard.number, "of": hands.shard.parts, "at": places}


def _judged(options: RunOptions, session: RunSession) -> _Ran:
    """Judge every scenario and tell of it."""
    teller = Teller(
        write=writer(styled=styled()),
        quiet=options.reports.on_stdout or "-" in {options.log, options.trace},
        verbosity=options.verbosity,
        again=options.again,
    )
    with RunProgress(session.scenarios) as progress:
        results = session.run(
            lambda: teller.begin(session.crew, session.scenarios), progress.advance
        )
    keep_failed(options.implementation, results.verdicts)
    teller.end(results)
    if session.ended:
        say(session.ended)
    if session.code is not None or not session.scenarios:
        return _Ran(session.code or 0, results)
    strict = options.strict and bool(results.count("skipped") or results.advised)
    return _Ran(1 if strict and results.exit_code == 0 else results.exit_code, results)


def _ending(error: BaseException) -> Ending:
    if isinstance(error, CannotStart):
        return Ending(not_started(error, "cannot start the implementation again"), 1)
    if isinstance(error, CrewError):
        return Ending(str(error), 1)
    return Ending(*ended_by(error))


def _known(options: RunOptions) -> dict[str, KnownFailure]:
    if options.known_failures is None:
        if options.update_known:
            raise Mistake("--update-known-failures needs --known-failures FILE")
        return {}
    read = known_in if options.update_known else read_known
    return read(Path(options.known_failures))


def _renew_known(
    options: RunOptions, results: Results, scenarios: Sequence[Scenario | ScenarioHead]
) -> None:
    """Bring the list of known failures up to date; this run is told by what it was."""
    renewal = renew(
        Path(options.known_failures or ""), results.verdicts, scenarios,
        project=options.project, today=options.today, complete=options.complete,
    )  # fmt: skip
    say(str(renewal))


def _selected(options: RunOptions) -> list[Scenario]:
    selection = options.selection
    if options.failed:
        failed = failed_last_time(options.implementation)
        if failed is None:
            raise Mistake(f"nothing has run here yet with {options.implementation}")
        if not failed:
            say(f"nothing failed here last time with {options.implementation}")
            return []
        wanted = {each.id for each in select(failed, project=options.project)}
        there = select(selection or failed, project=options.project)
        chosen = [each for each in there if each.id in wanted]
        if not chosen:
            raise Mistake(f"none of these failed last time with {options.implementation}")
        return chosen
    return select(selection, folder=options.from_, project=options.project)


def _file(stack: ExitStack, name: str | None) -> IO[str] | None:
    if name is None:
        return None
    if name == "-":
        return sys.stdout  # None where it was closed from the start
    file = stack.enter_context(opened(name))
    begin_alone(file)
    return file


def _tracer(file: IO[str] | None) -> Trace | None:
    if file is None:
        return None
    return lambda event: print(json.dumps(event, ensure_ascii=False), file=file)


class _Goodbye:
    """Ends a crew when a run is over, and tells what was wrong with its goodbye."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self.trouble = False

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        said = self._crew.close()
        if said:
            self.trouble = True
            say(f"at the end: {said}")
