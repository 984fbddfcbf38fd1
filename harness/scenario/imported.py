"""The products that a step imports, as its text has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prorata.harness.scenario.nodes import mapping

if TYPE_CHECKING:
    from prorata.harness.scenario.nodes import PlainData

__all__ = ["imported", "parts_of"]


def imported(text: PlainData | None) -> dict[str, PlainData]:
    """Return the products in a text that is imported, none of one that is not JSON.

    >>> imported('{"large": {"prices": {}}}')
    {'large': {'prices': {}}}
    """
    if text is None:
        return {}
    try:
        return mapping(json.loads(str(text)))
    except (ValueError, RecursionError):
        return {}


def parts_of(product: PlainData | None) -> tuple[str, ...]:
    """Return the parts of a product that is a bundle, none of another."""
    parts = mapping(product).get("bundle")
    return tuple(str(each) for each in parts) if isinstance(parts, list) else ()
