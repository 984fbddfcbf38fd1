"""`prorata simulate`."""

from __future__ import annotations

import json
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from prorata.fakes.extras import how_to_install
from prorata.harness.cli.common import Mistake, mistakes
from prorata.harness.cli.worker_options import dask_option
from prorata.harness.simulate import SimulationPlan, load_catalogue, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["command"]


_YEARS: Final = range(1900, 3000)  # as in scenarios


def _day(_context: click.Context, _parameter: click.Parameter, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is not a date; 2025-01-01 is") from None
    if day.year not in _YEARS:
        raise click.BadParameter(f"{text} is outside the years {_YEARS[0]} to {_YEARS[-1]}")
    return day


@click.command("simulate")
@click.argument("catalogue")
@click.option(
    "--services",
    type=click.IntRange(1, 100_000_000),
    required=True,
    metavar="N",
    help="How many services the book has.",
)
@click.option(
    "--from",
    "starts",
    required=True,
    callback=_day,
    metavar="DATE",
    help="The first day; services are ordered in the four weeks before it.",
)
@click.option(
    "--to", "ends", required=True, callback=_day, metavar="DATE", help="The day after the last one."
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    metavar="S",
    help="The same seed makes the same book.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="W",
    help="Processes; the result is the same for any number of them.",
)
@dask_option
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder for the ledger and totals.json.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet"]),
    help="Of the ledger; parquet where the extra bulk brought it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the totals as JSON.")
def command(**options: Any) -> int:
    """Make a book of services of CATALOGUE, move it through time, and write its ledger.

    CATALOGUE is a file, or the name of a bundled one: hostbill-hosting, shared-hosting.
    """  # fmt: skip
    if options["starts"] >= options["ends"]:
        raise Mistake("--from must be before --to")
    if options["dask"] and options["workers"] > 1:
        raise Mistake("--workers is for this machine, --dask for a cluster: say one of them")
    if find_spec("faker") is None:
        raise Mistake(f"simulate needs the extra bulk: {how_to_install('bulk')}")
    form = options["form"] or ("parquet" if find_spec("pyarrow") else "csv")
    if form == "parquet" and find_spec("pyarrow") is None:
        raise Mistake(f"--format parquet needs the extra bulk: {how_to_install('bulk')}")
    with mistakes():
        catalogue = load_catalogue(options["catalogue"])
        plan = SimulationPlan(
            catalogue, options["services"], options["starts"], options["ends"], options["seed"]
        )
        totals = _simulated(plan, options, parquet=form == "parquet")
    if options["as_json"]:
        click.echo(json.dumps(totals, indent=2, ensure_ascii=False))
    else:
        _tell(totals, options["out"] / f"ledger.{form}")
    return 0


def _simulated(plan: SimulationPlan, options: dict[str, Any], *, parquet: bool) -> dict[str, Any]:
    def run(progress: Callable[[int], None]) -> dict[str, Any]:
        out, workers, dask = (options[name] for name in ("out", "workers", "dask"))
        return simulate(plan, out, workers=workers, dask=dask, parquet=parquet, progress=progress)

    if not sys.stderr.isatty():
        return run(lambda _services: None)
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("services", total=plan.services)
        return run(lambda services: bar.advance(task, services))


def _tell(totals: dict[str, Any], ledger: Path) -> None:
    currency = totals["currency"]
    click.echo(f"{totals['catalogue']}: {totals['services']} services, seed {totals['seed']}")
    for kind, amount in totals["amounts"].items():
        click.echo(f"  {kind:<14} {totals['lines'][kind]:>10} lines   {amount:>16} {currency}")
    statuses = ", ".join(f"{count} {status}" for status, count in totals["statuses"].items())
    click.echo(f"  {statuses} on {totals['to']}")
    click.echo(f"  {ledger}")
