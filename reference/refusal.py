"""A refusal: a rule says no, in the words that a client would be shown; nothing has changed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Refusal"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The rule that said no, by its id, and why."""

    rule: str
    reason: str

    def __str__(self) -> str:
        """Write the reason with the rule."""
        return f"{self.reason} ({self.rule})"
