from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import httpx
import pytest

from prorata.fakes import Ispmanager, transport

BASE = {"authinfo": "root:prorata"}


@pytest.mark.parametrize("path", ["/ispmgr", "/manager/ispmgr", "/"])
def test_all_addresses_answer(client, path):
    """The panel answers at its own name, below /manager, and at the root of its port."""
    answer = client.get(path, params=BASE | {"func": "user"})
    assert (200, "text/xml; charset=UTF-8") == (answer.status_code, answer.headers["content-type"])


@pytest.mark.parametrize("path", ["/billmgr", "/ispmgr//", "/ispmgrx", "/manager"])
def test_other_addresses_are_not_found(client, path):
    """Any other path is a plain 404."""
    answer = client.get(path, params=BASE | {"func": "user"})
    assert (404, "Not Found\n") == (answer.status_code, answer.text)


def test_a_panel_says_where_it_answers(client, panel):
    """The addresses are a tuple that can be replaced."""
    panel.paths = ("/panel",)
    asked = BASE | {"func": "user"}
    codes = [client.get(path, params=asked).status_code for path in ("/panel", "/ispmgr")]
    assert [200, 404] == codes


def test_every_answer_tells_the_simulated_instant(client, clock):
    """A header says what the panel's clock says, whatever the answer is."""
    before = [client.get(path).headers["x-prorata-time"] for path in ("/ispmgr", "/nowhere")]
    clock.advance(days=1)
    after = client.get("/ispmgr").headers["x-prorata-time"]
    assert (["2025-08-01T09:00:00+00:00"] * 2, "2025-08-02T09:00:00+00:00") == (before, after)


def test_other_methods_are_refused(client):
    """Only GET and POST (and HEAD) are answered, which the refusal says."""
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        refused = client.request(method, "/ispmgr")
        assert (405, "GET, HEAD, POST") == (refused.status_code, refused.headers["allow"]), method
    assert "allow" not in client.get("/ispmgr").headers


def test_get_and_post_mean_the_same(client):
    """A GET query and a POST form get the same answer, byte for byte."""
    params = BASE | {"func": "preset", "out": "json"}
    got, posted = client.get("/ispmgr", params=params), client.post("/ispmgr", data=params)
    assert got.content == posted.content


def test_query_and_body_are_merged_and_the_body_wins(client):
    """Parameters come from both; of one that is in both, the body's value counts."""
    answer = client.post(
        "/ispmgr", params={"out": "json", "func": "user"}, data=BASE | {"func": "preset"}
    )
    assert "preset" == answer.json()["doc"]["$func"]


def test_the_last_of_several_values_counts(client):
    """A parameter that is sent twice has its last value."""
    answer = client.get("/ispmgr?out=xml&out=json&func=preset&authinfo=root:prorata")
    assert "json" == answer.json()["doc"]["tparams"]["out"]["$"]


def test_body_needs_no_content_type(client):
    """A form is read whatever the request says it is."""
    answer = client.post("/ispmgr", content=b"func=preset&out=json&authinfo=root%3Aprorata")
    assert "3" == answer.json()["doc"]["p_elems"]["$"]


def test_json_body(client):
    """A body that is a JSON object holds parameters too; numbers count as their text."""
    answer = client.post("/ispmgr", json=BASE | {"func": "preset", "out": "json", "p_num": 1})
    assert "1" == answer.json()["doc"]["tparams"]["p_num"]["$"]


def test_broken_json_body_is_read_as_a_form(client):
    """A brace does not make a body JSON."""
    answer = client.post("/ispmgr", params=BASE | {"func": "preset"}, content=b'{"p_num":')
    assert "3" == ET.fromstring(answer.content).findtext("p_elems")


def test_xml_is_the_default(client):
    """Without `out`, and with an empty one, the answer is XML with a declaration."""
    for query in ("", "&out="):
        answer = client.get(f"/ispmgr?func=whoami&authinfo=root:prorata{query}")
        assert answer.text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<doc ')


def test_sjson_is_json(client):
    """`out=sjson` answers the same tree as `out=json`."""
    answers = [
        client.get("/ispmgr", params=BASE | {"func": "user", "out": out}).json()
        for out in ("json", "sjson")
    ]
    for answer in answers:
        del answer["doc"]["tparams"]["out"]
    assert answers[0] == answers[1]


