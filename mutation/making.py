"""Making the mutants of a module.

No mistakes are made in what is only said: notes of a derivation, the words of a refusal or an
error, documentation; nor in types, imports and decorators, which say nothing of billing.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from mutation.modules import Function, fingerprint, header, name_of
from mutation.mutants import Mutant
from mutation.operators import DROPPED, OPERATORS, TABLES
from mutation.said import is_said, said_statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mutation.modules import Module
    from mutation.mutants import Path

__all__ = ["mutants_of"]

_UNTOUCHED: Final = (
    ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal,
)  # fmt: skip
#: Fields of a node that are no part of what it does.
_TYPES: Final = frozenset({"annotation", "bases", "decorator_list", "format_spec", "returns"})
#: Texts of this length are told whole.
_LONG: Final = 160
#: Names of a module and of a class that say nothing of billing.
_OWN: Final = frozenset({"__all__", "__slots__", "TYPE_CHECKING"})


@cache
def mutants_of(module: Module) -> tuple[Mutant, ...]:
    """Return every mutant of a module, in the order of its text."""
    return tuple(_Maker(module).all())


@dataclass
class _At:
    """Where the walk through a module is."""

    top: int
    function: str
    statement: ast.AST
    path: Path = ()
    loading: bool = True

    def into(self, name: str, at: int | None, node: ast.AST) -> _At:
        """Return the place one step further."""
        statement = node if isinstance(node, ast.stmt) else self.statement
        return _At(self.top, self.function, statement, (*self.path, (name, at)), self.loading)


@dataclass
class _Maker:
    module: Module
    _told: Counter[tuple[str, ...]] = field(default_factory=Counter)
    _only_said: set[ast.AST] = field(default_factory=set)

    def all(self) -> Iterator[Mutant]:
        for top, statement in enumerate(self.module.tree.body):
            if not _untouched(statement) and not is_said(self.module.tree, "body", top, statement):
                yield from self._walk(statement, _At(top, name_of(statement), statement))

    def _walk(self, node: ast.AST, at: _At) -> Iterator[Mutant]:
        if isinstance(node, ast.expr | ast.stmt | ast.comprehension):
            yield from self._here(node, at)
        said = said_statements(node) if isinstance(node, Function) else ()
        self._only_said.update(said)
        for name, index, child in _children(node):
            if child in self._only_said:
                continue
            yield from self._walk(child, self._inside(node, child, at.into(name, index, child)))

    def _inside(self, node: ast.AST, child: ast.AST, at: _At) -> _At:
        """Return the place of a child: in a function nothing happens when the module is loaded."""
        if isinstance(node, ast.ClassDef) and isinstance(child, Function):
            at.function = f"{node.name}.{child.name}"
        if isinstance(node, Function) and child in node.body:
            at.loading = False
        if isinstance(node, ast.Lambda) and child is node.body:
            at.loading = False
        return at

    def _here(self, node: ast.AST, at: _At) -> Iterator[Mutant]:
        for name, operator in OPERATORS.items():
            for new in operator(node):
                yield self._mutant(name, node, new, at)
        for name, operator in TABLES.items():
            if at.loading or (name == "entry" and isinstance(node, ast.Dict | ast.Set)):
                for new in operator(node):
                    yield self._mutant(name, node, new, at)

    def _mutant(self, operator: str, node: ast.AST, new: ast.AST, at: _At) -> Mutant:
        before, after = _texts(node, new)
        cut = header(at.statement)
        statement = fingerprint(cut)
        told = (at.function, statement, operator, before, after)
        self._told[told] += 1
        return Mutant(
            self.module.name, at.function, statement, operator, before, after, self._told[told],
            line=getattr(node, "lineno", getattr(at.statement, "lineno", 0)),
            lines=_lines(_passed(operator, node) or at.statement),
            loading=at.loading, table=operator in TABLES,
            top=at.top, path=at.path, node=new,
        )  # fmt: skip


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    """Yield what stands in a node and is no mere word, and how it is reached."""
    for name, value in ast.iter_fields(node):
        if name in _TYPES or _is_type(node, name):
            continue
        several = isinstance(value, list)
        for at, each in enumerate(value if several else [value]):
            if isinstance(each, ast.AST) and not _untouched(each):
                place = at if several else None
                if not is_said(node, name, place, each):
                    yield name, place, each


def _untouched(node: ast.AST) -> bool:
    """Tell whether a node has no part in billing."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name), *_], value=value):
            return name in _OWN or (_alias(node) and isinstance(value, ast.Subscript | ast.BinOp))
        case ast.Expr(value=ast.Constant()) | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Call(func=ast.Name(id="TypeVar")):
            return True
    return isinstance(node, _UNTOUCHED)


