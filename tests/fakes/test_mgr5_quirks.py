"""What the clients in the field do to the protocol, and what they read of it.

Each test is called after the client whose habit it is: the request is as that client makes it, and
the answer is read as that client reads it.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import httpx
import pytest

from prorata.fakes import transport
from prorata.fakes.billmanager import Billmanager

ROOT = {"authinfo": "root:prorata"}
ADMIN = {"authinfo": "admin:prorata"}


@pytest.fixture
def billing(clock):
    """A BILLmanager with two tariffs and a client."""
    prices = {"prices": {"1 month": "3.10"}}
    catalogue = {"start": prices, "large": {"prices": {"1 month": "6.20"}}}
    return Billmanager(clock, catalogue=catalogue, clients={"anna": "100.00"})


@pytest.fixture
def bill(billing):
    """A plain HTTP client of BILLmanager."""
    with httpx.Client(transport=transport(billing.app), base_url="https://bill:1500") as client:
        yield client


@pytest.fixture
def users(ask, anna):
    """Two users: one with a name, one without."""
    ask("user.add", name="bob", fullname="Bob", passwd="pw", sok="ok")
    return [anna, "bob"]


# ispmanager


def test_p0n0marev_and_others_call_the_root_of_the_port(client):
    """Some call https://host:1500/ with a query and no path."""
    answer = client.get("/?" + urlencode(ROOT | {"func": "user", "out": "xml"}))
    assert "0" == ET.fromstring(answer.content).findtext("p_elems")


def test_joonte_jbs_calls_below_manager(client):
    """Its address is /manager/ispmgr."""
    answer = client.get("/manager/ispmgr", params=ROOT | {"func": "user", "out": "xml"})
    assert "doc" == ET.fromstring(answer.content).tag


def test_http_status_is_200_for_every_error(client):
    """GlobalArtInc and ipanshin91 give up at any other status before they read the body."""
    for params in ({}, {"authinfo": "root:no"}, ROOT | {"func": "nope"}, ROOT | {"out": "pdf"}):
        assert 200 == client.get("/ispmgr", params=params).status_code


def test_blesta_reads_only_the_detail_of_an_error(ask):
    """Without a detail it takes an error for success."""
    detail = ask("user.edit", elid="nobody")["error"]["detail"]["$"]
    assert detail.startswith("user with 'nobody' is missing")


def test_khorsa_puts_params_into_the_text(ask):
    """It replaces each `__name__` of the group's text by the param of that name."""
    error = ask("user.edit", elid="nobody")["error"]
    text = error["group"]["$"]
    for param in error["param"]:
        text = text.replace(f"__{param['$name']}__", param.get("$", ""))
    assert error["msg"]["$"] == text


def test_vasyakrg_compares_the_text_of_exists(ask, anna):
    """A user that exists already is success for it, by this very text."""
    error = ask("user.add", name=anna, passwd="pw", sok="ok")["error"]
    assert "__object__ with '__value__' already exists" == error["group"]["$"]


def test_globalart_takes_any_error_for_a_failure(ask, anna):
    """A success has no error at all, not even an empty one."""
    assert "error" not in ask("user.edit", elid=anna, fullname="Anna", sok="ok")


def test_ipanshin91_logs_in_again_at_a_dead_session(ask, clock):
    """It does so for the type `auth`."""
    sid = ask("auth", authinfo=None, username="root", password="prorata")["auth"]["$"]
    clock.advance(hours=1)
    assert "auth" == ask("user", authinfo=None, auth=sid)["error"]["$type"]


def test_khorsa_is_answered_at_the_door_without_a_frame(post):
    """A refused login has neither attributes nor an echo."""
    doc = post(func="user", out="sjson", authinfo="root:no").json()["doc"]
    assert ["error"] == list(doc)
    assert "remote_addr: [127.0.0.1]" == doc["error"]["param"][1]["$"]


@pytest.mark.parametrize(
    "read", [lambda auth: auth.text, lambda auth: auth.get("id")], ids=["text", "id"]
)
def test_underlor_reads_the_text_and_deployer_the_id(client, read):
    """The session's id is both, and works as what it was read as."""
    login = {"func": "auth", "username": "root", "password": "prorata", "out": "xml"}
    sid = read(ET.fromstring(client.get("/ispmgr", params=login).content).find("auth"))
    client.cookies.clear()
    listed = client.get("/ispmgr", params={"func": "user", "auth": sid, "out": "xml"})
    assert "0" == ET.fromstring(listed.content).findtext("p_elems")


