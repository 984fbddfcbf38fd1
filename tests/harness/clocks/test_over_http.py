"""A server that is started for a run reads the clock that was asked for."""

from __future__ import annotations

import shlex
from contextlib import closing
from pathlib import Path

import pytest
from clocked import NOON, SPRING, needs, needs_libfaketime, opening
from free_ports import free_port

from prorata.harness.implementations.base import CannotStart
from prorata.harness.implementations.server import StartedServer
from prorata.harness.protocol import Advance, Result, Settled
from prorata.harness.running.api import open_any
from prorata.harness.running.panels import open_panels

PROGRAM = Path(__file__).parent / "programs" / "server.mjs"


@pytest.fixture(name="server")
def _server():
    port = free_port()
    command = shlex.join(["node", str(PROGRAM), str(port)])
    server = StartedServer(command, f"http://127.0.0.1:{port}/")
    yield server
    server.end()


@needs_libfaketime
@needs("node", "nodejs")
@pytest.mark.parametrize("runs", [False, True])
def test_a_server_reads_the_clock(server, runs):
    """It is started under it, and anew where it runs already."""
    if runs:
        server.start()
    with (
        open_panels("socket") as panels,
        closing(open_any(server.url, panels, clock="libfaketime", server=server)) as opened,
    ):
        opened.ask(opening(NOON))
        for instant in (NOON, SPRING):
            answer = opened.ask(Advance(to=instant))
            assert isinstance(answer, Result)
            assert isinstance(answer.body, Settled)
            assert {"its clock": instant} == answer.body.now


def test_a_server_of_somebody_else():
    """Is not reached, and that is said before it is asked."""
    with open_panels("socket") as panels, pytest.raises(CannotStart, match="http: with --start"):
        open_any("http://127.0.0.1:9/", panels, clock="libfaketime")
