"""The connection to a seller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["connection"]


def connection(*, module: str, connected: Collection[str]) -> Refusal | None:
    """Refuse to buy by a module that no seller is connected to.

    ``resell.connection`` (billmanager-reselling): a module of the type BILLmanager has the address
    of the seller, and the login of a client there who may buy.
    """
    if module in connected:
        return None
    return Refusal("resell.connection", f"module {module} is connected to no seller")
