"""What mutants are made of, and by what one is known again."""

from __future__ import annotations

import ast

import pytest

from mutation.making import mutants_of

RULE = '''
def late(day, due):
    """Tell whether a day is late."""
    return day > due
'''


@pytest.mark.parametrize(
    "text",
    [
        'def rule(note):\n    note("late", "1 + 1", 2, why="day 3 kept")\n',
        'def rule():\n    return Refusal(RULE, "no price for 1 month" + "s")\n',
        'def rule():\n    raise ValueError("30 days")\n',
        'def rule(note):\n    days = 1 + 1\n    why = f"{days}"\n    note("late", why=why)\n',
        'def rule(note, a):\n    if a > 1:\n        why = "late"\n        note("late", why=why)\n',
        "def rule(a, note):\n    noted_days(a, 1 + 1, note)\n",
        "def rule_told(a) -> Told:\n    return a + 1\n",
        'def rule(day):\n    return f"{day + 1}"\n',
        '"""Of 30 days."""\n',
        '__all__ = ["one", "two"]\n',
        'class Rule:\n    __slots__ = ("one", "two")\n',
        "def rule(day: int | None = None) -> dict[str, int] | None:\n    return day\n",
        'if TYPE_CHECKING:\n    DAYS = {"one": 1}\n',
        "Pair = tuple[int, str]\n",
    ],
)
def test_nothing_is_made_of_what_is_only_said(mutants, text):
    """Notes, words of a refusal, errors, documentation and types are left as they are."""
    assert [] == mutants(text)


def test_what_is_said_and_done_is_done(mutants):
    """A name that is noted and returned is no mere word."""
    found = mutants(
        'def rule(note, a):\n    days = a + 1\n    note("days", days)\n    return days\n'
    )

    assert [("a + 1", "a - 1"), ("1", "2"), ("1", "0")] == found


def _identities(made, text):

    return [mutant.identity for mutant in mutants_of(made(text))]


def test_a_mutant_is_known_again_on_other_lines(made):
    """Neither lines nor the docstring are part of what a mutant is known by."""
    moved = RULE.replace("whether", "truly whether").replace("def", "# more\n\n\ndef")

    assert _identities(made, RULE) == _identities(made, moved)


def test_a_mutant_of_another_statement_is_another(made):
    """The same change in another statement is another mutant."""
    other = RULE.replace("return day > due", "return not day > due")

    assert not set(_identities(made, RULE)) & set(_identities(made, other))


def test_mutants_that_read_alike_are_told_apart(made):
    """The same change at two places of one statement is two mutants."""
    found = _identities(made, "def rule(a):\n    return a(1, 1)\n")

    assert len(found) == len(set(found)) == 4


def test_each_mutant_changes_one_place(made):
    """With the mistake taken back the tree is the right one."""
    module = made(RULE + "\nDAYS = {1: 31, 2: 28}\n")
    for mutant in mutants_of(module):
        wrong = ast.unparse(mutant.changed(module.tree))
        right = ast.unparse(module.tree.body[mutant.top])
        assert wrong != right
        assert mutant.before in right


def test_the_lines_of_a_compound_statement_are_those_of_its_head(made):
    """A scenario passes through a condition though it goes another way then."""
    module = made("def rule(a, b):\n    if a < b:\n        post(a)\n    return b\n")

    assert [(2, 2), (2, 2), (3, 3)] == [mutant.lines for mutant in mutants_of(module)]


def test_what_happens_when_a_module_is_loaded_is_told(made):
    """Tables, defaults and fields are made then; what a function does is done later."""
    module = made("DAYS = 30\n\ndef rule(days=15):\n    return days + 1\n\nF = {1: lambda a: -a}\n")
    found = {(m.function, m.before): m.loading for m in mutants_of(module) if not m.table}

    assert {
        ("DAYS", "30"): True, ("rule", "15"): True, ("rule", "days + 1"): False,
        ("rule", "1"): False, ("F", "1"): True, ("F", "-a"): False,
    } == found  # fmt: skip
