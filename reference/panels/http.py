"""Forms over HTTP."""

from __future__ import annotations

import ssl
from functools import lru_cache

import httpx

from prorata.reference.panels.sending import UnansweredError, UnreachedError

__all__ = ["HttpSender", "socket_transport"]

# Whatever went wrong here went wrong before the panel had the request.
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_FORM = httpx.Headers({"accept": "*/*", "content-type": "application/x-www-form-urlencoded"})

_address = lru_cache(httpx.URL)


class HttpSender:
    """Sends forms through a transport of httpx, by default one for `url`.

    Without a client, which has cookies, redirects and the proxies of the environment: calls are
    told apart by their credentials alone, and a panel is where its address says.
    """

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = transport or socket_transport(url)

    def check(self) -> None:
        """Nothing is known of a panel before it is called."""

    def send(self, url: str, form: bytes, timeout: float) -> tuple[int, bytes]:
        """Return the status and the content of the answer."""
        try:
            request = httpx.Request(
                "POST",
                _address(url),
                headers=_FORM,
                content=form,
                extensions={"timeout": httpx.Timeout(timeout).as_dict()},
            )
            response = self._transport.handle_request(request)
            try:
                return response.status_code, response.read()
            finally:
                response.close()
        except _NEVER_SENT as error:
            raise UnreachedError(_reason(error)) from error
        except httpx.RequestError as error:
            raise UnansweredError(_reason(error)) from error

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def socket_transport(url: str) -> httpx.HTTPTransport:
    """Return a way to an address over sockets, which verifies a certificate where there is one."""
    # Loading the certificates of the authorities takes longer than a scenario; http needs none.
    if url.lower().startswith("https:"):
        return httpx.HTTPTransport()
    return httpx.HTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
