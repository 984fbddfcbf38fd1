"""One request at a time: the application of a panel in a set, with what it must not be without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.fakes.asgi import responder

if TYPE_CHECKING:
    from prorata.fakes.asgi import App, Message, Receive, Said, Scope, Send
    from prorata.fakes.control.panels import Panels

__all__ = ["Guarded", "step"]


class Guarded:
    """Answers for a panel while nobody else acts on its set: no request, and nobody who moves time.

    With a store, what may have changed something is answered only after it is kept.
    """

    def __init__(self, panels: Panels, panel: str) -> None:
        self._panels = panels
        self._name = panel
        self._panel: Any = panels.panels[panel]

    def respond(self, scope: Scope, body: bytes) -> Said | None:
        """Return what the panel answers at once, where nothing has to be kept."""
        if self._panels.store is not None:
            return None
        with self._panels.lock:
            return responder(self._panel.app)(scope, body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the request whole, have it answered, and send the answer."""
        message = await receive()
        messages = [message]
        while message.get("more_body") and not _too_much(messages):
            message = await receive()
            messages.append(message)
        panels, panel = self._panels, self._panel
        with panels.lock:
            before = panel.changed
            sent = step(panel.app, scope, messages)
            store = panels.store
            # A fault counts the calls that it lets pass, whatever they are for.
            if store is not None and (panel.changed != before or panels.faults.rules):
                store.keep_call(panels.name, self._name, scope, messages)
        for message in sent:
            await send(message)


def _too_much(messages: list[Message]) -> bool:
    from prorata.fakes.mgr5.app import LARGEST_BODY

    return sum(len(message.get("body", b"")) for message in messages) > LARGEST_BODY


def step(app: App, scope: Scope, messages: list[Message]) -> list[Message]:
    """Run an application on a request that is there in full; return what it sends.

    Raises RuntimeError for an application that waits for anything else.
    """
    coming = iter(messages)
    sent: list[Message] = []

    async def receive() -> Message:
        return next(coming, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        sent.append(message)

    coroutine: Any = app(scope, receive, send)
    try:
        coroutine.send(None)
    except StopIteration:
        return sent
    coroutine.close()
    message = "the application waits for something that only an event loop can bring"
    raise RuntimeError(message)
