"""What those who resell have in common."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["ASIDE", "NEIGHBOUR", "SELLER", "SoldOn"]

#: What a seller is called, another that buys there, and what is resold where nothing else is said.
SELLER: Final = "seller"
NEIGHBOUR: Final = "neighbour"
ASIDE: Final = "ispmanager licences"


class SoldOn(NamedTuple):
    """Something that is resold: its two tariffs at the seller, by their numbers and names."""

    what: str
    numbers: tuple[str, str]
    names: tuple[str, str]
