"""The closed lists of words: what systems, statuses and lines are called."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CYCLES",
    "INVOICE_STATUSES",
    "KINDS",
    "STATUSES",
    "SYSTEMS",
    "InvoiceStatus",
    "Kind",
    "Status",
    "System",
]

System: TypeAlias = Literal["billmanager", "hostbill"]
SYSTEMS: Final[tuple[System, ...]] = get_args(System)

_Billmanager: TypeAlias = Literal["ordered", "processing", "active", "suspended", "deleted"]
_Hostbill: TypeAlias = Literal["pending", "active", "suspended", "terminated", "cancelled"]
#: What a service is: BILLmanager's statuses, then those that only HostBill has.
Status: TypeAlias = Literal[_Billmanager, _Hostbill]
#: The statuses that a service of each system goes through.
STATUSES: Final[Mapping[str, tuple[Status, ...]]] = MappingProxyType(
    {"billmanager": get_args(_Billmanager), "hostbill": get_args(_Hostbill)},
)

InvoiceStatus: TypeAlias = Literal["unpaid", "paid", "cancelled"]
INVOICE_STATUSES: Final[tuple[InvoiceStatus, ...]] = get_args(InvoiceStatus)

#: What a line of the ledger is for.
Kind: TypeAlias = Literal[
    "period",
    "setup",
    "resource",
    "daily",
    "late fee",
    "tariff change",
    "upgrade fee",
    "usage",
    "tax",
    "refund",
    "tax refund",
    "credit",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

#: The cycles that HostBill sells for, and the two words for what has no cycle.
CYCLES: Final = (
    "monthly",
    "quarterly",
    "semi-annually",
    "annually",
    "daily",
    "weekly",
    "hourly",
    "biennially",
    "triennially",
    "metered",
    "once",
    "free",
)
