"""Marks by rule: `-m billmanager.renew` selects what is about a rule that begins so."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import pytest

from prorata.harness.pytest.names import RULE

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["mark_rules", "mark_tests_of_rules", "marks_of", "refuse_wrong"]

_WRONG = pytest.StashKey[str]()


def marks_of(config: pytest.Config, rules: Iterable[str]) -> list[pytest.MarkDecorator]:
    """Return the marks of rules: of each its id, and the beginnings of that.

    They are made known when there are some: with ``--strict-markers`` too they may be used.
    """
    names = dict.fromkeys(name for rule in rules for name in _beginnings(rule))
    known = {line.partition(":")[0] for line in config.getini("markers")}
    for name in names:
        if name not in known:
            config.addinivalue_line("markers", f"{name}: about a rule {name}")
    return [getattr(pytest.mark, name) for name in names]


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
    from prorata.reference.rules import ids

    known = dict.fromkeys(name for rule in ids() for name in _beginnings(rule))
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
