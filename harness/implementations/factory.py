"""Finding a factory by name, and reading what it declares."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.implementations import raised
from prorata.harness.implementations.billing import Refused, Unsupported
from prorata.harness.implementations.freeze import FREEZEGUN, TOOLS, needs

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.implementations.billing import Context

__all__ = [
    "FactoryError",
    "Loaded",
    "declared",
    "load",
    "made",
    "print_of",
    "said_of",
    "stopped_by",
]

_HERE: Final = __file__.removesuffix("factory.py")
_KEYS: Final = (
    "name",
    "version",
    "protocol",
    "readings",
    "supports",
    "itemised",
    "wall_clock",
)


class FactoryError(Exception):
    """There is no such factory, or it cannot be used; the text is one line."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A factory and what it declares, as the answer to `start` tells it.

    `wall_clock` names what stops the clock that it reads, nothing where it reads none.
    """

    spec: str
    factory: Callable[[Context], Any]
    declaration: dict[str, Any]
    wall_clock: str


def load(spec: str) -> Loaded:
    """Import ``package.module:factory``; raise `FactoryError`."""
    module_name, _, factory_name = spec.partition(":")
    found = _imported(module_name)
    for part in factory_name.split("."):
        if not hasattr(found, part):
            problem = f"{module_name} has no {factory_name}"
            raise FactoryError(problem)
        found = getattr(found, part)
    if not callable(found):
        problem = f"{spec} cannot be called"
        raise FactoryError(problem)
    return declared(spec, found)


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except Exception as error:  # noqa: BLE001  # whatever stops the user's import stops the start
        if isinstance(error, ModuleNotFoundError) and not _theirs(error):
            problem = f"there is no module {error.name} in {os.getcwd()} or on PYTHONPATH"  # noqa: PTH109
            raise FactoryError(problem) from None
        print_of(error)
        problem = f"cannot import {name}: {said_of(error)}"
        raise FactoryError(problem) from None


def made(loaded: Loaded, context: Context) -> Any:
    """Return a billing of the factory; raise `FactoryError` for what it raises.

    `Refused` and `Unsupported` are answers, and raised as they are.
    """
    try:
        return loaded.factory(context)
    except (Refused, Unsupported):
        raise
    except Exception as error:  # noqa: BLE001  # whatever the billing raises
        print_of(error)
        problem = f"the factory {loaded.spec} raised {said_of(error)}"
        raise FactoryError(problem) from None


def said_of(error: Exception) -> str:
    """Return what the user's code raised, and where: ``KeyError: 'anna' (my_billing.py:41)``."""
    return raised.told(error, _theirs(error), os.getcwd())  # noqa: PTH109  # pathlib is slow to import


def print_of(error: Exception) -> None:
    """Print the traceback of what the user's code raised, without the way to it."""
    raised.print_of(error, _HERE)


def _theirs(error: Exception) -> list[tuple[str, int]]:
    """Return the places that an exception passed in the user's code."""
    return [place for place in raised.passed(error) if not place[0].startswith(_HERE)]


def declared(spec: str, factory: Callable[[Context], Any]) -> Loaded:
    """Read the attribute `prorata` of a factory; raise `FactoryError`."""
    told = getattr(factory, "prorata", {})
    if not isinstance(told, dict):
        problem = f"{spec}.prorata is no dict"
        raise FactoryError(problem)
    for key in told:
        if key not in _KEYS:
            raise FactoryError(_unknown(spec, key))
    answer = {key: value for key, value in told.items() if key != "wall_clock"}
    return Loaded(spec, factory, {"name": spec, **answer}, _wall_clock(spec, told))


def _wall_clock(spec: str, told: dict[str, Any]) -> str:
    """Return what is to stop the wall clock, nothing where it is not read."""
    said = told.get("wall_clock", False)
    if isinstance(said, bool):
        return FREEZEGUN if said else ""
    if said not in TOOLS:
        problem = f"{spec}.prorata: wall_clock is True or one of {', '.join(TOOLS)}, not {said!r}"
        raise FactoryError(problem)
    return str(said)


def stopped_by(loaded: Loaded, wish: str) -> str:
    """Return what stops the wall clock of a factory, nothing where nothing here does.

    `wish` is the clock that was asked for at the start, nothing where the factory decides. Raises
    `FactoryError` where that is not installed.
    """
    tool = loaded.wall_clock if not wish else wish if wish in TOOLS else ""
    missing = needs(tool) if tool else None
    if missing:
        raise FactoryError(missing)
    return tool


def _unknown(spec: str, key: object) -> str:
    close = get_close_matches(str(key), _KEYS, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"it may have {', '.join(_KEYS)}"
    return f"{spec}.prorata: unknown key {key!r}; {hint}"
