"""The words that facts are written in."""

from __future__ import annotations

from typing import Final

__all__ = ["NOTHING", "FactPath", "Facts", "yes"]

FactPath = tuple[str, ...]
"""Where a fact stands in an expectation: ``("charged", "late fee")``."""

Facts = dict[FactPath, str]

NOTHING: Final = "nothing"
"""What is not there."""


def yes(value: object) -> str:
    """Write yes or no."""
    return "yes" if value else "no"
