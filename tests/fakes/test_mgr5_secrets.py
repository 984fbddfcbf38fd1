"""What is secret is in no journal and in no answer, however it was sent."""

import json
from time import perf_counter
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from prorata.fakes import serve
from prorata.fakes.control import Panels
from prorata.fakes.control.errors import ControlError
from prorata.fakes.mgr5.secrets import beginning, is_secret, masked, without_login

NAMES = ["pwd", "apikey", "privatekey", "sslkey", "credential", "authorization"]
ALIKE = ["user_pwd", "X-Api-Key", "private_key", "ssl.key", "credentials", "Proxy-Authorization",
         "passwd", "confirm", "auth", "authinfo", "secret_word", "token", "key"]  # fmt: skip
SECRET = "s3cr3t"
LOGIN = {"authinfo": "root:prorata"}


@pytest.fixture(scope="module")
def served():
    """Both panels on ports."""
    with serve("all", seed={"clients": {"anna": {"balance": "1.00"}}}) as panels:
        yield panels


@pytest.fixture
def panel(served, request):
    """One panel of the set, its journal empty: its address and the login of its administrator."""
    served.journal.clear()
    name = getattr(request, "param", "ispmanager")
    login = {"ispmanager": "root:prorata", "billmanager": "admin:prorata"}[name]
    return served.urls[name], login


def sent(url, body, kind="application/x-www-form-urlencoded", query=""):
    """Post a body; return the text of the answer."""
    request = Request(url + query, body.encode(), {"Content-Type": kind})  # noqa: S310  ours
    with urlopen(request, timeout=10) as answer:  # noqa: S310  ours
        return answer.read().decode()


def journal(served):
    """Read the journal by HTTP, as `prorata panel journal` does."""
    url = served.urls["ispmanager"].replace("/ispmgr", "/_prorata/journal")
    with urlopen(url, timeout=10) as answer:  # noqa: S310  ours
        return answer.read().decode()


@pytest.mark.parametrize("panel", ["ispmanager", "billmanager"], indirect=True)
@pytest.mark.parametrize("name", [*NAMES, *ALIKE])
@pytest.mark.parametrize("out", ["xml", "json", "text"])
def test_a_parameter_of_a_secret_name(served, panel, name, out):
    """What is sent under such a name, by query, form or JSON, is not told again."""
    url, login = panel
    base = {"func": "whoami", "out": out, "authinfo": login}
    form = {**base, name: SECRET} if name not in {"auth", "authinfo"} else base
    said = sent(url, urlencode(form))
    said += sent(url, urlencode(base), query="?" + urlencode({name: SECRET}))
    said += sent(url, json.dumps({**base, "x": {name: SECRET, "y": [{name: SECRET}]}}))
    assert SECRET not in said + journal(served)


@pytest.mark.parametrize("panel", ["ispmanager", "billmanager"], indirect=True)
@pytest.mark.parametrize("name", [*NAMES, *ALIKE])
@pytest.mark.parametrize(
    "written",
    [
        "<doc><{0}>{1}</{0}></doc>",
        "<doc {0}='{1}'/>",
        '{{"a": [{{"{0}": "{1}"}}]}}',
        '{{"{0}": ["{1}"]}}',
        'cut {{"{0}": "{1}',
        "https://example.com/?a=1&{0}={1}&b=2",
    ],
)
def test_a_text_that_holds_a_secret(served, panel, name, written):
    """XML, JSON and addresses inside a parameter are told less what is secret in them."""
    url, login = panel
    text = written.format(name, SECRET)
    said = sent(url, urlencode({"func": "whoami", "authinfo": login, "note": text}))
    assert SECRET not in said + journal(served)
    assert "***" in journal(served)


def test_headers_are_told_to_nobody(served, panel):
    """Neither a header nor one that is written in a parameter is told again."""
    url, _ = panel
    text = f"GET / HTTP/1.1\nAuthorization: Bearer {SECRET}\nAccept: */*"
    form = urlencode({"func": "user", **LOGIN, "note": text}).encode()
    headers = {"Authorization": f"Basic {SECRET}", "Cookie": f"token={SECRET}"}
    with urlopen(Request(url, form, headers), timeout=10) as answer:  # noqa: S310  ours
        said = answer.read().decode()
    assert SECRET not in said + journal(served)


@pytest.mark.parametrize("panel", ["ispmanager", "billmanager"], indirect=True)
@pytest.mark.parametrize("address", [f"https://u:{SECRET}@h.example/x", f"ftp://{SECRET}@h/"])
@pytest.mark.parametrize("out", ["xml", "json", "text"])
def test_the_login_in_an_address(served, panel, address, out):
    """What stands in front of a host is hidden, in echoes, in errors and in the journal."""
    url, login = panel
    base = {"out": out, "authinfo": login}
    said = sent(url, urlencode({**base, "func": "whoami", "note": address}))
    said += sent(url, urlencode({**base, "func": address}))
    said += sent(url, urlencode({**base, "func": "session.delete", "elid": address}))
    said += sent(url, urlencode({**base, "func": "session", "p_num": address}))
    assert SECRET not in said + journal(served)


