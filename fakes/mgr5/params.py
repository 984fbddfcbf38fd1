"""What a parameter of a function may hold, declared once."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from prorata.fakes.mgr5.errors import bad_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["ELID", "ELIDS", "PLID", "Param", "ParamChoice", "ParamType", "choices", "read"]

ParamType = Literal["amount", "choice", "date", "integer", "switch", "text"]
ParamChoice = str | tuple[str, str]
"""A key that can be chosen, alone or with the title that people see."""

_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Param(NamedTuple):
    """One parameter: its name, type, bounds, and whether creating something needs it.

    `longest` counts characters, `least` and `most` bound an integer or an amount, `pattern` is what
    the whole text must match, `hint` is the sentence for the person whose value it did not, and
    `choices` are the keys of a choice, or pairs of a key and its title. With `blank` an empty value
    is one too: sent, it takes away what was there.
    """

    name: str
    type: ParamType = "text"
    required: bool = False
    secret: bool = False
    default: str = ""
    longest: int = 1024
    least: int = 0
    most: int = 2**31 - 1
    pattern: str = ""
    hint: str = ""
    choices: tuple[ParamChoice, ...] = ()
    blank: bool = False


ELID = Param("elid", longest=255, hint="the name of the element")
ELIDS = Param(
    "elid",
    required=True,
    longest=65535,
    hint="the names of the elements, joined by ', '",
)

PLID = "plid"
"""The parameter that names an element's parent: a record's zone, an address's service."""


def choices(param: Param) -> list[tuple[str, str]]:
    """Return what can be chosen, each key with a title.

    >>> choices(Param("iptype", "choice", choices=("ipv4", ("ipv6", "IPv6"))))
    [('ipv4', 'ipv4'), ('ipv6', 'IPv6')]
    """
    return [(each, each) if isinstance(each, str) else each for each in param.choices]


def read(declared: Iterable[Param], given: Mapping[str, str], *, needed: bool) -> dict[str, str]:
    """Return the declared parameters that came with a value.

    Raises the `value` error of the first one that is bad. An empty value counts as absent, since
    forms send every field, filled in or not; unless it may be `blank`. With `needed` false a
    required parameter may be absent, which is how an element is changed; but not the one that says
    whose element it is.
    """
    values: dict[str, str] = {}
    for param in declared:
        value = given.get(param.name, "") or param.default
        if value:
            _check(param, value)
            values[param.name] = value
        elif param.blank and param.name in given:
            values[param.name] = ""
        elif param.required and (needed or param.name == PLID):
            hint = f": {param.hint}" if param.hint else ""
            raise bad_value(param.name, "", f"It is required{hint}")
    return values


def _check(param: Param, value: str) -> None:
    why = _COMPLAINTS[param.type](param, value)
    if why:
        raise bad_value(param.name, "" if param.secret else value, why)


def _text(param: Param, value: str) -> str:
    if len(value) > param.longest:
        return f"At most {param.longest} characters"
    fits = not param.pattern or re.fullmatch(param.pattern, value)
    return "" if fits else f"Expected {param.hint}"


def _integer(param: Param, value: str) -> str:
    # The length bound comes first: int() refuses, and is slow on, thousands of digits.
    digits = value.removeprefix("-") if param.least < 0 else value
    longest = max(len(str(abs(param.most))), len(str(abs(param.least))))
    is_number = len(digits) <= longest and digits.isascii() and digits.isdecimal()
    if is_number and param.least <= int(value) <= param.most:
        return ""
    return f"Expected a whole number from {param.least} to {param.most}"


def _switch(_param: Param, value: str) -> str:
    return "" if value in {"on", "off"} else "Expected on or off"


def _choice(param: Param, value: str) -> str:
    # A choice without declared keys is one among things that exist: the function looks it up.
    keys = [key for key, _ in choices(param)]
    return "" if not keys or value in keys else f"Expected one of {', '.join(keys)}"


def _amount(param: Param, value: str) -> str:
    if not _AMOUNT.fullmatch(value):
        return "Expected an amount such as 12.50"
    # Whole units are enough to compare with bounds: a fraction decides only on the bound itself.
    units, _, fraction = value.partition(".")
    over = int(units) == param.most and fraction.strip("0") != ""
    under = value.startswith("-") and (
        param.least >= 0 or (int(units) == param.least and fraction.strip("0") != "")
    )
    if over or under or not param.least <= int(units) <= param.most:
        return f"Expected an amount from {param.least} to {param.most}"
    return ""


def _day(_param: Param, value: str) -> str:
    if _DATE.fullmatch(value):
        try:
            date.fromisoformat(value)
        except ValueError:
            return "There is no such date"
        return ""
    return "Expected a date such as 2025-08-31"


_COMPLAINTS: Mapping[ParamType, Callable[[Param, str], str]] = {
    "amount": _amount,
    "choice": _choice,
    "date": _day,
    "integer": _integer,
    "switch": _switch,
    "text": _text,
}
