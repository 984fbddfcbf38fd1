"""`prorata run -i billmanager:URL`, as a user calls it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from prorata.fakes.control import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.fakes.control import Panels

FEE = "documented/late-fee-half-of-five-days"
HERE = "127.0.0.1"


@pytest.fixture(name="panels", scope="module")
def _panels() -> Iterator[Panels]:
    with serve("all", clock=datetime(2020, 1, 1, tzinfo=UTC)) as panels:
        yield panels


@pytest.fixture(name="url")
def _url(panels: Panels) -> str:
    return f"billmanager:{panels.urls['billmanager']}"


def test_what_it_will_do_is_said_first(call: Any, url: str) -> None:
    """Before anything is made; then the run is one like any other."""
    said = call("run", FEE, "-i", url, "--log", "log.jsonl", "--trace", "trace.jsonl")
    first, time, last = said.err.splitlines()
    assert first.endswith("clients, payments and services are made there")
    assert time.startswith("its time moves forward, by its control; before each scenario")
    assert last == "nothing is cleaned up afterwards"
    assert (said.code, said.out.splitlines()[-1][:10]) == (0, "1 conforms")


def test_no_file_has_the_password(
    call: Any, url: str, panels: Panels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes from the environment, or from prorata.toml, and goes to the panel alone."""
    run = ("run", FEE, "-i", url, "--log", "l", "--trace", "t", "--json", "--reset", "none")
    secret = 'password = "no-secret-of-ours"\n'

    def anew() -> None:
        panels.reset()
        panels.billmanager.set_password("admin", "no-secret-of-ours")

    anew()
    refused = call(*run)
    assert (refused.code, ": as admin: " in refused.err) == (2, True)
    Path("prorata.toml").write_text(secret, encoding="utf-8")
    assert call(*run).code == 0
    anew()
    Path("prorata.toml").unlink()
    monkeypatch.setenv("PRORATA_PASSWORD", "no-secret-of-ours")
    said = call(*run)
    panels.reset()
    assert said.code == 0
    files = [Path(name).read_text(encoding="utf-8") for name in ("l", "t")]
    assert not [text for text in (said.out, said.err, *files) if "no-secret-of-ours" in text]


def test_the_command_that_repeats_a_failure_has_no_password(
    call: Any, url: str, wrong: Path
) -> None:
    """But all else that was said of the panel."""
    options = ["--login", "admin", "--clock", "control", "--functions", "invented"]
    said = call("run", wrong, "-i", url, *options, "--password", "prorata", "--ispmanager", HERE)
    again = next(line for line in said.out.splitlines() if line.startswith("    again:"))
    assert again.endswith(f" -i {url} {' '.join(options)} --ispmanager {HERE}")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:9", "no BILLmanager answers at http://127.0.0.1:9/billmgr: "),
        ("https://127.0.0.1:{port}", "no BILLmanager answers at https://127.0.0.1"),
        ("http://127.0.0.1:{port}/elsewhere", "HTTP 404"),
        ("http://192.0.2.1:1500", "--allow-remote"),
    ],
)
def test_what_is_no_panel_is_told_in_one_line(
    call: Any, panels: Panels, url: str, said: str
) -> None:
    """With exit code 2 and no traceback."""
    port = panels.urls["billmanager"].split(":")[2].split("/")[0]
    found = call("run", "-q", FEE, "-i", f"billmanager:{url.format(port=port)}")
    (line,) = found.err.splitlines()
    assert (found.code, found.out) == (2, "")
    assert said in line


def test_another_kind_of_panel_is_told(call: Any, panels: Panels) -> None:
    """An ispmanager has a `whoami` too, and sells nothing."""
    url = f"billmanager:{panels.urls['ispmanager']}"
    found = call("run", "-q", FEE, "-i", url, "--login", "root")
    assert found.code == 2
    assert found.err.endswith("is no BILLmanager: the panel has no function pricelist\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--clock", "ask"], "--clock ask is for a billing that reads a clock; reference is none"),
        (["--panel-timezone", "UTC"], "--panel-timezone is for billmanager:URL"),
        (["-i", "billmanager:{url}", "--ispmanager", "192.0.2.1"], "add --allow-remote"),
        (["-i", "billmanager:{url}", "--ispmanager", "127.0.0.1:x"], "is not HOST or HOST:PORT"),
    ],
)
def test_options_that_do_not_fit(call: Any, panels: Panels, options: list[str], said: str) -> None:
    """Are refused before anything is done."""
    words = [each.format(url=panels.urls["billmanager"]) for each in options]
    found = call("run", "-q", FEE, *words)
    assert found.code == 2
    assert said in found.err


def test_smoke_is_for_adapters(call: Any, url: str) -> None:
    """A panel speaks no protocol of ours."""
    found = call("smoke", "-i", url)
    assert (found.code, "speaks no protocol" in found.err) == (2, True)
