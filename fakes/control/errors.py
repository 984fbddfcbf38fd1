"""How the control of panels says no."""

from __future__ import annotations

from typing import Any

from prorata.fakes.mgr5.secrets import masked

__all__ = ["BAD", "CONFLICT", "UNKNOWN", "ControlError", "NotKeptError"]

BAD = 400
UNKNOWN = 404
CONFLICT = 409
_UNAVAILABLE = 503
#: What a caller sent is repeated up to this many characters.
_LONGEST = 1000


class ControlError(ValueError):
    """A control function was asked for what it cannot do, and changed nothing.

    `field` is the one of the request that is wrong, empty where it is the request itself, and
    `expected` says what belongs there. `status` is the HTTP status of the answer: 400 for a value
    that cannot be, 404 for a name that is not there, 409 for what contradicts how things stand.
    """

    def __init__(self, field: str, message: str, expected: str = "", *, status: int = BAD) -> None:
        # What is masked is cut later on, and never in the middle of a secret.
        message = masked(message[: 2 * _LONGEST])
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message
        self.expected = expected
        self.status = status

    def body(self) -> dict[str, Any]:
        """Return the answer's document."""
        about = {"field": self.field, "message": self.message, "expected": self.expected}
        return {"error": {name: _cut(text) for name, text in about.items() if text}}


class NotKeptError(ControlError):
    """A change could not be written down, now or before: nothing is answered until a restart."""

    def __init__(self, message: str) -> None:
        super().__init__("", message, "a restart", status=_UNAVAILABLE)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
