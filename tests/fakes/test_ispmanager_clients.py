"""What existing clients of ispmanager do, and what they need: one test for each habit."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

NEW = {"name": "bob", "passwd": "pw", "sok": "ok"}


def test_blesta_reads_the_detail_of_an_error(ask, anna):
    """A client that reads only `detail` must find a text there."""
    assert (
        "user with 'anna' already exists"
        == (ask("user.add.finish", **NEW | {"name": "anna"})["error"]["detail"]["$"])
    )


def test_blesta_submits_lists(ask, anna):
    """`sok` and `elid` sent to a list mean nothing."""
    for func in ("user", "preset", "webdomain"):
        plain, submitted = ask(func), ask(func, sok="ok", elid="nobody")
        assert plain["elem"] == submitted["elem"]


def test_khorsa_substitutes_params(ask, anna):
    """`param` is an array whose items have a name and a text, enough to fill in the group."""
    error = ask("user.add.finish", **NEW | {"name": "anna"})["error"]
    text = error["group"]["$"]
    for param in error["param"]:
        text = text.replace(f"__{param['$name']}__", param.get("$", ""))
    assert error["msg"]["$"] == text


def test_vasyakrg_compares_the_group_of_exists(ask, anna):
    """The group of `exists` is compared letter by letter."""
    error = ask("user.add.finish", domain="anna.example.com", **NEW)["error"]
    assert "__object__ with '__value__' already exists" == error["group"]["$"]


def test_success_has_no_error(ask, anna):
    """A client that takes any `error` for a failure must find none in a success."""
    for func in ("user", "user.edit", "user.suspend", "whoami"):
        assert "error" not in ask(func, elid="anna")


def test_jbs_asks_whether_a_user_exists(ask, anna):
    """It takes an answer with `tparams.func` for a page and creates: then `exists` must stop it."""
    assert "error" in ask("user.edit", elid="bob")
    assert "user.edit" == ask("user.edit", elid="anna")["tparams"]["func"]["$"]
    error = ask("user.add.finish", **NEW | {"name": "anna"})["error"]
    assert ("exists", "user") == (error["$type"], error["$object"])


def test_whmcs_module_looks_for_level_16(ask_xml, anna):
    """It finds a user among the elements of level 16."""
    assert ["anna"] == [e.findtext("name") for e in ask_xml("user").findall("elem[level='16']")]


def test_whmcs_module_sends_no_confirmation(ask, panel):
    """A password without its confirmation makes a user."""
    ask("user.add.finish", addinfo="off", **NEW)
    assert {"bob"} == panel.users.keys()


def test_whmcs_module_suspends_without_sok(ask, panel, anna):
    """Group functions act at once, with sok or without."""
    ask("user.suspend", elid="anna")
    assert not panel.users["anna"].active
    ask("user.delete", elid="anna", sok="ok")
    assert {} == panel.users


def test_bi_work_creates_with_an_empty_elid(ask, panel):
    """An empty `elid` is none: the form creates."""
    ask("user.edit", elid="", **NEW)
    assert {"bob"} == panel.users.keys()


def test_harmless_extras(ask, panel):
    """Parameters that a panel's own pages send are accepted and ignored."""
    extras = {"elname": "x", "clicked_button": "ok", "lang": "ru", "plid": "", "progressid": "1"}
    assert {} == ask("user.add.finish", **NEW, **extras)["ok"]


def test_login_extras(ask):
    """So are those of the login page."""
    extras = {"lang": "en", "theme": "orion", "checkcookie": "no", "redirect": "startform=user"}
    doc = ask("auth", authinfo=None, username="root", password="prorata", **extras)
    assert re.fullmatch("[0-9a-f]{24}", doc["auth"]["$"])


def test_grant436_escapes_passwords_twice(ask):
    """What arrives as %40 is a per cent sign and two digits, not an at sign."""
    ask("user.add.finish", **NEW | {"passwd": "a%40b"})
    assert "error" not in ask("whoami", authinfo="bob:a%40b")
    assert "error" in ask("whoami", authinfo="bob:a@b")


def test_unescaped_ampersand_cuts_a_password(client, panel):
    """A client that does not escape sets what is left of its password."""
    body = b"authinfo=root:prorata&func=user.add.finish&sok=ok&name=bob&passwd=a&b"
    client.post("/ispmgr", content=body)
    assert "a" == panel.users["bob"].password


def test_grant436_switches_a_limit_off(ask, panel, anna):
    """`limit_*_enabled=off` is answered with ok, and changes nothing."""
    before = panel.users["anna"]
    assert {} == ask("user.edit", elid="anna", limit_db_enabled="off", sok="ok")["ok"]
    assert before == panel.users["anna"]


def test_grant436_looks_for_unlimited(ask, anna):
    """There is no value for "unlimited"."""
    for value in ("unlimited", "-1"):
        error = ask("user.edit", elid="anna", limit_db=value, sok="ok")["error"]
        assert ("value", "limit_db") == (error["$type"], error["$object"])


@pytest.mark.parametrize("func", ["user.enable", "user.disable", "wwwdomain", "email.box.edit"])
def test_functions_of_older_panels(ask, anna, func):
    """A function of ispmanager 4, or an invented one, is an error, never ok."""
    doc = ask(func, elid="anna", sok="ok")
    assert ("missed", False) == (doc["error"]["$type"], "ok" in doc)


def test_two_users_with_full_names(ask_xml, anna):
    """Every row has every field: a client counts on `fullname` in the second as in the first."""
    ask_xml("user.add.finish", fullname="Bob B", **NEW)
    assert ["", "Bob B"] == [e.findtext("fullname") for e in ask_xml("user").findall("elem")]


def test_ipanshin91_logs_in_again_on_auth(ask):
    """A session that is over is an error of type `auth`."""
    assert "auth" == ask("user", authinfo=None, auth="over")["error"]["$type"]


def test_openprovider_reads_xml_errors(post):
    """The XML error has its type and object as attributes and its params by name."""
    answer = post(func="user.edit", elid="X", authinfo="root:prorata")
    error = ET.fromstring(answer.content).find("error")
    assert ("missed", "user", "en") == (error.get("type"), error.get("object"), error.get("lang"))
    assert ("user", "X") == (
        error.findtext("param[@name='object']"),
        error.findtext("param[@name='value']"),
    )


def test_errors_have_status_200(post):
    """A client that raises on a status never sees the body: errors are answered with 200."""
    for params in ({"func": "user"}, {"func": "user", "authinfo": "root:x"}, {"func": "nope"}):
        assert 200 == post(**params).status_code
