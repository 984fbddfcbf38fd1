"""A form in YAML becomes JSON in which every value knows its place in the YAML."""

from __future__ import annotations

import pytest

from prorata.harness.implementations.yaml_forms import yaml_form


def test_words_of_a_switch_are_switches_only_where_one_is_asked_for():
    """Yes is a switch for `required`, and a text among the words of a choice."""
    text = "news:\n  kind: {choice: [yes, no]}\n  required: no\n"
    assert (
        '{"news": {"kind": {"choice": ["yes", "no"]}, "required": false}}'
        == yaml_form(text)["json"]
    )


def test_each_value_knows_its_place():
    """The places are those of the YAML: the key in line 2 stands in column 3."""
    told = yaml_form("seats:\n  knd: text\n")
    assert '{"seats": {"knd": "text"}}' == told["json"]
    # The object at 0, its key at 1, the object within at 10, its key at 11, the value at 18.
    assert {0: (1, 1), 1: (1, 1), 10: (2, 3), 11: (2, 3), 18: (2, 8)} == told["places"]


@pytest.mark.parametrize(
    ("text", "place", "wrong"),
    [
        ("a: {}\na: {}\n", (2, 1), "a"),
        ("a: *b\n", (1, 4), "alias"),
        ("a: {}\n\x01", (2, 1), ""),
    ],
)
def test_what_yaml_forbids_is_told_at_its_place(text, place, wrong):
    """It is the first mistake of the text."""
    told = yaml_form(text)
    assert place == told["places"][0]
    assert wrong in told["wrong"]
    assert told["wrong"]


def test_an_empty_text_is_no_form():
    """A comment alone says nothing."""
    assert "the text is empty" == yaml_form("# nothing\n")["wrong"]


def test_a_list_is_written_as_one():
    """The reader of the form says that an object is expected there."""
    assert '["a"]' == yaml_form("- a\n")["json"]
