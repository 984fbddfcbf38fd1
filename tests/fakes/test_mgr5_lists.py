"""Lists, forms and formats of a small panel that sells apples."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import httpx
import pytest

from prorata.fakes import transport
from prorata.fakes.mgr5 import login
from prorata.fakes.mgr5.app import mgr5_app, usual_paths
from prorata.fakes.mgr5.errors import Mgr5Error
from prorata.fakes.mgr5.functions import Function, saved, table
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.rows import Rows
from prorata.fakes.mgr5.traffic import RESELLER, ROOT, USER, Traffic, Who
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.clock import Clock

COLUMNS = ("id", "name", "price", "status")
ACCOUNTS = {"root": ROOT, "shop": RESELLER, "anna": USER}


@dataclass(frozen=True)
class Apple:
    """An apple on the list."""

    id: str
    name: str
    price: str
    status: str = "2"


def row(apple):
    """Return the row of an apple; its status has a code."""
    cells = fields({"id": apple.id, "name": apple.name, "price": apple.price})
    status = {"2": "Active", "3": "Suspended"}[apple.status]
    return Node("elem", children=[*cells, Node("status", status, {"orig": apple.status})])


def apples(context):
    """List the apples, of which rows are kept."""
    panel = context.panel

    def built(key):
        panel.built.append(key)
        return row(panel.apples[key])

    return Rows(list(panel.apples), built, panel.apples.__getitem__)


def pears(_context):
    """List what is no row yet, with something beside the rows."""
    return [Node("elem", children=fields({"id": "1", "name": "x"})), Node("total_sum", "1.00")]


def crates(_context):
    """List rows by keys that are no texts, built anew for each call."""
    return Rows([1, 2, 3], lambda number: Node("elem", children=fields({"name": f"c{number}"})))


def form(context):
    """Show an apple."""
    apple = context.panel.apples.get(context.args.get("elid", ""), Apple("", "", ""))
    return {"name": apple.name, "price": context.args.get("price", apple.price)}


def save(context):
    """Keep an apple."""
    args, kept = context.args, context.panel.apples
    number = args.get("elid", str(len(kept) + 1))
    kept[number] = Apple(number, args["name"], args.get("price", "1"))
    return saved(number, Node("doc", children=fields({"newprice": kept[number].price})))


def rot(_context):
    """Refuse, with a param of its own."""
    raise Mgr5Error("rotten", "apple", "1", "It is brown", rule="apples.rot")


def twins(_context):
    """Say something several times, and something in parts."""
    parts = Node("half", "", {}, fields({"left": "a", "right": "b"}))
    return [*(Node("date", day) for day in "123"), parts]


class Shop:
    """A panel."""

    binary = "billmgr"
    path = "/billmgr"
    version = "6.1"
    functions = table(
        login,
        SimpleNamespace(
            FUNCTIONS=(
                Function("apple", "list", "Apples", apples, level=USER, key="id", columns=COLUMNS),
                Function("pear", "list", "Pears", pears, key="id"),
                Function("crate", "list", "Crates", crates),
                Function(
                    "apple.edit",
                    "form",
                    "An apple",
                    save,
                    (
                        ELID,
                        Param("name", required=True),
                        Param("price", "amount"),
                        Param("kind", "choice", choices=("red", ("green", "Green one"))),
                        Param("passwd", secret=True),
                    ),
                    form,
                    options=lambda _context: {"period": [("1", "Month"), ("12", "Year")]},
                ),
                Function(
                    "apple.nodes", "form", "Nodes", save, (), lambda _context: [Node("a", "1")]
                ),
                Function("apple.eat", "group", "Eat", lambda _context: saved(), (ELIDS,)),
                Function(
                    "apple.count", "report", "How many", lambda _context: [Node("count", "3")]
                ),
                Function("apple.twins", "report", "Twins", twins, level=USER, invented=True),
                Function("apple.rot", "action", "Rot", rot),
            )
        ),
    )

    def __init__(self):
        self.clock = Clock(datetime(2025, 8, 1, tzinfo=UTC))
        self.traffic = Traffic()
        self.changed = 0
        self.built = []
        known = [
            Apple("1", "Gala", "9.5"),
            Apple("2", "Boskop", "10"),
            Apple("3", "fuji", "-1", "3"),
        ]
        self.apples = {apple.id: apple for apple in known}
        self.app = mgr5_app(self)

    def check(self, login, password):
        """Everybody has the same password."""
        return self.account(login) if password == "pw" else None

    def account(self, name):
        """Three accounts."""
        return Who(name, ACCOUNTS[name]) if name in ACCOUNTS else None

    def may(self, who, other):
        """Who is above another may act as them."""
        return who.level > other.level

    def snapshot(self):
        """Copy what there is."""
        return deepcopy((self.apples, self.traffic))

    def restore(self, state):
        """Go back to it."""
        self.apples, self.traffic = deepcopy(state)


@pytest.fixture
def shop():
    """A shop with three apples."""
    return Shop()


@pytest.fixture
def raw(shop):
    """Call a function and return the answer's bytes."""

    def call(func, login="root", **params):
        with httpx.Client(transport=transport(shop.app)) as client:
            data = {"func": func, "authinfo": f"{login}:pw"} | params
            answer = client.post("http://shop/billmgr", data=data)
        assert 200 == answer.status_code
        return answer.content

    return call


