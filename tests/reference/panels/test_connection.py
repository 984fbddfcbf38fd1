"""The connection to a server: it is reached by its address, or else by its name."""

from __future__ import annotations

import pytest

from prorata.reference.panels.connection import Connection


@pytest.mark.parametrize(
    ("where", "url"),
    [
        ({"address": "192.0.2.10"}, "https://192.0.2.10:1500/ispmgr"),
        ({"hostname": "eu1.example.com"}, "https://eu1.example.com:1500/ispmgr"),
        (
            {"address": "192.0.2.10", "hostname": "eu1.example.com", "port": 443, "path": "/m"},
            "https://192.0.2.10:443/m",
        ),
        ({"address": "2001:db8::1"}, "https://[2001:db8::1]:1500/ispmgr"),
    ],
)
def test_a_server_is_reached_by_either(where, url):
    """Its address comes first; one of IPv6 stands in brackets."""
    assert url == Connection("eu 1", "root", "secret", **where).url


def test_a_connection_shows_no_password():
    """It stays out of logs."""
    assert "secret" not in repr(Connection("eu 1", "root", "secret", "192.0.2.10"))


def test_a_server_without_either_is_none():
    """Nobody could reach it."""
    with pytest.raises(ValueError, match="connection eu 1: give the address"):
        Connection("eu 1", "root", "secret")
