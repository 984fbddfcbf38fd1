"""A catalogue file: what is sold, and the shape of the book that is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from prorata.fakes.bounded import read_bounded
from prorata.harness.scenario import Place, Problem, ScenarioErrors, bundled_root
from prorata.harness.scenario.draft import Draft
from prorata.harness.scenario.given import Given
from prorata.harness.scenario.model import Part, json_value
from prorata.harness.scenario.problems import meant
from prorata.harness.scenario.tree import read_bytes
from prorata.harness.scenario.words import Name, Natural, Period

__all__ = ["Catalogue", "load_catalogue"]

Percent = Annotated[Natural, Field(le=100)]


class BookShape(Part):
    """The shape of a book: shares of tariffs and periods, and how far balances reach."""

    tariffs: dict[Name, Natural]
    periods: dict[Period, Natural]
    auto_renewal: Percent = 100
    paid_ahead: Natural = 6


class _File(Part):
    title: Name
    given: Any
    book: Any


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue as it is simulated: plain data, which a worker process can be handed."""

    title: str
    currency: str
    timezone: str
    tariffs: dict[str, Any]
    shares: dict[str, int]
    periods: dict[str, int]
    auto_renewal: int
    paid_ahead: int


def load_catalogue(name: str) -> Catalogue:
    """Load a catalogue by its path, or a bundled one by its name; raises `ScenarioErrors`."""
    path, there = Path(name), bundled_root() / "catalogues"
    bundled = {each.stem: each for each in sorted(there.glob("*.yaml"))}
    if not path.exists():
        path = bundled.get(name.removeprefix("catalogues/"), path)
    try:
        data = read_bounded(path)
    except OSError as error:
        near = meant(name, bundled) or f"; bundled catalogues are {', '.join(bundled)}"
        said = f"cannot be read: {error.strerror}{near}"
        raise ScenarioErrors([Problem(Place(str(path)), said)]) from None
    return _read(Draft(read_bytes(data, str(path))))


def _read(made: Draft) -> Catalogue:
    head = made.read(_File, (), made.plain)
    given = made.read(Given, ("given",), made.plain.get("given", {}))
    book = made.read(BookShape, ("book",), made.plain.get("book", {}))
    if given is not None and given.system != "billmanager":
        made.report(("given", "system"), "a book is simulated for billmanager")
    if given is not None and book is not None:
        _check(made, given, book)
    if made.problems or head is None or given is None or book is None:
        raise ScenarioErrors(made.problems)
    return Catalogue(
        title=head.title,
        currency=given.currency,
        timezone=str(given.timezone),
        tariffs=json_value(given.tariffs),
        shares=dict(book.tariffs),
        periods={str(period): share for period, share in book.periods.items()},
        auto_renewal=book.auto_renewal,
        paid_ahead=book.paid_ahead,
    )


def _check(made: Draft, given: Given, book: BookShape) -> None:
    """Every tariff of the book must be sold for at least one of its periods."""
    for name in book.tariffs:
        place = ("book", "tariffs", name)
        if name not in given.tariffs:
            made.report_key(place, f'unknown tariff "{name}"')
        elif not set(given.tariffs[name].prices) & set(book.periods):
            made.report_key(place, f'tariff "{name}" has no price for any of the periods')