def test_a_redirect_leads_back_without_a_login(served, panel):
    """Who logs out is sent back where they came from, less the login in that address."""
    url, _ = panel
    back = f"https://anna:{SECRET}@billing.example/clients?id=7"
    form = {"func": "auth", "username": "root", "password": "prorata", "backurl": back}
    sid = json.loads(sent(url, urlencode({**form, "out": "json"})))["doc"]["auth"]["$id"]
    ended = sent(url, urlencode({"func": "session.delete", "elid": sid, "out": "json", **LOGIN}))
    assert {"$type": "url", "$": "https://billing.example/clients?id=7"} == (
        json.loads(ended)["doc"]["ok"]
    )
    assert SECRET not in journal(served)


def test_a_form_with_a_password_is_not_in_the_journal(served):
    """Staff see the password of a service in its form; the journal has the form without it."""
    served.journal.clear()
    url = served.urls["billmanager"]
    staff = {"authinfo": "admin:prorata", "out": "json"}
    form = {"func": "processing.edit", "name": "m", "itemtype": "vhost", "sok": "ok"}
    told = sent(url, urlencode({**staff, **form, "address": f"http://u:{SECRET}@h.example/"}))
    assert SECRET not in told + journal(served)


def test_the_dump_hides_by_the_same_names():
    """Passwords that were changed by their services' numbers are hidden in a dump as well."""
    panels = Panels()
    panels.billmanager.state.passwords[7] = SECRET
    panels.ispmanager.add_preset("compass", {"limit_db": "1"})
    panels.ispmanager.add_user("token", comment=f"see http://u:{SECRET}@h.example/")
    found = panels.dump()["panels"]
    assert SECRET not in json.dumps(found)
    assert "***" == found["billmanager"]["panel"]["passwords"]
    assert "***" == found["ispmanager"]["users"]["token"]["password"]
    assert "***" == found["ispmanager"]["password"]
    # What somebody chose to call so is no secret.
    assert {"limit_db": "1"} == found["ispmanager"]["presets"]["compass"]


def test_a_mistake_in_a_seed_tells_no_password():
    """A password that is no text is not repeated."""
    with pytest.raises(ControlError) as raised:
        Panels("ispmanager", seed={"ispmanager": {"users": {"anna": {"password": 31337}}}})
    assert "31337" not in str(raised.value)


def test_a_mistake_in_a_seed_tells_no_login_in_an_address():
    """What is said to be wrong is an address less the login in it."""
    with pytest.raises(ControlError) as raised:
        Panels("ispmanager", seed={"readings": {"rounding": f"https://u:{SECRET}@h.example/"}})
    assert "https://***@h.example/" in str(raised.value)
    assert SECRET not in json.dumps(raised.value.body())


def test_keys_of_rows_are_told():
    """In an answer `key` is what a row is called by; in an address it opens something."""
    row = '{"key":{"$":"shop->MySQL"},"link":{"$":"http://h/?func=auth&key=abc&x=1"}}'
    shown = '{"key":{"$":"shop->MySQL"},"link":{"$":"http://h/?func=auth&key=***&x=1"}}'
    assert shown == masked(row, keys=False)


def test_what_is_cut_shows_no_half_of_a_secret():
    """A text that ends in the middle of an address or a value is told up to the word before."""
    assert "see " == beginning("see http://anna:secret@example.com/", 18)
    assert "a b" == beginning("a bc", 3)


def test_names_that_are_no_secrets():
    """What clients look rows up by is not hidden."""
    assert not [name for name in ("rkey", "lickey", "keyboard", "author", "name", "elid")
                if is_secret(name)]  # fmt: skip
    assert "https://h.example/a@b" == without_login("https://h.example/a@b")
    assert "mail anna@example.com" == masked("mail anna@example.com")


@pytest.mark.parametrize(
    "hostile",
    ["//" * 30_000, '"key":{' * 9000, "key" * 21_000, "key=" + " " * 60_000, "\n" * 60_000 + "auth",
     '"key":"' + "\\" * 60_000, "//" + "@" * 60_000, "<key " * 13_000, '"' * 10**7],
    ids=["slashes", "braces", "words", "blanks", "lines", "strokes", "ats", "tags", "large"],
)  # fmt: skip
def test_hostile_texts_are_looked_through_in_no_time(hostile):
    """No text takes longer than a tenth of a second."""
    start = perf_counter()
    masked(hostile)
    assert perf_counter() - start < 0.1
