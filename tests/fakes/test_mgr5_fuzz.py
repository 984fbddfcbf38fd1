"""Whatever is sent, the answer is well-formed and says the same in both formats."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from prorata.fakes import Ispmanager
from prorata.fakes.mgr5.formats import FORMATS, as_json, as_xml
from prorata.fakes.mgr5.tree import Node
from prorata.reference.clock import Clock

ARRAYS = {"elem", "list", "page", "param", "slist", "val"}
FUNCS = sorted(Ispmanager.functions)
names = st.from_regex(r"[a-z_][a-z0-9_.-]{0,5}", fullmatch=True) | st.sampled_from(sorted(ARRAYS))
texts = st.text() | st.text(alphabet="\x00\t\r\n\x85\u2028\ud800\ufffe&<>\"']]>a ")
nodes = st.recursive(
    st.builds(Node, names, texts, st.dictionaries(names, texts, max_size=3)),
    lambda inner: st.builds(
        lambda name, attrs, children: Node(name, "", attrs, children),
        names,
        st.dictionaries(names, texts, max_size=2),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)
params = st.dictionaries(
    st.sampled_from(["elid", "name", "passwd", "domain", "sok", "preset", "su", "p_num", "x"])
    | st.text(max_size=4),
    st.sampled_from(["", "ok", "a", "root", "small", "a.example.com", "0", "#custom"]) | texts,
)


def new_panel():
    """A panel that has heard nothing yet."""
    start = datetime(2025, 8, 1, tzinfo=UTC)
    return Ispmanager(Clock(start), presets={"small": {"limit_quota": "1"}})


def answer(panel, query, body, stated=b""):
    """Call the application itself and return status, content type and content."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/ispmgr",
        "query_string": query,
        "headers": [(b"cookie", body), (b"host", query), (b"content-type", stated)],
    }
    with suppress(StopIteration):
        panel.app(scope, receive, send).send(None)
    kind = dict(sent[0]["headers"])[b"content-type"]
    return sent[0]["status"], kind, sent[1]["body"]


def as_mapping(element):
    """Map an XML element as the panel's JSON does, written again from the description of it."""
    mapped = {f"${name}": value for name, value in element.attrib.items()}
    if element.text:
        mapped["$"] = element.text
    for tag in dict.fromkeys(child.tag for child in element):
        same = [as_mapping(child) for child in element if child.tag == tag]
        mapped[tag] = same if tag in ARRAYS or len(same) > 1 else same[0]
    return mapped


@given(st.binary(), st.binary())
def test_any_bytes_get_a_well_formed_answer(query, body):
    """Any query and body: status 200, and XML or JSON that a parser takes."""
    status, kind, content = answer(new_panel(), query, body)
    parsers = {b"text/xml; charset=UTF-8": ET.fromstring}
    assert 200 == status
    parsers.get(kind, json.loads)(content)


@given(st.sampled_from(FUNCS), params)
def test_any_parameters_get_a_well_formed_answer(func, given_params):
    """Any parameters for any function, as root: the tree is the same in XML and JSON."""
    fixed = {"func": func, "authinfo": "root:prorata"}
    sent = {name: text for name, text in given_params.items() if name not in {"out", "host"}}
    bodies = {
        out: urlencode({**sent, **fixed, "out": out}, errors="surrogatepass").encode()
        for out in ("xml", "json")
    }
    answers = {out: answer(new_panel(), b"", body) for out, body in bodies.items()}
    root = as_mapping(ET.fromstring(answers["xml"][2]))
    doc = json.loads(answers["json"][2])["doc"]
    for tree in (root, doc):
        assert ("ok" in tree) + ("error" in tree) <= 1
        tree.get("tparams", {}).pop("out", None)
    assert root == doc


@given(
    st.sampled_from(FUNCS + [f"{func}.filter" for func in FUNCS]),
    params,
    st.sampled_from(sorted(FORMATS)),
    st.booleans(),
)
def test_any_parameters_in_any_format(func, given_params, out, before):
    """Any format is well-formed: XML or JSON that a parser takes, or UTF-8 lines."""
    sent = {**given_params, "func": func, "authinfo": "root:prorata", "out": out}
    query = urlencode({"p_col": "-name", "filter": "on"} if before else {}).encode()
    body = urlencode(sent, errors="surrogatepass").encode()
    status, kind, content = answer(new_panel(), query, body)
    parsers = {b"xml": ET.fromstring, b"pla": lambda text: text.decode(), b"jso": json.loads}
    assert 200 == status
    parsers[kind.rpartition(b"/")[2][:3]](content)


@given(st.binary(), st.sampled_from([b"multipart/form-data; boundary=b", b"application/json"]))
def test_any_body_of_a_stated_type(body, stated):
    """Nor does a content type that the body is not make anything fall over."""
    for text in (body, b"--b\r\n" + body, b"{" + body):
        status, _, content = answer(new_panel(), b"out=json", text, stated)
        assert (200, "error") == (status, "error" if "error" in json.loads(content)["doc"] else "")


@given(nodes)
def test_both_formats_hold_the_same_tree(node):
    """An XML parser reads from any tree what a JSON parser does."""
    expected = {node.name: as_mapping(ET.fromstring(as_xml(node)))}
    assert expected == json.loads(as_json(node))


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_json_body_gets_an_answer(value):
    """A JSON body may hold anything where a text is expected."""
    body = json.dumps({"func": "user", "elid": value, "out": "json"}).encode()
    status, _, content = answer(new_panel(), b"", body)
    assert (200, "error") == (status, next(iter(json.loads(content)["doc"])))


def test_deep_json_body():
    """A body nested too deeply to be read is no reason to fall over."""
    body = b'{"func":' + b"[" * 200_000
    status, _, content = answer(new_panel(), b"", body)
    assert (200, "error") == (status, ET.fromstring(content)[0].tag)


def test_long_number_in_a_json_body():
    """Nor is a number with more digits than Python converts."""
    status, _, content = answer(new_panel(), b"", b'{"func":' + b"9" * 5000 + b"}")
    assert (200, "error") == (status, ET.fromstring(content)[0].tag)
