"""The file of equivalents is right, and what is wrong with one is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mutation.equivalents import FILE, Equivalent, problems, read, written
from mutation.making import mutants_of
from mutation.modules import REFERENCE, modules_of
from mutation.results import Result

pytestmark = pytest.mark.sweep

TEXT = """
def rule(day, due, first, last, price):
    late = day > due
    return late and price * (last - first) / 30 + 1 > 0
"""
SENTENCE = "Nobody is late on the day itself."


@pytest.fixture
def module(made):
    """Return a module with one rule."""
    return made(TEXT)


@pytest.fixture
def entry(module):
    """Return the entry of one of its mutants."""
    return Equivalent(
        mutants_of(module)[0].identity, module.functions["rule"], "same value", SENTENCE
    )


def _problems(entries, module, results=None):

    return [*problems(entries, [module], results)]


def test_an_entry_of_a_mutant_that_nothing_catches_is_right(module, entry):
    """It names a mutant, its function is as it was, and the reason is one of the list."""
    assert [] == _problems([entry], module)
    assert [] == _problems([entry], module, {entry.identity: Result("survived", "", "")})


def test_an_entry_has_to_be_of_a_mutant(module, entry):
    """Where the statement reads otherwise there is no such mutant any more."""
    gone = replace(entry, identity=(*entry.identity[:-1], 7))

    assert ["small.rules, rule: comparison, day > due → day >= due: there is no such mutant"] == (
        _problems([gone], module)
    )


def test_an_entry_is_looked_at_again_when_its_function_has_changed(made, entry):
    """Another statement of the function may be what tells the mutant now."""
    changed = made(TEXT.replace("/ 30", "/ 31"))

    (problem,) = _problems([entry], changed)
    assert problem.endswith("rule has changed since; look at it again")


def test_a_reason_is_one_of_the_list(module, entry):
    """A reason of one's own is none."""
    (problem,) = _problems([replace(entry, reason="unlikely")], module)

    assert "unlikely is no reason; there are same value, refused before" in problem


def test_an_entry_that_is_caught_is_no_equivalent(module, entry):
    """Any scenario tells it, so it changes something."""
    (problem,) = _problems([entry], module, {entry.identity: Result("differs", "edge/one", "")})
    assert problem.endswith("it is no equivalent, edge/one catches it")


def test_an_entry_stands_once(module, entry):
    """Twice the same says nothing more."""
    (problem,) = _problems([entry, entry], module)

    assert problem.endswith("is recorded twice")


def test_at_most_so_much_of_a_file_is_recorded(module, entry):
    """What is mostly equivalent is written in a way that says too little."""
    made = mutants_of(module)
    entries = [replace(entry, identity=each.identity) for each in made]

    assert [] == _problems(entries[: len(made) * 15 // 100], module)
    assert [f"small.rules: {len(made)} of {len(made)} mutants are recorded, more than 15%"] == (
        _problems(entries, module)
    )


def test_entries_are_read_as_they_are_written(entry):
    """Quotes and lines of a statement come back."""
    quoted = replace(entry, sentence='It says "late", a\\b.')
    assert [quoted] == read(written([quoted]))


def test_the_equivalents_of_the_reference_are_right():
    """Every entry of the file matches a mutant of a function that is as it was."""
    assert [] == [*problems(read(FILE.read_text(encoding="utf-8")), modules_of(REFERENCE))]
