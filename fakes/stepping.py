"""Answer a request by stepping an ASGI application once: without a socket or an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from prorata.fakes.failing import FAULT, able

if TYPE_CHECKING:
    from prorata.fakes.asgi import App, Message, Scope
    from prorata.fakes.faults import Fault

__all__ = ["REFUSED", "Answered", "Broken", "BrokenError", "step"]

Broken = Literal["connect", "read", "protocol", "timeout"]
"""What a caller was at when the answer broke off."""

REFUSED: Final = "[Errno 111] Connection refused"
_RESET: Final = "[Errno 104] Connection reset by peer"


class Answered(NamedTuple):
    """An answer, which may come more than once: `times`."""

    status: int
    headers: list[tuple[bytes, bytes]]
    content: bytes
    times: int = 1


class BrokenError(Exception):
    """No answer came, or no whole one; `at` is what its caller was at."""

    def __init__(self, at: Broken, message: str) -> None:
        super().__init__(message)
        self.at = at


def step(app: App, scope: Scope, body: bytes, patience: float | None) -> Answered:
    """Return what the application answers to a caller who waits for so many seconds.

    The application must not wait for anything but its request, which is there in full:
    RuntimeError. Raises BrokenError where a caller on a socket would not get a whole answer.
    """
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    coroutine: Any = app(able(scope), receive, send)
    try:
        coroutine.send(None)
    except StopIteration:
        pass
    else:
        coroutine.close()
        message = "the application waits for something that only an event loop can bring"
        raise RuntimeError(message)
    if not sent:
        raise BrokenError("protocol", "the application sent no answer")
    fault = sent.pop(0)["fault"] if sent[0]["type"] == FAULT else None
    content = b"".join([part.get("body", b"") for part in sent])
    if fault:
        _enact(fault, len(content), patience)
    times = 2 if fault and fault.kind == "repeated" else 1
    return Answered(sent[0]["status"], sent[0]["headers"], content, times)


def _enact(fault: Fault, length: int, patience: float | None) -> None:
    """Raise what happens to an answer of that length."""
    if fault.kind == "refused":
        raise BrokenError("connect", REFUSED)
    if fault.kind in {"reset_before", "reset_after"}:
        raise BrokenError("read", _RESET)
    if fault.kind == "truncated":
        message = (
            "peer closed connection without sending complete message body "
            f"(received {length // 2} bytes, expected {length})"
        )
        raise BrokenError("protocol", message)
    if fault.kind == "slow" and patience is not None and fault.milliseconds / 1000 >= patience:
        # Nobody waits for it: neither for the answer nor for the time limit.
        raise BrokenError("timeout", "timed out")