def test_grant436_reads_the_attributes_of_whoami(ask_xml):
    """The name is an attribute of `user`."""
    assert "root" == ask_xml("whoami").find("user").get("name")


def test_grant436_escapes_a_password_twice(client, ask):
    """What it means as @ arrives as %40, which is another password."""
    ask("user.add", name="eve", passwd="a@b", sok="ok")
    body = "func=whoami&out=json&authinfo=eve%3Aa%2540b"
    assert "badpassword" == client.post("/ispmgr", content=body).json()["doc"]["error"]["$object"]


def test_khorsa_and_others_escape_nothing(client, ask):
    """A per cent sign that begins no escape stands for itself, and an ampersand ends the value."""
    ask("user.add", name="eve", passwd="100%sure", sok="ok")
    ask("user.add", name="ted", passwd="this", sok="ok")
    for login, name in (("eve:100%sure", "eve"), ("ted:this&that", "ted")):
        body = f"func=whoami&out=json&authinfo={login}"
        assert name == client.post("/ispmgr", content=body).json()["doc"]["user"]["$name"]


def test_passwords_may_hold_colons(ask):
    """The first colon of authinfo ends the login."""
    ask("user.add", name="eve", passwd="a:b", sok="ok")
    assert "eve" == ask("whoami", authinfo="eve:a:b")["user"]["$name"]


def test_bi_work_sends_an_empty_elid_to_create(ask):
    """An empty element is none."""
    made = ask("user.edit", elid="", name="eve", passwd="pw", sok="ok")
    assert ({}, True) == (made["ok"], "eve" in ask("user")["elem"][0]["name"].values())


def test_blesta_and_magr0s_submit_lists(ask, users):
    """`sok` means nothing to a list."""
    assert users == [row["name"]["$"] for row in ask("user", sok="ok", elid="")["elem"]]


@pytest.mark.parametrize("sok", [{}, {"sok": "ok"}])
def test_460s_and_grant436_suspend(ask, users, sok):
    """A group acts at once, with `sok` and without, on all elements."""
    assert {} == ask("user.suspend", elid=", ".join(users), **sok)["ok"]
    assert ["off", "off"] == [row["active"]["$"] for row in ask("user")["elem"]]


def test_joonte_jbs_submits_with_yes(ask, anna):
    """Any value of `sok` submits."""
    assert {} == ask("user.suspend", elid=anna, sok="yes")["ok"]


def test_joonte_jbs_looks_for_the_echo_of_the_function(ask_xml, anna):
    """A form of a user that exists has no error, and `tparams` with the function's name."""
    found = ask_xml("user.edit", elid=anna)
    assert (None, "user.edit") == (found.find("error"), found.findtext("tparams/func"))


def test_secrets_are_not_echoed(ask_xml, anna):
    """The echo holds what was sent, and nothing that opens a door."""
    sent = {"passwd": "s3cret", "confirm": "s3cret", "sok": "ok"}
    tags = [each.tag for each in ask_xml("user.edit", elid=anna, **sent).find("tparams")]
    assert ["func", "out", "elid", "sok"] == tags


def test_deployer_and_magr0s_iterate_a_list_of_one(ask, anna):
    """One row is an array of one row."""
    assert [anna] == [row["name"]["$"] for row in ask("user")["elem"]]


def test_deployer_finds_no_rows_in_an_empty_list(ask):
    """An empty list has no rows at all, and says so by its total."""
    doc = ask("user")
    assert (False, {"$": "0"}) == ("elem" in doc, doc["p_elems"])


def test_ispcli_meets_empty_elements(ask_xml, users):
    """A value that is empty is an empty element all the same."""
    assert [None, "Bob"] == [row.find("fullname").text for row in ask_xml("user").iter("elem")]


def test_ammina_reads_select_lists(ask):
    """A form's select lists are an array of names with keys and titles."""
    lists = {each["$name"]: each["val"] for each in ask("user.edit")["slist"]}
    assert {"$key": "small", "$": "small"} in lists["preset"]


