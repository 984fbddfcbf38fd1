"""Licences that an order buys from a seller: which services are, at which address, for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.resell.seeing import is_bought, sold_on
from prorata.reference.refusal import Refusal
from prorata.reference.resell.licence import separate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["buy"]


def buy(turn: Turn, services: Sequence[Service], ip: str, licence_name: str) -> Refusal | None:
    """Have those of new services be bought that their products buy from a seller.

    A licence that is ordered with a server runs on the address of that, where no other is told.
    """
    bought = [each for each in services if each.has_account and is_bought(turn, turn.tariff(each))]
    if (ip or licence_name) and not bought:
        return turn.rule(separate, is_licence=False)
    ip = ip or next(filter(None, (_address(turn, each) for each in services)), "")
    for service in bought:
        product: Product = turn.tariff(service)
        resold = sold_on(turn, product, ip=ip, licence_name=licence_name)
        if isinstance(resold, Refusal):
            return resold
        service.resold, service.user = resold, ""
    return None


def _address(turn: Turn, service: Service) -> str | None:
    """Return the address of the server of a service, where its connection says it."""
    module = turn.book.settings.modules.get(turn.tariff(service).module or "")
    return module.address if module is not None and not module.buys else None
