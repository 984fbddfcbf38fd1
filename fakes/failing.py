"""How an application fails on purpose: what it does itself, and what it leaves to the edge.

An edge (the socket, or the transport in process) that can enact faults says so by an extension of
the ASGI scope. The application then sends it a message with the fault, and the answer after it
where there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.fakes.asgi import reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prorata.fakes.asgi import Message, Scope, Send
    from prorata.fakes.faults import Fault

__all__ = ["EXTENSION", "FAULT", "able", "enact"]

EXTENSION: Final = "prorata.fault"
"""The extension of a scope whose edge enacts faults."""

FAULT: Final = "prorata.fault"
"""The type of the message that hands a fault over, under the key `fault`."""

_UNREACHED = frozenset({"refused", "reset_before"})


def able(scope: Scope) -> Scope:
    """Note in the scope that whoever reads `send` enacts faults, and return it."""
    scope.setdefault("extensions", {})[EXTENSION] = {}
    return scope


async def enact(
    fault: Fault, scope: Scope, send: Send, answer: Callable[[Send], Awaitable[None]]
) -> None:
    """Answer a call that fails; `answer` has the effect of the call and sends what it says.

    A fault of a kind ``error`` is not for this: only the panel can write its error document.
    Where the edge enacts no faults, HTTP 503 stands for a call that never reached the panel, and
    502 for one whose answer is lost.
    """
    if fault.kind == "status":
        await reply(send, fault.status, b"The panel is out of order\n", "text/plain")
    elif fault.kind == "malformed":
        await answer(_Malformed(send))
    elif EXTENSION in scope.get("extensions", {}):
        said: list[Message] = []
        if fault.kind not in _UNREACHED:
            # The effect comes first: whoever gives up while an answer is slow has caused it.
            await answer(_Kept(said))
        await send({"type": FAULT, "fault": fault})
        for message in said if fault.kind != "reset_after" else ():
            await send(message)
    elif fault.kind in _UNREACHED:
        await reply(send, 503, b"Service Unavailable\n", "text/plain")
    else:
        await answer(_Kept([]))
        await reply(send, 502, b"Bad Gateway\n", "text/plain")


class _Kept:
    """Keeps an answer instead of sending it."""

    def __init__(self, said: list[Message]) -> None:
        self._said = said

    async def __call__(self, message: Message) -> None:
        self._said.append(message)


class _Malformed:
    """Sends an answer of the same length, of which the second half is no text."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        body = message.get("body", b"")
        half = len(body) // 2
        spoilt = {"body": body[:half] + b"\xff" * (len(body) - half)} if body else {}
        await self._send({**message, **spoilt})
