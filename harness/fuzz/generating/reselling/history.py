"""The kinds of histories in which one billing buys from another."""

from __future__ import annotations

from typing import Final

from prorata.harness.fuzz.generating.reselling import deeds, steers
from prorata.harness.fuzz.generating.reselling.sellers import (
    licences,
    order_licence,
    order_server,
    order_sold,
    products,
    servers,
)
from prorata.harness.fuzz.generating.steering import System

__all__ = ["RESELLING"]

_RULE: Final = "resell.operation"
RESELLING: Final = (
    System(
        steers.SEPARATE,
        licences,
        order_licence,
        deeds.BY_BILLMANAGER,
        deeds.OFTEN,
        _RULE,
        "billmanager",
    ),
    System(
        steers.BUNDLED,
        servers,
        order_server,
        deeds.BY_BILLMANAGER,
        deeds.OFTEN,
        _RULE,
        "billmanager",
    ),
    System(
        steers.SOLD_BY_HOSTBILL,
        products,
        order_sold,
        deeds.BY_HOSTBILL,
        deeds.OFTEN_BY_HOSTBILL,
        _RULE,
        "hostbill",
    ),
)
