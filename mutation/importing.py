"""Loading a package with a mistake in it: what happens when a module is loaded happens wrongly.

Tables, constants, defaults and the fields of classes are made once, and kept by whoever took them;
so the whole of the reference is loaded anew, in a process that had not loaded it.
"""

from __future__ import annotations

import ast
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType

    from mutation.modules import Module
    from mutation.mutants import Mutant

__all__ = ["load_wrongly"]


class _Loader(SourceFileLoader):
    """Loads the one module with its mistake."""

    def __init__(self, module: Module, mutant: Mutant) -> None:
        super().__init__(module.name, str(module.file))
        self._module, self._mutant = module, mutant

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the module, wrong at one place."""
        body = [*self._module.tree.body]
        body[self._mutant.top] = self._mutant.changed(self._module.tree)
        code: CodeType = compile(ast.Module(body, []), self.get_filename(fullname), "exec",
                                 dont_inherit=True)  # fmt: skip
        return code


class _Finder(MetaPathFinder):
    def __init__(self, module: Module, mutant: Mutant) -> None:
        self._module, self._mutant = module, mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the one module; all others are found as ever."""
        if name != self._module.name:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None:
            spec.loader = _Loader(self._module, self._mutant)
        return spec


def load_wrongly(module: Module, mutant: Mutant) -> Any:
    """Let a module be loaded with a mistake, when it is loaded; it must not have been."""
    if module.name in sys.modules:
        message = f"{module.name} is loaded already"
        raise RuntimeError(message)
    sys.meta_path.insert(0, _Finder(module, mutant))
