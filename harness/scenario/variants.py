"""One file, many scenarios: each row of its table, and each branch of its story, is one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.scenario.branches import with_branches
from prorata.harness.scenario.problems import Problem, ScenarioErrors
from prorata.harness.scenario.rows import check_rows, with_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.harness.scenario.nodes import Tree

__all__ = ["Variant", "check_variants", "common_problems", "parted", "variants"]

_PARTS = re.compile(r"(?P<file>.*?)(\[(?P<row>[^\[\]]*)\])?(#(?P<branch>[^#/]*))?", re.DOTALL)

check_variants = check_rows


class Variant(NamedTuple):
    """One of the scenarios of a file, as a file of its own would have it."""

    row: str | None
    branch: str | None
    tree: Tree

    @property
    def suffix(self) -> str:
        """What its id has behind the file's: ``[row]#branch``."""
        row = "" if self.row is None else f"[{self.row}]"
        return row if self.branch is None else f"{row}#{self.branch}"


def variants(tree: Tree) -> list[Variant]:
    """Expand a file; `ScenarioErrors` where its rows or branches cannot be told apart."""
    problems: list[Problem] = []
    found = [
        Variant(row, branch, flat)
        for row, filled in with_rows(tree, problems)
        for branch, flat in with_branches(filled, problems)
    ]
    if problems:
        raise ScenarioErrors(problems)
    return found


def common_problems(found: Iterable[tuple[Variant, Iterable[Problem]]]) -> list[Problem]:
    """Put the problems of all variants together: once each, with the row where only some have it.

    A row's own value is read where the file uses it, so that the place alone does not tell it.
    """
    rows: set[str | None] = set()
    having: dict[Problem, set[str | None]] = {}
    for variant, problems in found:
        rows.add(variant.row)
        for problem in problems:
            having.setdefault(problem, set()).add(variant.row)
    told = []
    for problem, some in having.items():
        if some == rows:
            told.append(problem)
        else:
            told += [
                Problem(problem.place, f'{problem.message} (row "{row}")')
                for row in sorted(map(str, some))
            ]
    return told


def parted(text: str) -> tuple[str, str | None, str | None]:
    """Split a selection into file, row and branch: ``edge/name[row]#branch``.

    >>> parted("edge/late-fee[five days]#auto")
    ('edge/late-fee', 'five days', 'auto')
    """
    parts = _PARTS.fullmatch(text)
    assert parts is not None  # noqa: S101  every part may be missing
    return parts["file"], parts["row"], parts["branch"]