@pytest.fixture
def ask(raw):
    """Call a function and return its `doc`."""
    return lambda func, **params: json.loads(raw(func, out="json", **params))["doc"]


@pytest.fixture
def names(ask):
    """Return the names in the list of apples."""

    def listed(**params):
        return [each["name"]["$"] for each in ask("apple", **params).get("elem", [])]

    return listed


def test_usual_paths():
    """BILLmanager has one more address, for programs."""
    assert ("/ispmgr", "/manager/ispmgr", "/") == usual_paths("ispmgr")
    assert "/billmgr-api" in usual_paths("billmgr")


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("+name", ["Boskop", "fuji", "Gala"]),
        ("name", ["Boskop", "fuji", "Gala"]),
        (" name", ["Boskop", "fuji", "Gala"]),
        ("-name", ["Gala", "fuji", "Boskop"]),
        ("+price", ["fuji", "Gala", "Boskop"]),
        ("-price", ["Boskop", "Gala", "fuji"]),
        ("+status", ["Gala", "Boskop", "fuji"]),
        ("+weight", ["Gala", "Boskop", "fuji"]),
        ("+", ["Gala", "Boskop", "fuji"]),
    ],
)
def test_order(names, column, expected):
    """Columns sort as text, or as numbers where all are; equal rows stay in their order."""
    assert expected == names(p_col=column)


def test_order_is_told(ask):
    """A sorted list says by what, and a list in its own order does not."""
    doc = ask("apple", p_col="-price")
    assert ({"$": "price"}, {"$": "desc"}) == (doc["p_sort"], doc["p_order"])
    assert "p_sort" not in ask("apple", p_col="weight")


def test_pages_of_a_sorted_list(ask):
    """Pages are of the list as it is sorted, and so are their labels: by the key column."""
    doc = ask("apple", p_col="+name", p_cnt="2", p_num="2")
    assert ["Gala"] == [each["name"]["$"] for each in doc["elem"]]
    assert [{"$": "2 - 3"}, {"$": "1 - 1"}] == doc["page"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"name": "o"}, ["Boskop"]),
        ({"name": "g*"}, ["Gala"]),
        ({"name": "?UJI"}, ["fuji"]),
        ({"status": "3"}, ["fuji"]),
        ({"status": "act"}, ["Gala", "Boskop"]),
        ({"status": "2", "name": "a"}, ["Gala"]),
        ({"name": "z"}, []),
        ({"weight": "1"}, ["Gala", "Boskop", "fuji"]),
        ({"name": ""}, ["Gala", "Boskop", "fuji"]),
    ],
)
def test_filter_of_one_call(ask, names, wanted, expected):
    """`filter=on` with columns shows the rows that hold all of it, and counts only these."""
    assert expected == names(filter="on", **wanted)
    assert str(len(expected)) == ask("apple", filter="on", **wanted)["p_elems"]["$"]
    assert 3 == len(names())


