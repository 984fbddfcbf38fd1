"""`prorata panel`: time, state, journal and faults of served panels."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from free_ports import free_port

from prorata.fakes import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = {
    "ispmanager": {"presets": {"start": {}}, "users": {"olga": {}}},
    "tariffs": {"start": {"prices": {"1 month": "3.10"}}},
    "clients": {"anna": {"balance": "4.00"}},
}


@pytest.fixture(name="panels")
def _panels(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Serve an ispmanager, whose address the environment has."""
    with serve("ispmanager", seed=SEED) as panels:
        monkeypatch.setenv("PRORATA_PANEL", panels.urls["ispmanager"])
        yield panels


def test_clock(call: Any, panels: Any) -> None:
    """Told and moved, by an instant or by a span."""
    assert call("panel", "clock").out == "2025-01-01 00:00 UTC\n"
    assert call("panel", "clock", "2025-03-01T00:00Z").out == "2025-03-01 00:00 UTC\n"
    assert call("panel", "clock", "2025-03-01", "09:30").out == "2025-03-01 09:30 UTC\n"
    assert call("panel", "advance", "1", "month").out == "2025-04-01 09:30 UTC\n"
    assert call("panel", "advance", "3 days 2 hours").out == "2025-04-04 11:30 UTC\n"
    assert json.loads(call("panel", "clock", "--json").out)["now"] == panels.now.isoformat()


def test_what_happened(call: Any) -> None:
    """3.10 of 4.00 pay January; on 1 February there is not enough, and the site is suspended."""
    with serve("all", seed=SEED) as panels:
        panels.billmanager.billing.act("order", client="anna", tariff="start", period="1 month")
        said = call("panel", "--url", panels.urls["billmanager"], "advance", "1", "month")
    assert said.out == "2025-02-01 00:00 UTC · 0 renewals, 1 suspension, 0 errors\n"


def test_a_step_back_is_refused(call: Any, panels: Any) -> None:
    """With both instants, exit code 1."""
    said = call("panel", "clock", "2024-12-31")
    assert said.code == 1
    assert "time goes forward only: it is 2025-01-01 00:00 UTC, and 2024-12-31 00:00" in said.err
    assert panels.now.year == 2025


