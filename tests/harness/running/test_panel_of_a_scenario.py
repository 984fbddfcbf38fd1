"""The panel in a scenario: faults on the way to it, links into it, and what is seen there."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from prorata.fakes import Ispmanager, listen, transport
from prorata.fakes.faults import deliver
from prorata.harness.protocol import PanelAccess
from prorata.harness.running.api import run
from prorata.harness.running.faults import Trouble
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.visit import Visit, visit
from prorata.harness.scenario.acts import PanelItself
from prorata.reference.clock import Clock

ROOT = {"authinfo": "root:prorata", "out": "json"}
SUSPEND = {**ROOT, "func": "user.suspend", "elid": "anna"}
KEY = "0123456789abcdef"


@pytest.fixture
def panel():
    """A panel with a user."""
    made = Ispmanager(Clock(datetime(2025, 8, 1, tzinfo=UTC)), presets={"small": {}})
    made.add_user("anna")
    return made


@pytest.fixture
def begin(panel):
    """Let something go wrong, in the words of a scenario."""
    trouble = Trouble(panel, waits=False)
    return lambda **act: trouble.begin(PanelItself(**act))


@pytest.fixture
def suspend(panel):
    """Suspend the user; return the status of the answer."""

    def call():
        with httpx.Client(transport=transport(panel.app), base_url="http://panel") as client:
            return client.post("/ispmgr", data=SUSPEND).status_code

    return call


def test_a_panel_that_is_down(panel, begin, suspend):
    """While it is down nothing reaches the panel."""
    begin(state="down")
    begin(state="down")
    assert (503, True) == (suspend(), panel.users["anna"].active)
    begin(state="up")
    begin(state="up")
    assert (200, False) == (suspend(), panel.users["anna"].active)


def test_the_nth_call_fails_without_its_effect(panel, begin, suspend):
    """The second call from now fails; the others do not."""
    assert 200 == suspend()
    begin(fail="2")
    assert 200 == suspend()
    panel.add_user("anna")
    assert (503, True) == (suspend(), panel.users["anna"].active)
    assert 200 == suspend()


@pytest.mark.parametrize(
    ("act", "error"),
    [({"fail": "1", "effect": "yes"}, httpx.ReadError), ({"slow": "1"}, httpx.ReadTimeout)],
)
def test_the_answer_to_the_nth_call_is_lost(panel, begin, suspend, act, error):
    """It has its effect, and its caller hears nothing of it: cut off, or for too long."""
    begin(**act)
    with pytest.raises(error):
        suspend()
    assert not panel.users["anna"].active
    assert 200 == suspend()


def test_an_answer_too_late_on_a_socket(panel):
    """It is broken off after the effect, instead of being waited for."""
    Trouble(panel, waits=True).begin(PanelItself(slow="1"))
    with listen({panel.path: panel.app}) as served, httpx.Client(trust_env=False) as client:
        with pytest.raises(httpx.ReadError):
            client.post(f"{served.url}/ispmgr", data=SUSPEND)
        assert not panel.users["anna"].active
        assert 200 == client.post(f"{served.url}/ispmgr", data=SUSPEND).status_code


def test_the_next_event_beside_a_call_that_fails(panel, begin):
    """The call is of the function that is named, and the event is the next one, whatever it is."""
    begin(fail="1", effect="yes", func="soft.order.param", event="lost")
    told = deliver([1, 2], panel.faults, lambda _: "item.open", panel.binary)
    assert [2] == [number for number, _ in told]


def test_a_panel_that_is_down_is_not_slow(panel, begin, suspend):
    """What does not reach the panel has no effect, whatever was to happen to its answer."""
    begin(state="down")
    begin(slow="1")
    assert (503, True) == (suspend(), panel.users["anna"].active)


def login(panel, key=KEY, extra=""):
    """Make a key and return the link for it."""
    with httpx.Client(transport=transport(panel.app), base_url="http://panel") as client:
        params = {**ROOT, "func": "session.newkey", "username": "anna", "key": key}
        client.post("/ispmgr", data=params)
    return f"http://elsewhere:1500/ispmgr?func=auth&username=anna&key={key}{extra}"


def test_a_visit(panel):
    """A link lets in its user once, and the logout leads back."""
    link = login(panel, extra="&backurl=https%3A%2F%2Fbilling%2F")
    assert Visit("anna", again=False, back="https://billing/") == visit(panel.app, link)
    assert Visit("anna") == visit(panel.app, login(panel))


def test_a_link_with_a_password_works_again(panel):
    """What is no key lets in as often as one likes."""
    link = "http://panel/ispmgr?func=auth&username=anna&password=prorata"
    assert Visit("anna", again=True) == visit(panel.app, link)


@pytest.mark.parametrize(
    "link",
    [
        "http://panel/ispmgr?func=auth&username=anna&key=none",
        "http://panel/nowhere",
        "http://[",
        "",
        "http://panel/ispmgr?func=whoami",
        "http://panel/ispmgr\x00",
        "http://panel/ispmgr?func=auth&username=\ud800",
    ],
)
def test_a_link_that_leads_nowhere(panel, link):
    """Whatever an implementation answers, a link that opens no session lets in nobody."""
    assert Visit(None) == visit(panel.app, link)


def test_what_a_panel_raises_is_no_link_that_leads_nowhere(panel):
    """A fault of ours is told as one, not as a link that lets in nobody."""

    async def broken(scope, receive, send):
        raise KeyError("elid")

    async def other(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"<html>"})

    link = login(panel)
    with pytest.raises(KeyError, match="elid"):
        visit(broken, link)
    with pytest.raises(ValueError, match="Expecting value"):
        visit(other, link)


def test_there_are_no_faults_before_a_panel():
    """Faults belong to a panel."""
    with pytest.raises(LookupError, match="no panel yet"):
        _ = ScenarioPanels().trouble


def test_access_has_what_was_entered():
    """What nobody entered is not told."""
    access = PanelAccess(url="http://p/ispmgr", login="root", password="p", maximum_accounts=2)
    assert {"url": "http://p/ispmgr", "login": "root", "password": "p", "maximum_accounts": 2} == (
        access.model_dump()
    )


SCENARIO = """
title: A user on the panel
rules: [provision.ispmanager.create]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 month: "1.00"}}}
  clients: {anna: {balance: "1.00"}}
