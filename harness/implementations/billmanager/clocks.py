"""How the panel's time is moved: by its control, by a command, or by a person; only forward."""

from __future__ import annotations

import shlex
import subprocess
from datetime import UTC
from typing import TYPE_CHECKING, Final, Protocol

import httpx

from prorata.harness.implementations.base import CannotStart, ImplementationFault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["Clock", "Control"]

CONTROL_PATH: Final = "/_prorata/"
#: How long a command may take, in seconds: a machine may start anew.
_COMMAND: Final = 600.0


class Clock(Protocol):
    """Moves the panel's time."""

    def move(self, to: datetime) -> None:
        """Move it to an instant, not before where it stands; raise `ImplementationFault`."""


class Control:
    """The control of a panel of ours."""

    def __init__(self, base: str) -> None:
        self._base = f"{base}{CONTROL_PATH}"
        self._client = httpx.Client(timeout=60.0)

    def move(self, to: datetime) -> None:
        """Move the clock."""
        self._call("clock", {"to": to.astimezone(UTC).isoformat()})

    def reset(self, seed: Mapping[str, object]) -> str:
        """Put the panel back to a seed; return the instant at which time stands."""
        return str(self._call("reset", {"seed": seed})["now"])

    def _call(self, name: str, body: Mapping[str, object]) -> dict[str, object]:
        try:
            answer = self._client.post(f"{self._base}{name}", json=body)
            told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ImplementationFault("implementation", f"control {name}: {error}") from None
        if answer.is_error:
            raise ImplementationFault("implementation", f"control {name}: {told}")
        return told