def test_unknown_format_is_refused_in_xml(post):
    """A format that this panel does not speak is a `value` error, not a guess."""
    error = ET.fromstring(post(func="user", out="pdf_print", **BASE).content).find("error")
    assert ("value", "out") == (error.get("type"), error.get("object"))


def test_root_attributes(ask):
    """The root says the language, function, binary and host of the call."""
    doc = ask("preset")
    assert ("en", "preset", "/ispmgr", "http://panel:1500", "dragon") == (
        doc["$lang"],
        doc["$func"],
        doc["$binary"],
        doc["$host"],
        doc["$themename"],
    )


def test_echo_holds_no_credentials(ask):
    """`tparams` repeats what was sent, but no login, password, key or session."""
    doc = ask("auth", username="root", password="prorata", key="k", checkcookie="no", auth="x")
    assert {"func", "out", "checkcookie"} == doc["tparams"].keys()


def test_echo_leaves_out_names_that_no_element_can_have(ask, ask_xml):
    """A parameter called `a b` or `<` is not repeated, and one called `_a.b-1` is."""
    odd = {"a b": "1", "<": "1", "1a": "1", "": "1", "_a.b-1": "1"}
    assert {"func", "out", "_a.b-1"} == ask("preset", **odd)["tparams"].keys()
    assert ["func", "out", "_a.b-1"] == [e.tag for e in ask_xml("preset", **odd).find("tparams")]


def test_empty_values_are_kept(post, ask, anna):
    """An empty value is an empty element, and `{}` in JSON."""
    assert b"<fullname/>" in post(func="user", **BASE).content
    assert {} == ask("user")["elem"][0]["fullname"]
    assert {} == ask("user")["saved_filters"]


def test_control_characters_become_replacement_characters(ask, ask_xml):
    """What XML cannot carry is replaced, in both formats alike."""
    value = "a\x00b\x1fc\ufffe\tD\r\n"
    for doc in (
        ask("nope", x=value)["tparams"]["x"]["$"],
        ask_xml("nope", x=value).findtext(".//x"),
    ):
        assert "a\ufffdb\ufffdc\ufffd\tD\r\n" == doc


def test_list_counts(ask, anna):
    """A list says its page size, page number and total, and names each page by first and last."""
    doc = ask("preset")
    counts = tuple(doc[name]["$"] for name in ("p_cnt", "p_num", "p_elems"))
    assert ("1000", "1", "3") == counts
    assert [{"$": "small - no sites"}] == doc["page"]


def test_list_pages(ask):
    """Three presets in pages of two: the second page holds the third, a third page nothing."""
    doc = ask("preset", p_cnt="2", p_num="2")
    assert ["no sites"] == [row["name"]["$"] for row in doc["elem"]]
    assert ["small - large", "no sites - no sites"] == [page["$"] for page in doc["page"]]
    assert "elem" not in ask("preset", p_cnt="2", p_num="3")


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "9" * 5000, "\u0661"])
def test_page_number_is_checked(ask, number):
    """A page number is a whole number from one."""
    error = ask("preset", p_num=number)["error"]
    assert ("value", "p_num") == (error["$type"], error["$object"])


def test_empty_list_has_no_elem(ask):
    """An empty list lacks `elem` and still has its counts."""
    doc = ask("webdomain")
    assert ("elem" in doc, "page" in doc, doc["p_elems"]) == (False, False, {"$": "0"})


def test_list_of_one_is_an_array(ask, anna):
    """One row is an array of one row."""
    assert ["anna"] == [row["name"]["$"] for row in ask("user")["elem"]]


def test_every_error_has_all_parts(ask, ask_xml):
    """Clients read different parts of an error: all are always there, and `param` is an array."""
    error = ask("user.edit", elid="nobody")["error"]
    assert ("missed", "user", "en") == (error["$type"], error["$object"], error["$lang"])
    missing = "user with 'nobody' is missing (a seed allows it: ispmanager.users)"
    assert missing == error["detail"]["$"] == error["msg"]["$"]
    group = "__object__ with '__value__' is missing (a seed allows it: __seed__)"
    assert group == error["group"]["$"]
    assert {"$name": "value", "$": "nobody"} == error["param"][1]
    parts = [part.tag for part in ask_xml("user.edit", elid="nobody").find("error")]
    assert ["param", "param", "param", "detail", "group", "msg"] == parts


