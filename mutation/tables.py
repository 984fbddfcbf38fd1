"""Putting a mistake into a table of a module that is loaded: it is made again, in its place.

Whoever took the table has the new one: a dictionary is filled anew, and what cannot be is given to
every module that has it. What was made with it stays as it is, so that a mutant which survives here
is judged once more where all is loaded anew.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any

from mutation.swapping import compiled

if TYPE_CHECKING:
    from mutation.modules import Module
    from mutation.mutants import Mutant

__all__ = ["is_table", "put"]

#: What many names have that are no tables: it is one value, wherever it came from.
_PLAIN = (int, str, bytes, float, type(None))


def is_table(module: Module, mutant: Mutant) -> bool:
    """Tell whether a mutant is in a table, or a constant, that can be made again by itself.

    One with a function in it cannot: other tables know the function that there is.
    """
    statement = module.tree.body[mutant.top]
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return False
    return not any(isinstance(each, ast.Lambda) for each in ast.walk(statement))


def put(module: Module, mutant: Mutant) -> None:
    """Make a table again with a mistake in it, and put it in its place; raise what that raises."""
    space = vars(sys.modules[module.name])
    before = dict(space)
    exec(compiled(mutant.changed(module.tree), module), space)  # noqa: S102  a statement of ours
    for name, new in [*space.items()]:
        old = before.get(name)
        if name in before and new is not old:
            if isinstance(old, dict) and isinstance(new, dict):
                space[name] = old
                old.clear()
                old.update(new)
            else:
                _give(module.name, name, old, new)


def _give(home: str, name: str, old: Any, new: Any) -> None:
    """Give a new value to every module that took the old one."""
    for other in [*sys.modules.values()]:
        space = vars(other)
        for known, value in [*space.items()]:
            taken = known == name if isinstance(old, _PLAIN) else True
            if value is old and taken and str(space.get("__name__", "")).startswith("prorata."):
                space[known] = new
    setattr(sys.modules[home], name, new)
