"""Branches: one beginning, several named futures, each of them a timeline of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prorata.harness.scenario.nodes import ListNode, MapNode, Tree, place_of
from prorata.harness.scenario.problems import Problem
from prorata.harness.scenario.words import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.scenario.nodes import TextNode, TreeNode

__all__ = ["is_name", "with_branches"]

_NAME = re.compile(r"[\w.+-]+( [\w.+-]+)*")


def is_name(text: str) -> bool:
    """Tell whether a row or a branch can be called so: words that an id can hold."""
    return _NAME.fullmatch(text) is not None


def with_branches(tree: Tree, problems: list[Problem]) -> Iterator[tuple[str | None, Tree]]:
    """Yield the file once for each branch, whose steps follow those of its timeline.

    What is wrong with the branches themselves is added to `problems`.
    """
    if "branches" not in tree.root.items:
        yield None, tree
        return
    key, branches = tree.root.items["branches"]
    if not isinstance(branches, MapNode) or not branches.items:
        found = "none" if isinstance(branches, MapNode) else show(branches.plain())
        message = f"expected branches by their names, each a list of steps, found {found}"
        problems.append(Problem(place_of(tree.file, key.mark), message))
        return
    for name, steps in branches.items.values():
        wrong = _wrong(name, steps)
        if wrong or not isinstance(steps, ListNode):
            problems.append(Problem(place_of(tree.file, name.mark), wrong))
        else:
            yield name.text, _joined(tree, steps)


def _wrong(name: TextNode, steps: TreeNode) -> str:
    """Say what is wrong with a branch, if anything is."""
    if not is_name(name.text):
        return f'"{name.text}" cannot name a branch; use letters, digits, spaces and . + -'
    if not isinstance(steps, ListNode):
        return f'expected a list of steps in branch "{name.text}", found {show(steps.plain())}'
    if not steps.items:
        return f'branch "{name.text}" has no step'
    if not any(isinstance(step, MapNode) and "expect" in step.items for step in steps.items):
        return f'nothing is expected in any step of branch "{name.text}"; it shows nothing'
    return ""


def _joined(tree: Tree, steps: ListNode) -> Tree:
    root = MapNode(tree.root.mark)
    root.items = {key: pair for key, pair in tree.root.items.items() if key != "branches"}
    key, shared = root.items.get("timeline", (None, None))
    if key is not None and isinstance(shared, ListNode):
        timeline = ListNode(shared.mark)
        timeline.items = [*shared.items, *steps.items]
        root.items["timeline"] = key, timeline
    return Tree(tree.file, root)
