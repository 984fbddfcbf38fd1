"""The words of scenarios: from text to value, or a refusal that says what was expected.

Every function takes the text of a file, or what stands in its place (a mapping, a list).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic_core import PydanticCustomError

from prorata.harness.scenario.model import Read
from prorata.harness.scenario.problems import nearest
from prorata.harness.scenario.texts import ANY_TEXT, NO, YES_OR_NO, count, digits, either, text
from prorata.harness.scenario.texts import words as closed
from prorata.reference.vocabulary.words import CYCLES

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Amount",
    "Balance",
    "Cycle",
    "Day",
    "DayOfMonth",
    "Days",
    "Measured",
    "Name",
    "Natural",
    "Number",
    "Period",
    "PeriodOrNo",
    "PeriodOrTrial",
    "Quantity",
    "SomeDays",
    "SomeMonths",
    "Span",
    "TimeOfDay",
    "Whole",
    "YesNo",
    "day",
    "period",
    "refuse",
    "show",
    "word",
    "yes_no",
]

_DIGITS = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_MOST_YEARS = 100
_MOST_DAYS, _MOST_MONTHS = 36_525, 12 * _MOST_YEARS
_MOST = {"day": _MOST_DAYS, "month": _MOST_MONTHS, "year": _MOST_YEARS}
_MOST_DIGITS = 30
_MOST_ORDERED = 1_000
_PERIOD = re.compile(r"1 (day|month|year)|([2-9]|[1-9][0-9]{1,3}) (day|month|year)s")
_PLAIN = re.compile(r"[\w.+:/-]{1,60}")
_LONGEST = 60
_YEARS = range(1900, 3000)
_BOOLEANS = {"yes": True, "true": True, "no": False, "false": False}
_LONGEST_MONTH = 31


def refuse(message: str) -> PydanticCustomError:
    """Make the error that carries a message of ours through pydantic."""
    return PydanticCustomError("said", "{said}", {"said": message})


def show(value: object) -> str:
    """Name what was found: a plain text as it is, any other in quotes, or what holds it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    if not text:
        return "nothing"
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return short if _PLAIN.fullmatch(text) else f'"{short}"'


def _matched(pattern: re.Pattern[str], value: object, expected: str) -> str:
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    message = f"{show(value)} is not {expected}"
    raise refuse(message)


def _few(digits: str) -> str:
    """Return digits as they are, or refuse more than any money has."""
    if len(digits) > _MOST_DIGITS + digits.count("."):
        message = f"{digits[:_MOST_DIGITS]}... has more than {_MOST_DIGITS} digits"
        raise refuse(message)
    return digits


def amount(value: object) -> Decimal:
    """Read money: digits with a point, as they are written; never a sign or an exponent."""
    return Decimal(_few(_matched(_DIGITS, value, "an amount; write digits such as 3.10")))


def balance(value: object) -> Decimal:
    """Read money that may be owed: an amount with or without a minus."""
    bare = value.removeprefix("-") if isinstance(value, str) else value
    if isinstance(bare, str) and _DIGITS.fullmatch(bare):
        _few(bare)
        return Decimal(str(value))
    message = f"{show(value)} is not a balance; write digits such as 100.00 or -3.10"
    raise refuse(message)


def measured(value: object) -> Decimal:
    """Read an amount of usage; one below zero is for a billing to refuse."""
    bare = value.removeprefix("-") if isinstance(value, str) else value
    _few(_matched(_DIGITS, bare, "an amount of usage; write digits such as 20 or 12.5"))
    return Decimal(str(value))


def number(value: object) -> Decimal:
    """Read a rate in percent."""
    return Decimal(_few(_matched(_DIGITS, value, "a number; write digits such as 50 or 7.5")))


def whole(value: object) -> int:
    """Read a count from 0."""
    return int(_matched(_WHOLE, value, "a whole number of at most nine digits"))


def natural(value: object) -> int:
    """Read a count from 1."""
    found = whole(value)
    if not found:
        message = "0 is too few; expected a whole number from 1"
        raise refuse(message)
    return found


def _at_most(read: Callable[[object], int], least: int, most: int, what: str) -> Read:
    """Make the reader of a count that is not longer than any time or order there is."""

    def bounded(value: object) -> int:
        found = read(value)
        if found > most:
            message = f"{found} is more than {most} {what}"
            raise refuse(message)
        return found

    return Read(bounded, count(_WHOLE, least, most))