def test_lordnekron_reads_flat_lists(post, users):
    """`JSONdata` of a list is an array of flat objects."""
    rows = post(func="user", out="JSONdata", **ROOT).json()
    assert [("anna", ""), ("bob", "Bob")] == [(row["name"], row["fullname"]) for row in rows]


def test_lordnekron_reads_flat_forms_and_errors(post, anna):
    """`JSONdata` of a form is a flat object, of a save `ok`, and of an error its code."""
    answers = [
        post(func="user.edit", out="JSONdata", **sent, **ROOT).json()
        for sent in ({"elid": anna}, {"elid": anna, "sok": "ok"}, {"elid": "nobody"})
    ]
    assert ("anna", "", "missed") == (
        answers[0]["name"],
        answers[1]["ok"],
        answers[2]["error"]["code"],
    )


def test_mgrctl_reads_text(post, users):
    """`text` is one line for each row, with values that may hold blanks."""
    lines = post(func="user", out="text", **ROOT).text.splitlines()
    assert (2, True) == (len(lines), " fullname=Bob " in lines[1])


def test_flutter_mgr5_reads_metadata(post, users):
    """`devel` is the XML with a description of it."""
    root = ET.fromstring(post(func="user", out="devel", **ROOT).content)
    assert ("list", 2) == (root.find("metadata").get("type"), len(root.findall("elem")))


@pytest.mark.parametrize("func", ["domain.sublist", "email.box.edit", "user.enable", "wwwdomain"])
def test_calls_of_another_version_are_errors(ask, func):
    """Functions of version 4, and some that never were, are missed."""
    error = ask(func)["error"]
    assert ("missed", "func") == (error["$type"], error["$object"])


# BILLmanager


def test_upmind_posts_a_form_without_saying_so(bill):
    """Its body has no content type; with `bjson` it reads a flat list and a flat error."""
    body = urlencode(ADMIN | {"func": "pricelist", "out": "bjson", "lang": "en"}).encode()
    listed = bill.post("/billmgr", content=body).json()
    assert ("pricelist", ["start", "large"]) == (
        listed["func"],
        [row["name"] for row in listed["elem"]],
    )
    wrong = urlencode({"authinfo": "admin:no", "func": "pricelist", "out": "bjson"}).encode()
    refused = bill.post("/billmgr", content=wrong).json()
    assert "Invalid username or password " == refused["error"]["msg"]


def test_upmind_reads_a_model(bill):
    """With `bjson` a form's values are flat, below `model`."""
    asked = ADMIN | {"func": "account.edit", "elid": "1", "out": "bjson"}
    model = bill.post("/billmgr", content=urlencode(asked).encode()).json()["model"]
    assert all(isinstance(value, str) for value in model.values())


def test_pulivilizator_posts_json(bill):
    """All parameters are in a JSON body, authinfo included."""
    asked = ADMIN | {"func": "pricelist", "out": "sjson"}
    assert {"$": "2"} == bill.post("/billmgr", json=asked).json()["doc"]["p_elems"]


def test_pulivilizator_gets_with_an_empty_object(bill):
    """A GET has its parameters in the query and `{}` as its body."""
    asked = ADMIN | {"func": "pricelist", "out": "sjson"}
    answer = bill.request("GET", "/billmgr", params=asked, json={})
    assert {"$": "2"} == answer.json()["doc"]["p_elems"]


def test_pulivilizator_needs_the_total_of_every_list(bill):
    """Without `p_elems` it takes a list for none, also an empty one."""
    answer = bill.get("/billmgr", params=ADMIN | {"func": "vhost", "out": "sjson"})
    assert {"$": "0"} == answer.json()["doc"]["p_elems"]


def test_pulivilizator_keeps_its_session_in_a_cookie(bill):
    """The cookie is billmgrses5, and something may stand in front of the id."""
    login = {"func": "auth", "username": "anna", "password": "prorata", "out": "sjson"}
    sid = bill.get("/billmgr", params=login).json()["doc"]["auth"]["$id"]
    bill.cookies.clear()
    headers = {"cookie": f"billmgrses5=sess:{sid}; billmgrlang5=en"}
    answer = bill.get("/billmgr?func=whoami&out=sjson", headers=headers)
    assert "anna" == answer.json()["doc"]["user"]["$name"]


