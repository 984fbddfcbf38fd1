"""The four ways to answer a request.

>>> RefusedAct("the tariff is closed", rule="billmanager.order.tariff-end").rule
'billmanager.order.tariff-end'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from prorata.harness.protocol.bodies import Body

__all__ = ["Answer", "Failed", "Lacking", "RefusedAct", "Result"]


@dataclass(frozen=True, slots=True)
class Result:
    """It was done; `body` is the model that belongs to the request's type."""

    body: Body

    def __str__(self) -> str:
        """Return it as smoke and faults tell of it."""
        return "a result"


@dataclass(frozen=True, slots=True)
class RefusedAct:
    """The billing's rules forbid it; `rule` is the id of the one that does, when told."""

    reason: str
    rule: str | None = None

    def __str__(self) -> str:
        """Return it as smoke and faults tell of it."""
        return f"a refusal: {self.reason}"


@dataclass(frozen=True, slots=True)
class Lacking:
    """The implementation does not have this, and says why."""

    reason: str

    def __str__(self) -> str:
        """Return it as smoke and faults tell of it."""
        return f"unsupported: {self.reason}"


@dataclass(frozen=True, slots=True)
class Failed:
    """The implementation broke while it was at it."""

    error: str

    def __str__(self) -> str:
        """Return it as smoke and faults tell of it."""
        return f"an error: {self.error}"


Answer: TypeAlias = Result | RefusedAct | Lacking | Failed
