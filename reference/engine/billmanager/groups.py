"""What the group of a client allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.billmanager import order as rules
from prorata.reference.billmanager.group import rights

if TYPE_CHECKING:
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Client
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["in_group", "may"]


def may(turn: Turn, client: Client, right: str) -> bool:
    """Tell whether the group of a client has a right."""
    group = client.group
    granted = turn.book.settings.groups.get(group, frozenset()) if group else frozenset()
    return turn.rule(rights, granted=granted, right=right)


def in_group(turn: Turn, client: Client, tariff: Tariff) -> Refusal | None:
    """Refuse a tariff that is not sold to the group of a client."""
    return turn.rule(
        rules.groups,
        tariff=tariff.name,
        group=client.group,
        allow=tariff.allow,
        forbid=tariff.forbid,
    )
