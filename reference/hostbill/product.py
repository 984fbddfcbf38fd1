"""What a product needs before it is sold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["preconditions"]

_RULE: Final = "hostbill.product.preconditions"


def preconditions(
    *,
    product: str,
    order_page: str | None,
    order_pages: Collection[str],
    template: str = "",
    templates: Collection[str] | None = None,
) -> Refusal | None:
    """Refuse a product that is on no order page, or whose template the panel does not have.

    ``hostbill.product.preconditions`` (hostbill-licences, hostbill-hosting): a billing that names
    no pages sells everything on one, and a template lacks where the `templates` that were imported
    last do not have it (both ours); a licence has no `template`.
    """
    if order_pages and order_page not in order_pages:
        return Refusal(_RULE, f"{product} is on no order page")
    if template and templates is not None and template not in templates:
        return Refusal(_RULE, f"the panel has no template {template}")
    return None
