"""Whatever a file holds, it is a scenario or a list of problems."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from prorata.harness.scenario.checks import KnownNames
from prorata.harness.scenario.given import Tariff
from prorata.harness.scenario.loader import loads
from prorata.harness.scenario.model import json_value
from prorata.harness.scenario.problems import Problem, ScenarioErrors
from prorata.harness.scenario.tree import read, read_bytes

KNOWN = KnownNames(frozenset({"a.rule"}), {"rounding": ("down",)}, {"USD": 2}.__getitem__)
GOOD = {
    "title": "x",
    "rules": ["a.rule"],
    "source": "ours",
    "given": {
        "system": "billmanager",
        "timezone": "Europe/Berlin",
        "tariffs": {"start": {"prices": {"1 month": "3.10"}, "late_renewal_fee": {"percent": "5"}}},
        "clients": {"anna": {"balance": "1"}},
    },
    "timeline": [
        {
            "at": "2025-08-01",
            "order": {"as": "site", "client": "anna", "tariff": "start", "period": "1 month"},
            "expect": {"site": {"status": "active"}, "charged": [], "balance": {"anna": "1"}},
        }
    ],
}
TEXTS = st.sampled_from(
    [
        "",
        "no",
        "site",
        "1 month",
        "0001-01-01",
        "9999-12-31 23:59-23:59",
        "{said}",
        "-1",
        "9" * 5000,
        "../x",
        "$x and ${name}",
    ]
) | st.text(max_size=8)
KEYS = st.sampled_from(
    [
        "given",
        "tariffs",
        "at",
        "expect",
        "order",
        "charged",
        "services",
        "site",
        "ispmanager",
        "x",
        "rows",
        "branches",
        "name",
        "$x",
    ]
) | st.text(max_size=4)
#: The same with a table and branches.
MANY = {
    **{key: value for key, value in GOOD.items() if key != "rows"},
    "title": "$name costs $price",
    "rows": [{"name": "one", "price": "1"}, {"name": "two", "price": "2"}],
    "branches": {
        "late": [{"at": "2025-09-05", "expect": {"balance": {"anna": "$price"}}}],
        "in time": [{"at": "2025-08-05", "expect": {"charged": []}}],
    },
}
TREES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def attempt(data: bytes) -> None:
    """Load bytes; only problems with a place may come of it."""
    problems: tuple[Problem, ...] | None = None
    try:
        loads(data, file="any.yaml", id="any", known=KNOWN, changes={})
    except ScenarioErrors as errors:
        problems = errors.problems
    assert () != problems
    assert all(p.place.line > 0 and p.place.column > 0 and p.message for p in problems or ())


@given(
    st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes(data: bytes) -> None:
    """Bytes of any kind raise nothing else."""
    attempt(data)


@given(st.text(alphabet="ab:-[]{},&*!|>'\"#%@`?<\n \\0~", max_size=40))
def test_any_punctuation(text: str) -> None:
    """Neither does what YAML gives a meaning to."""
    attempt(text.encode())


def paths(node: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """List the paths of all values."""
    if isinstance(node, dict):
        inner = list(node.items())
    else:
        inner = list(enumerate(node)) if isinstance(node, list) else []
    return [path, *(found for key, value in inner for found in paths(value, (*path, key)))]


def put(node: object, path: tuple[object, ...], value: object) -> object:
    """Return a copy of a tree with another value at a path."""
    if not path:
        return value
    if isinstance(node, dict):
        return {k: put(v, path[1:], value) if k == path[0] else v for k, v in node.items()}
    assert isinstance(node, list)
    return [put(v, path[1:], value) if i == path[0] else v for i, v in enumerate(node)]


@given(st.sampled_from(paths(GOOD)), TREES)
def test_any_value_anywhere(path: tuple[object, ...], tree: object) -> None:
    """A good scenario with any tree in the place of any value is loaded or refused with a place."""
    attempt(json.dumps(put(GOOD, path, tree), ensure_ascii=False).encode("utf-8", "replace"))


@given(st.sampled_from(paths(GOOD)), KEYS, TREES)
def test_any_key_anywhere(path: tuple[object, ...], key: str, tree: object) -> None:
    """A good scenario with any key added to any value is loaded or refused with a place."""
    attempt(json.dumps(put(GOOD, path, {key: tree})).encode())


@given(st.sampled_from(paths(MANY)), TREES)
def test_any_value_anywhere_in_a_table(path: tuple[object, ...], tree: object) -> None:
    """So is one with rows and branches."""
    attempt(json.dumps(put(MANY, path, tree), ensure_ascii=False).encode("utf-8", "replace"))


@given(st.sampled_from(paths(MANY)), KEYS, TREES)
def test_any_key_anywhere_in_a_table(path: tuple[object, ...], key: str, tree: object) -> None:
    """Whatever key is added."""
    attempt(json.dumps(put(MANY, path, {key: tree})).encode())


def test_the_good_tree_is_good() -> None:
    """What the properties begin with is a scenario."""
    (scenario,) = loads(json.dumps(GOOD).encode(), file="x", id="x", known=KNOWN, changes={})
    assert "x" == scenario.title
    many = loads(json.dumps(MANY).encode(), file="x", id="x", known=KNOWN, changes={})
    assert ["x[one]#late", "x[one]#in time", "x[two]#late", "x[two]#in time"] == [
        each.id for each in many
    ]


@given(st.from_regex(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?", fullmatch=True))
def test_amounts_keep_their_digits(digits: str) -> None:
    """An amount leaves with the digits that it came with, zeros at the end included."""
    tariff = Tariff.model_validate({"prices": {"1 month": digits}})
    assert Decimal(digits) == tariff.prices["1 month"]
    assert {"prices": {"1 month": digits}} == json_value(tariff)


def test_texts_stay_texts() -> None:
    """Nothing is a boolean, a number, a date or nothing by itself."""
    tree = read("a: no\nb: 12:30\nc: 3.10\nd: 2025-01-01\ne: ~\nf: 0x1f\ng:\n", "x.yaml")
    expected = {"a": "no", "b": "12:30", "c": "3.10", "d": "2025-01-01", "e": "~", "f": "0x1f"}
    assert {**expected, "g": ""} == tree.root.plain()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"title: caf\xe9\n", "x.yaml:1:11: byte 0xe9 is not UTF-8"),
        (b"a: 1\nb: \xc3\xa9\xff", "x.yaml:2:5: byte 0xff is not UTF-8"),
        (b"# nothing\n", "x.yaml:1:1: the file is empty; a scenario has a title"),
        (b"- a\n", "x.yaml:1:1: expected a mapping that begins with a title"),
        (b"text\n", "x.yaml:1:1: expected a mapping that begins with a title"),
        (b"[" * 50, "x.yaml:1:33: nested deeper than 32 levels"),
    ],
)
def test_files_that_are_no_scenarios(data: bytes, line: str) -> None:
    """What cannot be read as a mapping says so at its place."""
    with pytest.raises(ScenarioErrors) as caught:
        read_bytes(data, "x.yaml")
    assert [line] == [str(problem) for problem in caught.value.problems]


def test_a_byte_order_mark_is_no_text() -> None:
    """Editors that write one are forgiven."""
    assert {"title": "x"} == read_bytes(b"\xef\xbb\xbftitle: x\n", "x.yaml").root.plain()


def test_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pure parser gives the same tree at the same places, and the same words for a mistake."""
    text = "title: x\nsteps: [{a: 1}, {b: no}]\n"
    fast = read(text, "x.yaml")
    monkeypatch.delattr(yaml, "CSafeLoader")
    pure = read(text, "x.yaml")
    assert fast.root.plain() == pure.root.plain()
    assert fast.place(("steps", 1, "b")) == pure.place(("steps", 1, "b"))
    with pytest.raises(ScenarioErrors, match=r'x\.yaml:1:5: a ":" too many on this line'):
        read("a: b: c\n", "x.yaml")
    with pytest.raises(ScenarioErrors, match=r"x\.yaml:1:1: this is not YAML"):
        read('a: "\\U00110000"\n', "x.yaml")
