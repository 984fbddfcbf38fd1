"""`prorata smoke`."""

from __future__ import annotations

from typing import Any

import click

from prorata.harness.cli.clock_option import clock_option
from prorata.harness.cli.common import Mistake, mistakes, seconds
from prorata.harness.cli.server_options import server_options, started, starting
from prorata.harness.clocks.wishes import fitting
from prorata.harness.implementations.opening import way_to
from prorata.harness.report.clean import clean
from prorata.harness.running.api import PANEL
from prorata.harness.running.panels import open_panels
from prorata.harness.smoke import SMOKE_BEGINS, SMOKE_PRESET, smoke
from prorata.reference.clock import Clock
from prorata.reference.readings import READINGS

__all__ = ["command"]

_LONGEST = 1000


@click.command("smoke")
@click.option(
    "-i", "--implementation", required=True, metavar="IMPLEMENTATION",
    help="stdio:COMMAND, http://… or python:MODULE:FACTORY.",
)  # fmt: skip
@click.option(
    "--timeout", default=5.0, show_default=True, callback=seconds, metavar="S",
    help="Seconds for each message.",
)  # fmt: skip
@clock_option
@server_options
def command(implementation: str, timeout: float, clock: str | None, **options: Any) -> int:
    """Check an adapter's manners before any billing, and say what is wrong and where."""
    values = {name: reading.values for name, reading in READINGS.items()}
    wanted = starting(implementation, options.get)
    with mistakes(), open_panels("socket") as opened:
        if implementation == "reference":
            raise Mistake("smoke is for other implementations; the reference speaks no protocol")
        if implementation.startswith(f"{PANEL}:"):
            raise Mistake(f"smoke is for adapters; {implementation} speaks no protocol")
        way_to(implementation)
        fitting(clock, implementation, started=wanted is not None)
        with started(wanted) as server:
            report = smoke(
                implementation,
                timeout=timeout,
                readings=values,
                clock=clock,
                server=server,
                panels=lambda: opened.access(opened.place(Clock(SMOKE_BEGINS), {SMOKE_PRESET: {}})),
            )
    for line in report.lines():
        click.echo(clean(line, _LONGEST))
    return 0 if report.ok else 1
