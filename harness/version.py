"""The version of this package, as installed."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

__all__ = ["version"]


@cache
def version() -> str:
    """Return the installed version; ``0`` where the folders are used without being installed."""
    try:
        return installed("prorata")
    except PackageNotFoundError:
        return "0"
