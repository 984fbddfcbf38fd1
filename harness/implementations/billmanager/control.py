"""The control of a panel of ours: its clock, and its way back to the beginning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import httpx

from prorata.harness.implementations.base import ImplementationFault
from prorata.reference.panels.http import socket_transport

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PanelControl"]

_PATH: Final = "/_prorata/"
_SECONDS: Final = 60.0


class PanelControl:
    """Calls the control functions beside a panel, with its token where it asks for one.

    Raises `ImplementationFault`.
    """

    def __init__(self, base: str, token: str = "") -> None:
        headers = {"authorization": f"Bearer {token}"} if token else None
        self._base = f"{base}{_PATH}"
        self._client = httpx.Client(
            transport=socket_transport(base), timeout=_SECONDS, trust_env=False, headers=headers
        )

    def call(self, name: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Read a control function, or with a body have it change something."""
        url = f"{self._base}{name}"
        try:
            answer = self._client.get(url) if body is None else self._client.post(url, json=body)
            told: dict[str, Any] = answer.json()
        except (httpx.HTTPError, json.JSONDecodeError) as error:
            said = f"{url}: {str(error) or type(error).__name__}"
            raise ImplementationFault("implementation", said) from None
        if answer.is_error:
            said = f"{url}: {told.get('error', told)}"
            raise ImplementationFault("implementation", said)
        return told

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
