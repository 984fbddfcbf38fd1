"""The version of this package, from which pyproject.toml takes it."""

from __future__ import annotations

from typing import Final

__all__ = ["VERSION", "version"]

VERSION: Final = "0.1.0"


def version() -> str:
    """Return the version: to look for it in what is installed takes a while."""
    return VERSION
