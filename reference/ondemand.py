"""Tables whose values stand in modules that are loaded when a value is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OnDemand"]

V = TypeVar("V")


class OnDemand(Mapping[str, V]):
    """A table from a key to a value; `homes` has the module and the name of each value."""

    def __init__(self, homes: Mapping[str, tuple[str, str]]) -> None:
        self._homes = homes

    def __getitem__(self, key: str) -> V:
        """Load the module of a value and return the value; `KeyError` where there is none."""
        module, name = self._homes[key]
        value: V = getattr(import_module(module), name)
        return value

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a value, without loading it."""
        return key in self._homes

    def __iter__(self) -> Iterator[str]:
        """Yield the keys."""
        return iter(self._homes)

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._homes)
