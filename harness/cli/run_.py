"""`prorata run`."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack, suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import IO, TYPE_CHECKING, Any

import click

from prorata.harness.cli.common import Mistake, mistakes, reading_option, seconds, styled
from prorata.harness.cli.quick import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prorata.harness.implementations.base import Implementation
    from prorata.harness.running.known import Known
    from prorata.harness.running.log import EventLog
    from prorata.harness.running.panels import Panels
    from prorata.harness.running.verdict import Results, Verdict
    from prorata.harness.scenario import Scenario

__all__ = ["command"]

_INTERRUPTED = 130
_TIMEOUT = 5.0


@click.command("run")
@click.argument("selection", nargs=-1)
@click.option(
    "-i",
    "--implementation",
    metavar="IMPLEMENTATION",
    help="reference (default), stdio:COMMAND or python:MODULE:FACTORY.",
)
@click.option("--log", metavar="FILE", help="Write the event log, JSON lines.")
@click.option(
    "--panels",
    type=click.Choice(["inprocess", "socket"]),
    help="Where panels answer; a socket by default for all but the reference.",
)
@click.option("--known-failures", metavar="FILE", help="A TOML list of known failures.")
@click.option("--today", metavar="DATE", help="The day for which known failures may run out.")
@click.option("--trace", metavar="FILE", help="Write every message and panel call, JSON lines.")
@click.option(
    "--timeout",
    type=float,
    callback=seconds,
    metavar="S",
    help="Seconds for each message; 5 by default.",
)
@click.option("-x", "--exit-first", is_flag=True, help="Stop at the first failure.")
@click.option("--failed", is_flag=True, help="Only what failed last time here.")
@click.option("--strict/--no-strict", default=None, help="What is skipped fails the run too.")
@reading_option()
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def command(**options: Any) -> int:
    """Run scenarios on an implementation and judge it rule by rule.

    SELECTION is a scenario's id or a glob (documented/*), a rule's id or a glob
    (billmanager.renew.*), or a file or folder of your own; all bundled scenarios by default.
    Settings may also stand in prorata.toml or in [tool.prorata] of pyproject.toml.

    Exit codes: 0 all conform, 1 something does not, 2 nothing was judged, 130 interrupted.
    """  # fmt: skip
    from prorata.harness.running.known import KnownError
    from prorata.harness.running.settings import SettingsError, read_settings

    try:
        with mistakes():
            return _run(_Options(read_settings(Path.cwd()), options))
    except (SettingsError, KnownError) as error:
        raise Mistake(str(error)) from None


class _Options:
    """The options of a run: what the command line says, else the settings, else the default."""

    def __init__(self, settings: dict[str, Any], options: dict[str, Any]) -> None:
        def told(name: str, default: Any = None) -> Any:
            given = options[name]
            return settings.get(name, default) if given in {None, ()} else given

        self.selection: list[str] = list(told("selection", []))
        self.implementation: str = told("implementation", "reference")
        self.panels: str | None = told("panels")
        self.timeout: float = float(told("timeout", _TIMEOUT))
        self.known_failures: str | None = told("known_failures")
        self.log: str | None = told("log")
        self.strict: bool = bool(told("strict"))
        self.readings: dict[str, str] = {**settings.get("readings", {}), **options["readings"]}
        self.trace: str | None = options["trace"]
        self.today: date | None = _date(options["today"])
        self.exit_first: bool = options["exit_first"]
        self.failed: bool = options["failed"]
        self.as_json: bool = options["as_json"]

    @property
    def again(self) -> list[str]:
        """The words that follow `prorata run SCENARIO` to run it in the same way."""
        words = [] if self.implementation == "reference" else ["-i", self.implementation]
        for name, value in self.readings.items():
            words += ["--reading", f"{name}={value}"]
        if self.panels:
            words += ["--panels", self.panels]
        if self.timeout != _TIMEOUT:
            words += ["--timeout", f"{self.timeout:g}"]
        return words


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Mistake(f"--today: {text} is not a date; 2026-03-01 is") from None


def _run(options: _Options) -> int:
    from prorata.harness.running.api import open_any
    from prorata.harness.running.known import read_known
    from prorata.harness.running.log import EventLog
    from prorata.harness.running.panels import open_panels
    from prorata.harness.running.selection import select
    from prorata.reference.readings import choose

    choose(options.readings)
    if options.readings and options.implementation != "reference":
        raise Mistake("--reading is for the reference; other implementations declare their own")
    known = read_known(Path(options.known_failures)) if options.known_failures else {}
    with kept():
        scenarios = _selected(options, select)
    kind = options.panels or ("inprocess" if options.implementation == "reference" else "socket")
    with ExitStack() as stack:
        log = EventLog(_file(stack, options.log))
        trace = _tracer(_file(stack, options.trace))
        panels = stack.enter_context(open_panels(kind))
        implementation = open_any(
            options.implementation,
            panels,
            readings=options.readings,
            timeout=options.timeout,
        )
        stack.callback(_close, implementation)
        log.header(implementation.declared, options.implementation, kind, len(scenarios))
        run = _Run(options, known, log, trace)
        return run.judge(scenarios, implementation, panels)


def _selected(options: _Options, select: Callable[[list[str]], list[Scenario]]) -> list[Scenario]:
    selection = options.selection
    if options.failed:
        from prorata.harness.running.memory import failed_last_time

        failed = failed_last_time(options.implementation)
        if not failed:
            raise Mistake(f"nothing failed here last time with {options.implementation}")
        wanted = {scenario.id for scenario in select(failed)}
        chosen = [each for each in select(selection or failed) if each.id in wanted]
        if not chosen:
            raise Mistake(f"none of these failed last time with {options.implementation}")
        return chosen
    return select(selection)


def _file(stack: ExitStack, name: str | None) -> IO[str] | None:
    if name is None:
        return None
    if name == "-":
        return sys.stdout
    # Half of a pair of surrogates, which UTF-8 cannot write, becomes the escape of JSON for it.
    return stack.enter_context(Path(name).open("w", encoding="utf-8", errors="backslashreplace"))


def _tracer(file: IO[str] | None) -> Callable[[dict[str, Any]], None] | None:
    if file is None:
        return None
    return lambda event: print(json.dumps(event, ensure_ascii=False), file=file)


def _close(implementation: Implementation) -> None:
    """End an implementation and tell what was wrong with its goodbye."""
    from prorata.harness.running.api import end

    said = end(implementation)
    if said:
        click.echo(f"at the end: {said}", err=True)


class _Run:
    """One run: judges each scenario, tells of it, and ends with the footer whatever happens."""

    def __init__(
        self,
        options: _Options,
        known: dict[str, Known],
        log: EventLog,
        trace: Callable[[dict[str, Any]], None] | None,
    ) -> None:
        from prorata.harness.report.console import writer

        self._options = options
        self._known = known
        self._log = log
        self._trace = trace
        self._verdicts: list[Verdict] = []
        self._write = writer(styled=styled())
        self._quiet = options.as_json or "-" in {options.log, options.trace}

    def judge(
        self,
        scenarios: list[Scenario],
        implementation: Implementation,
        panels: Panels,
    ) -> int:
        """Judge every scenario and return the exit code."""
        from prorata.harness.implementations.base import CannotStart
        from prorata.harness.report.console import heading

        began = perf_counter()
        stopped = ""
        code: int | None = None
        try:
            if not self._quiet:
                self._write(heading(implementation.declared, len(scenarios), panels.address))
            with _Progress(len(scenarios)) as advance:
                for verdict in self._judged(scenarios, implementation, panels):
                    self._tell(verdict)
                    advance()
        except BrokenPipeError:
            self._log.footer(self._results(implementation, perf_counter() - began))
            raise
        except KeyboardInterrupt:
            code, stopped = _INTERRUPTED, "interrupted"
        except CannotStart as error:
            code, stopped = 1, f"cannot start the implementation again: {error.reason}"
        results = self._results(implementation, perf_counter() - began)
        self._log.footer(results)
        self._end(results)
        if stopped:
            click.echo(stopped, err=True)
        if code is not None:
            return code
        strict = self._options.strict and results.count("skipped") > 0
        return 1 if strict and results.exit_code == 0 else results.exit_code

    def _judged(
        self,
        scenarios: list[Scenario],
        implementation: Implementation,
        panels: Panels,
    ) -> Iterator[Verdict]:
        from prorata.harness.running.known import excused
        from prorata.harness.running.runner import judge_all

        for verdict in judge_all(scenarios, implementation, panels, trace=self._trace):
            told = excused(verdict, self._known, self._options.today)
            yield told
            failed = told.verdict in {"fail", "error"} and not told.known
            if failed and self._options.exit_first:
                return

    def _tell(self, verdict: Verdict) -> None:
        from prorata.harness.report.console import told

        self._verdicts.append(verdict)
        self._log.verdict(verdict)
        if not self._quiet:
            for line in told(verdict, self._options.again):
                self._write(line)

    def _results(self, implementation: Implementation, seconds: float) -> Results:
        from prorata.harness.running.known import complaints
        from prorata.harness.running.verdict import Results

        return Results(
            implementation=implementation.declared.name,
            version=implementation.declared.version,
            readings=dict(implementation.declared.readings),
            verdicts=tuple(self._verdicts),
            seconds=round(seconds, 6),
            complaints=tuple(complaints(self._verdicts, self._known, self._options.today)),
        )

    def _end(self, results: Results) -> None:
        from prorata.harness.report.console import summary
        from prorata.harness.running.memory import failed_last_time, remember

        judged = {each.target: each.verdict in {"fail", "error"} for each in results.verdicts}
        before = failed_last_time(self._options.implementation) or []
        kept = [name for name in before if name not in judged]
        failed = [name for name, bad in judged.items() if bad]
        remember(self._options.implementation, [*kept, *failed])
        if self._options.as_json:
            click.echo(json.dumps(asdict(results), indent=2, ensure_ascii=False))
        elif not self._quiet:
            for line in summary(results):
                self._write(line)


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
