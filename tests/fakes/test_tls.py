from __future__ import annotations

import ssl
import sys

import httpx
import pytest

from prorata.fakes import listen
from prorata.fakes.faults import Faults
from prorata.fakes.tls import NoTlsError, server_context

CALL = {"func": "whoami", "out": "json", "authinfo": "root:prorata"}


@pytest.fixture
def secure(panel, tmp_path):
    """A panel that speaks HTTPS, and a client that trusts its authority."""
    authority = tmp_path / "ca.pem"
    with listen(panel.app, tls=server_context("panel.example.com", ca=authority)) as served:
        trust = ssl.create_default_context(cafile=str(authority))
        with httpx.Client(verify=trust, trust_env=False, base_url=served.url) as client:
            yield client


def test_https(secure):
    """Whoever trusts the authority gets an answer that knows where it was asked."""
    answer = secure.post("/ispmgr", data=CALL)
    assert "root" == answer.json()["doc"]["user"]["$name"]
    assert "https" == secure.base_url.scheme
    assert str(secure.base_url).rstrip("/") == answer.json()["doc"]["$host"]


def test_by_another_name(secure):
    """The certificate is good for localhost, and for the hosts that were named."""
    port = secure.base_url.port
    assert 200 == secure.post(f"https://localhost:{port}/ispmgr", data=CALL).status_code
    named = secure.post("/ispmgr", data=CALL, extensions={"sni_hostname": "panel.example.com"})
    assert 200 == named.status_code


def test_a_stranger_is_not_trusted(panel):
    """Without the authority the certificate is worth nothing."""
    with (
        listen(panel.app, tls=server_context()) as served,
        httpx.Client(trust_env=False) as client,
        pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        client.get(served.url)


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_faults(secure, panel, kind):
    """Faults happen over TLS too; Python takes a reset there for an end."""
    panel.faults = Faults()
    panel.faults.add(kind, times=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        secure.post("/ispmgr", data=CALL)
    assert 200 == secure.post("/ispmgr", data=CALL).status_code


def test_limits(secure):
    """What is refused over TLS is answered as well."""
    assert 414 == secure.get("/ispmgr?x=" + "x" * 65_520).status_code


def test_without_trustme(monkeypatch):
    """Without the extra, one line says what to install."""
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(NoTlsError, match=r"^TLS needs trustme: .*\[tls\]'?$"):
        server_context()
