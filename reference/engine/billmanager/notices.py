"""What clients are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.billmanager import notify
from prorata.reference.resell.notice import notice as licence_notice

if TYPE_CHECKING:
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["recover_password", "send_activation", "tell_active"]


def tell_active(turn: Turn, service: Service) -> None:
    """Tell a client that a service has become active; who buys a licence gets its number, too."""
    tariff: Tariff = turn.tariff(service)
    for notice in turn.rule(notify.activation, template=tariff.activation_notice):
        _tell(turn, service.client, notice.kind, notice.way)
    if tariff.number is not None:
        _tell(turn, service.client, turn.rule(licence_notice, number=service.number), "mail")


def recover_password(turn: Turn, /, *, client: str) -> Refusal | None:
    """Send a client what recovers the password."""
    _tell(turn, turn.book.clients[client].name, "password recovery", "mail")
    return None


def send_activation(turn: Turn, /, *, client: str, of: str) -> Refusal | None:
    """Send a client the activation of their user or payer."""
    _tell(turn, turn.book.clients[client].name, f"{of} activation", "mail")
    return None


def _tell(turn: Turn, client: str, kind: str, way: str) -> None:
    provider = turn.book.settings.provider
    sender = turn.rule(
        notify.sender,
        kind=kind,
        notifications=provider.notifications,
        support=provider.support,
    )
    turn.notify(client, kind, way, sender)
