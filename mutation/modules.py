"""The modules of a package as syntax trees, and fingerprints of what stands in them."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "REFERENCE",
    "Function",
    "Module",
    "fingerprint",
    "functions_of",
    "header",
    "modules_of",
    "name_of",
    "named",
]

#: The package whose mutants are judged.
REFERENCE: Final = "prorata.reference"
#: What fingerprints are cut to: enough for one file.
_DIGITS: Final = 12
#: Fields of a compound statement that are statements of their own.
_BODIES: Final = ("body", "orelse", "finalbody", "handlers", "cases")

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, eq=False)
class Module:
    """A module: its dotted name, its file, and the file's path as a person writes it."""

    name: str
    file: Path
    shown: str

    @cached_property
    def source(self) -> str:
        """The text of the file."""
        return self.file.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; nobody changes it."""
        return ast.parse(self.source)

    @cached_property
    def functions(self) -> dict[str, str]:
        """The fingerprints of functions, and of what else stands in the module, by their names."""
        return functions_of(self.tree)


def functions_of(tree: ast.Module) -> dict[str, str]:
    """Return the fingerprints of what stands in a module, by names."""
    found: dict[str, list[str]] = {}
    for statement in tree.body:
        for name, node in named(statement):
            found.setdefault(name, []).append(fingerprint(node))
    return {name: each[0] if len(each) == 1 else _joined(each) for name, each in found.items()}


def named(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """Yield a statement of a module, and the methods of a class, each with its name."""
    if isinstance(statement, ast.ClassDef):
        for each in statement.body:
            if isinstance(each, Function):
                yield f"{statement.name}.{each.name}", each
        yield statement.name, _without_methods(statement)
        return
    yield name_of(statement), statement


def name_of(statement: ast.stmt) -> str:
    """Return what a statement of a module is called: what it defines, or its kind."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return statement.name
        case ast.Assign(targets=[ast.Name(id=name), *_]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return type(statement).__name__.lower()


def header(statement: ast.AST) -> ast.AST:
    """Return a statement without the statements in it."""
    cut = copy.copy(statement)
    for field in _BODIES:
        if isinstance(getattr(cut, field, None), list):
            setattr(cut, field, [])
    return cut


def fingerprint(node: ast.AST) -> str:
    """Return what tells a syntax tree from others, without its docstring and where it stands."""
    return _digest(_dumped(_undocumented(node)))


def modules_of(package: str) -> Sequence[Module]:
    """Return the modules of a package, by their names."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        message = f"there is no package {package}"
        raise LookupError(message)
    root = Path(next(iter(spec.submodule_search_locations)))
    return sorted(_modules(root, package), key=lambda module: module.name)


def _modules(root: Path, package: str) -> Iterator[Module]:
    last = package.rpartition(".")[2]
    for file in root.rglob("*.py"):
        inside = file.relative_to(root)
        parts = inside.with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        yield Module(".".join((package, *parts)), file, f"{last}/{inside.as_posix()}")


def _dumped(value: object) -> str:
    """Return a syntax tree as text, the same on every Python: what it lacks is left out."""
    match value:
        case ast.AST():
            told = ((name, each) for name, each in ast.iter_fields(value) if each not in (None, []))
            parts = ", ".join(f"{name}={_dumped(each)}" for name, each in told)
            return f"{type(value).__name__}({parts})"
        case list():
            return f"[{', '.join(map(_dumped, value))}]"
    return repr(value)


def _undocumented(node: ast.AST) -> ast.AST:
    if isinstance(node, Function | ast.ClassDef) and ast.get_docstring(node, clean=False):
        node = copy.copy(node)
        node.body = node.body[1:]
    return node


def _without_methods(statement: ast.ClassDef) -> ast.ClassDef:
    bare = copy.copy(statement)
    bare.body = [each for each in statement.body if not isinstance(each, Function)]
    return bare


def _joined(fingerprints: Sequence[str]) -> str:
    return _digest(" ".join(fingerprints))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGITS]
