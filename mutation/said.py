"""What is only said: notes of a derivation, words of a refusal or an error, and what makes them.

No mistakes are made in it, since no billing does anything else for it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mutation.modules import Function

__all__ = ["is_said", "said_statements"]

#: Calls whose arguments are only said, from this argument on.
_SAID: Final = {"note": 0, "Refusal": 1, "table": 2, "beside": 0, "bundle": 0}
#: Arguments by name that are only said.
_WORDS: Final = frozenset({"why", "of", "note", "reason"})
#: What a function returns that tells how an amount came about.
_TOLD: Final = "Told"


def is_said(parent: ast.AST, name: str, at: int | None, child: ast.AST) -> bool:
    """Tell whether a child of a node is a word: an argument of what is noted or refused."""
    if isinstance(child, ast.keyword) and child.arg in _WORDS:
        return True
    match parent:
        case ast.Call(func=ast.Name(id="cast")):
            return name == "args" and at == 0
        case ast.Call(func=ast.Name(id=called)) if called in _SAID:
            return name == "keywords" or (name == "args" and (at or 0) >= _SAID[called])
    return isinstance(child, ast.Raise | ast.Assert | ast.JoinedStr) or _tells(child)


def _tells(node: ast.AST) -> bool:
    """Tell whether a statement does nothing but note something, or is about how it is noted."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id="note"))):
            return True
        case ast.Expr(value=ast.Call(args=arguments)):
            return any(isinstance(each, ast.Name) and each.id == "note" for each in arguments)
        case ast.FunctionDef(returns=ast.Name(id=returned)):
            return returned == _TOLD
        case ast.AnnAssign(annotation=annotation):
            return _TOLD in {each.id for each in ast.walk(annotation) if isinstance(each, ast.Name)}
    return False


def said_statements(function: Function) -> Collection[ast.stmt]:
    """Return the statements of a function that set names which are only said."""
    said: set[ast.stmt] = set()
    while True:
        done = {name.id for name in _loaded(function, said)}
        more: set[ast.stmt] = {
            each
            for each in ast.walk(function)
            if isinstance(each, ast.Assign) and (names := _set(each)) and not names & done
        }
        ifs = (each for each in ast.walk(function) if isinstance(each, ast.If))
        more |= {each for each in ifs if _only_says(each, said)}
        if more <= said:
            return said
        said |= more


def _only_says(node: ast.If, said: Collection[ast.AST]) -> bool:
    """Tell whether all that a condition leads to is said."""
    return all(each in said or _tells(each) for each in [*node.body, *node.orelse])


def _set(statement: ast.Assign) -> set[str]:
    """Return the names that a statement sets, none where it sets anything else."""
    found: set[str] = set()
    for target in statement.targets:
        for each in target.elts if isinstance(target, ast.Tuple) else [target]:
            if not isinstance(each, ast.Name):
                return set()
            found.add(each.id)
    return found


def _loaded(node: ast.AST, said: Collection[ast.AST]) -> Iterator[ast.Name]:
    """Yield the names that are read by what is not said."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node
    for name, value in ast.iter_fields(node):
        for at, each in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(each, ast.AST) and each not in said and not is_said(node, name, at, each):
                yield from _loaded(each, said)
