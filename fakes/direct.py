"""The shortest way to a panel in this process, for the reference's clients: no HTTP client."""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from prorata.fakes.stepping import REFUSED, Answered, BrokenError, step
from prorata.reference.panels.sending import UnansweredError, UnreachedError

if TYPE_CHECKING:
    from prorata.fakes.billmanager import Billmanager
    from prorata.fakes.ispmanager import Ispmanager

__all__ = ["Direct"]

_FORM: Final = (b"content-type", b"application/x-www-form-urlencoded")


class Direct:
    """Sends forms to a panel by stepping its application.

    The panel sees what it would see of the same client on a socket, and so does the client.
    """

    def __init__(self, panel: Ispmanager | Billmanager) -> None:
        self._panel = panel
        #: On a socket an answer that came twice is the answer to the next call: here as well.
        self._behind: deque[Answered] = deque()

    def check(self) -> None:
        """Raise UnreachedError while the panel is down: nothing has to be written to learn that."""
        if self._panel.down:
            raise UnreachedError(REFUSED)

    def send(self, url: str, form: bytes, timeout: float) -> tuple[int, bytes]:
        """Return the status and the content of the answer whose turn it is."""
        try:
            answered = step(self._panel.app, {**_scope(url)}, form, timeout)
        except BrokenError as broken:
            error = UnreachedError if broken.at == "connect" else UnansweredError
            raise error(str(broken)) from None
        self._behind.extend([answered] * answered.times)
        status, _, content, _ = self._behind.popleft()
        return status, content

    def close(self) -> None:
        """There is nothing to close."""


@lru_cache(maxsize=16)
def _scope(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "type": "http",
        "method": "POST",
        "scheme": parts.scheme,
        "path": parts.path,
        "query_string": b"",
        "headers": [(b"host", parts.netloc.encode()), _FORM],
        "client": ("127.0.0.1", 1),
    }
