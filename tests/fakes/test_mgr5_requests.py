"""How the parameters of a call arrive."""

from __future__ import annotations

import gzip
import json
from urllib.parse import urlencode

import pytest

from prorata.fakes.mgr5.bodies import DEEPEST, MOST

BASE = {"authinfo": "root:prorata", "out": "json"}


def sent(client, **request):
    """Send a request and return the answer's `doc`."""
    return client.request(**{"method": "POST", "url": "/ispmgr"} | request).json()["doc"]


def error(doc):
    """Return what an answer's error is about."""
    return doc["error"]["$type"], doc["error"]["$object"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("stated", ["application/json", "text/plain", None])
def test_json_body_of_any_request(client, method, stated):
    """A JSON object is read whatever the method is, and whatever its type is said to be."""
    headers = {} if stated is None else {"content-type": stated}
    body = json.dumps(BASE | {"func": "preset"}).encode()
    doc = sent(client, method=method, content=body, headers=headers)
    assert {"$": "3"} == doc["p_elems"]


def test_empty_json_object_beside_a_query(client):
    """A body of `{}` on a GET adds nothing to the query."""
    doc = sent(client, method="GET", params=BASE | {"func": "preset"}, json={})
    assert {"$": "3"} == doc["p_elems"]


def test_multipart_form(client):
    """A multipart form is a form."""
    fields = {name: (None, text) for name, text in (BASE | {"func": "preset", "x": "é\n"}).items()}
    doc = sent(client, files=fields)
    assert ({"$": "3"}, {"$": "é\n"}) == (doc["p_elems"], doc["tparams"]["x"])


def test_multipart_form_without_its_content_type(client):
    """The first line of a multipart form tells its boundary as well."""
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = "".join(part.format(*pair) for pair in (BASE | {"func": "preset"}).items()) + "--x--"
    assert {"$": "3"} == sent(client, content=body.encode())["p_elems"]


@pytest.mark.parametrize(
    "disposition",
    [
        'form-data; name="func"',
        "form-data; name=func",
        "Form-Data;name=func",
        "form-data;  name=func ; filename=text",
        'form-data; filename="a; name=b.txt"; name=func',
        'form-data; filename="name=b.txt"; filename*=utf-8\'\'b.txt; name="func"',
    ],
)
def test_names_of_parts(client, disposition):
    """A name may stand without quotes, as .NET sends it, and behind that of a file."""
    lines = [f"Content-Disposition: {disposition}", "", "whoami", "--line--", ""]
    body = "\r\n".join(["--line", *lines]).encode()
    kind = {"Content-Type": 'multipart/form-data; boundary="line"'}
    query = {"authinfo": "root:prorata", "out": "json"}
    answer = client.post("/ispmgr", params=query, content=body, headers=kind)
    assert "root" == answer.json()["doc"]["user"]["$name"]


def test_a_boundary_within_a_text(client, ask, anna):
    """It ends a part at the beginning of a line alone, and where nothing stands behind it."""
    text = "a--line b\r\n--lines\r\n --line\r\n"
    form = {"func": "user.edit", "elid": anna, "sok": "ok", "comment": text}
    parts = [
        f'--line\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {**form, "authinfo": "root:prorata", "out": "json"}.items()
    ]
    kind = {"Content-Type": "multipart/form-data; boundary=line"}
    body = "".join(["to be ignored\r\n", *parts, "--line--\r\nto be ignored"])
    answer = client.post("/ispmgr", content=body.encode(), headers=kind)
    assert "ok" in answer.json()["doc"]
    assert text.split() == ask("user.edit", elid=anna)["comment"]["$"].split()


def test_parts_without_a_name_are_passed_over(client):
    """A part that is no field of a form says nothing."""
    body = b"--x\r\nContent-Type: a\r\n\r\nfunc\r\n--x--"
    stated = {"content-type": "multipart/form-data; boundary=x"}
    query = BASE | {"func": "preset"}
    assert "p_elems" in sent(client, params=query, content=body, headers=stated)


def test_form_that_begins_like_a_multipart_form(client):
    """Two dashes alone make no multipart form."""
    doc = sent(client, content=b"--x=1&" + urlencode(BASE | {"func": "preset"}).encode())
    assert {"$": "3"} == doc["p_elems"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (True, "on"),
        (False, "off"),
        (["a", "b", 3], "a, b, 3"),
        ({"a": [1]}, '{"a": [1]}'),
    ],
)
def test_json_values_are_texts(client, value, text):
    """Numbers count as their digits, switches as on and off, and lists as elements."""
    doc = sent(client, json=BASE | {"func": "preset", "x": value})
    assert {"$": text} == doc["tparams"]["x"]


def test_json_null_is_an_empty_value(client):
    """Null is a value that is not there."""
    assert {} == sent(client, json=BASE | {"func": "preset", "x": None})["tparams"]["x"]


def test_elements_in_a_json_list(client, ask):
    """A group acts on each element of a list."""
    for name in ("a", "b"):
        ask("user.add", name=name, passwd="pw", sok="ok")
    assert "ok" in sent(client, json=BASE | {"func": "user.suspend", "elid": ["a", "b"]})
    assert [{"$": "off"}] * 2 == [row["active"] for row in ask("user")["elem"]]


def nested(depth, kind):
    """Return a value with so many lists or objects in each other."""
    value = 1
    for _ in range(depth):
        value = [value] if kind == "list" else {"a": value}
    return value


