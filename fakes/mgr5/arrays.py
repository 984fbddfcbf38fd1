"""What is an array in JSON however many there are of it."""

from __future__ import annotations

from typing import Final

__all__ = ["is_array"]

#: Clients iterate these without asking whether there is one or many.
_ALWAYS: Final = frozenset({"elem", "list", "page", "param", "slist", "val"})
#: And these, which elsewhere are a text: by the element around them.
_WITHIN: Final = {"elem": "detail", "prices": "price"}


def is_array(name: str, within: str) -> bool:
    """Tell whether elements of this name within another are an array, were there only one.

    >>> is_array("price", "prices"), is_array("price", "elem")
    (True, False)
    """
    return name in _ALWAYS or _WITHIN.get(within) == name
