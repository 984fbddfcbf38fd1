"""What a mistake is: for each kind of syntax, what may stand in its place.

An operator takes a node and yields the nodes that it puts there; `DROPPED` is a statement that is
left out. What is only said is left alone: it is no rule (see `making`).
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["DROPPED", "OPERATORS", "TABLES"]

#: In the place of a statement that is left out.
DROPPED: Final = ast.Pass()

_ARITHMETIC: Final[Mapping[type, type]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
}
#: The comparison with its boundary moved, and its contrary.
_COMPARISONS: Final[Mapping[type, tuple[type, ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_CALLED: Final[Mapping[str, str]] = {"min": "max", "max": "min", "any": "all", "all": "any"}
#: Calls in which each argument by name says one thing more.
_MORE: Final = frozenset({"replace", "_replace", "dict", "partial"})
_NUMBER: Final = re.compile(r"\d+(\.\d+)?")


def _arithmetic(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in _ARITHMETIC:
        yield ast.AugAssign(node.target, _ARITHMETIC[type(node.op)](), node.value)


def _operand(node: ast.AST) -> Iterator[ast.AST]:
    """One side of a union, and an amount with its sign lost."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd):
        yield from (node.left, node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


def _number(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Constant):
        return
    if type(node.value) is int:
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    elif isinstance(node.value, str) and _NUMBER.fullmatch(node.value):
        yield ast.Constant(f"1{node.value}")


def _truth(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)


def _comparison(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            for other in _COMPARISONS[type(operator)]:
                operators = [*node.ops[:at], other(), *node.ops[at + 1 :]]
                yield ast.Compare(node.left, operators, node.comparators)


def _condition(node: ast.AST) -> Iterator[ast.AST]:
    """And for or, a part of a condition left out, and a `not` left out."""
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for at in range(len(node.values)):
            left = [*node.values[:at], *node.values[at + 1 :]]
            yield left[0] if len(left) == 1 else ast.BoolOp(node.op, left)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand


def _negation(node: ast.AST) -> Iterator[ast.AST]:
    """The contrary of a test that is no comparison: those have operators of their own."""
    own = ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, own):
        test = ast.UnaryOp(ast.Not(), node.test)
        if isinstance(node, ast.IfExp):
            yield ast.IfExp(test, node.body, node.orelse)
        else:
            yield type(node)(test, node.body, node.orelse)
    elif isinstance(node, ast.comprehension):
        for at, each in enumerate(node.ifs):
            rest = [*node.ifs[:at], *node.ifs[at + 1 :]]
            yield ast.comprehension(node.target, node.iter, rest, node.is_async)
            if not isinstance(each, own):
                tests = [*node.ifs[:at], ast.UnaryOp(ast.Not(), each), *node.ifs[at + 1 :]]
                yield ast.comprehension(node.target, node.iter, tests, node.is_async)


def _called(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in _CALLED:
            yield ast.Call(ast.Name(_CALLED[name], ast.Load()), node.args, node.keywords)


def _argument(node: ast.AST) -> Iterator[ast.AST]:
    """An argument left out where each says one thing more."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _MORE:
            for at, each in enumerate(node.keywords):
                if each.arg is not None:
                    rest = [*node.keywords[:at], *node.keywords[at + 1 :]]
                    yield ast.Call(node.func, node.args, rest)


def _statement(node: ast.AST) -> Iterator[ast.AST]:
    """A statement left out that does something to what outlives it, and a loop's other end."""
    match node:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Delete():
            yield DROPPED
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            yield DROPPED
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()


def _return(node: ast.AST) -> Iterator[ast.AST]:
    """A way out that is not taken."""
    if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Return):
        yield ast.If(node.test, [*node.body[:-1], DROPPED], node.orelse)


def _entry(node: ast.AST) -> Iterator[ast.AST]:
    """An entry of a table left out, or in the place of the next."""
    if isinstance(node, ast.Dict):
        pairs = list(zip(node.keys, node.values, strict=True))
        for at in range(len(pairs)):
            yield _dict(pairs[:at] + pairs[at + 1 :])
    elif isinstance(node, ast.Tuple | ast.List | ast.Set) and not _stored(node):
        for at in range(len(node.elts)):
            rest = [*node.elts[:at], *node.elts[at + 1 :]]
            if rest or not isinstance(node, ast.Set):
                yield _same_kind(node, rest)


def _order(node: ast.AST) -> Iterator[ast.AST]:
    """Two neighbours of a table in each other's place."""
    if isinstance(node, ast.Dict):
        for at in range(len(node.values) - 1):
            values = [*node.values]
            values[at], values[at + 1] = values[at + 1], values[at]
            yield ast.Dict(node.keys, values)
    elif isinstance(node, ast.Tuple | ast.List) and not _stored(node):
        for at in range(len(node.elts) - 1):
            elements = [*node.elts]
            elements[at], elements[at + 1] = elements[at + 1], elements[at]
            yield _same_kind(node, elements)


def _dict(pairs: list[tuple[ast.expr | None, ast.expr]]) -> ast.Dict:
    return ast.Dict([key for key, _ in pairs], [value for _, value in pairs])


def _stored(node: ast.AST) -> bool:
    return not isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def _same_kind(node: ast.Tuple | ast.List | ast.Set, elements: list[ast.expr]) -> ast.expr:
    if isinstance(node, ast.Set):
        return ast.Set(elements)
    return type(node)(elements, ast.Load())


#: What is done anywhere.
OPERATORS: Final[Mapping[str, Callable[[ast.AST], Iterator[ast.AST]]]] = {
    "arithmetic": _arithmetic,
    "operand": _operand,
    "number": _number,
    "truth": _truth,
    "comparison": _comparison,
    "condition": _condition,
    "negation": _negation,
    "call": _called,
    "argument": _argument,
    "statement": _statement,
    "return": _return,
}
#: What is done to tables: in what a module or a class sets when it is loaded.
TABLES: Final[Mapping[str, Callable[[ast.AST], Iterator[ast.AST]]]] = {
    "entry": _entry,
    "order": _order,
}
