"""`prorata new scenario`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from prorata.harness.cli.common import Mistake, mistakes

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

__all__ = ["command"]

_SYSTEMS: Final = ("billmanager", "hostbill")
_STORIES: Final = ("order", "renewal", "late", "change")
_PERIODS: Final = ("1 month", "3 months", "1 year")
_FIRST: Final = "2025-09-01"
_MOST_DIGITS: Final = 2
#: What is asked on a terminal for an option that is not given: the question, what is meant else.
_QUESTIONS: Final = {
    "system": ("Which billing's rules", _SYSTEMS[0], click.Choice(_SYSTEMS)),
    "about": ("What happens", _STORIES[0], click.Choice(_STORIES)),
    "price": ("The price", "10.00", None),
    "period": ("For which period", _PERIODS[0], click.Choice(_PERIODS)),
    "begins": ("Ordered on", _FIRST, None),
}


@click.command("scenario")
@click.argument("file")
@click.option("--system", type=click.Choice(_SYSTEMS), help="Whose rules; billmanager by default.")
@click.option(
    "--about",
    type=click.Choice(_STORIES),
    help="What happens: an order; its renewal, on time or late; a change to a dearer tariff.",
)
@click.option("--price", metavar="AMOUNT", help="What a period costs; 10.00 by default.")
@click.option("--period", type=click.Choice(_PERIODS), help="What is ordered; 1 month by default.")
@click.option("--from", "begins", metavar="DATE", help=f"When it is ordered; {_FIRST} by default.")
@click.option("--title", help="What happens, in one sentence.")
@click.option("--rule", "rules", multiple=True, metavar="ID", help="What it is about; repeatable.")
@click.option(
    "--schema", metavar="PATH", help="Begin with the line that names a schema to editors."
)
def command(file: str, schema: str | None, **options: Any) -> None:
    """Write a scenario to FILE that conforms on the reference, to go on from.

    On a terminal, what is not given is asked for. Each amount has beside it how it comes about. A
    file that is there already is left as it is.
    """
    from prorata.harness.authoring.beginnings import NewScenario, begun
    from prorata.harness.schemas import SCHEMAS

    path = Path(file)
    if path.suffix != ".yaml":
        raise Mistake(f"{file} is not the name of a scenario; write {path.with_suffix('.yaml')}")
    if path.exists():
        raise Mistake(f"{file} is there already, and is left as it is; name another file")
    _check_rules(options["rules"])
    told = {name: _answer(name, options[name]) for name in _QUESTIONS}
    asked = NewScenario(
        told["about"],
        told["system"],
        _price(told["price"]),
        told["period"],
        _day(told["begins"]),
        options["title"] or "",
        options["rules"],
    )
    line = SCHEMAS["scenario"].line.format(schema).removeprefix("# ") if schema else ""
    with mistakes():
        text = begun(asked, line)
        # Whoever made it meanwhile keeps it.
        with path.open("x", encoding="utf-8") as opened:
            opened.write(text)
    click.echo(f"{file} is written; next: prorata run {file}")


def _answer(name: str, given: str | None) -> str:
    """Return what is given, else asked for on a terminal, else meant."""
    question, meant, choice = _QUESTIONS[name]
    if given is not None:
        return given
    if sys.stdin is None or not sys.stdin.isatty():
        return meant
    answered: str = click.prompt(question, default=meant, type=choice)
    return answered


def _check_rules(rules: tuple[str, ...]) -> None:
    from prorata.harness.scenario.problems import meant
    from prorata.reference.rules import ids

    for rule in rules:
        if rule not in ids():
            raise Mistake(f"--rule: unknown rule {rule}{meant(rule, ids())}")


def _price(text: str) -> Decimal:
    from pydantic_core import PydanticCustomError

    from prorata.harness.scenario.words import amount

    try:
        found = amount(text)
    except PydanticCustomError as error:
        raise Mistake(f"--price: {error.message()}") from None
    if not found or len(text.partition(".")[2]) > _MOST_DIGITS:
        raise Mistake(f"--price: {text} is not above 0 with at most two digits after the point")
    return found


def _day(text: str) -> date:
    from pydantic_core import PydanticCustomError

    from prorata.harness.scenario.words import day

    try:
        return day(text)
    except PydanticCustomError as error:
        raise Mistake(f"--from: {error.message()}") from None