timeline:
  - at: 2025-09-01
    order: {as: site, client: anna, tariff: start, period: 1 month, domain: a.example.com}
    expect: {ispmanager: {user: site, EXPECTED}}
"""


@pytest.mark.parametrize(
    ("expected", "seen"),
    [
        ("password: wrong", "password"),
        ('limits: {limit_db: "7"}', "limits"),
        ("has: {sites: [other.example.com]}", "has"),
        ("backup: yes", "backup"),
        ("address: 192.0.2.9", "address"),
    ],
)
def test_what_is_not_so_on_the_panel_is_told(tmp_path, expected, seen):
    """Each expectation about the panel can fail, and the mismatch says at which."""
    file = tmp_path / "one.yaml"
    file.write_text(SCENARIO.replace("EXPECTED", expected))
    (verdict,) = run([str(file)]).verdicts
    assert "fail" == verdict.verdict
    assert seen in str(verdict.mismatches[0])


ENTERED = """
title: A link that is none
rules: [provision.ispmanager.login]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 month: "1.00"}}}
  clients: {anna: {balance: "1.00"}}
timeline:
  - at: 2025-09-01
    order: {as: site, client: anna, tariff: start, period: 1 month}
    expect: {entered: {user: site, again: no, returns: yes}, shown: {disk: "1"}}
  - at: 2025-09-01
    delete: {service: site, by: staff}
    expect: {ispmanager: {user: site, exists: no, password: none}}
  - at: 2025-09-02
    panel: {service: site, disk: 1}
"""


def test_an_act_that_answers_no_link(tmp_path):
    """Without a link nobody has entered, and without an answer nothing is shown."""
    file = tmp_path / "one.yaml"
    file.write_text(ENTERED)
    (verdict,) = run([str(file)]).verdicts
    assert "fail" == verdict.verdict
    places = [str(mismatch) for mismatch in verdict.mismatches]
    for word in ("user", "again", "returns", "disk", "password"):
        assert any(word in place for place in places), (word, places)


UNMADE = """
title: A panel for a service that was never made
rules: [provision.ispmanager.create]
source: ours
given:
  system: billmanager
  tariffs: {start: {enabled: no, prices: {1 month: "1.00"}}}
  clients: {anna: {balance: "1.00"}}
timeline:
  - at: 2025-09-01
    order: {as: site, client: anna, tariff: start, period: 1 month}
  - at: 2025-09-02
    panel: {service: site, disk: 1}
    expect: {charged: []}
"""


def test_a_panel_act_needs_its_service(tmp_path):
    """A service that no order made has no user whose usage could be told."""
    file = tmp_path / "one.yaml"
    file.write_text(UNMADE)
    (verdict,) = run([str(file)]).verdicts
    assert "pass" != verdict.verdict or "judged up to" in (verdict.reason or "")