@pytest.mark.parametrize("words", [["1", "moon"], ["soon"]])
def test_no_span(call: Any, panels: Any, words: list[str]) -> None:
    """A span that is none is told with one that is."""
    said = call("panel", "advance", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("is no span of time; write 1 month, or 3 days 2 hours\n")


def test_snapshot_restore_fork(call: Any, panels: Any) -> None:
    """Kept, gone back to, forked, dropped."""
    assert call("panel", "snapshot", "start").out == "kept as start\n"
    call("panel", "advance", "1", "day")
    assert call("panel", "restore", "start").out == "2025-01-01 00:00 UTC\n"
    url = call("panel", "fork", "other").out.strip()
    assert url == panels.urls["ispmanager"].replace("/ispmgr", "/other/ispmgr")
    call("panel", "--url", url, "advance", "1", "day")
    assert call("panel", "--url", url, "clock").out == "2025-01-02 00:00 UTC\n"
    assert call("panel", "clock").out == "2025-01-01 00:00 UTC\n"
    assert call("panel", "fork", "other").code == 1
    assert call("panel", "fork", "other", "--drop").out == "dropped other\n"
    assert json.loads(call("panel", "fork", "again", "--json").out)["name"] == "again"
    said = call("panel", "restore", "nothing")
    assert (said.code, said.err) == (
        1,
        'name: no snapshot "nothing"; expected the name of a snapshot: start\n',
    )


def test_journal(call: Any, panels: Any) -> None:
    """A line of JSON for each call, filtered, secrets hidden."""
    url = f"{panels.urls['ispmanager']}?out=json&authinfo=root:prorata"
    for query in ("func=user", "func=user.suspend&elid=nobody", "func=whoami"):
        httpx.get(f"{url}&{query}", trust_env=False)

    def funcs(*words: str) -> list[str]:
        return [
            json.loads(line)["func"] for line in call("panel", "journal", *words).out.splitlines()
        ]

    assert funcs() == ["user", "user.suspend", "whoami"]
    assert funcs("--func", "user*") == ["user", "user.suspend"]
    assert funcs("--errors") == ["user.suspend"]
    assert funcs("--since", "2") == ["whoami"]
    assert funcs("--limit", "1") == ["whoami"]
    assert funcs("--who", "olga") == []
    assert funcs("--panel", "billmanager") == []
    assert "prorata" not in call("panel", "journal").out


def test_faults(call: Any, panels: Any) -> None:
    """Set from a file, listed, cleared."""
    Path("faults.yaml").write_text("seed: 3\nfaults: [{kind: slow, milliseconds: 1}]\n", "utf-8")
    assert call("panel", "faults").out == "nothing goes wrong\n"
    assert '"kind": "slow"' in call("panel", "faults", "faults.yaml").out
    assert json.loads(call("panel", "faults", "--json").out)["seed"] == 3
    assert len(panels.faults.rules) == 1
    assert call("panel", "faults", "--clear").out == "nothing goes wrong\n"
    Path("wrong.yaml").write_text("faults: [{kind: moon}]\n", "utf-8")
    for file, expected in (
        ("wrong.yaml", "wrong.yaml:1:11: "),
        ("none.yaml", "none.yaml: No such"),
    ):
        said = call("panel", "faults", file)
        assert said.code == 2
        assert said.err.startswith(expected)
    assert call("panel", "faults", "faults.yaml", "--clear").code == 2


def test_dump_usage_reset(call: Any, panels: Any) -> None:
    """All that the panels hold; what a user has taken up; back to the beginning, or another one."""
    said = call("panel", "usage", "olga", "--disk", "5", "--traffic-per-day", "2")
    assert (
        said.out == "olga: disk 5 MiB, traffic 0 MiB, disk per day 0 MiB, traffic per day 2 MiB\n"
    )
    dump = json.loads(call("panel", "dump").out)
    assert dump["panels"]["ispmanager"]["users"]["olga"]["password"] == "***"
    call("panel", "advance", "1", "year")
    assert call("panel", "reset").out == "2025-01-01 00:00 UTC\n"
    Path("seed.yaml").write_text("ispmanager: {users: {boris: {}}}\n", "utf-8")
    assert call("panel", "reset", "--seed", "seed.yaml").code == 0
    assert list(panels.ispmanager.users) == ["www-root", "boris"]
    Path("seed.yaml").write_text("ispmanager: {uzers: {}}\n", "utf-8")
    said = call("panel", "reset", "--seed", "seed.yaml")
    assert said.code == 2
    assert said.err.startswith('seed.yaml:1:14: unknown key "uzers" in ')


def test_no_panel(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear line, exit code 2."""
    port = free_port()
    monkeypatch.setenv("PRORATA_PANEL", f"127.0.0.1:{port}")
    said = call("panel", "clock")
    assert said.code == 2
    assert said.err == (
        f"no panel at http://127.0.0.1:{port}: connection refused; start one with"
        " `prorata serve` or name it with --url\n"
    )


@pytest.mark.parametrize("url", ["ftp://somewhere", "http://", "http://127.0.0.1:port"])
def test_no_address(call: Any, url: str) -> None:
    """What is no address is told as clearly."""
    said = call("panel", "--url", url, "clock")
    assert said.code == 2
    assert said.err.count("\n") == 1


@contextmanager
def something_else(status: int, body: bytes) -> Iterator[str]:
    """Serve something that is no panel."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>"), (404, b"Not Found"), (500, b"[]"), (404, b"{}")]
)
def test_no_panel_of_ours(call: Any, status: int, body: bytes) -> None:
    """Another server is told from a panel."""
    with something_else(status, body) as url:
        said = call("panel", "--url", url, "clock")
    assert said.code == 2
    assert said.err.startswith(f"{url} is no panel of prorata")


def test_a_ca_that_is_none(call: Any) -> None:
    """A file that holds no certificate is named."""
    said = call("panel", "--url", "https://127.0.0.1:1", "--ca", "none.pem", "clock")
    assert (said.code, said.err) == (2, "none.pem: No such file or directory\n")


@pytest.mark.parametrize("word", ["clock", "advance", "snapshot", "restore", "fork", "journal"])
def test_help(call: Any, word: str) -> None:
    """Every part has its help."""
    said = call("panel", word, "--help")
    assert (said.code, said.out.startswith(f"Usage: prorata panel {word}")) == (0, True)
