"""JSON read by what the vocabulary says, so that a mistake is told with its place.

>>> from prorata.reference.vocabulary.kinds import Each, Field, Plain, Record
>>> colours = Each(Plain.TEXT, Record("Colour", "A colour.", (Field("red", Plain.WHOLE, "."),)))
>>> read_json(colours, '{"sky": {"red": 3}}')
{'sky': {'red': 3}}
"""

from __future__ import annotations

import json
import re
from json.decoder import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.rows import CatalogueError, of_kind
from prorata.reference.vocabulary.kinds import Each, Plain, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prorata.reference.vocabulary.kinds import Kind

__all__ = ["MistakeError", "elements", "pairs", "read_json", "scalar", "start"]

_DECODER: Final = JSONDecoder(parse_float=str)
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_MONEY: Final = frozenset({Plain.AMOUNT, Plain.NUMBER})


class MistakeError(ValueError):
    """What is wrong with a text, and where: its line and its column, from 1."""

    def __init__(self, text: str, at: int, wrong: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.at = at
        self.line = text.count("\n", 0, at) + 1
        self.column = at - text.rfind("\n", 0, at)


def read_json(kind: Kind, text: str) -> Any:
    """Return what a text says of a kind, as a row of the catalogue has it.

    Raises `MistakeError` for what is not JSON, for an unknown, repeated or missing key and for a
    value that is not of its kind.
    """
    return _value(kind, text, start(text))


def start(text: str) -> int:
    """Return where the value of a JSON text begins; `MistakeError` where it is none."""
    try:
        json.loads(text)
    except JSONDecodeError as error:
        raise MistakeError(text, error.pos, f"not JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise MistakeError(text, 0, "it is nested too deep, or has too long a number") from None
    return _after_space(text, 0)


def _value(kind: Kind, text: str, at: int) -> Any:
    read: Callable[[Any, str, int], Any] = _READ.get(type(kind), _plain)
    return read(kind, text, at)


def _record(record: Record, text: str, at: int) -> Mapping[str, Any]:
    row = {}
    for key, key_at, value_at in pairs(text, at):
        if key not in record.names:
            raise MistakeError(text, key_at, f'unknown key "{key}"')
        row[key] = _value(record.field(key).kind, text, value_at)
    missing = [field.name for field in record.fields if field.needed and field.name not in row]
    if missing:
        raise MistakeError(text, at, f'missing "{missing[0]}"')
    return row


def _each(each: Each, text: str, at: int) -> Mapping[str, Any]:
    row = {}
    for key, key_at, value_at in pairs(text, at):
        _checked(each.key, key, text, key_at)
        row[key] = _value(each.value, text, value_at)
    return row


def _plain(kind: Kind, text: str, at: int) -> Any:
    said, _ = _DECODER.raw_decode(text, at)
    if kind in _MONEY and type(said) is int:
        said = str(said)
    _checked(kind, said, text, at)
    return said


def _checked(kind: Kind, said: Any, text: str, at: int) -> None:
    """Check a value that stands at a place; amounts are texts or numbers, none is below zero."""
    try:
        if said is None or (isinstance(said, bool) and kind in _MONEY):
            raise CatalogueError(f"{json.dumps(said)} is no value here")
        found = of_kind(kind, said)
        if kind in _MONEY and found < 0:
            raise CatalogueError(f"{said} is below zero")
    except (ValueError, TypeError, AttributeError) as error:
        raise MistakeError(text, at, str(error)) from None


def scalar(text: str, at: int) -> str:
    """Return the value at a place as a text: a text without its quotes, all else as it stands."""
    said, end = _DECODER.raw_decode(text, at)
    return str(said) if text[at] == '"' else text[at:end]


def elements(text: str, at: int) -> Iterator[int]:
    """Yield where each element of the list at a place begins."""
    at = _after_space(text, at + 1)
    while text[at] != "]":
        yield at
        _, end = _DECODER.raw_decode(text, at)
        at = _after_space(text, end)
        at = _after_space(text, at + 1) if text[at] == "," else at


def pairs(text: str, at: int | None = None) -> Iterator[tuple[str, int, int]]:
    """Yield each key of the object at a place, where it stands, and where its value begins.

    Without a place it is the object that is the whole text, which must be JSON.
    """
    at = _after_space(text, 0) if at is None else at
    if text[at] != "{":
        raise MistakeError(text, at, "expected an object")
    known = set()
    at = _after_space(text, at + 1)
    while text[at] != "}":
        key, end = _DECODER.raw_decode(text, at)
        if key in known:
            raise MistakeError(text, at, f'"{key}" is given twice')
        known.add(key)
        value_at = _after_space(text, _after_space(text, end) + 1)
        yield key, at, value_at
        _, end = _DECODER.raw_decode(text, value_at)
        at = _after_space(text, end)
        at = _after_space(text, at + 1) if text[at] == "," else at


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


_READ: Final[Mapping[type, Callable[[Any, str, int], Any]]] = {Record: _record, Each: _each}
