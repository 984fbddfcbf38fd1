"""What one caller may ask of a port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["LIMITS", "Limits"]

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection may ask for. Sizes are bytes, times are real seconds.

    A request must be whole `seconds` after its first byte, and a second later for each `rate` bytes
    of its body; else it is cut. `head` is the most that the request line and the headers take up,
    and with them the URL. Of what is refused, `discard` bytes are still read and thrown away, so
    that its sender gets to read the answer. Only so many bodies that are `large` are read `at_once`
    on a port; the others wait for their turn, and their time does not run meanwhile.
    """

    seconds: float = 5.0
    rate: int = _MIB
    head: int = 64 * 1024
    body: int = 16 * _MIB
    discard: int = 64 * _MIB
    large: int = 256 * 1024
    at_once: int = 2


LIMITS: Final = Limits()
