"""Several billings in one scenario: what each of them has, does and shows, as if it were alone.

`given.billings` has them by name; a step says ``on: NAME`` whose act it is, and expects of each
what stands below its name. One billing is judged: the first that buys from others. The others are
the world that it lives in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.scenario.nodes import ListNode, MapNode, TextNode, Tree, place_of
from prorata.harness.scenario.problems import Problem, nearest
from prorata.harness.scenario.words import show

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.harness.scenario.nodes import TreeNode

__all__ = ["ALONE", "NO_ACTS", "judged_of", "party_trees"]

#: The name of the only billing of a scenario.
ALONE: Final = ""
#: What of a step is not an act.
NO_ACTS: Final = frozenset({"at", "on", "expect", "grade"})


def party_trees(tree: Tree, problems: list[Problem]) -> dict[str, Tree]:
    """Return the file as it is for each billing, the judged one first.

    What is wrong with the billings themselves is added to `problems`.
    """
    given = tree.root.child("given")
    billings = given.child("billings") if isinstance(given, MapNode) else None
    if billings is None:
        return {ALONE: tree}
    if not isinstance(billings, MapNode) or not billings.items:
        found = show(billings.plain())
        message = f"expected billings by their names, found {found}"
        problems.append(Problem(place_of(tree.file, billings.mark), message))
        return {}
    names = list(billings.items)
    judged = judged_of(billings)
    names.sort(key=lambda name: name != judged)
    _check(tree, names, problems)
    return {name: _tree_of(tree, billings.items[name], name, judged) for name in names}


def judged_of(billings: MapNode) -> str:
    """Return the name of the billing that is judged: the first that buys from others."""
    buying = (name for name, (_, row) in billings.items.items() if row.child("sellers"))
    return next(buying, next(iter(billings.items)))


def _check(tree: Tree, names: Iterable[str], problems: list[Problem]) -> None:
    """Report billings that there are not, and steps in which nobody does or shows anything."""
    known = sorted(names)
    timeline = tree.root.child("timeline")
    steps = timeline.items if isinstance(timeline, ListNode) else []
    for number, step in enumerate(steps, start=1):
        if isinstance(step, MapNode) and not step.items.keys() - {"at", "grade", "on"}:
            said = f"step {number} does nothing; give it an act, expect, or wait: {{}}"
            problems.append(Problem(place_of(tree.file, step.mark), said))
        on, expect = step.child("on"), step.child("expect")
        if on is not None and on.plain() not in known:
            _unknown(tree, on, str(on.plain()), known, problems)
        if expect is not None and not (isinstance(expect, MapNode) and expect.items):
            said = f"expected billings by their names, found {show(expect.plain())}"
            problems.append(Problem(place_of(tree.file, expect.mark), said))
        for name, (key, _) in expect.items.items() if isinstance(expect, MapNode) else ():
            if name not in known:
                _unknown(tree, key, name, known, problems)


def _unknown(
    tree: Tree, node: TreeNode, said: str, known: Iterable[str], problems: list[Problem]
) -> None:
    message = f'unknown billing "{said}"{nearest(said, known)}'
    problems.append(Problem(place_of(tree.file, node.mark), message))


def _tree_of(tree: Tree, row: tuple[TextNode, TreeNode], name: str, judged: str) -> Tree:
    root = MapNode(tree.root.mark)
    root.items = dict(tree.root.items)
    root.items["given"] = row
    key, timeline = tree.root.items.get("timeline", (None, None))
    if key is not None and isinstance(timeline, ListNode):
        steps = ListNode(timeline.mark)
        steps.items = [_step_of(step, name, judged) for step in timeline.items]
        root.items["timeline"] = key, steps
    return Tree(tree.file, root)


def _step_of(step: TreeNode, name: str, judged: str) -> TreeNode:
    """Return a step as one billing sees it: what others do is waiting for it."""
    if not isinstance(step, MapNode):
        return step
    on = step.child("on")
    own = name == (on.plain() if on is not None else judged)
    seen = MapNode(step.mark)
    seen.items = {key: pair for key, pair in step.items.items() if own or key in NO_ACTS}
    seen.items.pop("on", None)
    expect = seen.items.pop("expect", None)
    if expect is not None and isinstance(expect[1], MapNode) and name in expect[1].items:
        seen.items["expect"] = expect[0], expect[1].items[name][1]
    if not seen.items.keys() - {"at", "grade"}:
        seen.items["wait"] = TextNode("wait", step.mark), MapNode(step.mark)
    return seen
