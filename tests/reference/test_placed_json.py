"""JSON read by the vocabulary: what it says, and where each mistake is."""

from __future__ import annotations

import pytest

from prorata.reference.engine.placed_json import (
    MistakeError,
    elements,
    pairs,
    read_json,
    scalar,
    start,
)
from prorata.reference.vocabulary.kinds import Each, Plain
from prorata.reference.vocabulary.product import PRODUCT

PRODUCTS = Each(Plain.TEXT, PRODUCT)


def test_rows_are_as_a_catalogue_has_them():
    """Amounts that are numbers are texts, exactly; nothing is added to what is said."""
    text = '\t{"a": {"prices": {"monthly": 10, "annually": 0.1}, "full_month": true}}\n'
    row = {"prices": {"monthly": "10", "annually": "0.1"}, "full_month": True}
    assert {"a": row} == read_json(PRODUCTS, text)
    assert {} == read_json(PRODUCTS, "{}")


@pytest.mark.parametrize(
    ("text", "place", "wrong"),
    [
        ("", (1, 1), "not JSON"),
        ("[]", (1, 1), "expected an object"),
        ("\n[]", (2, 1), "expected an object"),
        ('{"a": {"prices": {"monthly": -1}}}', (1, 30), "-1 is below zero"),
        ('\n{"a":\n\t[]}', (3, 2), "expected an object"),
        ('{"a": {"prices": {"monthly": true}}}', (1, 30), "true is no value here"),
        ('{"a": {"prices": {"monthly": NaN}}}', (1, 30), ""),
        ('{"a": {"prices": {"monthly": 1e3}}}', (1, 30), ""),
        ('{"a": {"tax": {}}}', (1, 15), 'missing "rate"'),
        ('{"a": {}, "a": {}}', (1, 11), '"a" is given twice'),
        ("[" * 100_000, (1, 1), "nested too deep"),
        ('{"a": {"suspend_after": ' + "9" * 5000 + "}}", (1, 1), "too long a number"),
    ],
)
def test_a_mistake_has_its_place(text, place, wrong):
    """The first mistake is told with its line and column, both from 1."""
    with pytest.raises(MistakeError) as caught:
        read_json(PRODUCTS, text)
    assert (*place, True) == (caught.value.line, caught.value.column, wrong in caught.value.wrong)
    assert str(caught.value) == caught.value.wrong


@pytest.mark.parametrize("kind", [Plain.AMOUNT, Plain.NUMBER])
def test_a_number_is_a_text(kind):
    """So no digit of it is lost; a truth is no number, and nothing is below zero."""
    assert ["20", "0.1"] == [read_json(kind, text) for text in ("20", "0.1")]
    for text in ("true", "null", "-1"):
        with pytest.raises(MistakeError):
            read_json(kind, text)


def test_nothing_is_an_amount():
    """Free is a price."""
    text = '{"a":{"prices":{"monthly":0,"annually":"0"}}}'
    assert {"a": {"prices": {"monthly": "0", "annually": "0"}}} == read_json(PRODUCTS, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"a b"', "a b"),
        ('"1.50"', "1.50"),
        ("1.50", "1.50"),
        ("15", "15"),
        ("true", "true"),
        ("[1, 2]", "[1, 2]"),
        ('{"a": 1}', '{"a": 1}'),
        ('["a"]', '["a"]'),
    ],
)
def test_a_value_as_a_text(text, said):
    """Without its quotes where it has some, else as it stands; what is around it is not its."""
    assert said == scalar(text, 0)
    assert said == scalar(f"[{text} ,2]", 1)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("[]", []),
        ("[ ]", []),
        ("[1]", [1]),
        ("[1,2,3]", [1, 3, 5]),
        ('[ "a,b" , [4,5] ,6 ]', [2, 10, 17]),
    ],
)
def test_where_elements_begin(text, places):
    """Each behind its bracket or its comma, and behind the space there."""
    assert places == [*elements(text, 0)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{}", []),
        ("{ }", []),
        ('{"a":1}', [("a", 1, 5)]),
        ('{"a":1,"b":{"c":2},"d":3}', [("a", 1, 5), ("b", 7, 11), ("d", 19, 23)]),
        ('\n{ "a" : [1,2] , "b" : "," }', [("a", 3, 9), ("b", 17, 23)]),
    ],
)
def test_where_keys_and_values_begin(text, found):
    """Each key with its value; the object is the whole text, or begins at a place."""
    assert found == [*pairs(text)]
    at = start(text)
    assert found == [*pairs(text, at)]
    inside = f'{{"x":{text}}}'
    shifted = [(key, key_at + 5, value_at + 5) for key, key_at, value_at in found]
    assert shifted == [*pairs(inside, 5 + at)]
