"""Reading a rule's arguments from the command line, by what its signature says they are."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from inspect import Parameter, signature
from sys import modules
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from prorata.harness.scenario.problems import meant
from prorata.reference.billmanager.resource import RateStep
from prorata.reference.billmanager.task import Task
from prorata.reference.hostbill.metered import Bracket
from prorata.reference.hostbill.upgrade import Later
from prorata.reference.money import exact
from prorata.reference.periods import Length
from prorata.reference.proration import Paid, Stretch
from prorata.reference.readings import READINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction

__all__ = ["ArgumentError", "described", "read_arguments"]


class ArgumentError(ValueError):
    """An argument that a rule does not take, lacks, or that cannot be read."""


def _instant(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a time; 2025-06-11 06:30 is") from None
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo("UTC"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date; 2025-06-11 is") from None


def _whole(text: str) -> int:
    if not text.removeprefix("-").isdecimal():
        raise ValueError(f"{text!r} is not a whole number; 5 is")
    return int(text)


def _yes(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError(f"{text!r} is neither yes nor no")
    return text == "yes"


def _stretch(text: str) -> Stretch:
    """Read ``10.00 for 2025-09-01 .. 2025-10-01``, and the days granted where they differ."""
    price, _, days = text.partition(" for ")
    full, _, granted = days.partition(" granted ")
    starts, expires = _range(full)
    first, last = _range(granted) if granted else (starts, expires)
    months = (expires.year - starts.year) * 12 + expires.month - starts.month
    return Stretch(
        first.toordinal(), last.toordinal(), exact(price.strip()), starts.toordinal(),
        expires.toordinal(), months=max(months, 1),
    )  # fmt: skip


def _range(text: str) -> tuple[date, date]:
    first, dots, last = text.partition(" .. ")
    if not dots:
        raise ValueError(f"{text!r} is not a range of days; 2025-09-01 .. 2025-10-01 is")
    begins, ends = _day(first.strip()), _day(last.strip())
    if ends < begins:
        raise ValueError(f"{text!r} ends before it begins")
    return begins, ends


def _stretches(text: str) -> tuple[Stretch, ...]:
    return tuple(_stretch(part.strip()) for part in text.split(";"))


def _paid(text: str) -> tuple[Paid, ...]:
    """Read ``3.00 for 2025-11-10 .. 2025-11-20``, several with semicolons between."""
    found = []
    for row in text.split(";"):
        amount, _, days = row.partition(" for ")
        first, last = (day.toordinal() for day in _range(days))
        found.append(Paid("resource", first, last, exact(amount.strip())))
    return tuple(found)


def _later(text: str) -> tuple[Later, ...]:
    """Read ``10.00 for 2025-10-01 .. 2025-11-01 then 20.00``, several with semicolons between."""
    found = []
    for row in text.split(";"):
        price, _, rest = row.partition(" for ")
        days, _, new = rest.partition(" then ")
        first, last = (_instant(day.isoformat()) for day in _range(days))
        found.append(Later(first, last, exact(price.strip()), exact(new.strip() or "0")))
    return tuple(found)


def _amounts(text: str) -> tuple[Fraction, ...]:
    return tuple(exact(amount) for amount in _words(text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _prices(text: str) -> Mapping[Length, Any]:
    rows = (row.partition(":") for row in text.split(","))
    return {Length.of(period.strip()): exact(price.strip()) for period, _, price in rows}


def _pairs(text: str) -> list[tuple[str, str]]:
    rows = (row.partition(":") for row in text.split(","))
    return [(name.strip(), value.strip()) for name, _, value in rows]


def _amounts_of(text: str) -> Mapping[str, Any]:
    return {name: exact(amount) for name, amount in _pairs(text)}


def _switches(text: str) -> Mapping[str, bool]:
    return {name: _yes(value) for name, value in _pairs(text)}


def _numbered(text: str) -> tuple[tuple[str, int | None], ...]:
    return tuple((name, None if value == "none" else int(value)) for name, value in _pairs(text))


def _steps(text: str) -> tuple[RateStep, ...]:
    return tuple(
        RateStep(None if upto == "above" else int(upto), exact(price))
        for upto, price in _pairs(text)
    )


def _brackets(text: str) -> tuple[Bracket, ...]:
    return tuple(Bracket(exact(above), exact(price)) for above, price in _pairs(text))


def _tasks(text: str) -> tuple[Task, ...]:
    return tuple(Task(department, int(service)) for department, service in _pairs(text))


#: From the words of a signature to a reader and an example.
_READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "Fraction": (exact, "3.10"),
    "int": (_whole, "5"),
    "str": (str, "text"),
    "bool": (_yes, "yes"),
    "date": (_day, "2025-09-01"),
    "datetime": (_instant, "'2025-09-05 12:00'"),
    "Length": (Length.of, "'1 month'"),
    "Stretch": (_stretch, "'10.00 for 2025-09-01 .. 2025-10-01'"),
    "Iterable[Stretch]": (_stretches, "'10.00 for 2025-09-01 .. 2025-10-01; …'"),
    "Sequence[Stretch]": (_stretches, "'10.00 for 2025-09-01 .. 2025-10-01; …'"),
    "Sequence[Paid]": (_paid, "'3.00 for 2025-11-10 .. 2025-11-20; …'"),
    "Sequence[Later]": (_later, "'10.00 for 2025-10-01 .. 2025-11-01 then 20.00; …'"),
    "tuple[Fraction, ...]": (_amounts, "10.00,2.50"),
    "Collection[str]": (_words, "one,two"),
    "Mapping[str, str]": (lambda text: dict(_pairs(text)), "'en: Start, de: Anfang'"),
    "Mapping[str, bool]": (_switches, "'databases: no, emails: yes'"),
    "Mapping[str, Fraction]": (_amounts_of, "'start: 10.00, disk: 2.50'"),
    "Iterable[tuple[str, int | None]]": (_numbered, "'start: 2, pro: 1, other: none'"),
    "Sequence[RateStep]": (_steps, "'100: 0.05, above: 0.03'"),
    "Sequence[Bracket]": (_brackets, "'0: 0, 10: 0.10, 50: 0.20'"),
    "Iterable[Task]": (_tasks, "'sales: 1, support: 2'"),
    "tuple[str, ...]": (_words, "one,two"),
    "Iterable[int]": (lambda text: tuple(map(_READERS["int"][0], _words(text))), "1,2"),
    "Mapping[Length, Fraction]": (_prices, "'1 month: 3.10, 1 year: 31'"),
}


#: No argument is longer.
_LONGEST = 1000
#: What a kind ends with that may be nothing, which is written ``none``.
_NONE = " | None"


def _parameters(function: Callable[..., Any]) -> dict[str, tuple[str, bool]]:
    """Return each argument of a rule: what it is, and whether it must be given.

    A value object that must be given is told by its fields; one that need not be, cannot be.
    """
    found: dict[str, tuple[str, bool]] = {}
    for name, parameter in signature(function).parameters.items():
        if name in READINGS or name in {"note", "counting", "pricing"}:
            continue
        kind, needed = str(parameter.annotation), parameter.default is Parameter.empty
        whole = getattr(modules[function.__module__], kind.removesuffix(_NONE), None)
        if kind.removesuffix(_NONE) in _READERS or not is_dataclass(whole):
            found[name] = kind, needed
        elif needed:
            found |= {
                field.name: (str(field.type), field.default is MISSING) for field in fields(whole)
            }
    return found


def described(function: Callable[..., Any]) -> list[tuple[str, str, bool]]:
    """Return name, example and whether it must be given, of each argument."""
    return [
        (name, _example(kind), needed) for name, (kind, needed) in _parameters(function).items()
    ]


def read_arguments(function: Callable[..., Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Read the arguments of a rule; `ArgumentError` names the one that is wrong."""
    takes = _parameters(function)
    unknown = [name for name in given if name not in takes]
    if unknown:
        near = meant(unknown[0], takes) or f"; it takes {', '.join(takes) or 'nothing'}"
        raise ArgumentError(f"the rule takes no {unknown[0]}{near}")
    lacking = [name for name, (_, needed) in takes.items() if needed and name not in given]
    if lacking:
        raise ArgumentError(
            f"{lacking[0]} is missing, as in {lacking[0]}={_example(takes[lacking[0]][0])}",
        )
    return _packed(
        function,
        {name: _read(name, takes[name][0], text) for name, text in given.items()},
    )


def _example(kind: str) -> str:
    return _READERS.get(kind.removesuffix(_NONE), (None, kind))[1]


def _read(name: str, kind: str, text: str) -> Any:
    plain = kind.removesuffix(_NONE)
    if plain != kind and text == "none":
        return None
    if plain not in _READERS:
        raise ArgumentError(f"{name} ({kind}) cannot be given on the command line")
    if len(text) > _LONGEST:
        raise ArgumentError(f"{name}: is longer than {_LONGEST:,} characters")
    try:
        return _READERS[plain][0](text)
    except ValueError as error:
        raise ArgumentError(f"{name}: {error}") from None


def _packed(function: Callable[..., Any], values: dict[str, Any]) -> dict[str, Any]:
    """Put the fields of a value object together where a rule takes one."""
    packed = {}
    for name, parameter in signature(function).parameters.items():
        whole = getattr(modules[function.__module__], str(parameter.annotation), None)
        if name in values:
            packed[name] = values[name]
        elif isinstance(whole, type) and is_dataclass(whole):
            own = {field.name for field in fields(whole)}
            packed[name] = whole(**{key: value for key, value in values.items() if key in own})
    return packed
