"""One request at a time: the application of a panel in a set, with what it must not be without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.fakes.asgi import responder
from prorata.fakes.control.errors import NotKeptError
from prorata.fakes.faults import Fault, FaultRule, Faults

if TYPE_CHECKING:
    from prorata.fakes.asgi import App, Message, Receive, Said, Scope, Send
    from prorata.fakes.control.panels import Panels
    from prorata.fakes.control.store import Store

__all__ = ["Guarded", "step"]


class Guarded:
    """Answers for a panel while nobody else acts on its set: no request, and nobody who moves time.

    With a store, what may have changed something is answered only after it is kept; once that
    has failed every call is answered with an error.
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
        panels = self._panels
        with panels.lock:
            store = panels.store
            if store is None:
                sent = step(self._panel.app, scope, messages)
            else:
                sent = self._kept(store, scope, messages)
        for message in sent:
            await send(message)

    def _kept(self, store: Store, scope: Scope, messages: list[Message]) -> list[Message]:
        panels, panel = self._panels, self._panel
        before = panel.changed
        try:
            store.check()
            sent = step(panel.app, scope, messages)
            # A fault counts the calls that it lets pass, whatever they are for.
            if panel.changed != before or panels.faults.rules:
                store.keep_call(panels, self._name, scope, messages)
        except NotKeptError as error:
            text = error.message
        except BaseException as error:
            if panel.changed != before:
                store.give_up(error)
            raise
        else:
            return sent
        # The protocol has one way to answer any call with an error, which does nothing else.
        panel.faults = Faults([FaultRule(Fault("error", type="state", text=text))])
        return step(panel.app, scope, messages)


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
