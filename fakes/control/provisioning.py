"""The way of a set's BILLmanager to the set's ispmanager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prorata.fakes.control.panels import Panels

__all__ = ["Provisioning"]


class Provisioning:
    """The ispmanager of a set as billing uses it, in process.

    The client is made when first used: HTTP libraries take longer to import than panels to start.
    """

    def __init__(self, panels: Panels) -> None:
        self._panels = panels
        self._client: Any = None
        #: Where that client calls, and as whom.
        self._access: tuple[str, str, str] | None = None

    def __getattr__(self, name: str) -> Any:
        """Return what a client of that panel can do."""
        if name.startswith("_"):
            raise AttributeError(name)
        panel = self._panels.ispmanager
        url = self._panels.urls.get("ispmanager", f"http://ispmanager{panel.path}")
        access = (url, panel.login, panel.password)
        if access != self._access:
            self._access, self._client = access, self._connected(*access)
        return getattr(self._client, name)

    def _connected(self, *access: str) -> Any:
        from prorata.fakes.inprocess import transport
        from prorata.reference.panels import IspmanagerClient

        return IspmanagerClient(*access, transport=transport(_Here(self._panels.ispmanager)))


class _Here:
    """The panel at its own path, however the address of its set begins."""

    def __init__(self, panel: Any) -> None:
        self._panel = panel

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._panel.app({**scope, "path": self._panel.path}, receive, send)