def test_columns_without_filter_on_filter_nothing(names):
    """A column's name alone is a parameter that the list does not know."""
    assert 3 == len(names(name="Gala"))


def test_saved_filter(ask, names):
    """What is saved as a filter stays, for that account, until an empty one is saved."""
    assert "ok" in ask("apple.filter", name="Gala", sok="ok")
    assert (["Gala"], ["Gala"]) == (names(), names(filter="on"))
    assert ({"$": "Gala"}, {}) == (ask("apple.filter")["name"], ask("apple.filter")["price"])
    assert (["fuji"], 3) == (names(filter="on", name="fuji"), len(names(filter="off")))
    assert 3 == len(names(login="anna"))
    ask("apple.filter", sok="ok")
    assert 3 == len(names())


def test_filter_of_a_list_without_declared_columns(ask):
    """Any field can be filtered by; what a row does not have decides nothing."""
    ask("pear.filter", name="y", colour="green", sok="ok", clicked_button="ok")
    assert {"$": "0"} == ask("pear")["p_elems"]
    assert {"$": "y"} == ask("pear.filter")["name"]


def test_filter_of_what_is_no_list(ask):
    """Only lists have filters, and who may not see a list may not filter it."""
    assert "missed" == ask("apple.edit.filter")["error"]["$type"]
    assert "access" == ask("pear.filter", login="anna")["error"]["$type"]


def test_what_stands_beside_rows(ask):
    """A list may say more than its rows."""
    doc = ask("pear")
    assert ({"$": "1.00"}, 1, {"$": "1"}) == (doc["total_sum"], len(doc["elem"]), doc["p_elems"])


def test_rows_by_numbers(ask):
    """Keys that are no texts are labelled by the key column."""
    doc = ask("crate", p_cnt="2")
    assert [{"$": "c1 - c2"}, {"$": "c3 - c3"}] == doc["page"]
    assert ["c1", "c2"] == [each["name"]["$"] for each in doc["elem"]]
    assert ["c3"] == [each["name"]["$"] for each in ask("crate", filter="on", name="3")["elem"]]


def test_no_more_than_a_hundred_labels(shop, ask):
    """Of very many pages the first hundred are named."""
    shop.apples = {str(number): Apple(str(number), "x", "1") for number in range(250)}
    doc = ask("apple", p_cnt="2", p_num="125")
    assert ("0 - 1", "198 - 199", 100) == (
        doc["page"][0]["$"],
        doc["page"][99]["$"],
        len(doc["page"]),
    )
    assert ["248", "249"] == [each["id"]["$"] for each in doc["elem"]]


def test_only_the_rows_of_a_page_are_built(shop, ask):
    """A page costs what is on it, and the second time nothing."""
    shop.apples = {str(number): Apple(str(number), "x", "1") for number in range(5000)}
    for _ in range(2):
        ask("apple", p_cnt="3", p_num="7")
    assert ["18", "19", "20"] == shop.built


def test_changed_rows_are_built_again(shop, names):
    """A row follows what it is made from; the others are not touched."""
    names()
    shop.apples["2"] = Apple("2", "Elstar", "1")
    assert ["Gala", "Elstar", "fuji"] == names()
    del shop.apples["1"]
    assert ["Elstar", "fuji"] == names()
    assert ["1", "2", "3", "2"] == shop.built


def test_rows_of_large_pages_are_kept_one_by_one(shop, ask):
    """Pages of more than a hundred rows are not kept, their rows are."""
    shop.apples = {str(number): Apple(str(number), "x", "1") for number in range(150)}
    for _ in range(2):
        assert 150 == len(ask("apple")["elem"])
    assert 150 == len(shop.built)


def test_kept_rows_do_not_grow_without_end(shop, ask, monkeypatch):
    """What is kept is bounded."""
    monkeypatch.setattr("prorata.fakes.mgr5.rows._ROWS", 2)
    ask("apple")
    ask("apple", p_cnt="1", p_num="1")
    assert ["1", "2", "3", "1"] == shop.built


