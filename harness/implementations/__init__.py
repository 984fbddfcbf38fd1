"""Implementations: the billings that the harness asks, in their own process or in this one.

Names are loaded when they are first used: the child of `python:` imports this package too, and
must not pay for what only the harness needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prorata.harness.implementations.base import (
        CannotStart,
        Implementation,
        ImplementationFault,
        LineTrace,
        Readings,
    )
    from prorata.harness.implementations.billing import Context, PanelLogin, Refused, Unsupported
    from prorata.harness.implementations.opening import open_implementation
    from prorata.harness.implementations.stdio import StdioImplementation

__all__ = [
    "CannotStart",
    "Context",
    "Implementation",
    "ImplementationFault",
    "LineTrace",
    "PanelLogin",
    "Readings",
    "Refused",
    "StdioImplementation",
    "Unsupported",
    "open_implementation",
]

_HOME = {
    "open_implementation": "opening",
    "StdioImplementation": "stdio",
    **dict.fromkeys(("Context", "PanelLogin", "Refused", "Unsupported"), "billing"),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        problem = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(problem)
    return getattr(import_module(f"{__name__}.{_HOME.get(name, 'base')}"), name)
