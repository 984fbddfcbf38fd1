"""A mutant: one small mistake at one place, told by what stands there and not by its line."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Identity", "Mutant", "Path", "with_node"]

#: How a node is reached from a statement: fields, and positions in those that are lists.
Path: TypeAlias = tuple[tuple[str, int | None], ...]
#: Module, function, fingerprint of the statement, operator, before, after, which of its like.
Identity: TypeAlias = tuple[str, str, str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake in the statement at `top` of a module's tree, `path` from there on.

    `function` is what it stands in, as `Module.functions` names it, and `statement` the
    fingerprint of the statement; `before` and `after` are what is changed; `nth` tells it from
    others of a statement that read alike. `lines` are those of the statement. `loading`: it is in
    what happens when the module is loaded, and `table` in an entry of a table that is made then.
    """

    module: str
    function: str
    statement: str
    operator: str
    before: str
    after: str
    nth: int
    line: int
    lines: tuple[int, int]
    loading: bool
    table: bool
    top: int = field(compare=False)
    path: Path = field(compare=False, repr=False)
    node: ast.AST = field(compare=False, repr=False)

    @property
    def identity(self) -> Identity:
        """What stays the same where other lines of the module change."""
        return (
            self.module, self.function, self.statement, self.operator, self.before, self.after,
            self.nth,
        )  # fmt: skip

    def changed(self, tree: ast.Module) -> ast.stmt:
        """Return the statement of the module with the mistake in it."""
        changed = with_node(tree.body[self.top], self.path, self.node)
        assert isinstance(changed, ast.stmt)  # noqa: S101  a path leads on from a statement
        return ast.fix_missing_locations(changed)

    def row(self) -> Mapping[str, object]:
        """Return it as plain data, to be written down."""
        return {
            "module": self.module, "function": self.function, "statement": self.statement,
            "operator": self.operator, "before": self.before, "after": self.after,
            "nth": self.nth,
        }  # fmt: skip


def with_node(root: ast.AST, path: Path, node: ast.AST) -> ast.AST:
    """Return a tree with another node at a path; the tree itself stays as it is."""
    if not path:
        new = copy.copy(node)
        for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
            if hasattr(root, name):
                setattr(new, name, getattr(root, name))
        return new
    (name, at), *rest = path
    changed = copy.copy(root)
    inside = getattr(root, name)
    if at is None:
        setattr(changed, name, with_node(inside, tuple(rest), node))
    else:
        others = [*inside]
        others[at] = with_node(inside[at], tuple(rest), node)
        setattr(changed, name, others)
    return changed