def test_error_text_shows_a_value_that_looks_like_a_placeholder(ask):
    """The client's own text is never substituted."""
    error = ask("user.edit", elid="__object__ __desc__")["error"]
    missing = "user with '__object__ __desc__' is missing (a seed allows it: ispmanager.users)"
    assert missing == error["msg"]["$"]


def test_unknown_function(ask):
    """A function that is not declared is missed, not an empty success."""
    error = ask("domain.sublist")["error"]
    assert ("missed", "func", "domain.sublist") == (
        error["$type"],
        error["$object"],
        error["param"][1]["$"],
    )


def test_no_function(client):
    """A call that names no function is an error as well."""
    answer = client.get("/ispmgr", params=BASE | {"out": "json"})
    assert "missed" == answer.json()["doc"]["error"]["$type"]


@pytest.mark.parametrize("body", [b"x=%ff", b"x=\xff", b"%ff=1", b"x=%ed%a0%80"])
def test_text_that_is_no_utf8(client, body):
    """Bytes that are not UTF-8 are a `value` error that names the parameter."""
    answer = client.post("/ispmgr?out=json&func=user", content=body)
    error = answer.json()["doc"]["error"]
    assert ("value", "Not UTF-8 text") == (error["$type"], error["param"][2]["$"])


def test_undecodable_password_is_not_repeated(client, panel):
    """The error about a secret leaves its value out, and so do the calls."""
    answer = client.post("/ispmgr", content=b"func=user&passwd=s3cret%ff")
    assert b"s3cret" not in answer.content
    assert "s3cret" not in repr(panel.calls)


def test_largest_body(client, panel):
    """A body of more than 16 MiB is refused with 413 and not carried out."""
    answer = client.post("/ispmgr?out=json", content=b"x" * (16 * 1024 * 1024 + 1))
    assert (413, "value", "body") == (
        answer.status_code,
        answer.json()["doc"]["error"]["$type"],
        answer.json()["doc"]["error"]["$object"],
    )
    assert [] == panel.calls


def test_body_in_pieces(panel):
    """A body that arrives in several pieces is one body."""
    pieces = [b"func=auth&user", b"name=root&passw", b"ord=prorata&out=json"]
    parts = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    parts[-1]["more_body"] = False
    status, content = asked_in_parts(panel, parts)
    assert (200, "30") == (status, json.loads(content)["doc"]["auth"]["$level"])


def test_large_body_in_pieces(panel):
    """A body that grows too large is not read to its end."""
    piece = {"type": "http.request", "body": b"x" * (9 * 1024 * 1024), "more_body": True}
    parts = [piece] * 3
    status, content = asked_in_parts(panel, parts)
    assert (413, 1) == (status, len(parts))
    assert "body" == ET.fromstring(content).find("error").get("object")


def asked_in_parts(panel, parts):
    """Send a body in parts; return the status and the content of the answer."""
    sent = []

    async def receive():
        return parts.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": "/ispmgr", "method": "POST", "headers": []}
    with pytest.raises(StopIteration):
        panel.app({**scope, "query_string": b""}, receive, send).send(None)
    return sent[0]["status"], sent[1]["body"]


def test_caller_who_leaves_early(panel):
    """A request whose body never arrives in full is not carried out, and not answered."""
    parts = [
        {"type": "http.request", "body": b"func=auth&username=root", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent = []

    async def receive():
        return parts.pop(0)

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "path": "/ispmgr",
        "method": "POST",
        "headers": [],
        "query_string": b"",
    }
    with pytest.raises(StopIteration):
        panel.app(scope, receive, send).send(None)
    assert ([], []) == (sent, panel.calls)


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_other_kinds_of_connection_are_left_alone(panel, kind):
    """The panel speaks HTTP only."""
    with pytest.raises(StopIteration):
        panel.app({"type": kind}, None, None).send(None)


def test_same_run_same_bytes(clock):
    """Two panels that hear the same calls answer the same bytes, session ids included."""

    def answers():
        with httpx.Client(transport=transport(Ispmanager(clock).app)) as client:
            calls = [
                {"func": "auth", "username": "root", "password": "prorata"},
                {"func": "user.add.finish", "name": "a", "passwd": "b", "sok": "ok", **BASE},
                {"func": "user", "out": "json", **BASE},
            ]
            return [client.post("http://panel/ispmgr", data=call).content for call in calls]

    first, second = answers(), answers()
    assert first == second
    assert json.loads(first[2])["doc"]["elem"][1]["name"] == {"$": "a"}
