from __future__ import annotations

import copy
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

import prorata.fakes as package
from prorata.fakes.ispmanager import Call, Ispmanager


def test_calls_are_noted_in_order(ask, panel, clock):
    """A call is noted with its simulated time, its parameters less credentials, and its error."""
    ask("user.add.finish", name="bob", passwd="secret", confirm="secret", sok="ok")
    clock.advance(days=1)
    ask("user.suspend", elid="nobody")
    start = datetime(2025, 8, 1, 9, tzinfo=UTC)
    assert [
        Call(start, "user.add.finish", {"out": "json", "name": "bob", "sok": "ok"}, None),
        Call(
            start + timedelta(days=1),
            "user.suspend",
            {"out": "json", "elid": "nobody"},
            "missed/user",
        ),
    ] == panel.calls


def test_calls_name_who_logs_in(ask, panel):
    """A failed login is noted, with the login and without the password."""
    ask("auth", authinfo=None, username="root", password="wrong")
    (call,) = panel.calls
    assert ("auth/badpassword", "root") == (call.error, call.params["username"])
    assert "wrong" not in repr(call)


def test_user_shows_no_password(panel, ask, anna):
    """A user's representation, which ends up in reports, leaves the password out."""
    assert "pw" not in repr(panel.users["anna"])


def test_users_are_frozen(panel, anna):
    """What a test is given cannot be changed by it."""
    with pytest.raises(AttributeError):
        panel.users["anna"].active = False
    with pytest.raises(TypeError):
        panel.users["eve"] = panel.users["anna"]
    with pytest.raises(TypeError):
        del panel.sites["anna.example.com"]
    with pytest.raises(TypeError):
        panel.presets["tiny"] = {}


def test_calls_are_a_copy(panel, anna):
    """Emptying the list that a test was given empties nothing else."""
    panel.calls.clear()
    assert 1 == len(panel.calls)


def test_site_has_an_owner(panel, anna):
    """A site knows its user."""
    assert "anna" == panel.sites["anna.example.com"].owner


def test_presets_are_added_and_replaced(ask, panel):
    """A preset that is added later is there, and one added again has the new limits."""
    panel.add_preset("tiny", {"limit_quota": "1"})
    panel.add_preset("tiny", {"limit_quota": "2"})
    assert {"limit_quota": "2"} == panel.presets["tiny"]
    assert "tiny" == ask("preset")["elem"][-1]["name"]["$"]


@pytest.mark.parametrize(
    ("limits", "complaint"),
    [
        ({"limit_qouta": "1"}, "preset 'p': ispmanager has no limit 'limit_qouta'"),
        ({"limit_quota": "1 GiB"}, "preset 'p': limit_quota cannot be '1 GiB': Expected a whole"),
    ],
)
def test_wrong_presets_are_refused(clock, limits, complaint):
    """A limit that ispmanager has not, or a value that it cannot have, is an error at once."""
    with pytest.raises(ValueError, match=complaint):
        Ispmanager(clock, presets={"p": limits})


def test_assert_called_passes(ask, panel, anna):
    """A call with at least these parameters was made, refused or not."""
    ask("user.edit", elid="anna", preset="huge", sok="ok")
    panel.assert_called("user.edit")
    panel.assert_called("user.edit", elid="anna", preset="huge")


def test_assert_called_shows_the_calls_of_that_function(ask, panel, anna):
    """If the parameters differ the message shows those that were sent, and what became of them."""
    ask("user.edit", elid="anna", preset="huge", sok="ok")
    ask("user.edit", authinfo="root:prorata", elid="anna")
    with pytest.raises(AssertionError) as raised:
        panel.assert_called("user.edit", elid="anna", preset="large")
    assert (
        "user.edit was not called with elid='anna', preset='large'; its calls were:\n"
        "  2025-08-01 09:00:00 out='json', elid='anna', preset='huge', sok='ok'"
        " - refused: missed/preset\n"
        "  2025-08-01 09:00:00 out='json', elid='anna' - ok"
    ) == str(raised.value)


def test_assert_called_shows_other_functions(ask, panel, client):
    """If the function was not called at all the message says which ones were."""
    with pytest.raises(AssertionError, match=r"^user.edit was not called; called were: nothing$"):
        panel.assert_called("user.edit")
    ask("user")
    ask("preset")
    ask("user")
    with pytest.raises(AssertionError, match=r"not called; called were: user, preset$"):
        panel.assert_called("user.edit")
    client.get("/ispmgr?func=whoami")
    with pytest.raises(AssertionError, match=r"\(no parameters\) - refused: auth/session$"):
        panel.assert_called("whoami", su="anna")


def test_snapshot(ask, panel, clock, anna):
    """A deep copy of the state, put back, undoes all that happened since."""
    sid = ask("auth", authinfo=None, username="root", password="prorata")["auth"]["$"]
    saved = copy.deepcopy(panel.state)
    ask("user.delete", elid="anna")
    panel.add_preset("tiny", {})
    calls = len(panel.calls)
    panel.state = copy.deepcopy(saved)
    assert ({"anna"}, {"anna.example.com"}) == (panel.users.keys(), panel.sites.keys())
    assert ("tiny" in panel.presets, len(panel.calls)) == (False, calls - 1)
    assert "error" not in ask("whoami", authinfo=None, auth=sid)
    assert saved.users == panel.state.users


def test_import_is_light():
    """A panel alone needs no client, server, XML library or model library."""
    heavy = {"httpx", "lxml", "httptools", "pydantic", "asyncio"}
    code = "import sys, prorata.fakes.ispmanager; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert set() == heavy & set(shown.stdout.split())


def test_names_of_the_package():
    """The package offers its names, whichever of its modules was imported first."""
    code = (
        "import prorata.fakes.serving, prorata.fakes.inprocess, prorata.fakes as f;"
        "print(f.Ispmanager.__name__, f.Served.__name__, f.serve.__name__, f.transport.__name__)"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "Ispmanager Served serve transport\n" == shown.stdout


def test_unknown_name_of_the_package():
    """Any other name is an AttributeError that says so."""
    with pytest.raises(AttributeError, match=r"module 'prorata.fakes' has no attribute 'Plesk'"):
        _ = package.Plesk
    assert set(package.__all__) <= set(dir(package))
