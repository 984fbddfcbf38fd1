"""Putting a mistake into functions that are loaded: only their code objects are changed.

So every table, registry and import that has a function goes on having it.
"""

from __future__ import annotations

import ast
import gc
from collections import defaultdict
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from mutation.modules import Module
    from mutation.mutants import Mutant

__all__ = ["LoadedFunctions", "NotLoadedError"]


class NotLoadedError(LookupError):
    """No loaded function has the code that is to be changed."""


@dataclass
class LoadedFunctions:
    """The functions of a package that are loaded, by their modules and places there."""

    by_place: Mapping[Hashable, list[FunctionType]] = field(default_factory=dict)

    @classmethod
    def below(cls, package: str) -> LoadedFunctions:
        """Find the functions of the modules of a package."""
        found: dict[Hashable, list[FunctionType]] = defaultdict(list)
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and (each.__module__ or "").startswith(package):
                found[each.__module__, _place(each.__code__)].append(each)
        return cls(found)

    def swap(self, module: Module, mutant: Mutant) -> None:
        """Put a mistake into the functions that it is in; raise `NotLoadedError` for none."""
        right = compiled(module.tree.body[mutant.top], module)
        wrong = compiled(mutant.changed(module.tree), module)
        swapped = 0
        for old, new in _pairs(right, wrong):
            place = module.name, _place(old)
            for function in self.by_place.get(place, ()) if old != new else ():
                function.__code__ = new
                swapped += 1
        if not swapped:
            raise NotLoadedError(f"{module.name}: {mutant.function}")


def compiled(statement: ast.stmt, module: Module) -> CodeType:
    """Compile one statement of a module as if it stood there.

    With what the module imports: how a name is called hangs on whether it was imported.
    """
    imports = [each for each in module.tree.body if isinstance(each, ast.Import | ast.ImportFrom)]
    alone = ast.Module([*imports, statement], [])
    code: CodeType = compile(alone, str(module.file), "exec", dont_inherit=True)
    return code


def _place(code: CodeType) -> Hashable:
    """Return where code stands in its file: two lambdas of a line differ in their columns."""
    return code.co_qualname, code.co_firstlineno, tuple(code.co_positions())


def _pairs(right: CodeType, wrong: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Yield the code of each function with that which takes its place."""
    others = defaultdict(list)
    for code in _inside(wrong):
        others[code.co_qualname, code.co_firstlineno].append(code)
    for code in _inside(right):
        like = others[code.co_qualname, code.co_firstlineno]
        if like:
            yield code, like.pop(0)


def _inside(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _inside(each)
