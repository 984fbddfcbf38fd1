"""Who reads what a module sets when it is loaded: by name, and on through other tables.

A scenario does not pass through a table as it does through a line; it passes through the functions
that read the table.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from mutation.modules import Function, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mutation.modules import Module
    from mutation.mutants import Mutant

__all__ = ["Readers", "readers_of"]

#: A module and the lines of a function in it.
Lines: TypeAlias = tuple[str, int, int]


@dataclass(frozen=True)
class Readers:
    """For each name the functions that mention it, and the names that are made with it."""

    functions: Mapping[str, frozenset[Lines]]
    made: Mapping[str, frozenset[str]]

    def lines(self, mutant: Mutant, module: Module) -> frozenset[Lines]:
        """Return the functions that read what a mutant changes, at once or through others."""
        names = [_key(name, module) for name in _names(module.tree.body[mutant.top], mutant)]
        known: set[str] = set()
        found: frozenset[Lines] = frozenset()
        while names:
            name = names.pop()
            if name in known:
                continue
            known.add(name)
            found |= self.functions.get(name, frozenset())
            names += self.made.get(name, ())
        return found


def readers_of(modules: Sequence[Module]) -> Readers:
    """Find who reads what in these modules."""
    functions: dict[str, set[Lines]] = defaultdict(set)
    made: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        for statement in module.tree.body:
            for owner, node in named(statement):
                _note(module, owner, node, functions, made)
    return Readers(
        {name: frozenset(each) for name, each in functions.items()},
        {name: frozenset(each) for name, each in made.items()},
    )


def _note(
    module: Module,
    owner: str,
    node: ast.stmt,
    functions: Mapping[str, set[Lines]],
    made: Mapping[str, set[str]],
) -> None:
    """Take note of what one function, or one table, mentions."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.If):
        return
    mentioned = {_key(each, module) for each in _mentioned(node)}
    owner = _key(owner, module)
    if isinstance(node, Function):
        lines = module.name, node.lineno, node.end_lineno or node.lineno
        functions[_key(node.name, module)].add(lines)
        for name in mentioned:
            functions[name].add(lines)
        return
    for name in mentioned - {owner}:
        made[name].add(owner)


def _key(name: str, module: Module) -> str:
    """Return a name as it is known elsewhere: one of its own belongs to its module."""
    return f"{module.name} {name}" if name.startswith("_") else name


def _names(statement: ast.stmt, mutant: Mutant) -> Iterator[str]:
    """Yield what a statement sets, that a mutant changes: of a class the one field."""
    if isinstance(statement, ast.ClassDef) and mutant.path:
        field, at = mutant.path[0]
        part = getattr(statement, field)
        part = part[at] if at is not None else part
        yield from _targets(part)
        if not isinstance(part, Function):
            yield statement.name
        return
    yield from _targets(statement)


def _targets(statement: ast.AST) -> Iterator[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            for target in targets:
                yield from (each.id for each in ast.walk(target) if isinstance(each, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def _mentioned(node: ast.AST) -> set[str]:
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            found.add(each.id)
        elif isinstance(each, ast.Attribute):
            found.add(each.attr)
    return found
