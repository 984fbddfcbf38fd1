"""Finding a factory by name, and reading what it declares."""

from __future__ import annotations

import importlib
import traceback
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.implementations.freeze import needs

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.implementations.billing import Context

__all__ = ["FactoryError", "Loaded", "declared", "load"]

_KEYS: Final = ("name", "version", "readings", "supports", "itemised", "wall_clock")


class FactoryError(Exception):
    """There is no such factory, or it cannot be used; the text is one line."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A factory and what it declares, as the answer to `start` tells it."""

    factory: Callable[[Context], Any]
    declaration: dict[str, Any]
    wall_clock: bool


def load(spec: str) -> Loaded:
    """Import ``package.module:factory``; raise `FactoryError`."""
    module_name, _, factory_name = spec.partition(":")
    try:
        found: Any = importlib.import_module(module_name)
    except Exception as error:  # noqa: BLE001  # whatever stops the user's import stops the start
        traceback.print_exc()
        problem = (
            f"cannot import {module_name}: {traceback.format_exception_only(error)[-1].strip()}"
        )
        raise FactoryError(problem) from None
    for part in factory_name.split("."):
        if not hasattr(found, part):
            problem = f"{module_name} has no {factory_name}"
            raise FactoryError(problem)
        found = getattr(found, part)
    if not callable(found):
        problem = f"{spec} cannot be called"
        raise FactoryError(problem)
    return declared(spec, found)


def declared(spec: str, factory: Callable[[Context], Any]) -> Loaded:
    """Read the attribute `prorata` of a factory; raise `FactoryError`."""
    told = getattr(factory, "prorata", {})
    if not isinstance(told, dict):
        problem = f"{spec}.prorata is no dict"
        raise FactoryError(problem)
    for key in told:
        if key not in _KEYS:
            raise FactoryError(_unknown(spec, key))
    wall_clock = told.get("wall_clock") is True
    missing = needs() if wall_clock else None
    if missing:
        raise FactoryError(missing)
    answer = {key: value for key, value in told.items() if key != "wall_clock"}
    return Loaded(factory, {"name": spec, **answer}, wall_clock)


def _unknown(spec: str, key: object) -> str:
    close = get_close_matches(str(key), _KEYS, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"it may have {', '.join(_KEYS)}"
    return f"{spec}.prorata: unknown key {key!r}; {hint}"
