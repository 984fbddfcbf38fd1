"""A panel whose time is moved by a command is compared by the date of its answers."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.implementations.billmanager.dated import dated_by

NOON = datetime(2025, 8, 1, 12, tzinfo=UTC)


@contextmanager
def server(date):
    """Serve answers with a date, or without one."""

    class Answers(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response_only(200)
            if date:
                self.send_header("Date", date)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Answers) as served:
        Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_port}/billmgr"
        served.shutdown()


@pytest.mark.parametrize("minutes", [0, 20])
def test_a_machine_that_was_moved(minutes):
    """It may have gone on by some minutes."""
    shows = NOON + timedelta(minutes=minutes)
    with server(format_datetime(shows, usegmt=True)) as url:
        dated_by(url)(NOON)


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_no_date_tells_nothing(date):
    """And neither does a server that does not answer."""
    with server(date) as url:
        dated_by(url)(NOON)
    dated_by(url)(NOON)


def test_a_machine_that_was_not_moved():
    """It is named, with what it shows."""
    with server("Fri, 27 Nov 2026 03:40:00 GMT") as url:
        with pytest.raises(ImplementationFault) as raised:
            dated_by(url)(NOON)
        said = f"{url} dates its answers 2026-11-27T03:40:00+00:00"
    assert f"the clocks are split: {said}, and it is 2025-08-01T12:00:00+00:00" == (
        raised.value.reason
    )
