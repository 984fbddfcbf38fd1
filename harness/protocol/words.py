"""The closed lists of words that the protocol uses."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from prorata.reference.vocabulary.words import InvoiceStatus, Kind, Status, System

__all__ = [
    "OBSERVED",
    "OLDEST",
    "PROTOCOL",
    "SETTLE_LIMIT",
    "InvoiceStatus",
    "Kind",
    "Observable",
    "Status",
    "System",
]

PROTOCOL: Final = 1
"""The version of the protocol that this suite speaks."""

OLDEST: Final = 0
"""The oldest version that it speaks as well."""

SETTLE_LIMIT: Final = 100
"""How often the same `clock` is sent to an implementation that answers ``settled: false``."""

Observable: TypeAlias = Literal[
    "services", "ledger", "balances", "invoices", "accounts", "notifications", "credit_notes"
]

OBSERVED: Final[tuple[Observable, ...]] = ("services", "ledger", "balances", "invoices")
"""What every implementation tells; the rest is for those that have it."""
