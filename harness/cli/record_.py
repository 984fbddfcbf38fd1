"""`prorata record`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pydantic_core import PydanticCustomError

from prorata.harness.cli.common import Mistake, mistakes
from prorata.harness.scenario.nodes import mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["command"]


@click.command("record")
@click.argument("file", required=False)
@click.option(
    "--ledger", required=True, metavar="FILE",
    help="What was charged: JSON as observe answers it, or CSV of its lines.",
)  # fmt: skip
@click.option("--journal", metavar="FILE", help="What was called, as prorata panel journal has it.")
@click.option("--seed", metavar="FILE", help="What the billing was given, in a seed's words.")
@click.option("--catalogue", metavar="NAME", help="The catalogue that it sold from.")
@click.option("--system", type=click.Choice(["billmanager", "hostbill"]), default="billmanager")
@click.option(
    "--currency", metavar="CODE", help="What amounts are in; the seed's or USD by default."
)
@click.option("--timezone", metavar="ZONE", help="Where days begin; the seed's or UTC by default.")
@click.option("--title", default="", help="What happened, in one sentence.")
def command(file: str | None, ledger: str, journal: str | None, **options: Any) -> None:
    """Turn what was called and charged in a real run into a scenario: FILE, or stdout.

    The calls of BILLmanager are its acts, those of ispmanager what is expected of the panel, and
    the lines of the ledger what is expected to be charged. Without a journal the acts are those
    that the ledger suggests. What could not be known stands in comments. Nothing is written over.
    """
    from prorata.harness.authoring.fixing import fixed
    from prorata.harness.authoring.recording import Run, recorded
    from prorata.harness.authoring.told import ToldError, read_journal, read_ledger
    from prorata.harness.running.selection import load_text
    from prorata.harness.scenario.instants import zone

    if file == "-":
        file = None
    if file is not None and Path(file).exists():
        raise Mistake(f"{file} is there already, and is left as it is; name another file")
    if options["seed"] and options["catalogue"]:
        raise click.UsageError("either --seed or --catalogue")
    named = " and ".join(Path(each).name for each in (journal, ledger) if each)
    with mistakes():
        try:
            seed = _seed(options["seed"])
            given = {"catalogue": options["catalogue"]} if options["catalogue"] else _given(seed)
            sold = _sold(options["catalogue"], file) if options["catalogue"] else seed
            run = Run(
                named,
                read_journal(Path(journal)) if journal else [],
                read_ledger(Path(ledger)),
                given,
                _numbers(sold),
                options["system"],
                options["currency"] or seed.get("currency", "USD"),
                zone(options["timezone"] or seed.get("timezone", "UTC")),
                options["title"],
            )
            text = recorded(run)
        except ToldError as error:
            raise Mistake(str(error)) from None
        except PydanticCustomError as error:
            raise Mistake(f"--timezone: {error.message()}") from None
        where = file or "recorded.yaml"
        data = fixed(text.encode(), where)
        load_text(data, where)
        if file is None:
            click.echo(data.decode(), nl=False)
            return
        with Path(file).open("xb") as opened:
            opened.write(data)
    click.echo(f"{file} is written; next: prorata run {file}")


#: What of a seed is a panel's own, and nothing that a billing is given.
_PANELS = frozenset({"readings", "billmanager", "ispmanager", "currency", "timezone"})
_OF_CLIENTS = ("balance", "group")


def _sold(catalogue: str, file: str | None) -> dict[str, Any]:
    """Return what a catalogue has that a scenario in that file names."""
    from prorata.harness.scenario.catalogues import catalogue_path, read_catalogue

    path = catalogue_path(catalogue, Path(file or "").parent)
    if path is None:
        raise Mistake(f"--catalogue: no catalogue is called {catalogue}")
    return mapping(mapping(read_catalogue(path).root.plain()).get("given"))


def _numbers(given: Mapping[str, Any]) -> dict[str, str]:
    """Return the tariffs by the numbers that calls have, as a panel that is given them counts."""
    from prorata.fakes.billmanager.catalogue import Listings, as_listed

    rows = {name: as_listed(mapping(row)) for name, row in mapping(given.get("tariffs")).items()}
    listings = Listings()
    listings.reserve(rows.values())
    return {str(listings.add(name, row, ()).id): name for name, row in rows.items()}


def _seed(seed: str | None) -> Mapping[str, Any]:
    from prorata.harness.cli.seeds import load_seed

    return load_seed(Path(seed)) if seed else {}


def _given(seed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seed gives, in the words of a scenario."""
    if not seed:
        return {}
    found = {key: value for key, value in seed.items() if key not in _PANELS}
    if "tariffs" in found:
        found["tariffs"] = {name: _tariff(row) for name, row in found["tariffs"].items()}
    found["clients"] = {name: _client(row) for name, row in found.get("clients", {}).items()}
    return found


def _tariff(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tariff without its numbers; one of another product type is made nowhere."""
    from prorata.fakes.billmanager.catalogue import engine_row

    return {name: value if value is not False else "no" for name, value in engine_row(row).items()}


def _client(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a client with what had been paid in at the beginning on the balance."""
    told = {key: row[key] for key in _OF_CLIENTS if key in row}
    paid = [
        each for each in row.get("payments") or () if each.get("status", "credited") == "credited"
    ]
    if not paid:
        return told
    amounts = (
        Decimal(text) for text in (told.get("balance", "0"), *(one["amount"] for one in paid))
    )
    return {**told, "balance": str(sum(amounts))}
