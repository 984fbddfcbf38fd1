"""Implementations: the billings that the harness asks, in their own process or in this one.

Names are loaded when they are first used: the child of `python:` imports this package too, and
must not pay for what only the harness needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.lazy import lazily

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

_HOMES = {
    **dict.fromkeys(__all__, "base"),
    **dict.fromkeys(("Context", "PanelLogin", "Refused", "Unsupported"), "billing"),
    "StdioImplementation": "stdio",
    "open_implementation": "opening",
}

__getattr__ = lazily(__name__, _HOMES)
