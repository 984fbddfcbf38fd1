"""Histories that suit an implementation, by what it declares."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from prorata.harness.fuzz.generating import Focus
from prorata.harness.fuzz.generating.focus import SYSTEMS
from prorata.reference.rules import ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.protocol import Started

__all__ = ["suiting", "wanted_rules"]

_RESELLING = "reselling"


def suiting(declared: Started, rules: Sequence[str] = (), *, vary: bool = False) -> Focus:
    """Return what histories are about that suit an implementation.

    `rules` are globs of the rules that are wanted; `vary` draws readings that are not declared.
    """
    supports = declared.supports
    wanted = wanted_rules(declared, rules)
    narrowed = bool(rules) or supports.rules is not None
    return Focus(
        systems=tuple(each for each in SYSTEMS if _suits(each, supports.systems, wanted)),
        rules=tuple(wanted) if narrowed else (),
        readings=dict(declared.readings),
        vary=vary,
        acts=None if supports.acts is None else frozenset(supports.acts),
        protocol=declared.protocol,
        judged=None if supports.systems is None else tuple(supports.systems),
    )


def wanted_rules(declared: Started, rules: Sequence[str] = ()) -> list[str]:
    """Return the rules that an implementation has and that are wanted."""
    supports = declared.supports
    return [
        rule
        for rule in sorted(ids())
        if _fits(rule, rules)
        and (supports.rules is None or _fits(rule, supports.rules))
        and (supports.systems is None or _of_systems(rule, supports.systems))
    ]


def _of_systems(rule: str, systems: Sequence[str]) -> bool:
    system = rule.partition(".")[0]
    return system not in {"billmanager", "hostbill"} or system in systems


def _fits(rule: str, globs: Sequence[str]) -> bool:
    return not globs or any(fnmatchcase(rule, glob) for glob in globs)


def _suits(system: str, systems: Sequence[str] | None, rules: Sequence[str]) -> bool:
    """Tell whether histories of a system can be judged, and are wanted."""
    if system == _RESELLING:
        return systems != [] and any(rule.startswith("resell.") for rule in rules)
    has_it = systems is None or system in systems
    return has_it and any(rule.startswith((system, "provision.")) for rule in rules)
