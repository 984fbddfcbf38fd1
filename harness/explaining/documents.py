"""Where a rule is written, in the words of a reader."""

from __future__ import annotations

from prorata.reference.rules import rules

__all__ = ["origin"]

#: The documents by the names that their readers give them.
_NAMES = {
    "hostbill-licences": "HostBill",
    "hostbill-hosting": "HostBill",
    "billmanager-hosting": "BILLmanager",
    "billmanager-reselling": "BILLmanager, reselling",
    "billmanager-reselling-2021": "BILLmanager, reselling",
    "vendor": "the vendor's other pages",
    "ours": "no document says it",
}


def origin(rule: str) -> str:
    """Write where a rule comes from: ``BILLmanager, Policy / Late renewal fee / Fixed amount``."""
    found = rules()[rule]
    first = _NAMES[found.documents[0]]
    return f"{first}, {found.section}" if found.section else first