@pytest.mark.parametrize("kind", ["list", "object"])
def test_depth_of_json(client, kind):
    """Lists and objects may lie in each other so deep, and no deeper."""
    deep = [nested(depth, kind) for depth in (DEEPEST, DEEPEST + 1)]
    docs = [sent(client, params=BASE, json={"func": "preset", "x": value}) for value in deep]
    assert ("p_elems" in docs[0], ("value", "body")) == (True, error(docs[1]))


def test_json_deeper_than_any_parser_goes(client):
    """Nor does the parser's own limit make it fall over."""
    body = b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert ("value", "body") == error(sent(client, params=BASE, content=body))


def test_broken_json_that_says_so(client):
    """JSON that is said to be JSON, and is none, is an error."""
    stated = {"content-type": "application/json"}
    doc = sent(client, params=BASE, content=b'{"func":', headers=stated)
    assert ("value", "body") == error(doc)


@pytest.mark.parametrize("how", ["form", "json", "multipart"])
def test_number_of_parameters(client, how):
    """Ten thousand parameters are read, one more is an error."""
    answers = []
    for count in (MOST, MOST + 1):
        many = dict.fromkeys(map(str, range(count)), "")
        ways = {
            "form": {"params": BASE, "data": many},
            "json": {"params": BASE, "json": many},
            "multipart": {"params": BASE, "files": dict.fromkeys(many, (None, ""))},
        }
        answers.append(client.post("/ispmgr", **ways[how]).content)
    read, refused = answers
    assert (True, False) == (b"10000 parameters" in refused, b"10000 parameters" in read)


@pytest.mark.parametrize("extra", ["lang", "clicked_button", "sfrom", "elname", "theme", "x"])
def test_extras_are_passed_over(ask, anna, extra):
    """What a function does not declare changes nothing."""
    assert (
        ask("user.edit", elid=anna)["name"] == ask("user.edit", elid=anna, **{extra: "a"})["name"]
    )


@pytest.mark.parametrize("sok", ["ok", "yes", "on", "1"])
def test_any_sok_saves(ask, anna, sok):
    """Whatever `sok` says, it submits the form."""
    assert {} == ask("user.edit", elid=anna, fullname="Anna", sok=sok)["ok"]
    assert {"$": "Anna"} == ask("user.edit", elid=anna, sok="")["fullname"]


def test_repeated_request_is_read_once_and_means_the_same(client, panel, ask, anna):
    """The same bytes are the same call, whatever has changed in between."""
    query = BASE | {"func": "user"}
    before = sent(client, method="GET", params=query)["elem"][0]["fullname"]
    ask("user.edit", elid=anna, fullname="Anna", sok="ok")
    after = sent(client, method="GET", params=query)["elem"][0]["fullname"]
    assert ({}, {"$": "Anna"}) == (before, after)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(urlencode(BASE | {"func": "preset"}).encode(), mtime=0)),
        ("GZIP", b"no gzip at all"),
        ("br", urlencode(BASE | {"func": "preset"}).encode()),
        ("gzip, gzip", b"{}"),
    ],
)
def test_a_body_that_is_encoded_is_told_of(client, coding, body):
    """Who compresses a request is told so, and not of a field with a strange name.

    In which format is said by the query: the body has not been read.
    """
    query = BASE | {"func": "preset"}
    doc = sent(client, params=query, content=body, headers={"content-encoding": coding})
    assert error(doc) == ("value", "content-encoding")
    assert coding.lower() in [each.get("$") for each in doc["error"]["param"]]
    plain = client.post("/ispmgr", content=body, headers={"content-encoding": coding})
    assert b'object="content-encoding"' in plain.content


@pytest.mark.parametrize("coding", ["", "identity", "Identity"])
def test_a_body_that_is_not_encoded_may_say_so(client, coding):
    """Nor does it matter what is said of a body that is not there."""
    body = urlencode(BASE | {"func": "preset"}).encode()
    assert "3" == sent(client, content=body, headers={"content-encoding": coding})["p_elems"]["$"]
    query = BASE | {"func": "preset"}
    doc = sent(client, method="GET", params=query, headers={"content-encoding": "gzip"})
    assert "3" == doc["p_elems"]["$"]


@pytest.mark.parametrize(
    ("func", "who", "sentence"),
    [
        ("webdomain.edits", "root", 'is missing. Did you mean "webdomain.edit"?'),
        ("user.suspends", "root", 'is missing. Did you mean "user.suspend"?'),
        ("user.suspends", "anna", 'is missing. Did you mean "ftp.user.suspend"?'),
        ("nothing like it", "root", "is missing"),
        ("", "root", "is missing. Name one, as in func=whoami"),
    ],
)
def test_a_function_that_was_probably_meant(ask, anna, func, who, sentence):
    """What is misspelt is told with what is near to it, of what the caller may call."""
    login = "root:prorata" if who == "root" else "anna:pw"
    told = ask(func, authinfo=login)["error"]
    assert ("missed", "func") == (told["$type"], told["$object"])
    assert f"func with '{func}' {sentence}" == told["msg"]["$"]


@pytest.mark.parametrize(
    ("func", "params", "sentence"),
    [
        ("user.suspend", {}, "elid It is required: the names of the elements, joined by ', '"),
        ("session.newkey", {"username": "anna"}, "key It is required"),
        ("user.add", {"name": "a b", "sok": "ok"}, "name Expected a login of up to 32"),
    ],
)
def test_what_is_missing_is_told_to_be_required(ask, func, params, sentence):
    """A field that is not there, and one that is not as it should be."""
    told = ask(func, **params)["error"]
    why = next(each["$"] for each in told["param"] if each["$name"] == "desc")
    assert f"{told['$object']} {why}".startswith(sentence)
