"""From the rows of a catalogue to what the engine reckons with, by what the vocabulary says.

>>> from prorata.reference.vocabulary.tariff import TARIFF
>>> read(TARIFF, {"setup_fee": "1.50", "late_renewal_fee": {"percent": "50"}})
{'setup_fee': Fraction(3, 2), 'late_renewal_fee': Chosen(word='percent', value=Fraction(50, 1))}
"""

from __future__ import annotations

import re
from datetime import date
from math import inf
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.reference.money import exact
from prorata.reference.periods import Length
from prorata.reference.vocabulary.kinds import Choice, Each, Many, Plain, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.reference.vocabulary.kinds import Kind

    #: From what was read of a field to what is kept.
    Reader = Callable[[Any], Mapping[str, Any]]

__all__ = ["CatalogueError", "Chosen", "of_kind", "read"]


_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class CatalogueError(ValueError):
    """A tariff or product that cannot be read."""


class Chosen(NamedTuple):
    """The word of a choice that may come with a value, and that value, None for a word alone."""

    word: str
    value: Any = None


def read(record: Record, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a row has; the mappings below it have all of theirs.

    An amount is exact, a period a `Length`, a date a date, and None stays None. `CatalogueError`
    for a field or a word that there is not, or that the reference does not have.
    """
    known = record.built
    for name in row:
        if name not in known:
            message = f"{name} is not built yet"
            raise CatalogueError(message)
    return {name: of_kind(known[name], said) for name, said in row.items()}


def of_kind(kind: Kind, said: Any) -> Any:
    """Return what a value of this kind is to the engine; `CatalogueError` as `read` says."""
    return None if said is None else _READ[type(kind)](kind, said)


def _text(said: Any) -> str:
    if isinstance(said, str):
        return said
    raise _wrong(said, Plain.TEXT)


def _time(said: Any) -> str:
    if isinstance(said, str) and _TIME.fullmatch(said):
        return said
    raise _wrong(said, Plain.TIME)


def _switch(said: Any) -> bool:
    if isinstance(said, bool):
        return said
    raise _wrong(said, Plain.YES_NO)


def _count(kind: Plain, least: int, most: float = inf) -> Callable[[Any], int]:
    def count(said: Any) -> int:
        if isinstance(said, int) and not isinstance(said, bool) and least <= said <= most:
            return said
        raise _wrong(said, kind)

    return count


def _wrong(said: Any, kind: Plain | Choice) -> CatalogueError:
    return CatalogueError(f"{said!r} is not {kind.value if isinstance(kind, Plain) else kind.what}")


_PLAIN: Final[Mapping[Plain, Callable[[Any], Any]]] = {
    Plain.AMOUNT: exact,
    Plain.NUMBER: exact,
    Plain.WHOLE: _count(Plain.WHOLE, 0),
    Plain.NATURAL: _count(Plain.NATURAL, 1),
    Plain.DAYS: _count(Plain.DAYS, 0),
    Plain.SOME_DAYS: _count(Plain.SOME_DAYS, 1),
    Plain.SOME_MONTHS: _count(Plain.SOME_MONTHS, 1),
    Plain.DAY_OF_MONTH: _count(Plain.DAY_OF_MONTH, 1, 31),
    Plain.DATE: date.fromisoformat,
    Plain.TIME: _time,
    Plain.PERIOD: Length.of,
    Plain.TEXT: _text,
    Plain.YES_NO: _switch,
}


def _chosen(choice: Choice, said: Any) -> Any:
    """Return the word, or where some words of the choice come with a value, what was chosen."""
    valued = choice.valued
    if isinstance(said, dict) and len(said) == 1 and said.keys() <= valued.keys():
        ((word, value),) = said.items()
        return Chosen(word, of_kind(valued[word], value))
    if said not in choice.words:
        raise _wrong(said, choice)
    return Chosen(said) if valued else said


def _each(kind: Each, said: Mapping[Any, Any]) -> dict[Any, Any]:
    return {of_kind(kind.key, key): of_kind(kind.value, value) for key, value in said.items()}


def _many(kind: Many, said: list[Any]) -> tuple[Any, ...]:
    return tuple(of_kind(kind.of, one) for one in said)


def _record(record: Record, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of the fields, and the defaults of the others."""
    defaults = {
        field.name: field.unsaid for field in record.fields if field.built and not field.needed
    }
    return read(record, {**defaults, **row})


_READ: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    Plain: lambda kind, said: _PLAIN[kind](said),
    Choice: _chosen,
    Each: _each,
    Many: _many,
    Record: _record,
}


def read_fields(
    name: str, record: Record, row: Mapping[str, Any], readers: Mapping[str, Reader]
) -> dict[str, Any]:
    """Return the fields of a row of that name; `readers` keep some in another way than they stand.

    Raises `CatalogueError` with the name.
    """
    kept: dict[str, Any] = {}
    try:
        for key, said in read(record, row).items():
            kept.update(readers[key](said) if key in readers else {key: said})
    except CatalogueError as error:
        message = f"{name}: {error}"
        raise CatalogueError(message) from None
    return kept
