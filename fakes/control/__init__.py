"""Panels under control: sets of panels with one clock, and everything that can be asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.lazy import lazily

if TYPE_CHECKING:
    from prorata.fakes.control.errors import ControlError
    from prorata.fakes.control.functions import CONTROLS
    from prorata.fakes.control.moments import SetClock
    from prorata.fakes.control.opening import serve
    from prorata.fakes.control.panels import Panels

__all__ = ["CONTROLS", "ControlError", "Panels", "SetClock", "serve"]

_HOMES = {
    "CONTROLS": "functions",
    "ControlError": "errors",
    "Panels": "panels",
    "SetClock": "moments",
    "serve": "opening",
}

__getattr__ = lazily(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
