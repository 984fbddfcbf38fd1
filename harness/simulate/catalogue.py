"""A catalogue file: what is sold, and the shape of the book that is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

from pydantic import Field

from prorata.harness.scenario import Place, Problem, ScenarioErrors
from prorata.harness.scenario.catalogues import BUNDLED, catalogue_path, read_catalogue
from prorata.harness.scenario.draft import Draft
from prorata.harness.scenario.given import Given
from prorata.harness.scenario.model import Part, json_value
from prorata.harness.scenario.problems import meant
from prorata.harness.scenario.words import Cycle, Name, Natural, Period
from prorata.reference.vocabulary.settings import SETTINGS

__all__ = ["BookShape", "Catalogue", "CatalogueFile", "HostbillBook", "load_catalogue"]

Percent = Annotated[Natural, Field(le=100)]


class BookShape(Part):
    """The shape of a book: shares of tariffs and periods, and how far balances reach."""

    tariffs: dict[Name, Natural]
    periods: dict[Period, Natural]
    auto_renewal: Percent = 100
    paid_ahead: Natural = 6


class HostbillBook(Part):
    """The shape of a book of HostBill: shares of products and cycles, how far credit reaches."""

    products: dict[Name, Natural]
    cycles: dict[Cycle, Natural]
    paid_ahead: Natural = 6


class CatalogueFile(Part):
    """A catalogue: what is sold, and the shape of a book where one is simulated."""

    title: Name
    given: Any
    book: Any


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue as it is simulated: plain data, which a worker process can be handed.

    `tariffs` are the products of HostBill too, `periods` their cycles; `settings` hold for the
    whole billing.
    """

    title: str
    system: str
    currency: str
    timezone: str
    tariffs: dict[str, Any]
    shares: dict[str, int]
    periods: dict[str, int]
    auto_renewal: int
    paid_ahead: int
    settings: dict[str, Any]


def load_catalogue(name: str) -> Catalogue:
    """Load a catalogue by its path, or a bundled one by its name; raises `ScenarioErrors`."""
    path = Path(name)
    if not path.exists():
        path = catalogue_path(name, Path()) or path
    try:
        return _read(Draft(read_catalogue(path)))
    except OSError as error:
        bundled = [each.stem for each in sorted(BUNDLED.glob("*.yaml"))]
        near = meant(name, bundled) or f"; bundled catalogues are {', '.join(bundled)}"
        said = f"cannot be read: {error.strerror}{near}"
        raise ScenarioErrors([Problem(Place(str(path)), said)]) from None


class _Words(NamedTuple):
    """What a system calls what it sells, and for how long; what the shape of a book is read by."""

    sold: str
    periods: str
    shape: type[BookShape | HostbillBook]


_WORDS: Final = {
    "billmanager": _Words("tariff", "periods", BookShape),
    "hostbill": _Words("product", "cycles", HostbillBook),
}


def _read(made: Draft) -> Catalogue:
    head = made.read(CatalogueFile, (), made.plain)
    given = made.read(Given, ("given",), made.plain.get("given", {}))
    words = _WORDS[given.system if given is not None else "billmanager"]
    book = made.read(words.shape, ("book",), made.plain.get("book", {}))
    if given is not None and book is not None:
        _check(made, words, given, book)
    if made.problems or head is None or given is None or book is None:
        raise ScenarioErrors(made.problems)
    return Catalogue(
        title=head.title,
        system=given.system,
        currency=given.currency,
        timezone=str(given.timezone),
        tariffs=json_value(getattr(given, f"{words.sold}s")),
        shares=dict(getattr(book, f"{words.sold}s")),
        periods={str(period): share for period, share in getattr(book, words.periods).items()},
        auto_renewal=getattr(book, "auto_renewal", 100),
        paid_ahead=book.paid_ahead,
        settings={
            name: json_value(getattr(given, name))
            for name in SETTINGS.names
            if name in given.model_fields_set
        },
    )


def _check(made: Draft, words: _Words, given: Given, book: BookShape | HostbillBook) -> None:
    """Check that all that the book has is sold for at least one of its periods."""
    what = words.sold
    rows, shares = getattr(given, f"{what}s"), getattr(book, f"{what}s")
    for name in shares:
        place = ("book", f"{what}s", name)
        if name not in rows:
            made.report_key(place, f'unknown {what} "{name}"')
        elif not set(rows[name].prices) & set(getattr(book, words.periods)):
            made.report_key(place, f'{what} "{name}" has no price for any of the {words.periods}')
