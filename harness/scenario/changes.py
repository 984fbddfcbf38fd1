"""One value of a scenario set from outside, as the command line's --set does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.harness.scenario.nodes import ListNode, MapNode, TextNode, TreeNode, place_of
from prorata.harness.scenario.problems import Problem, listed

if TYPE_CHECKING:
    from prorata.harness.scenario.nodes import Tree

__all__ = ["change"]


def change(tree: Tree, path: str, value: str) -> Problem | None:
    """Put the text `value` in the place of what stands at the dotted `path`; say why it cannot be.

    Keys may contain spaces and dots; an item of a list is named by its index from 0. A problem with
    the new value is reported where the old one stands.
    """
    holder, key, node, rest = _step(tree.root, path)
    while node is not None and rest is not None:
        holder, key, node, rest = _step(node, rest)
    if node is None:
        where = place_of(tree.file, holder.mark)
        return Problem(where, f'nothing to set at "{path}": {_there(holder, key)}')
    new = TextNode(value, node.mark)
    if isinstance(holder, MapNode):
        holder.items[key] = (holder.items[key][0], new)
    elif isinstance(holder, ListNode):
        holder.items[int(key)] = new
    return None


def _step(node: TreeNode, path: str) -> tuple[TreeNode, str, TreeNode | None, str | None]:
    """Take the first key of `path`: its holder, itself, its value and what is left of the path."""
    keys = _keys(node)
    fitting = [key for key in keys if path == key or path.startswith(f"{key}.")]
    key = max(fitting, key=len, default=path.partition(".")[0])
    rest = path[len(key) + 1 :] if len(path) > len(key) else None
    return node, key, keys.get(key), rest


def _keys(node: TreeNode) -> dict[str, TreeNode]:
    if isinstance(node, MapNode):
        return {key: value for key, (_, value) in node.items.items()}
    items = node.items if isinstance(node, ListNode) else []
    return {str(index): item for index, item in enumerate(items)}


def _there(holder: TreeNode, key: str) -> str:
    keys = _keys(holder)
    if not keys:
        return f'there is no "{key}" in a text'
    return f'there is no "{key}"; the keys here are {listed(keys)}'
