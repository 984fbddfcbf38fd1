"""`prorata diagnose`."""

from __future__ import annotations

import json
import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import click

from prorata.harness.cli.clock_option import clock_option
from prorata.harness.cli.common import Mistake, fitted, mistakes, reading_option, seconds
from prorata.harness.cli.server_options import server_options, started, starting
from prorata.harness.diagnosing import Witness, concluded, searched
from prorata.harness.diagnosing.probes import probes
from prorata.harness.diagnosing.telling import as_data, lines
from prorata.harness.implementations.base import merges
from prorata.harness.report.clean import clean
from prorata.harness.running.api import end, open_any, panels_for, patience
from prorata.harness.running.panels import open_panels
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from prorata.harness.diagnosing import Diagnosis
    from prorata.harness.protocol import Started

__all__ = ["command"]

_TIMEOUT: Final = 5.0
_NOTHING_FOUND: Final = 2


@click.command("diagnose")
@click.option(
    "-i", "--implementation", required=True, metavar="IMPLEMENTATION",
    help="reference, stdio:COMMAND, http://… or python:MODULE:FACTORY.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("-v", "--verbose", is_flag=True, help="Give all the evidence, and name each probe.")
@click.option(
    "--timeout", default=_TIMEOUT, show_default=True, callback=seconds, metavar="S",
    help="Seconds for each message, 12 times that for a scenario.",
)  # fmt: skip
@reading_option()
@clock_option
@server_options
def command(implementation: str, as_json: bool, verbose: bool, **options: Any) -> int:
    """Find out which readings and conventions a billing follows, by asking it few scenarios.

    The probe that tells most is asked first. What it shows is held against the reference under
    every reading that explains it, and where none does, under the conventions of other vendors.

    Exit codes: 0 all is explained, 1 something is by no reading, 2 nothing was found.
    """
    began = perf_counter()
    progress = _Progress(verbose=verbose and not as_json)
    try:
        with mistakes():
            declared, found = _diagnosed(implementation, progress, **options)
    finally:
        progress.wipe()
    if as_json:
        told = {"implementation": declared.name, **as_data(found, declared.readings)}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        _tell(found, declared, perf_counter() - began, verbose=verbose)
    if not found.readings and not found.conventions:
        return _NOTHING_FOUND
    return 1 if found.odd else 0


def _diagnosed(
    implementation: str,
    progress: _Progress,
    *,
    timeout: float,
    readings: dict[str, str],
    clock: str | None,
    **options: Any,
) -> tuple[Started, Diagnosis]:
    """Ask an implementation; return what it says of itself, and what was found."""
    wanted = starting(implementation, options.get)
    choose(readings)
    if readings and implementation != "reference":
        raise Mistake("--reading is for the reference; other implementations are asked")
    with (
        open_panels(panels_for(implementation, None)) as opened,
        started(wanted) as server,
    ):
        asked = open_any(
            implementation, opened, readings=readings, timeout=timeout, server=server, clock=clock
        )
        try:
            if merges(asked):
                raise Mistake(f"{implementation} cannot begin anew for each probe")
            billing = Witness(asked, opened, patience(timeout))
            search = searched(billing, progress)
            return asked.declared, concluded(search, billing.asked, len(probes()))
        finally:
            end(asked)


def _tell(found: Diagnosis, declared: Started, took: float, *, verbose: bool) -> None:
    name = clean(f"{declared.name} {declared.version}".strip(), 80)
    click.echo(f"{name} · {found.asked} of {found.probes} scenarios asked · {took:.1f} s")
    click.echo("")
    for line in lines(found, declared.readings, verbose=verbose):
        text = line.lstrip()
        click.echo(fitted(text, line[: -len(text)]) if text else "")


class _Progress:
    """Names each probe as it is asked: where somebody wants all, or in one place of a terminal."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._asked = 0

    def __call__(self, scenario: str) -> None:
        """Tell that a probe is asked."""
        self._asked += 1
        if self._verbose:
            click.echo(f"{self._asked:>3}  {scenario}", err=True)
        elif self._terminal:
            click.echo(f"\r\x1b[Kprobe {self._asked}: {scenario[:60]}", nl=False, err=True)

    def wipe(self) -> None:
        """Wipe what a terminal shows."""
        if self._terminal and not self._verbose:
            click.echo("\r\x1b[K", nl=False, err=True)
