"""The connections of one port: what they have in common, and how they end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.fakes.limits import Limits
    from prorata.fakes.serving import Served
    from prorata.fakes.sockets import SocketProtocol

__all__ = ["Connections"]

#: So many connections are cut at once where there are too many.
_ROOM: Final = 32


@dataclass(slots=True, eq=False)
class Connections:
    """The connections of one port, and what they have in common.

    `refuse` is called, in the event loop, with the real seconds during which the port is to refuse
    connections.
    """

    app: Served
    limits: Limits
    scheme: str
    refuse: Callable[[float], None]
    turns: asyncio.Semaphore = field(init=False)
    #: Those that are open, oldest first.
    open: dict[SocketProtocol, None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Let nobody wait for a turn yet."""
        self.turns = asyncio.Semaphore(self.limits.at_once)

    def make_room(self) -> None:
        """Cut the oldest connections that nothing is asked on: the system lets us have no more."""
        idle = [each for each in self.open if each.is_idle]
        for each in idle[:_ROOM]:
            each.transport.abort()

    async def end(self, seconds: float) -> None:
        """End all of them; those that are still being answered have so many seconds."""
        for each in tuple(self.open):
            each.end()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended(), seconds)
        for each in tuple(self.open):
            each.transport.abort()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended(), seconds)

    async def _ended(self) -> None:
        for each in tuple(self.open):
            await each.lost.wait()
