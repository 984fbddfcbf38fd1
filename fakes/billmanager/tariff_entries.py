"""How one field of a tariff is entered and shown: text, switch, number, date, amount or choice.

Whatever holds of a field but its name in the form is the vocabulary's.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from prorata.fakes.billmanager.texts import digits
from prorata.fakes.mgr5.params import Param
from prorata.reference.vocabulary.tariff import TARIFF

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.vocabulary.kinds import Choice

__all__ = ["FormEntry", "amount", "codes", "date", "number", "on_off", "switch", "text", "word"]


class FormEntry(NamedTuple):
    """A field of a tariff in its form.

    `params` are the parameters that it has there, `shown` gives their texts for a tariff, and
    `told` gives what the engine reads from those that were sent; the tariff, if there is one yet,
    completes what was sent in parts.
    """

    field: str
    params: tuple[Param, ...]
    shown: Callable[[Tariff], Mapping[str, str]]
    told: Callable[[Mapping[str, str], Tariff | None], Mapping[str, Any]]


def on_off(*, on: bool) -> str:
    """Return what a switch shows."""
    return "on" if on else "off"


def codes(choice: Choice, **others: str) -> dict[str, str]:
    """Return the words of a choice by their codes on the wire: a word itself, or one of `others`.

    `others` are keyed by the code.
    """
    coded = {word: code for code, word in others.items()}
    return {coded.get(word, word): word for word, _ in choice.options}


def _one(
    field: str,
    param: Param,
    read: Callable[[str], Any],
    show: Callable[[Any], str],
    at: str = "",
) -> FormEntry:
    """A field that is one parameter; `at` is where a tariff keeps it, if not under its name."""
    kept = attrgetter(at or field)

    def shown(tariff: Tariff) -> Mapping[str, str]:
        value = kept(tariff)
        return {param.name: "" if value is None else show(value)}

    def told(args: Mapping[str, str], _tariff: Tariff | None) -> Mapping[str, Any]:
        return {field: read(args[param.name])} if param.name in args else {}

    return FormEntry(field, (param,), shown, told)


def text(field: str, name: str, longest: int = 255, at: str = "") -> FormEntry:
    """A text, as it is."""
    default = TARIFF.field(field).default or ""
    return _one(field, Param(name, default=default, longest=longest), str, str, at)


def switch(field: str, name: str) -> FormEntry:
    """A switch."""
    param = Param(name, "switch", default="on" if TARIFF.field(field).default else "")
    return _one(field, param, lambda sent: sent == "on", lambda value: on_off(on=value))


def number(field: str, name: str, least: int = 0, most: int = 2**31 - 1) -> FormEntry:
    """A whole number."""
    return _one(field, Param(name, "integer", least=least, most=most), int, str)


def date(field: str, name: str) -> FormEntry:
    """A civil date."""
    return _one(field, Param(name, "date"), str, str)


def amount(field: str, name: str) -> FormEntry:
    """An amount of money."""
    return _one(field, Param(name, "amount"), str, digits)


def word(field: str, name: str, words: Mapping[str, str]) -> FormEntry:
    """A choice of words, given by their codes."""
    param = Param(name, "choice", choices=tuple(words.items()))
    code_of = {each: code for code, each in words.items()}
    return _one(field, param, words.__getitem__, code_of.__getitem__)
