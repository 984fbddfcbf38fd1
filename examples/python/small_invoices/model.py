"""What the billing keeps, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Invoice", "Product", "Service", "shown_invoice", "shown_service", "written"]

#: A product as the catalogue has it.
Product = dict[str, Any]


@dataclass
class Service:
    """A service; `next_due` is the start of the cycle that its next invoice is for."""

    number: str
    client: str
    product: str
    cycle: str
    ordered: datetime
    user: str
    domain: str
    status: str = "pending"
    starts: datetime | None = None
    expires: datetime | None = None
    next_due: datetime | None = None
    anchor: int = 1


@dataclass
class Invoice:
    """What a client is asked for a service, up to when the cycle `ends` that it is for.

    `first` tells that it is the one of the order.
    """

    number: str
    service: Service
    issued: datetime
    due: datetime
    ends: datetime | None
    first: bool
    status: str = "unpaid"
    total: Fraction = Fraction(0)
    paid: Fraction = Fraction(0)
    has_fee: bool = False
    lines: list[dict[str, Any]] = field(default_factory=list)


def shown_service(service: Service) -> dict[str, Any]:
    """Return a service as the protocol has it."""
    same = ("client", "status", "starts", "expires", "next_due", "user", "domain")
    return {**{name: getattr(service, name) for name in same}, "tariff": service.product}


def shown_invoice(invoice: Invoice) -> dict[str, Any]:
    """Return an invoice as the protocol has it."""
    own = {"client": invoice.service.client, "service": invoice.service.number}
    same = {name: getattr(invoice, name) for name in ("issued", "due", "status", "lines")}
    return {**own, **same, "total": written(invoice.total)}


def written(amount: Fraction) -> Decimal:
    """Return a posted amount, which has at most four decimals, as the harness takes it."""
    return Decimal(int(amount * 10_000)).scaleb(-4)
