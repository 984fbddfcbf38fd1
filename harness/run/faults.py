"""A panel that fails when a scenario says so: before or after the effect of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.asgi import reply

if TYPE_CHECKING:
    from prorata.fakes.asgi import App, Message, Receive, Scope, Send

__all__ = ["Faults"]


class Faults:
    """An application in front of a panel; a call that fails is answered with HTTP 502 or 503.

    A billing cannot tell from the answer whether the call had its effect: it has to look.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._calls = 0
        self._failing: dict[int, bool] = {}
        self.down = False

    def fail(self, nth: int, *, effect: bool) -> None:
        """Let the nth call from now on fail, with its effect or without."""
        self._failing[self._calls + nth] = effect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self._calls += 1
        effect = self._failing.pop(self._calls, None)
        if self.down or effect is False:
            await reply(send, 503, b"Service Unavailable\n", "text/plain")
            return
        await self._app(scope, receive, _lost if effect else send)
        if effect:
            await reply(send, 502, b"Bad Gateway\n", "text/plain")


async def _lost(_message: Message) -> None:
    """Send an answer nowhere."""
