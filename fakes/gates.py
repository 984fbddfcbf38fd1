"""Who may ask: programs on this machine, and no page of somebody else's in a browser.

A browser lets any page send requests to a port of this machine, and a name that its owner points at
127.0.0.1 even lets the page read what is answered. Both are seen by the headers that it sends.
"""

from __future__ import annotations

from hmac import compare_digest
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.fakes.asgi import Scope

__all__ = ["Gate", "Unwelcome", "host_name", "is_loopback"]

_WATCHED: Final = frozenset({b"host", b"origin", b"sec-fetch-site"})
_OTHERS: Final = frozenset({b"cross-site", b"same-site"})
_MOST_KNOWN: Final = 64
_LONGEST: Final = 255


class Unwelcome(NamedTuple):
    """Why a request is refused: the status, the header it is about, what is wrong, the way out."""

    status: HTTPStatus
    field: str
    message: str
    expected: str


class Gate:
    """Lets requests in that are made to a host which a port listens on, by programs.

    `host` is what the port listens on, `allowed` are further names of it, whose pages may ask too.
    With a `token`, control is asked with it. What has no header `host` comes from no browser.

    >>> headers = [(b"host", b"127.0.0.1:1500"), (b"origin", b"https://example.com")]
    >>> Gate().refusal({"scheme": "http", "headers": headers}).message
    'a page of https://example.com asks'
    """

    def __init__(
        self, host: str = "127.0.0.1", allowed: Iterable[str] = (), token: str = ""
    ) -> None:
        self._host = host_name(_bracketed(host))
        self._allowed = frozenset(map(host_name, map(_bracketed, allowed)))
        self._token = token.encode()
        #: Headers that were found to be good.
        self._known: set[bytes] = set()

    def refusal(self, scope: Scope) -> Unwelcome | None:
        """Return why a request is refused, None for one that is welcome."""
        host = origin = site = None
        for name, value in scope["headers"]:
            if name not in _WATCHED:
                continue
            if name == b"host":
                host = value
            elif name == b"origin":
                origin = value
            else:
                site = value
        if host is not None and host not in self._known and not self._knows(host):
            return self._other_host(host)
        if origin is not None and origin.lower() != _own(scope["scheme"], host):
            return None if self._lets_in(origin) else _other_page(origin)
        if site is not None and site.strip().lower() in _OTHERS:
            return _other_page(b"")
        return None

    def locked(self, scope: Scope) -> Unwelcome | None:
        """Return why a request to control is refused for its token, None where it has it."""
        if not self._token:
            return None
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        scheme, _, token = (given[0] if len(given) == 1 else b"").partition(b" ")
        if scheme.lower() == b"bearer" and compare_digest(token.strip(), self._token):
            return None
        return Unwelcome(
            HTTPStatus.UNAUTHORIZED,
            "authorization",
            "control asks for the token that it was started with",
            "the header Authorization: Bearer TOKEN, or prorata panel with PRORATA_TOKEN set",
        )

    def _knows(self, header: bytes) -> bool:
        name = host_name(header.decode("latin-1"))
        known = bool(name) and (
            name == self._host or name in self._allowed or is_loopback(name)
            # Who listens on every address has any number: only a name can be made to lead here.
            or (_is_everywhere(self._host) and _number(name) is not None)
        )  # fmt: skip
        if known and len(self._known) < _MOST_KNOWN:
            self._known.add(header)
        return known

    def _lets_in(self, origin: bytes) -> bool:
        name = _page_host(origin.decode("latin-1"))
        return bool(name) and name in self._allowed

    def _other_host(self, header: bytes) -> Unwelcome:
        name = header.decode("latin-1")[:_LONGEST]
        return Unwelcome(
            HTTPStatus.FORBIDDEN,
            "host",
            f'"{name}" is no host that is listened on here',
            f"{self._host}, a name of this machine for itself such as localhost,"
            " or one that prorata serve was given with --allow-host",
        )


def host_name(header: str) -> str:
    """Return the host of HOST:PORT, nothing where there is none: `[::1]:1500` is `::1`.

    >>> host_name("LocalHost.:1500")
    'localhost'
    """
    if header.startswith("["):
        name, closed, port = header[1:].partition("]")
        number = _number(name)
        good = bool(closed) and port[:1] in {"", ":"} and isinstance(number, IPv6Address)
        return str(number) if good and _is_port(port[1:]) else ""
    name, _, port = header.partition(":")
    return name.lower().removesuffix(".") if _is_port(port) else ""


def is_loopback(name: str) -> bool:
    """Tell whether a host is this machine's name for itself."""
    number = _number(name)
    if number is None:
        return name == "localhost" or name.endswith(".localhost")
    mapped = number.ipv4_mapped if isinstance(number, IPv6Address) else None
    return (mapped or number).is_loopback


def _own(scheme: str, host: bytes | None) -> bytes:
    """Return the origin of the pages that a request to a host could come from."""
    return f"{scheme}://".encode() + (host or b"").lower()


def _page_host(origin: str) -> str:
    try:
        return host_name(urlsplit(origin).netloc)
    except ValueError:
        return ""


def _other_page(origin: bytes) -> Unwelcome:
    shown = origin.decode("latin-1")[:_LONGEST] or "another site"
    host = _page_host(shown)
    return Unwelcome(
        HTTPStatus.FORBIDDEN,
        "origin" if origin else "sec-fetch-site",
        f"a page of {shown} asks",
        f"a program, or a page of this address; prorata serve --allow-host {host or 'HOST'}"
        " lets pages of that host ask too",
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host


def _is_everywhere(host: str) -> bool:
    number = _number(host)
    return number is not None and number.is_unspecified


def _is_port(text: str) -> bool:
    return not text or (text.isascii() and text.isdecimal())


def _number(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