def test_single_row_as_object(shop, ask):
    """Some installations show an only row as an object; two rows are an array on any."""
    shop.single_row_as_object = True
    assert {"$": "Gala"} == ask("apple", p_cnt="1")["elem"]["name"]
    assert 2 == len(ask("apple", p_cnt="2")["elem"])


def test_form(ask):
    """A form has its values and its select lists: those of choices, and those of the moment."""
    doc = ask("apple.edit", elid="2")
    assert ({"$": "Boskop"}, {"$": "10"}) == (doc["name"], doc["price"])
    assert [
        {
            "$name": "kind",
            "val": [{"$key": "red", "$": "red"}, {"$key": "green", "$": "Green one"}],
        },
        {"$name": "period", "val": [{"$key": "1", "$": "Month"}, {"$key": "12", "$": "Year"}]},
    ] == doc["slist"]


def test_form_is_shown_with_what_was_entered(ask):
    """Values that fit are passed on to a form that is not submitted; others are left out."""
    assert {"$": "7"} == ask("apple.edit", price="7")["price"]
    assert {} == ask("apple.edit", price="cheap")["price"]


def test_form_of_elements(ask):
    """A form may show more than values."""
    assert {"$": "1"} == ask("apple.nodes")["a"]


def test_save(ask, names):
    """A save answers ok and the new id twice, and may show the form again."""
    doc = ask("apple.edit", name="Elstar", sok="ok")
    assert ({}, {"$": "4"}, {"$": "4"}) == (doc["ok"], doc["id"], doc["item.id"])
    assert {"$": "1"} == doc["doc"]["newprice"]
    assert "Elstar" in names()


def test_required_only_to_create(ask):
    """What a new element needs, a changed one may leave as it is."""
    assert ("value", "name") == (
        (error := ask("apple.edit", sok="ok")["error"])["$type"],
        error["$object"],
    )


def test_changes_are_counted(shop, ask):
    """Forms that are submitted, groups and actions may change something; the rest does not."""
    for func in ("apple", "apple.edit", "apple.count", "whoami", "nope"):
        ask(func)
    assert 0 == shop.changed
    ask("apple.edit", name="x", sok="ok")
    ask("apple.eat", elid="1")
    ask("apple.rot")
    assert 3 == shop.changed


def test_error_of_a_kind_of_its_own(ask):
    """An error that is not of the usual ones says why, and may have more params."""
    error = ask("apple.rot")["error"]
    assert ("rotten", "apple", "It is brown") == (
        error["$type"],
        error["$object"],
        error["detail"]["$"],
    )
    assert {"$name": "rule", "$": "apples.rot"} == error["param"][3]


def test_xml_of_a_list(raw):
    """The rows stand between the pages and the counts."""
    tags = [child.tag for child in ET.fromstring(raw("apple"))]
    expected = ["page", "elem", "elem", "elem", "p_cnt", "p_num", "p_elems"]
    assert [*expected, "saved_filters", "tparams"] == tags


def test_devel_of_a_list(raw):
    """The columns are described, in their order, and have titles."""
    root = ET.fromstring(raw("apple", out="devel"))
    metadata = root.find("metadata")
    assert ("list", "id") == (metadata.get("type"), metadata.get("key"))
    assert list(COLUMNS) == [col.get("name") for col in metadata.iter("col")]
    assert "Apples" == root.findtext("messages/msg[@name='title']")
    assert 3 == len(root.findall("elem"))


def test_devel_of_a_list_without_declared_columns(raw):
    """The first row tells the columns."""
    root = ET.fromstring(raw("pear", out="devel"))
    assert ["id", "name"] == [col.get("name") for col in root.iter("col")]
    assert [] == list(ET.fromstring(raw("crate", out="devel", p_num="9")).iter("col"))


def test_devel_of_a_form(raw):
    """The fields are described by their types, and the select lists are there."""
    root = ET.fromstring(raw("apple.edit", out="devel"))
    drawn = {field.get("name"): field[0] for field in root.find("metadata/form")}
    assert ["name", "price", "kind", "passwd"] == list(drawn)
    assert ("select", "password", "yes") == (
        drawn["kind"].tag,
        drawn["passwd"].get("type"),
        drawn["name"].get("required"),
    )
    assert 2 == len(root.findall("slist"))


