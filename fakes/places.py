"""Which application answers at which path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.asgi import reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.asgi import App, Receive, Scope, Send

__all__ = ["answer_from"]


async def answer_from(apps: Mapping[str, App], scope: Scope, receive: Receive, send: Send) -> None:
    """Pass a request on to the application at its path.

    `{"/ispmgr": app}` answers below `/ispmgr` and `/manager/ispmgr`, and `{"": app}` everywhere.
    Without any application the answer is 503, outside of their paths 404.
    """
    path = scope["path"].removeprefix("/manager")
    for place, app in apps.items():
        if place in {"", path} or path.startswith(f"{place}/"):
            await app(scope, receive, send)
            return
    if apps:
        await reply(send, 404, b"Not Found\n", "text/plain")
    else:
        await reply(send, 503, b"Nothing is mounted here\n", "text/plain")
