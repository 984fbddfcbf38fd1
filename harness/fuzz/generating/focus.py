"""What histories are to be about."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SYSTEMS", "Focus"]

#: What a history can be of: one billing of either system, or several of which one buys.
SYSTEMS: Final = ("billmanager", "hostbill", "reselling")
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Focus:
    """What histories are to be about.

    `rules` are globs of the ids of rules that they are steered to, all where there is none.
    `readings` are pinned in each; with `vary` others are drawn beside them, which only the
    reference can follow. `steps` is about how many things happen. `acts` are those that a billing
    has, all where nothing is said, and `judged` whose rules it has, either's where nothing is said;
    with `protocol` 0 none is quoted, repeated, or a payment told twice.
    """

    systems: tuple[str, ...] = SYSTEMS
    rules: tuple[str, ...] = ()
    readings: Mapping[str, str] = field(default_factory=lambda: _NONE)
    vary: bool = True
    steps: int = 10
    acts: frozenset[str] | None = None
    protocol: int = 1
    judged: tuple[str, ...] | None = None
