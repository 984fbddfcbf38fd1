"""What a parameter of a function may hold, declared once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from prorata.fakes.mgr5.errors import bad_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["ELID", "ELIDS", "Param", "ParamType", "read"]

ParamType = Literal["text", "integer", "switch"]


class Param(NamedTuple):
    """One parameter: its name, type, bounds, and whether creating something needs it.

    `longest` counts characters, `least` and `most` bound an integer, `pattern` is what the whole
    text must match, and `hint` is the sentence for the person whose value it did not.
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


ELID = Param("elid", longest=255, hint="the name of the element")
ELIDS = Param(
    "elid",
    required=True,
    longest=65535,
    hint="the names of the elements, joined by ', '",
)


def read(declared: Iterable[Param], given: Mapping[str, str], *, needed: bool) -> dict[str, str]:
    """Return the declared parameters that came with a value.

    Raises the `value` error of the first one that is bad. An empty value counts as absent: forms
    send every field, filled in or not. With `needed` false a required parameter may be absent,
    which is how an element is changed.
    """
    values: dict[str, str] = {}
    for param in declared:
        value = given.get(param.name, "") or param.default
        if value:
            _check(param, value)
            values[param.name] = value
        elif param.required and needed:
            raise bad_value(param.name, "", param.hint or "It is required")
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
    is_number = len(value) <= len(str(param.most)) and value.isascii() and value.isdecimal()
    if is_number and param.least <= int(value) <= param.most:
        return ""
    return f"Expected a whole number from {param.least} to {param.most}"


def _switch(_param: Param, value: str) -> str:
    return "" if value in {"on", "off"} else "Expected on or off"


_COMPLAINTS: Mapping[ParamType, Callable[[Param, str], str]] = {
    "text": _text,
    "integer": _integer,
    "switch": _switch,
}
