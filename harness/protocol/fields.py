"""Field types of the protocol: amounts, instants, quantities, plain values.

Money is a string of digits in both directions: a JSON number would pass through a binary float in
most languages. An instant carries its offset; a naive one is refused.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Final, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

__all__ = [
    "AmountText",
    "Clocks",
    "ExactInstant",
    "PlainObject",
    "PostedAmount",
    "Quantity",
    "plain",
    "quoted",
    "shown",
]

AMOUNT: Final = r"-?[0-9]+(\.[0-9]+)?"
POSTED: Final = r"[0-9]+(\.[0-9]+)?"
INSTANT: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)

_amount = re.compile(AMOUNT).fullmatch
_posted = re.compile(POSTED).fullmatch
_instant = re.compile(INSTANT).fullmatch
_SHOWN = 60
_UNNAMED: Final = "its clock"


def shown(value: object) -> str:
    """Return `value` as a message shows it: as JSON has it, cut when long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def quoted(line: bytes) -> str:
    """Return a line that is no JSON as a message shows it, cut when long."""
    text = line.decode(errors="replace").rstrip()
    return f"'{text}'" if len(text) <= _SHOWN else f"'{text[:_SHOWN]}…'"


def _problem(kind: str, wanted: str, got: object) -> PydanticCustomError:
    context = {"wanted": wanted, "got": shown(got)}
    return PydanticCustomError(kind, "{wanted}, not {got}", context)


def amount(value: object) -> str:
    """Return an amount of money, signed; the name of the error is ``amount``."""
    if isinstance(value, str) and _amount(value):
        return value
    raise _problem("amount", 'an amount is a string of digits such as "3.10"', value)


def posted_amount(value: object) -> str:
    """Return an amount without sign: the kind of a line says who gets the money."""
    if isinstance(value, str) and _posted(value):
        return value
    raise _problem("amount", 'an amount here is a string of digits without sign, "3.10"', value)


def quantity(value: object) -> int | str:
    """Return a number of units: a whole number, or a string of digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _posted(value):
        return value
    raise _problem("quantity", "a quantity is a whole number or a string of digits", value)


def instant(value: object) -> datetime:
    """Return an aware instant; the name of the error is ``instant``."""
    read = _read(value)
    if read is None or read.utcoffset() is None:
        wanted = 'an instant has date, time and offset, "2025-08-01T09:00:00+00:00"'
        raise _problem("instant", wanted, read.isoformat() if read else value)
    return read


def clocks(value: object) -> dict[str, datetime]:
    """Return what clocks show, by their names; an instant alone is what one without a name shows.

    Raises `PydanticCustomError`, with the name as its place.
    """
    if not isinstance(value, dict):
        return {_UNNAMED: instant(value)}
    return {str(name): _of_clock(str(name), shows) for name, shows in value.items()}


def _of_clock(name: str, shows: object) -> datetime:
    try:
        return instant(shows)
    except PydanticCustomError as error:
        context = {**(error.context or {}), "place": name}
        raise PydanticCustomError("instant", error.message_template, context) from None


def _clocks_text(shown: dict[str, datetime]) -> str | dict[str, str]:
    told = {name: at.isoformat() for name, at in shown.items()}
    return told[_UNNAMED] if list(told) == [_UNNAMED] else told


def _read(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return _parsed(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _parsed(text: str) -> datetime | None:
    """Read an instant; a billing tells the same few at every observation."""
    if not _instant(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # 30 February has the right shape
        return None


def plain(value: object) -> object:
    """Return JSON data; `PydanticCustomError` for a fraction: digits that matter are strings."""
    found = _fraction(value, ())
    if found:
        said = "a number with a fraction is written as a string of digits"
        raise PydanticCustomError("fraction", said, {"place": ".".join(found)})
    return value


def plain_object(value: object) -> object:
    """Return a JSON object without fractions; raise `PydanticCustomError`."""
    if not isinstance(value, dict):
        raise PydanticCustomError("dict_type", "must be an object")
    return plain(value)


def _fraction(value: object, place: tuple[str, ...]) -> tuple[str, ...]:
    """Return where the first float lies, or nothing."""
    if isinstance(value, float):
        return place
    parts: list[tuple[object, object]] = []
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list | tuple):
        parts = list(enumerate(value))
    return next(
        (found for key, part in parts if (found := _fraction(part, (*place, str(key))))),
        (),
    )


def _schema(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


_INSTANT: Final = {"type": "string", "pattern": f"^{INSTANT}$", "format": "date-time"}

AmountText: TypeAlias = Annotated[str, PlainValidator(amount), _schema(AMOUNT)]
PostedAmount: TypeAlias = Annotated[str, PlainValidator(posted_amount), _schema(POSTED)]
ExactInstant: TypeAlias = Annotated[
    datetime,
    PlainValidator(instant),
    PlainSerializer(datetime.isoformat, return_type=str),
    WithJsonSchema(_INSTANT),
]
Clocks: TypeAlias = Annotated[
    dict[str, datetime],
    PlainValidator(clocks),
    PlainSerializer(_clocks_text, return_type=str | dict[str, str]),
    WithJsonSchema(
        {"anyOf": [_INSTANT, {"type": "object", "additionalProperties": _INSTANT}]},
    ),
]
Quantity: TypeAlias = Annotated[
    int | str,
    PlainValidator(quantity),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": f"^{POSTED}$"}]}),
]
PlainObject: TypeAlias = Annotated[
    dict[str, Any],
    PlainValidator(plain_object),
    WithJsonSchema({"type": "object"}),
]
