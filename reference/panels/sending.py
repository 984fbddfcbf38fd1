"""What the clients of panels ask of whoever carries their forms."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Sender", "UnansweredError", "UnreachedError"]


class UnreachedError(Exception):
    """A form certainly did not reach the panel."""


class UnansweredError(Exception):
    """A form may have reached the panel: no whole answer came back."""


class Sender(Protocol):
    """Carries forms to a panel, and its answers back."""

    def check(self) -> None:
        """Raise UnreachedError where it is known that no form would reach the panel now."""

    def send(self, url: str, form: bytes, timeout: float) -> tuple[int, bytes]:
        """Return the status and the content of the answer; raise either error.

        `timeout` is in seconds, for connecting, sending and each part of the answer.
        """

    def close(self) -> None:
        """Close the connections."""
