"""JSON Schemas of single values, as an editor sees them: what it takes for a number may be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

__all__ = ["ANY_TEXT", "NO", "YES_OR_NO", "count", "digits", "either", "text", "words"]

#: A text that is not empty; one that reads like a number or a switch need not be quoted.
ANY_TEXT: Final[Mapping[str, Any]] = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
NO: Final[Mapping[str, Any]] = {"enum": ["no", False, "false"]}
YES_OR_NO: Final[Mapping[str, Any]] = {"enum": ["yes", "no", True, False, "true", "false"]}


def text(pattern: re.Pattern[str]) -> dict[str, Any]:
    """Return the schema of a text that is wholly of a pattern."""
    return {"type": "string", "pattern": f"^({pattern.pattern})$"}


def digits(pattern: re.Pattern[str], sign: str = "") -> dict[str, Any]:
    """Return the schema of digits, quoted or not; below zero where there may be a sign."""
    least = {} if sign else {"minimum": 0}
    return {"type": ["string", "number"], "pattern": f"^{sign}({pattern.pattern})$", **least}


def count(pattern: re.Pattern[str], least: int = 0, most: int | None = None) -> dict[str, Any]:
    """Return the schema of a whole number between bounds, quoted or not."""
    above = {} if most is None else {"maximum": most}
    whole = {"type": ["integer", "string"], "pattern": f"^({pattern.pattern})$"}
    return {**whole, "minimum": least, **above}


def words(*known: str) -> dict[str, Any]:
    """Return the schema of a closed list of words."""
    return {"enum": list(known)}


def either(*schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of what is of one of some schemas."""
    return {"anyOf": list(schemas)}
