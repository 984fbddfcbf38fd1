"""The harness: scenarios, time, implementations, the judge, reports and the command line.

>>> from prorata.harness import run
>>> run("documented/late-fee-half-of-five-days").count("pass")
1
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prorata.harness.implementations import CannotStart, Context, Refused, Unsupported
    from prorata.harness.run.api import run
    from prorata.harness.run.verdict import Mismatch, Results, Verdict

__all__ = [
    "CannotStart",
    "Context",
    "Mismatch",
    "Refused",
    "Results",
    "Unsupported",
    "Verdict",
    "run",
]

_HOMES = {
    "CannotStart": "implementations",
    "Context": "implementations",
    "Refused": "implementations",
    "Unsupported": "implementations",
    "Mismatch": "run.verdict",
    "Results": "run.verdict",
    "Verdict": "run.verdict",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


class _Harness(ModuleType):
    """This package, in which `run` is the function though a package of that name is imported."""

    @property
    def run(self) -> Any:
        """Run scenarios on an implementation."""
        return import_module(f"{__name__}.run.api").run

    @run.setter
    def run(self, package: ModuleType) -> None:
        """Let the import system put the package here; it is found by its whole name."""


sys.modules[__name__].__class__ = _Harness
