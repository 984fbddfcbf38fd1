"""JSON read by the vocabulary: what it says, and where each mistake is."""

from __future__ import annotations

import pytest

from prorata.reference.engine.placed_json import MistakeError, read_json
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