def test_remnawave_calls_the_address_for_programs(bill):
    """Some installations have /billmgr-api."""
    answer = bill.get("/billmgr-api", params=ADMIN | {"func": "pricelist", "out": "json"})
    assert {"$": "2"} == answer.json()["doc"]["p_elems"]


def test_remnawave_reads_fields_of_one_key(bill):
    """A plain field is an object of one key."""
    answer = bill.get("/billmgr", params=ADMIN | {"func": "pricelist", "out": "json"})
    assert {"$": "start"} == answer.json()["doc"]["elem"][0]["name"]


def test_ispbillmanager_needs_an_array(bill, billing):
    """One row is an array too, unless the installation has the quirk that shows it as an object."""
    asked = ADMIN | {"func": "pricelist", "out": "json", "p_cnt": "1"}
    rows = bill.get("/billmgr", params=asked).json()["doc"]["elem"]
    billing.single_row_as_object = True
    row = bill.get("/billmgr", params=asked).json()["doc"]["elem"]
    assert ([row], dict) == (rows, type(row))


def test_zomro_logs_in_with_a_multipart_form(bill):
    """Its login is multipart/form-data."""
    login = {"func": "auth", "username": "anna", "password": "prorata", "out": "json"}
    fields = {name: (None, text) for name, text in login.items()}
    auth = bill.post("/billmgr", files=fields).json()["doc"]["auth"]
    assert ("16", auth["$"]) == (auth["$level"], auth["$id"])


def test_zomro_sorts_and_turns_pages(bill):
    """`p_col` sorts, `p_cnt` and `p_num` choose the page."""
    asked = ADMIN | {"func": "pricelist", "out": "json", "p_col": "+name", "p_cnt": 1, "p_num": 2}
    doc = bill.get("/billmgr", params=asked).json()["doc"]
    assert (["start"], {"$": "2"}) == ([row["name"]["$"] for row in doc["elem"]], doc["p_elems"])


def test_zomro_and_460s_filter(bill):
    """`FUNC.filter` with `sok` narrows the list until it is cleared; `filter=on` one call."""

    def names(**more):
        asked = ADMIN | {"func": "pricelist", "out": "json"} | more
        return [
            row["name"]["$"] for row in bill.get("/billmgr", params=asked).json()["doc"]["elem"]
        ]

    saved = ADMIN | {"func": "pricelist.filter", "sok": "ok"}
    bill.post("/billmgr", data=saved | {"name": "lar"})
    assert ["large"] == names()
    bill.post("/billmgr", data=saved)
    assert (["start", "large"], ["start"]) == (names(), names(filter="on", name="start"))


def test_omnicloud_reads_the_text_of_a_login(bill):
    """It takes `doc.auth.$` and sends it as `auth`."""
    login = {"func": "auth", "username": "anna", "password": "prorata", "out": "json"}
    sid = bill.post("/billmgr", data=login).json()["doc"]["auth"]["$"]
    bill.cookies.clear()
    answer = bill.get("/billmgr", params={"func": "whoami", "auth": sid, "out": "json"})
    assert "anna" == answer.json()["doc"]["user"]["$name"]


def test_node_assistant_and_omnicloud_tell_access_from_auth(bill):
    """A dead session is `auth`, a forbidden function `access`."""
    dead = bill.get("/billmgr", params={"func": "vhost", "auth": "0" * 24, "out": "json"})
    denied = {"func": "pricelist.delete", "elid": "1", "authinfo": "anna:prorata", "out": "json"}
    types = [
        answer.json()["doc"]["error"]["$type"]
        for answer in (dead, bill.get("/billmgr", params=denied))
    ]
    assert ["auth", "access"] == types


def test_joonte_jbs_speaks_http_1_0(bill):
    """No answer is sent in chunks: its length is always told."""
    answer = bill.post("/manager/billmgr", data=ADMIN | {"func": "pricelist", "out": "xml"})
    assert (str(len(answer.content)), None) == (
        answer.headers["content-length"],
        answer.headers.get("transfer-encoding"),
    )


def test_xjson_is_json(bill):
    """`xjson` holds the tree that `json` does."""
    asked = ADMIN | {"func": "pricelist"}
    docs = [
        json.loads(bill.get("/billmgr", params=asked | {"out": out}).content)["doc"]
        for out in ("json", "xjson")
    ]
    assert docs[0]["elem"] == docs[1]["elem"]


