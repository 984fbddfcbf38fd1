"""How the panel's time moves and how it is put back, where it has no control or none is used."""

from __future__ import annotations

import shlex
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from prorata.fakes import listen
from prorata.fakes.asgi import reply
from prorata.harness.clocks import moving
from prorata.harness.implementations.billmanager.control import PanelControl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prorata.fakes.control import Panels
    from prorata.harness.running.verdict import Verdict

FEE = "documented/late-fee-half-of-five-days"
#: An order on 1 January at nine, an act on the third at noon, and what is there on the fourth.
DAYS = "edge/daily-without-the-right-to-suspend"
#: What a lab has: something that sets the machine's time, and something that puts a snapshot back.
TOOL = """\
import json, os, sys, urllib.request

what, base, *instant = sys.argv[1:]
body = {"to": instant[0]} if instant else {}
if instant:
    assert os.environ["PRORATA_INSTANT"] == instant[0]
with open(__file__ + ".log", "a") as log:
    print(what, *instant, file=log)
url, data = f"{base}/_prorata/{what}", json.dumps(body).encode()
request = urllib.request.Request(url, data, {"content-type": "application/json"})
urllib.request.urlopen(request).read()
"""


@pytest.fixture
def tool(served: Panels, tmp_path: Path) -> Callable[[str], str]:
    """Return a command that does what the control does, and notes it."""
    script = tmp_path / "tool.py"
    script.write_text(TOOL, encoding="utf-8")
    base = served.urls["billmanager"].rpartition("/")[0]

    def command(what: str) -> str:
        return f"command:{shlex.join([sys.executable, '-S', '-E', str(script), what, base])}"

    return command


def test_commands_move_time_and_put_the_panel_back(
    judge: Callable[..., list[Verdict]], tool: Callable[[str], str], tmp_path: Path
) -> None:
    """Time goes by every midnight, since nobody knows where such a machine stops by itself."""
    (verdict,) = judge([DAYS], clock=tool("clock"), reset=tool("reset"), functions="invented")
    assert (verdict.verdict, verdict.reason) == ("pass", "")
    noted = (tmp_path / "tool.py.log").read_text().splitlines()
    moves = [line.removeprefix("clock 2025-01-").removesuffix(":00:00+00:00") for line in noted]
    assert moves == ["reset", "01T09", "02T00", "03T00", "03T12", "04T00"]


def test_a_command_that_fails_is_told(judge: Callable[..., list[Verdict]]) -> None:
    """With what it said last."""
    broken = (
        f"command:{shlex.join([sys.executable, '-c', 'import sys; sys.exit(chr(110) + chr(111))'])}"
    )
    (verdict,) = judge([FEE], clock=broken)
    assert verdict.verdict == "error"
    assert verdict.reason.endswith("ended with 1: no")


def test_a_person_is_asked(
    judge: Callable[..., list[Verdict]], served: Panels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a terminal, with the instant; whoever moves time has done it when the answer comes."""
    asked: list[str] = []

    class Terminal:
        def isatty(self) -> bool:
            return True

    def move(said: str) -> None:
        asked.append(said)
        served.call("clock", to=said.split(" until ")[1].split(", ", maxsplit=1)[0])

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(moving, "_from_terminal", move)
    (verdict,) = judge([FEE], clock="ask", functions="invented")
    assert (verdict.verdict, verdict.reason) == ("pass", "")
    assert "2025-08-01T09:00:00+00:00" in asked[0]


def test_time_never_goes_back(judge: Callable[..., list[Verdict]], served: Panels) -> None:
    """A scenario that begins before where a panel stands is not played."""
    served.call("clock", to="2030-01-01")
    (verdict,) = judge([FEE], reset="none")
    assert (verdict.verdict, verdict.why) == ("skipped", "unsupported")
    assert "stands at 2030-01-01 00:00, and goes forward only" in verdict.reason


def test_a_control_that_asks_for_a_token_is_told_it() -> None:
    """As a bearer, with every call."""
    heard: list[bytes] = []

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        heard.append(dict(scope["headers"])[b"authorization"])
        await reply(send, 200, b"{}", "application/json")

    with listen(app) as served, closing(PanelControl(served.url, "a-token")) as control:
        control.call("clock")
        control.call("reset", {"seed": {}})
    assert heard == [b"Bearer a-token"] * 2
