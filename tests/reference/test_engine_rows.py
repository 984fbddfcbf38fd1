"""What a row of a catalogue says is read by its kind, and anything else refused."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from prorata.reference.engine.rows import CatalogueError, of_kind, read
from prorata.reference.periods import Length
from prorata.reference.vocabulary.kinds import Choice, Each, Field, Many, Plain, Record

FEE = Choice.of("a fee", "none", ("fixed", Plain.AMOUNT), ("days", Plain.NATURAL))
TAX = Record(
    "Tax",
    "A tax.",
    (
        Field("rate", Plain.NATURAL, "How much.", needed=True),
        Field("included", Plain.YES_NO, "Whether prices have it.", default=False),
        Field("zones", Many(Plain.TEXT), "Where it is asked."),
        Field("later", Plain.TEXT, "Not yet.", default="some", built=False),
    ),
)


@pytest.mark.parametrize(
    ("kind", "said", "means"),
    [
        (Plain.AMOUNT, "3.10", Fraction(31, 10)),
        (Plain.NUMBER, "7.5", Fraction(15, 2)),
        (Plain.WHOLE, 0, 0),
        (Plain.NATURAL, 1, 1),
        (Plain.DAYS, 0, 0),
        (Plain.SOME_DAYS, 1, 1),
        (Plain.SOME_MONTHS, 1, 1),
        (Plain.DAY_OF_MONTH, 1, 1),
        (Plain.DAY_OF_MONTH, 31, 31),
        (Plain.DATE, "2031-12-30", date(2031, 12, 30)),
        (Plain.TIME, "03:00", "03:00"),
        (Plain.PERIOD, "3 months", Length(months=3)),
        (Plain.TEXT, "some", "some"),
        (Plain.YES_NO, False, False),
        (Plain.AMOUNT, None, None),
        (Each(Plain.TEXT, Plain.NATURAL), {"a": 2}, {"a": 2}),
        (Many(Plain.NATURAL), [2, 3], (2, 3)),
    ],
    ids=str,
)
def test_a_value_is_read_by_its_kind(kind, said, means):
    """Bounds belong to what is taken; None says nothing."""
    assert means == of_kind(kind, said)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Plain.WHOLE, -1),
        (Plain.NATURAL, 0),
        (Plain.NATURAL, "1"),
        (Plain.NATURAL, True),
        (Plain.NATURAL, 1.5),
        (Plain.DAYS, -1),
        (Plain.SOME_DAYS, 0),
        (Plain.SOME_MONTHS, 0),
        (Plain.DAY_OF_MONTH, 0),
        (Plain.DAY_OF_MONTH, 32),
        (Plain.TIME, "25:00"),
        (Plain.TIME, 3),
        (Plain.TEXT, 7),
        (Plain.YES_NO, "yes"),
        (FEE, "some"),
        (FEE, "fixed"),
        (FEE, ["fixed"]),
        (FEE, {"some": "1.00"}),
        (FEE, {"fixed": "1.00", "days": 2}),
        (FEE, {}),
    ],
    ids=str,
)
def test_a_value_of_another_kind_is_refused(kind, said):
    """A count is no text, no truth and no fraction; a choice is one of its words."""
    what = kind.value if isinstance(kind, Plain) else kind.what
    with pytest.raises(CatalogueError, match=f"is not {what}"):
        of_kind(kind, said)


def test_a_choice_is_a_word_alone_or_with_its_value():
    """The value is read by the kind that stands beside the word."""
    alone, valued = of_kind(FEE, "none"), of_kind(FEE, {"fixed": "1.50"})
    assert ("none", None) == (alone.word, alone.value)
    assert ("fixed", Fraction(3, 2)) == (valued.word, valued.value)


def test_a_row_below_another_has_all_of_its_fields():
    """Those that are not said have their defaults, except what is needed or not built."""
    assert {"rate": 7} == read(TAX, {"rate": 7})
    assert {"rate": 7, "included": False, "zones": ()} == of_kind(TAX, {"rate": 7})
    assert {"rate": 7, "included": True, "zones": ("DE",)} == of_kind(
        TAX, {"rate": 7, "included": True, "zones": ["DE"]}
    )
    assert {"included": False, "zones": ()} == of_kind(TAX, {})


@pytest.mark.parametrize("name", ["later", "never"])
def test_a_field_that_there_is_not_is_refused(name):
    """Nor is one taken that is declared and not built."""
    with pytest.raises(CatalogueError, match=f"{name} is not built yet"):
        read(TAX, {name: "x"})
