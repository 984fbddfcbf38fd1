"""Parts of a run for several machines: who has which scenario hangs on its id alone.

With the log of a former run, the seconds that scenarios took in it are shared out evenly; a
scenario that is not in it goes where its id says.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["ShardOf", "positions"]


class ShardOf(NamedTuple):
    """One part of a run: 3 of 8."""

    number: int
    parts: int

    def __str__(self) -> str:
        """Write it as on the command line."""
        return f"{self.number}/{self.parts}"


def positions(ids: Iterable[str], shard: ShardOf, seconds: Mapping[str, float]) -> list[int]:
    """Return where the scenarios of a shard stand among all, from 0.

    `seconds` are those of a former log, by ids; every machine has to be given the same.
    """
    placed = _balanced(seconds, shard.parts)
    own = shard.number - 1
    return [at for at, each in enumerate(ids) if placed.get(each, _by_id(each, shard.parts)) == own]


def _balanced(seconds: Mapping[str, float], parts: int) -> dict[str, int]:
    """Give each scenario, the longest first, to the part that has the least to do."""
    loads = [0.0] * parts
    placed = {}
    for name in sorted(seconds, key=lambda each: (-seconds[each], each)):
        least = loads.index(min(loads))
        loads[least] += seconds[name]
        placed[name] = least
    return placed


def _by_id(name: str, parts: int) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big") % parts