# The panels' own pages, and clients that pose as them


def _as_a_page(http, path, func, login=ADMIN, **params):
    """Post a form as a page of the panel does, and return the JSON."""
    return http.post(path, data=login | {"func": func, "sfrom": "ajax", **params}).json()


def test_free_www_and_isp_driver_read_content(bill, billing):
    """Rows are `content`, a value is `v`; a column that has a code and a title has both."""
    ordering = {"pricelist": "1", "period": "1", "skipbasket": "on", "sok": "ok"}
    login = {"authinfo": "anna:prorata"}
    said = _as_a_page(bill, "/billmgr", "vhost.order.param", login, **ordering)
    assert ("1", "ok") == (said["id"]["v"], said["message"][0]["status"])
    (row,) = _as_a_page(bill, "/billmgr", "vhost", login, lang="en")["content"]
    assert ("1", "Active", "2") == (
        row["id"]["v"], row["item_status"]["v"], row["item_status"]["orig"],
    )  # fmt: skip
    form = _as_a_page(bill, "/billmgr", "vhost.edit", login, elid="1")
    assert ("1", "") == (form["model"]["id"], form["model"]["nameserver3"])
    billing.down = True
    assert 503 == bill.post("/billmgr", data={"func": "vhost", "sfrom": "ajax"}).status_code


def test_isp_driver_reads_why_it_may_not_delete(bill):
    """The status of the message is `error`, and the warning is that of the element."""
    said = _as_a_page(bill, "/billmgr", "vhost.delete", elid="9", plid="")
    assert "error" == said["message"][0]["status"]
    assert said["error"]["msg"] == said["message"][0]["msg"] == said["warning"]["9"]["msg"]
    refused = bill.post("/billmgr", data={"func": "vhost", "sfrom": "ajax"}).json()
    assert ("auth", False) == (refused["error"]["type"], "warning" in refused)


def test_smartape_filters_and_reads_one_zone(client, ask, anna):
    """A filter is saved, and the next page has what it lets through; nothing is no rows."""
    for name in ("a.org", "b.org"):
        ask("domain.edit", name=name, owner=anna, ip="192.0.2.9", sok="ok")
    for name, expected in (("b.org", ["b.org"]), ("c.org", [])):
        _as_a_page(client, "/ispmgr", "domain.filter", ROOT, name=name, user="*", sok="ok")
        found = _as_a_page(client, "/ispmgr", "domain", ROOT, clickstat="yes", p_num="1")
        assert expected == [row["name"]["v"] for row in found["content"]]
        assert str(len(expected)) == found["p_elems"]


def test_reg_ru_ddns_sends_every_field_of_the_page(client, ask, anna):
    """What is empty says nothing, numbers too; the record's key is escaped in the form."""
    ask("domain.edit", name="a.org", owner=anna, ip="192.0.2.9", sok="ok")
    empty = "domain=&srvdomain=&priority=&weight=&port=&value=&email=&clicked_button=ok"
    form = (
        "func=domain.record.edit&elid=www.a.org.%20A%20%20192.0.2.9&plid=a.org&name=www.a.org."
        f"&ttl=60&rtype=a&ip=192.0.2.7&{empty}&progressid=false&sok=ok&sfrom=ajax&operafake=12"
    )
    said = client.post("/ispmgr", content=form + "&authinfo=root:prorata").json()
    assert "www.a.org. A  192.0.2.7" == said["id"]["v"]
    keys = [row["rkey"]["$"] for row in ask("domain.record", elid="a.org")["elem"]]
    assert (True, False) == (said["id"]["v"] in keys, "www.a.org. A  192.0.2.9" in keys)


@pytest.mark.parametrize(("out", "first"), [("xjson", b'{"doc"'), ("xml", b"<?xml"), ("", b"{")])
def test_out_comes_before_who_asks(client, out, first):
    """A page that says which format it wants has that one."""
    asked = ROOT | {"func": "user", "sfrom": "ajax", "out": out}
    assert client.get("/ispmgr", params=asked).content.startswith(first)
    other = client.get("/ispmgr", params=ROOT | {"func": "user", "sfrom": "loginform"})
    assert other.content.startswith(b"<?xml")
