"""The shortest way to a panel: what a client of the reference sees on it is what HTTP shows it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from prorata.fakes import transport
from prorata.fakes.direct import Direct
from prorata.fakes.faults import Faults
from prorata.reference.panels import IspmanagerClient, PanelFailedError, PanelRefusedError

URL = "http://ispmanager/ispmgr"


@pytest.fixture
def ways(panel):
    """Two clients of the panel: one directly, one through httpx in process."""
    panel.add_user("anna")
    made = [
        IspmanagerClient(URL, "root", "prorata", transport=way)
        for way in (Direct(panel), transport(panel.app))
    ]
    yield made
    for client in made:
        client.close()


def failures(panel, clients, **fault):
    """Return what each client sees of a fault that happens to its next call."""
    seen = []
    for client in clients:
        panel.faults = Faults()
        panel.faults.add(times=1, **fault)
        with pytest.raises(PanelFailedError) as raised:
            client.suspend("anna")
        error = raised.value
        seen.append((error.reason, error.may_have_happened, panel.users["anna"].active))
        panel.faults = None
        client.resume("anna")
    return seen


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ({"kind": "refused"}, ("[Errno 111] Connection refused", False, True)),
        ({"kind": "reset_before"}, ("[Errno 104] Connection reset by peer", True, True)),
        ({"kind": "reset_after"}, ("[Errno 104] Connection reset by peer", True, False)),
        ({"kind": "slow", "milliseconds": 5000}, ("timed out", True, False)),
        ({"kind": "status", "status": 502}, ("HTTP 502", True, True)),
        ({"kind": "status", "status": 403}, ("HTTP 403", False, True)),
        ({"kind": "malformed"}, ("not an answer of ispmanager", True, False)),
    ],
    ids=["refused", "reset before", "reset after", "slow", "502", "403", "malformed"],
)
def test_a_fault_is_the_same(panel, ways, fault, seen):
    """The sentence, whether the call may have had its effect, and whether the user is active."""
    assert [seen, seen] == failures(panel, ways, **fault)


def test_half_an_answer(panel, ways):
    """It tells how much of it came."""
    direct, over_http = failures(panel, ways, kind="truncated")
    assert direct == over_http
    assert "peer closed connection without sending complete message body" in direct[0]


def test_an_answer_that_comes_twice(panel, ways):
    """It is the answer to the next call as well, as on a socket."""
    for client in ways:
        panel.faults = Faults()
        panel.faults.add("repeated", times=1)
        assert client.exists("anna")
        assert client.exists("nobody")
        with pytest.raises(PanelRefusedError):
            client.suspend("anna")


def test_a_slow_answer_that_is_waited_for(panel, ways):
    """Nobody waits in process: an answer within the time limit is there."""
    for client in ways:
        panel.faults = Faults()
        panel.faults.add("slow", milliseconds=4999)
        assert client.exists("anna")


def test_a_panel_that_is_down(panel):
    """Nothing reaches it: neither its journal nor its faults know of the call."""
    panel.faults = Faults()
    panel.faults.add("status", nth=1)
    panel.down = True
    client = IspmanagerClient(URL, "root", "prorata", transport=Direct(panel))
    with pytest.raises(PanelFailedError, match="Connection refused") as raised:
        client.suspend("anna")
    assert not raised.value.may_have_happened
    (rule,) = panel.faults.describe()["faults"]
    assert ([], 0) == (panel.calls, rule["seen"])
    panel.down = False
    with pytest.raises(PanelFailedError, match="HTTP 503"):
        client.suspend("anna")
    assert ["user.suspend"] == [call.func for call in panel.calls]


def test_a_panel_that_is_down_answers_others_for_nobody(panel):
    """Over HTTP that is 503, of which the panel knows nothing either."""
    panel.down = True
    client = IspmanagerClient(URL, "root", "prorata", transport=transport(panel.app))
    with pytest.raises(PanelFailedError, match="HTTP 503"):
        client.suspend("anna")
    assert [] == panel.calls


def test_a_text_that_no_form_can_hold(ways):
    """Half of a pair of surrogates is never sent."""
    for client in ways:
        with pytest.raises(PanelFailedError, match="surrogates not allowed") as raised:
            client.suspend("\ud800")
        assert not raised.value.may_have_happened


def test_an_application_that_says_nothing(panel, ways):
    """It looks like a panel that hung up."""

    async def silent(_scope, _receive, _send):
        pass

    panel.app = silent
    with pytest.raises(PanelFailedError, match="sent no answer") as raised:
        ways[0].suspend("anna")
    assert raised.value.may_have_happened


def test_a_run_in_process_needs_no_http_client():
    """The reference and its panel speak to each other without httpx, which takes long to import."""
    code = (
        "import sys; from prorata.harness import run; "
        "assert 0 == run('documented/late-fee-half-of-five-days').exit_code; "
        "print(sorted({'httpx', 'httptools', 'rich'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ("[]\n", "") == (ran.stdout, ran.stderr)
