"""What of a product is shown, and to whom."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ShownProduct", "StaffPage", "show"]


@dataclass(frozen=True, slots=True)
class StaffPage:
    """What a product says to staff: its code and tags, and the name of its connection."""

    code: str | None = None
    tags: tuple[str, ...] = ()
    connection: str | None = None


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """A product in a list, as one reader sees it; nothing for what that reader does not."""

    tariff: str
    code: str | None = None
    tags: tuple[str, ...] = ()
    connection: str | None = None


def show(*, product: str, page: StaffPage, by: str) -> ShownProduct:
    """Return what a reader sees of a product.

    ``hostbill.show`` (hostbill-licences, hostbill-hosting): product code, tags and the name of the
    connection for staff only.
    """
    if by != "staff":
        return ShownProduct(product)
    return ShownProduct(product, page.code, page.tags, page.connection)
