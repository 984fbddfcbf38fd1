"""Panels under respx, for code whose HTTP client is out of a test's reach."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from prorata.fakes.inprocess import transport
from prorata.fakes.places import answer_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    import respx

    from prorata.fakes.asgi import App, Receive, Scope, Send

__all__ = ["Mountable", "mount"]


class Mountable(Protocol):
    """What has applications by path: a set of panels."""

    @property
    def apps(self) -> Mapping[str, App]:
        """The applications, such as that at `/ispmgr`."""


def mount(
    router: respx.Router, panels_or_app: Mountable | Mapping[str, App] | App, *, base_url: str
) -> respx.Route:
    """Let what httpx sends below `base_url` be answered in process, and return the route.

    Works for sync and async clients, and where others make the client. It does not see other
    libraries and processes: for those there is a real port. An application by itself has all paths.

    >>> import httpx, respx
    >>> from datetime import UTC, datetime
    >>> from prorata.fakes import Ispmanager
    >>> from prorata.reference.clock import Clock
    >>> panel = Ispmanager(Clock(datetime(2025, 8, 1, tzinfo=UTC)))
    >>> with respx.mock() as router:
    ...     route = mount(router, panel.app, base_url="https://panel.example.com:1500")
    ...     httpx.get("https://panel.example.com:1500/ispmgr").status_code, route.call_count
    (200, 1)
    """
    mounted: Any = panels_or_app

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        # Looked up for each request: a set of panels may be changed under the test.
        apps = getattr(mounted, "apps", mounted)
        await answer_from({"": apps} if callable(apps) else apps, scope, receive, send)

    base = base_url.rstrip("/")
    route = router.route(url__regex=f"^{re.escape(base)}(?=[/?#]|$)")
    return route.mock(side_effect=transport(app).handle_request)
