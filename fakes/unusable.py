"""What somebody gave for panels to be served with, and cannot be used."""

from __future__ import annotations

__all__ = ["UnusableError"]


class UnusableError(Exception):
    """A file or an option cannot be used; the message says which, and why."""
