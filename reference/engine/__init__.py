"""The engine that runs a rulebook through time."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from prorata.reference.engine.billing import Billing, UnknownActError
from prorata.reference.engine.rows import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.reference.engine.rulebook import Rulebook

__all__ = ["RULEBOOKS", "Billing", "CatalogueError", "UnknownActError"]

#: Where the rulebook of each system stands.
_HOMES: Final = {
    "billmanager": "BILLMANAGER",
    "hostbill": "HOSTBILL",
}


class _Rulebooks(Mapping[str, "Rulebook"]):
    """Every rulebook by the name of its system; its modules are loaded when it is asked for."""

    def __getitem__(self, system: str) -> Rulebook:
        name = _HOMES[system]
        return cast("Rulebook", getattr(import_module(f"{__name__}.{system}"), name))

    def __iter__(self) -> Iterator[str]:
        return iter(_HOMES)

    def __len__(self) -> int:
        return len(_HOMES)


#: Every rulebook by the name of its billing system.
RULEBOOKS: Final[Mapping[str, Rulebook]] = _Rulebooks()