def day_of_month(value: object) -> int:
    """Read a day that some month has."""
    found = natural(value)
    if found > _LONGEST_MONTH:
        message = f"{found} is not a day of the month"
        raise refuse(message)
    return found


def day(value: object) -> date:
    """Read a civil date."""
    parts = _DATE.fullmatch(value) if isinstance(value, str) else None
    try:
        found = date(*map(int, parts.groups())) if parts else None
    except ValueError:
        found = None
    if not found:
        hint = "" if parts else "; write it as 2025-08-01"
        message = f"{show(value)} is not a date{hint}"
        raise refuse(message)
    if found.year not in _YEARS:
        message = f"{show(value)} is outside the years {_YEARS.start} to {_YEARS.stop - 1}"
        raise refuse(message)
    return found


def time_of_day(value: object) -> str:
    """Read an hour and minute of a day."""
    return _matched(_TIME, value, "a time of day; write it as 03:00")


def period(value: object) -> str:
    """Read a period: a count of days, months or years, in the words that the protocol uses."""
    found = _matched(_PERIOD, value, "a period; write 1 month, 3 months, 1 year, 10 days")
    count, unit = found.split()
    if int(count) > _MOST[unit.removesuffix("s")]:
        message = f"{found} is longer than {_MOST_YEARS} years"
        raise refuse(message)
    return found


def yes_no(value: object) -> bool:
    """Read a boolean."""
    found = _BOOLEANS.get(value) if isinstance(value, str) else None
    if found is None:
        message = f"{show(value)} is neither yes nor no"
        raise refuse(message)
    return found


def name(value: object) -> str:
    """Read a text that is not empty."""
    if isinstance(value, str) and value.strip():
        return value
    message = f"expected a text, found {show(value)}"
    raise refuse(message)


def word(what: str, *known: str) -> Read:
    """Make the reader of a closed list of words; `what` is "a kind of line", for instance."""
    words = frozenset(known)

    def read(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        near = nearest(value if isinstance(value, str) else "", known)
        message = f"{show(value)} is not {what}{near}"
        raise refuse(message)

    return Read(read, closed(*known))


def _or_no(value: object) -> str:
    return "no" if value in ("no", "false") else period(value)


def _or_trial(value: object) -> str:
    return "trial" if value == "trial" else period(value)


def _period_or_cycle(value: object) -> str:
    return value if isinstance(value, str) and value in CYCLES else _or_trial(value)


_OF_PERIOD = text(_PERIOD)

Amount = Annotated[Decimal, Read(amount, digits(_DIGITS))]
Balance = Annotated[Decimal, Read(balance, digits(_DIGITS, "-?"))]
Number = Annotated[Decimal, Read(number, digits(_DIGITS))]
Measured = Annotated[Decimal, Read(measured, digits(_DIGITS, "-?"))]
Whole = Annotated[int, Read(whole, count(_WHOLE))]
Natural = Annotated[int, Read(natural, count(_WHOLE, 1))]
Days = Annotated[int, _at_most(whole, 0, _MOST_DAYS, "days")]
SomeDays = Annotated[int, _at_most(natural, 1, _MOST_DAYS, "days")]
SomeMonths = Annotated[int, _at_most(natural, 1, _MOST_MONTHS, "months")]
Quantity = Annotated[int, _at_most(natural, 1, _MOST_ORDERED, "services in one order")]
DayOfMonth = Annotated[int, Read(day_of_month, count(_WHOLE, 1, _LONGEST_MONTH))]
Day = Annotated[date, Read(day, text(_DATE))]
TimeOfDay = Annotated[str, Read(time_of_day, text(_TIME))]
Period = Annotated[str, Read(period, _OF_PERIOD)]
PeriodOrNo = Annotated[str, Read(_or_no, either(_OF_PERIOD, NO))]
PeriodOrTrial = Annotated[str, Read(_or_trial, either(_OF_PERIOD, closed("trial")))]
#: How long a service runs as it is observed: a period, or a HostBill cycle.
Span = Annotated[str, Read(_period_or_cycle, either(_OF_PERIOD, closed("trial", *CYCLES)))]
YesNo = Annotated[bool, Read(yes_no, YES_OR_NO)]
Name = Annotated[str, Read(name, ANY_TEXT)]
Cycle = Annotated[str, word("a cycle", *CYCLES)]
