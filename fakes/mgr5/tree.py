"""The one tree from which every format of an answer is made."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Node", "clean", "fields"]

# A table, since the same as a pattern takes half of this package's time to import.
_FORBIDDEN = dict.fromkeys(
    [*({*range(0x20)} - {*b"\t\n\r"}), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF],
    "\ufffd",
)


_NONE: Mapping[str, str] = MappingProxyType({})


class Node(NamedTuple):
    """An element: a name, a text, attributes and children.

    >>> Node("auth", "1f", {"level": "30"}).attrs["level"]
    '30'
    """

    name: str
    text: str = ""
    attrs: Mapping[str, str] = _NONE
    children: Sequence[Node] = ()


def fields(values: Mapping[str, str]) -> list[Node]:
    """Return one node for each name and text; an empty text stays an empty element."""
    return [Node(name, text) for name, text in values.items()]


def clean(text: str) -> str:
    """Replace what XML 1.0 cannot carry, even escaped, by U+FFFD.

    Both formats go through here, so that they keep saying the same.
    """
    return text if text.isprintable() else text.translate(_FORBIDDEN)
