"""Which application answers at which path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.asgi import reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.asgi import App, Receive, Scope, Send

__all__ = ["answer_from", "app_at", "is_below"]


def is_below(place: str, path: str) -> bool:
    """Tell whether a path is that of a place, or below it; with /manager before it or without.

    >>> is_below("/ispmgr", "/manager/ispmgr/"), is_below("/ispmgr", "/ispmgrs"), is_below("", "/")
    (True, False, True)
    """
    path = path.removeprefix("/manager")
    return not place or place == path or path.startswith(f"{place}/")


def app_at(apps: Mapping[str, App], path: str) -> App | None:
    """Return the application at a path, None where there is none.

    `{"/ispmgr": app}` answers below `/ispmgr` and `/manager/ispmgr`, and `{"": app}` everywhere.
    """
    for place, app in apps.items():
        if is_below(place, path):
            return app
    return None


async def answer_from(apps: Mapping[str, App], scope: Scope, receive: Receive, send: Send) -> None:
    """Pass a request on to the application at its path.

    Without any application the answer is 503, outside of their paths 404.
    """
    app = app_at(apps, scope["path"])
    if app is not None:
        await app(scope, receive, send)
    elif apps:
        await reply(send, 404, b"Not Found\n", "text/plain")
    else:
        await reply(send, 503, b"Nothing is mounted here\n", "text/plain")