def _alias(node: ast.Assign) -> bool:
    """Tell whether a name is given to a type: it begins with a capital and has small letters."""
    target = node.targets[0]
    name = target.id.lstrip("_") if isinstance(target, ast.Name) else ""
    return name[:1].isupper() and not name.isupper()


def _is_type(node: ast.AST, name: str) -> bool:
    """Tell whether a field of a node is a type: the parameters of a generic one, of a cast."""
    return name == "value" and isinstance(node, ast.AnnAssign) and _alias_of(node)


def _alias_of(node: ast.AnnAssign) -> bool:
    return isinstance(node.annotation, ast.Name) and node.annotation.id == "TypeAlias"


def _passed(operator: str, node: ast.AST) -> ast.stmt | None:
    """Return the way out that is not taken: only who takes it can tell."""
    return node.body[-1] if operator == "return" and isinstance(node, ast.If) else None


def _lines(statement: ast.AST) -> tuple[int, int]:
    """Return the first and last line of a statement without those in it."""
    first = getattr(statement, "lineno", 0)
    last = getattr(statement, "end_lineno", first)
    for name in ("body", "handlers", "orelse", "cases"):
        inside = getattr(statement, name, None)
        if isinstance(inside, list) and inside and name != "cases":
            begins = inside[0].lineno
            last = max(first, min(last, begins - 1))
    return first, last


def _texts(node: ast.AST, new: ast.AST) -> tuple[str, str]:
    """Return what is changed, before and after, as a person would write it."""
    if new is DROPPED:
        return _text(node), ""
    if isinstance(node, ast.If) and isinstance(new, ast.If):
        if node.test is new.test:
            return _text(node.body[-1]), ""
        return _text(node.test), _text(new.test)
    if isinstance(node, ast.While) and isinstance(new, ast.While):
        return _text(node.test), _text(new.test)
    return _short(node, new)


def _short(node: ast.AST, new: ast.AST) -> tuple[str, str]:
    """Of a long table only the entry that is changed."""
    before, after = _text(node), _text(new)
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    if max(len(before), len(after)) < _LONG:
        return before, after
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    around = 20
    left, right = max(start - around, 0), max(end - around, 0)
    return before[left : len(before) - right], after[left : len(after) - right]


def _text(node: ast.AST) -> str:
    """Write a node as a person would, the same on every Python."""
    if any(isinstance(each, ast.JoinedStr) for each in ast.walk(node)):
        node = _Quoting().visit(copy.deepcopy(node))
    return ast.unparse(node)


class _Quoting(ast.NodeTransformer):
    """Puts a name that reads like it for an f-string: Pythons write different quotes around one."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return ast.Name(f"f'{self._inside(node)}'")

    def _inside(self, node: ast.JoinedStr) -> str:
        return "".join(map(self._part, node.values))

    def _part(self, node: ast.expr) -> str:
        if not isinstance(node, ast.FormattedValue):
            return str(ast.literal_eval(node))
        conversion = f"!{chr(node.conversion)}" if node.conversion > 0 else ""
        spec = node.format_spec
        wanted = f":{self._inside(spec)}" if isinstance(spec, ast.JoinedStr) else ""
        return f"{{{ast.unparse(self.visit(node.value))}{conversion}{wanted}}}"
