"""Marks by rule: `-m billmanager.renew` selects what is about a rule that begins so."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

import pytest

from prorata.harness.pytest.names import RULE

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["know_rules", "mark_rules", "mark_tests_of_rules", "marks_of", "refuse_wrong"]

#: The names that were made known.
_KNOWN = pytest.StashKey[set[str]]()
_WRONG = pytest.StashKey[str]()


def marks_of(config: pytest.Config, rules: Iterable[str]) -> list[pytest.MarkDecorator]:
    """Return the marks of rules: of each its id, and the beginnings of that.

    They are made known when there are some: with ``--strict-markers`` too they may be used.
    """
    names = dict.fromkeys(name for rule in rules for name in _beginnings(rule))
    known = config.stash.setdefault(_KNOWN, set())
    for name in names.keys() - known:
        config.addinivalue_line("markers", f"{name}: about rules")
    known.update(names)
    return [getattr(pytest.mark, name) for name in names]


def know_rules(config: pytest.Config) -> None:
    """Let `-m` name any rule, though no test is about it: with --strict-markers it else may not."""
    said = set(re.findall(r"[\w.-]+", config.getoption("markexpr")))
    others = {re.split("[:(]", line, maxsplit=1)[0] for line in config.getini("markers")}
    if said - others - {"and", "or", "not"}:
        marks_of(config, said.intersection(_names()))


def _names() -> dict[str, None]:
    """Return the ids of all rules, and their beginnings."""
    from prorata.reference.rules import ids

    return dict.fromkeys(name for rule in ids() for name in _beginnings(rule))


def _beginnings(rule: str) -> Iterable[str]:
    return accumulate(rule.split("."), "{}.{}".format)


def mark_rules(item: pytest.Item, rules: Iterable[str]) -> None:
    """Mark a test as one about rules."""
    for mark in marks_of(item.config, rules):
        item.add_marker(mark)


def mark_tests_of_rules(items: Iterable[pytest.Item]) -> None:
    """Mark those that say their rule with `@pytest.mark.prorata_rule("...")`."""
    for item in items:
        rules = [rule for mark in item.iter_markers(RULE) for rule in mark.args]
        if rules:
            wrong = _wrong(rules)
            if wrong:
                item.stash[_WRONG] = wrong
            else:
                mark_rules(item, rules)


def _wrong(rules: Iterable[object]) -> str:
    """Return what is wrong with names of rules, nothing where all of them begin a rule's id."""
    from prorata.harness.scenario.problems import meant

    known = _names()
    for rule in rules:
        if rule not in known:
            near = meant(str(rule), known) or "; prorata rules lists them"
            return f"the mark {RULE}: there is no rule {rule!r}{near}"
    return ""


def refuse_wrong(item: pytest.Item) -> None:
    """Fail a test whose mark names no rule."""
    wrong = item.stash.get(_WRONG, None)
    if wrong:
        pytest.fail(wrong, pytrace=False)
