"""A refusal: a rule says no, in the words that a client would be shown; nothing has changed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Refusal"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The rule that said no, by its id, and why.

    `short_of_money` tells that the rule would have said yes to a client with more on the balance.
    """

    rule: str
    reason: str
    short_of_money: bool = False

    def __str__(self) -> str:
        """Write the reason with the rule."""
        return f"{self.reason} ({self.rule})"

    @property
    def told(self) -> str:
        """The reason, with the rule unless it is money that lacks."""
        return self.reason if self.short_of_money else str(self)
