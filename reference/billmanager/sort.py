"""The order of a list of tariffs."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["sort"]


def sort(*, tariffs: Iterable[tuple[str, int | None]]) -> tuple[str, ...]:
    """Return the names of tariffs, given with their numbers, in the order in which they are listed.

    ``billmanager.sort`` (billmanager-hosting): by number, the lowest first, then by name; those
    without a number after all others (ours).
    """
    return tuple(name for name, _ in sorted(tariffs, key=_place))


def _place(tariff: tuple[str, int | None]) -> tuple[float, str]:
    name, number = tariff
    return inf if number is None else number, name
