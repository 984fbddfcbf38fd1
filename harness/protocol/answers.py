"""The four ways to answer a request.

>>> Refusal("the tariff is closed", rule="billmanager.order.tariff-end").rule
'billmanager.order.tariff-end'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from prorata.harness.protocol.bodies import Body

__all__ = ["Answer", "Failed", "Refusal", "Result", "Unsupported"]


@dataclass(frozen=True, slots=True)
class Result:
    """It was done; `body` is the model that belongs to the request's type."""

    body: Body


@dataclass(frozen=True, slots=True)
class Refusal:
    """The billing's rules forbid it; `rule` is the id of the one that does, when told."""

    reason: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The implementation does not have this, and says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The implementation broke while it was at it."""

    error: str


Answer: TypeAlias = Result | Refusal | Unsupported | Failed
