"""Panels under control: sets of panels with one clock, and everything that can be asked of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prorata.fakes.control.errors import ControlError
    from prorata.fakes.control.functions import CONTROLS
    from prorata.fakes.control.opening import serve
    from prorata.fakes.control.panels import Panels

__all__ = ["CONTROLS", "ControlError", "Panels", "serve"]

_HOMES = {
    "CONTROLS": "functions",
    "ControlError": "errors",
    "Panels": "panels",
    "serve": "opening",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
