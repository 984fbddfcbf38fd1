"""`prorata readings`."""

from __future__ import annotations

import json

import click

from prorata.harness.cli.common import bold
from prorata.reference.readings import READINGS

__all__ = ["command"]


@click.command("readings")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """List the readings: where documents are silent or contradict themselves, what may be chosen.

    The first value of each is the default.
    """
    if as_json:
        rows = [
            {
                "name": reading.name,
                "values": reading.values,
                "applies_to": reading.applies_to,
                "decided_by": reading.decided_by,
            }
            for reading in READINGS.values()
        ]
        click.echo(json.dumps({"readings": rows}, indent=2))
        return
    for reading in READINGS.values():
        click.echo(bold(reading.name))
        click.echo(f"  {', '.join(reading.values)}")
        click.echo(f"  applies to: {reading.applies_to}")
        click.echo(f"  decided by: {reading.decided_by}")
