"""Groups of clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["rights"]


def rights(*, granted: Collection[str], right: str) -> bool:
    """Tell whether clients of a group have a right: only where it is set.

    ``billmanager.group.rights`` (billmanager-hosting): to suspend and activate services, to delete
    them, to have any number of them (`ignore_limit`). A client without a group has none of these.
    """
    return right in granted
