"""HTTPS with a certificate of an authority made for the occasion."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from prorata.fakes.unusable import UnusableError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NoTlsError", "server_context"]


class NoTlsError(UnusableError):
    """What TLS needs is not installed."""


def server_context(*hosts: str, ca: Path | None = None) -> ssl.SSLContext:
    """Return what a server for `hosts` needs, besides 127.0.0.1, ::1 and localhost.

    The certificate of the authority is written to `ca`, in PEM, for callers to trust: as
    `curl --cacert` or `SSL_CERT_FILE`. It is valid from 2000 to 3000, so at any simulated time.
    Raises NoTlsError without trustme, and OSError where the file cannot be written.
    """
    try:
        import trustme
    except ImportError:
        from prorata.fakes.extras import how_to_install

        message = f"TLS needs trustme: {how_to_install('tls')}"
        raise NoTlsError(message) from None
    authority = trustme.CA()
    names = dict.fromkeys(("127.0.0.1", "::1", "localhost", *hosts))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    if ca is not None:
        authority.cert_pem.write_to_path(str(ca))
    return context
