"""What is entered of an addon, in a form of its own or among the fields of its tariff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.billmanager.codes import MONTHS
from prorata.fakes.billmanager.tariff_entries import FormEntry
from prorata.fakes.billmanager.texts import digits
from prorata.fakes.billmanager.written import resource_row, written
from prorata.fakes.mgr5.params import Param
from prorata.reference.billmanager.tariff import TYPES
from prorata.reference.periods import Length
from prorata.reference.vocabulary.tariff_parts import PRICES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.billmanager.catalogue import Resource, Tariff

__all__ = ["ADDONS", "addon_params", "addon_row", "addon_shown", "prefix_of"]

_NUMBERS: Final = ("included", "minimum", "maximum", "step")
_MOST: Final = 10**9
_LENGTHS: Final = {months: Length(months=int(months)) for months in MONTHS}


def addon_params(prefix: str = "") -> tuple[Param, ...]:
    """Return the parameters of an addon; `prefix` tells it from others in one form."""
    amounts = (Param(f"{prefix}{name}", "integer", most=_MOST) for name in _NUMBERS[:-1])
    prices = (Param(f"{prefix}price_{months}", "amount") for months in MONTHS)
    step, daily = Param(f"{prefix}step", "integer", least=1), Param(f"{prefix}dailycost", "amount")
    return (*amounts, step, *prices, daily)


def addon_shown(resource: Resource, prefix: str = "") -> dict[str, str]:
    """Return what a form shows of an addon, nothing where there is no such price or bound."""
    prices = {months: resource.prices.get(length) for months, length in _LENGTHS.items()}
    texts = {
        "included": str(resource.included),
        "minimum": str(resource.minimum),
        "maximum": "" if resource.maximum is None else str(resource.maximum),
        "step": str(resource.step),
        **{f"price_{m}": "" if price is None else digits(price) for m, price in prices.items()},
        "dailycost": "" if resource.daily is None else digits(resource.daily),
    }
    return {f"{prefix}{name}": text for name, text in texts.items()}


def addon_row(args: Mapping[str, str], was: Resource | None, prefix: str = "") -> dict[str, Any]:
    """Return an addon as the engine reads it: as it was, with what was sent."""
    row: dict[str, Any] = {
        name: int(args[f"{prefix}{name}"]) for name in _NUMBERS if f"{prefix}{name}" in args
    }
    prices = {
        str(length): args[f"{prefix}price_{months}"]
        for months, length in _LENGTHS.items()
        if f"{prefix}price_{months}" in args
    }
    if prices:
        row["prices"] = {**(written(PRICES, was.prices) if was else {}), **prices}
    if f"{prefix}dailycost" in args:
        row["daily"] = args[f"{prefix}dailycost"]
    return {**(resource_row(was) if was else {}), **row}


def prefix_of(resource: str) -> str:
    """Return what the parameters of an addon begin with in the form of its tariff."""
    return f"{resource.lower().replace(' ', '_')}_"


_PARAMS: Final = {name: addon_params(prefix_of(name)) for name in sorted(TYPES)}


def _shown(tariff: Tariff) -> Mapping[str, str]:
    has = {name: tariff.resources[name] for name in sorted(TYPES) if name in tariff.resources}
    told = (addon_shown(resource, prefix_of(name)) for name, resource in has.items())
    return {key: text for each in told for key, text in each.items()}


def _told(args: Mapping[str, str], tariff: Tariff | None) -> Mapping[str, Any]:
    has = tariff.own_resources if tariff else {}
    sent = {
        name: addon_row(args, has.get(name), prefix_of(name))
        for name, params in _PARAMS.items()
        if any(param.name in args for param in params)
    }
    kept = {name: resource_row(resource) for name, resource in has.items()}
    return {"resources": {**kept, **sent}} if sent else {}


ADDONS: Final = FormEntry(
    "resources", tuple(param for params in _PARAMS.values() for param in params), _shown, _told
)