@pytest.mark.parametrize("func", ["apple.eat", "nope"])
def test_devel_of_anything_else(raw, func):
    """What is neither list nor form has nothing to describe."""
    assert None is ET.fromstring(raw(func, out="devel", elid="1")).find("metadata")


def test_text_of_a_list(raw):
    """One line for each row, of all its values."""
    lines = raw("apple", out="text").decode().splitlines()
    assert "id=3 name=fuji price=-1 status=3" == lines[2]


def test_text_of_a_form(raw):
    """One line for each value."""
    assert b"name=Boskop\nprice=10\n" == raw("apple.edit", elid="2", out="text")


def test_text_of_a_save_and_an_error(raw):
    """Success begins with OK, a refusal with ERROR."""
    done = raw("apple.edit", name="a\nb", sok="ok", out="text")
    assert b"OK\nid=4\nitem.id=4\ndoc=newprice=1\n" == done
    assert b"id=4 name=a b price=1 status=2\n" in raw("apple", out="text")
    assert b"ERROR rotten(apple): It is brown\n" == raw("apple.rot", out="text")


def test_text_of_a_login(raw):
    """Attributes stand where there is no text."""
    assert b"path=name=root level=30\n" in raw("whoami", out="text")


def flat(raw, func, out, **params):
    """Return an answer in a format of flat JSON."""
    return json.loads(raw(func, out=out, **params))


def test_bjson_of_a_list(raw):
    """Rows are flat, with the code of a coded column beside it, and the counts are there."""
    found = flat(raw, "apple", "bjson")
    assert {
        "id": "3",
        "name": "fuji",
        "price": "-1",
        "status": "Suspended",
        "status_orig": "3",
    } == found["elem"][2]
    assert ("apple", "3") == (found["func"], found["p_elems"])
    assert [] == flat(raw, "apple", "bjson", p_num="2")["elem"]


def test_bjson_of_a_form(raw):
    """The values are the model, with titles and select lists beside it."""
    found = flat(raw, "apple.edit", "bjson", elid="2")
    assert {"name": "Boskop", "price": "10"} == found["model"]
    assert {"name": "price", "msg": "Price"} in found["messages"]
    assert [{"k": "1", "v": "Month"}, {"k": "12", "v": "Year"}] == found["slist"]["period"]


def test_bjson_of_a_save(raw):
    """A new id is an object with its value."""
    found = flat(raw, "apple.edit", "bjson", name="x", sok="ok")
    assert ({"v": "4"}, {"v": "4"}, "") == (found["id"], found["item.id"], found["ok"])
    assert {"newprice": "1"} == found["doc"]


def test_bjson_of_an_error(raw):
    """An error's message is a text."""
    assert "It is brown" == flat(raw, "apple.rot", "bjson")["error"]["msg"]


def test_flat_json(raw):
    """A list is an array, anything else an object; what comes twice is an array."""
    assert ["Gala", "Boskop", "fuji"] == [row["name"] for row in flat(raw, "apple", "JSONdata")]
    assert {"name": "Boskop", "price": "10"} == flat(raw, "apple.edit", "JSONdata", elid="2")
    assert {"ok": "", "id": "4", "item.id": "4", "doc": {"newprice": "1"}} == flat(
        raw, "apple.edit", "JSONdata", name="x", sok="ok"
    )
    assert {"date": ["1", "2", "3"], "half": {"left": "a", "right": "b"}} == flat(
        raw, "apple.twins", "JSONdata"
    )
    error = flat(raw, "apple.rot", "JSONdata")["error"]
    assert ("rotten", "apple", "1") == (error["code"], error["object"], error["value"])


def test_login_in_flat_json(raw):
    """The session's id is a text."""
    found = flat(raw, "auth", "JSONdata", username="anna", password="pw")
    assert (24, "16") == (len(found["auth"]), found["auth_level"])
