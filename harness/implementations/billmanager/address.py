"""What a user says of the BILLmanager that is to be judged: where it is, and how it is treated."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from prorata.harness.implementations.base import CannotStart

__all__ = ["FORM", "Target", "is_loopback", "target_url"]

FORM: Final = "billmanager:URL"
_PATH: Final = "/billmgr"
_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Target:
    """A BILLmanager: its address, the login of its staff, its clock and its reset.

    `clock` is ``control``, ``command:CMD`` or ``ask``; `reset` is ``control``, ``command:CMD`` or
    empty for none. `invented` says whether what no document of the vendor has may be used.
    `timezone` is the panel's own, and `patience` how many seconds its operations may take.
    """

    url: str
    login: str = "admin"
    password: str = field(default="prorata", repr=False)
    clock: str = "control"
    reset: str = "control"
    invented: bool = True
    timezone: str = "UTC"
    patience: float = _SECONDS

    @property
    def base(self) -> str:
        """Its address without the path."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def target_url(text: str) -> str:
    """Return the address that a user wrote, with its path; raise `CannotStart`."""
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise CannotStart(
            f"billmanager:{text}: write an address such as billmanager:http://127.0.0.1:1501/billmgr"
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise CannotStart(
            "billmanager:URL: the address has only host, port and path; the login goes into"
            " --login and PRORATA_PASSWORD"
        )
    return text if parts.path not in {"", "/"} else f"{text.rstrip('/')}{_PATH}"


def is_loopback(url: str) -> bool:
    """Tell whether an address is of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
