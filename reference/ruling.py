"""Which rule a function belongs to: its own, or the one beside which it stands.

A rule's id names one function, which returns the rule's amount, date or refusal. What else the
rule needs to say stands beside it in the same module, marked by `beside`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["beside", "owner", "standing_beside"]

_Function = TypeVar("_Function", bound="Callable[..., Any]")

_owners: dict[Callable[..., Any], str] = {}
_beside: dict[str, list[Callable[..., Any]]] = defaultdict(list)


def beside(rule: str) -> Callable[[_Function], _Function]:
    """Mark a function that belongs to the rule with this id, beside the function that it names."""

    def mark(function: _Function) -> _Function:
        _owners[function] = rule
        _beside[rule].append(function)
        return function

    return mark


def owner(function: Callable[..., Any]) -> str | None:
    """Return the id of the rule beside which a function stands, None where it is not marked."""
    return _owners.get(function)


def standing_beside(rule: str) -> Sequence[Callable[..., Any]]:
    """Return the functions beside a rule, of the modules that are imported."""
    return tuple(_beside.get(rule, ()))
