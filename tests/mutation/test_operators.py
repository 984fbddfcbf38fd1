"""Each operator makes its mistakes, and no others."""

from __future__ import annotations

import pytest

FUNCTION = "def rule(a, b, c):\n    return {}\n"


@pytest.mark.parametrize(
    ("operator", "text", "expected"),
    [
        ("arithmetic", "a + b", ["a - b"]),
        ("arithmetic", "a * b", ["a / b"]),
        ("arithmetic", "a // b", ["a / b"]),
        ("arithmetic", "a % b", ["a // b"]),
        ("operand", "a | b", ["a", "b"]),
        ("operand", "-a", ["a"]),
        ("number", "30", ["31", "29"]),
        ("number", "'0.01'", ["'10.01'"]),
        ("number", "'month'", []),
        ("truth", "True", ["False"]),
        ("comparison", "a < b", ["a <= b", "a >= b"]),
        ("comparison", "a >= b", ["a > b", "a < b"]),
        ("comparison", "a == b", ["a != b"]),
        ("comparison", "a not in b", ["a in b"]),
        ("comparison", "a is None", ["a is not None"]),
        ("comparison", "a < b <= c", ["a <= b <= c", "a >= b <= c", "a < b < c", "a < b > c"]),
        ("condition", "a and b", ["a or b", "b", "a"]),
        ("condition", "a or b or c", ["a and b and c", "b or c", "a or c", "a or b"]),
        ("condition", "not a", ["a"]),
        ("negation", "b if a else c", ["b if not a else c"]),
        ("negation", "[b for b in c if a]", ["for b in c", "for b in c if not a"]),
        ("call", "min(a, b)", ["max(a, b)"]),
        ("call", "any(a)", ["all(a)"]),
        ("argument", "replace(a, day=1, hour=b)", ["replace(a, hour=b)", "replace(a, day=1)"]),
        ("argument", "order(a, day=b)", []),
    ],
)
def test_an_expression_is_changed(mutants, operator, text, expected):
    """An operator, a number, a condition or an argument is another, or is left out."""
    found = [after.strip() for _, after in mutants(FUNCTION.format(text), operator)]

    assert expected == found


@pytest.mark.parametrize(
    ("operator", "text", "expected"),
    [
        ("statement", "post(a)", [("post(a)", "")]),
        ("statement", "a.price = b", [("a.price = b", "")]),
        ("statement", "a += b", [("a += b", "")]),
        ("arithmetic", "a += b", [("a += b", "a -= b")]),
        ("statement", "for a in b:\n        continue", [("continue", "break")]),
        ("return", "if a:\n        return b", [("return b", "")]),
        ("negation", "if a:\n        return b", [("a", "not a")]),
        ("negation", "if a < b:\n        return b", []),
    ],
)
def test_a_statement_is_left_out_or_turned_round(mutants, operator, text, expected):
    """A statement that does something is left out, a way out is not taken, a test is turned."""
    assert expected == mutants(f"def rule(a, b):\n    {text}\n", operator)


@pytest.mark.parametrize(
    ("operator", "text", "expected"),
    [
        ("entry", "DAYS = {1: 31, 2: 28}", ["{2: 28}", "{1: 31}"]),
        ("order", "DAYS = {1: 31, 2: 28}", ["{1: 28, 2: 31}"]),
        ("entry", "PHASES = ('expiry', 'fee')", ["('fee',)", "('expiry',)"]),
        ("order", "PHASES = ('expiry', 'fee')", ["('fee', 'expiry')"]),
        ("entry", "KINDS = {'setup', 'period'}", ["{'period'}", "{'setup'}"]),
        ("number", "DAYS = 30", ["31", "29"]),
        ("truth", "class Tariff:\n    enabled: bool = True", ["False"]),
        ("number", "def rule(*, days=15): return days", ["16", "14"]),
    ],
)
def test_a_table_of_a_module_is_changed(mutants, operator, text, expected):
    """An entry of a table is left out or in its neighbour's place, a constant another number."""
    assert expected == [after for _, after in mutants(text, operator)]


def test_a_tuple_within_a_function_is_no_table(mutants):
    """What a function puts together itself is told by what the function does."""
    assert [] == mutants("def rule(a, b):\n    return a, b\n")
