"""`prorata run`."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack, suppress
from dataclasses import asdict
from datetime import date
from math import inf
from pathlib import Path
from time import perf_counter
from typing import IO, TYPE_CHECKING, Any, Self

import click

from prorata.harness.cli.alone import begin_alone
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
from prorata.harness.cli.panel_options import (
    again,
    listening,
    panel_options,
    target,
    wishes_of,
)
from prorata.harness.cli.quick import kept
from prorata.harness.cli.server_options import server_options, started, starting
from prorata.harness.clocks.wishes import MOVED, clock_wish
from prorata.harness.implementations.base import CannotStart
from prorata.harness.report.console import failures, heading, summary, writer
from prorata.harness.running.api import end, open_any, panels_for, patience
from prorata.harness.running.known import KnownError, check_known, complaints, excused, read_known
from prorata.harness.running.log import EventLog
from prorata.harness.running.memory import failed_last_time, remember
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import select
from prorata.harness.running.settings import SettingsError, read_settings
from prorata.harness.running.verdict import Results
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prorata.harness.cli.server_options import Starting
    from prorata.harness.implementations.base import Implementation
    from prorata.harness.implementations.billmanager import PanelWishes, Target
    from prorata.harness.running.known import KnownFailure
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.running.play import Trace
    from prorata.harness.running.settings import RunSettings
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

__all__ = ["command"]

_TIMEOUT = 5.0


@click.command("run")
@click.argument("selection", nargs=-1)
@click.option(
    "-i",
    "--implementation",
    metavar="IMPLEMENTATION",
    help="reference (default), stdio:COMMAND, http://…, python:MODULE:FACTORY or billmanager:URL.",
)
@click.option("--log", metavar="FILE", help="Write the event log, JSON lines.")
@click.option(
    "--panels",
    type=click.Choice(["inprocess", "socket"]),
    help="Where panels answer; a socket by default for all but the reference.",
)
@click.option("--known-failures", metavar="FILE", help="A TOML list of known failures.")
@click.option("--today", metavar="DATE", help="The day by which known failures run out; today.")
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
@click.option("--strict/--no-strict", default=None, help="What is skipped fails the run too.")
@reading_option()
@clock_option
@panel_options
@server_options
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
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
            return _run(_Options(read_settings(Path()), options))
    except (SettingsError, KnownError) as error:
        raise Mistake(str(error)) from None


class _Options:
    """The options of a run: what the command line says, else the settings, else the default."""

    def __init__(self, found: RunSettings, options: dict[str, Any]) -> None:
        settings = found.values

        def told(name: str, default: Any = None) -> Any:
            given = options[name]
            return settings.get(name, default) if given in {None, ()} else given

        self.project = found.folder
        self.selection: list[str] = list(told("selection", []))
        self.complete: bool = not options["selection"] and not options["failed"]
        self.implementation: str = told("implementation", "reference")
        #: Where the implementation runs, and whether whoever runs it again need not name it.
        self.runs_in: Path | None = found.folder if options["implementation"] is None else None
        self.panels: str | None = told("panels")
        self.wishes: PanelWishes = wishes_of(self.implementation, told)
        self.target: Target | None = target(self.implementation, self.wishes)
        remote = self.wishes.allow_remote
        self.ispmanager: str | None = told("ispmanager")
        self.listens: tuple[str, int] = listening(self.ispmanager, allow_remote=remote)
        self.starting: Starting | None = starting(self.implementation, told)
        self.timeout: float = float(told("timeout", _TIMEOUT))
        self.known_failures: str | None = told("known_failures")
        self.log: str | None = told("log")
        self.strict: bool = bool(told("strict"))
        self.readings: dict[str, str] = {**settings.get("readings", {}), **options["readings"]}
        self.trace: str | None = options["trace"]
        self.today: date = _date(options["today"]) or today()
        self.most: int | None = 1 if options["exit_first"] else told("max_failures")
        self.whole: bool = options["whole"]
        self.verbosity: int = options["verbose"] - options["quiet"]
        self.failed: bool = options["failed"]
        self.as_json: bool = options["as_json"]

    @property
    def patience(self) -> float:
        """How many seconds a scenario may take: none where a machine or a person moves time."""
        clock = self.target.clock if self.target else self.wishes.clock
        slow = clock_wish(clock).word in MOVED
        return inf if slow else patience(self.timeout)

    @property
    def again(self) -> list[str]:
        """The words that follow `prorata run SCENARIO` to run it in the same way."""
        words = [] if self.runs_in is not None else ["-i", self.implementation]
        for name, value in self.readings.items():
            words += ["--reading", f"{name}={value}"]
        words += again(self.wishes)
        words += self.starting.again if self.starting and self.runs_in is None else []
        if self.ispmanager:
            words += ["--ispmanager", self.ispmanager]
        if self.panels:
            words += ["--panels", self.panels]
        if self.timeout != _TIMEOUT:
            words += ["--timeout", f"{self.timeout:g}"]
        if self.whole:
            words.append("--whole")
        return words


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Mistake(f"--today: {text} is not a date; 2026-03-01 is") from None


def _run(options: _Options) -> int:
    choose(options.readings)
    if options.readings and options.implementation != "reference":
        raise Mistake("--reading is for the reference; other implementations declare their own")
    known = read_known(Path(options.known_failures)) if options.known_failures else {}
    with kept():
        scenarios = _selected(options)
    check_known(known.values(), scenarios, options.project)
    for line in options.target.told() if options.target and options.verbosity >= 0 else ():
        say(line)
    kind = panels_for(options.implementation, options.panels)
    with ExitStack() as stack:
        log = EventLog(_file(stack, options.log))
        trace = _tracer(_file(stack, options.trace))
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
        ending = stack.enter_context(_Ending(implementation))
        log.header(implementation.declared, options.implementation, kind, len(scenarios))
        run = _Run(options, known, log, trace)
        code = run.judge(scenarios, implementation, panels)
    return 1 if code == 0 and ending.trouble else code


def _selected(options: _Options) -> list[Scenario]:
    selection = options.selection
    # What the settings select is named as seen from where they stand.
    folder = options.project if options.complete else Path()
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
    return select(selection, folder=folder, project=options.project)


def _file(stack: ExitStack, name: str | None) -> IO[str] | None:
    if name is None:
        return None
    if name == "-":
        return sys.stdout
    # Half of a pair of surrogates, which UTF-8 cannot write, becomes the escape of JSON for it.
    file = Path(name).open("a", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115  the stack's
    begin_alone(stack.enter_context(file))
    return file


def _tracer(file: IO[str] | None) -> Trace | None:
    if file is None:
        return None
    return lambda event: print(json.dumps(event, ensure_ascii=False), file=file)


class _Ending:
    """Ends an implementation when a run is over, and tells what was wrong with its goodbye."""

    def __init__(self, implementation: Implementation) -> None:
        self._implementation = implementation
        self.trouble = False

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        said = end(self._implementation)
        if said:
            self.trouble = True
            say(f"at the end: {said}")


class _Run:
    """One run: judges each scenario, tells of it, and ends with the footer whatever happens."""

    def __init__(
        self,
        options: _Options,
        known: dict[str, KnownFailure],
        log: EventLog,
        trace: Trace | None,
    ) -> None:
        self._options = options
        self._known = known
        self._log = log
        self._trace = trace
        self._verdicts: list[Verdict] = []
        self._failed = 0
        self._ended = ""
        self._write = writer(styled=styled())
        self._quiet = options.as_json or "-" in {options.log, options.trace}

    def judge(
        self,
        scenarios: list[Scenario],
        implementation: Implementation,
        panels: ScenarioPanels,
    ) -> int:
        """Judge every scenario and return the exit code."""
        began = perf_counter()
        code: int | None = None
        try:
            if not self._quiet and self._options.verbosity >= 0:
                self._write(heading(implementation.declared, len(scenarios), panels.address))
            with _Progress(len(scenarios)) as advance:
                for verdict in self._judged(scenarios, implementation, panels):
                    self._keep(verdict)
                    advance()
        except BrokenPipeError:
            self._log.footer(self._results(implementation, perf_counter() - began))
            raise
        except KeyboardInterrupt as error:
            self._ended, code = ended_by(error)
        except CannotStart as error:
            code = 1
            self._ended = not_started(error, "cannot start the implementation again")
        left = len(scenarios) - len(self._verdicts)
        if self._enough() and left:
            self._ended = f"stopped after {_count(self._failed, 'failure')}"
        if self._ended and left:
            why, *stderr = self._ended.splitlines()
            self._ended = "\n".join([f"{why}; {_count(left, 'scenario')} not run", *stderr])
        results = self._results(implementation, perf_counter() - began)
        self._log.footer(results)
        self._end(results)
        if self._ended:
            say(self._ended)
        if code is not None or not scenarios:
            return code or 0
        strict = self._options.strict and results.count("skipped") > 0
        return 1 if strict and results.exit_code == 0 else results.exit_code

    def _judged(
        self,
        scenarios: list[Scenario],
        implementation: Implementation,
        panels: ScenarioPanels,
    ) -> Iterator[Verdict]:
        for verdict in judge_all(
            scenarios,
            implementation,
            panels,
            trace=self._trace,
            whole=self._options.whole,
            patience=self._options.patience,
            enough=self._enough,
        ):
            told = excused(verdict, self._known, self._options.today)
            self._failed += told.verdict in {"fail", "error"} and not told.known
            yield told

    def _enough(self) -> bool:
        """Tell whether so much has failed that the rest is not wanted."""
        most = self._options.most
        return most is not None and self._failed >= most

    def _keep(self, verdict: Verdict) -> None:
        self._verdicts.append(verdict)
        self._log.verdict(verdict)

    def _results(self, implementation: Implementation, seconds: float) -> Results:
        return Results(
            implementation=implementation.declared.name,
            version=implementation.declared.version,
            readings=dict(implementation.declared.readings),
            verdicts=tuple(self._verdicts),
            seconds=round(seconds, 6),
            complaints=tuple(
                complaints(
                    self._verdicts,
                    self._known,
                    self._options.today,
                    complete=self._options.complete and not self._ended,
                )
            ),
            ended=tuple(self._ended.splitlines()),
        )

    def _end(self, results: Results) -> None:
        judged = {each.target: each.verdict in {"fail", "error"} for each in results.verdicts}
        before = failed_last_time(self._options.implementation) or []
        kept = [name for name in before if name not in judged]
        failed = [name for name, bad in judged.items() if bad]
        remember(self._options.implementation, [*kept, *failed])
        if self._options.as_json:
            click.echo(json.dumps(asdict(results), indent=2, ensure_ascii=False))
        elif not self._quiet:
            options = self._options
            if options.verbosity >= 0:
                verdicts, verbose = results.verdicts, options.verbosity > 0
                for line in failures(verdicts, options.again, verbose=verbose):
                    self._write(line)
            lines = list(summary(results, verbose=options.verbosity > 0))
            for line in lines if options.verbosity >= 0 else lines[-1:]:
                self._write(line)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


class _Progress:
    """Shows how far a run is, on a terminal only."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        streams = (sys.stderr, sys.stdout)
        self._shown = all(stream is not None and stream.isatty() for stream in streams)

    def __enter__(self) -> Callable[[], None]:
        """Start to show."""
        return self._advance

    def _advance(self) -> None:
        self._done += 1
        if self._shown:
            with suppress(OSError):
                sys.stderr.write(f"\r{self._done}/{self._total} ")
                sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        """Wipe what was shown."""
        if self._shown and self._done:
            with suppress(OSError):
                sys.stderr.write("\r" + " " * 16 + "\r")
                sys.stderr.flush()
