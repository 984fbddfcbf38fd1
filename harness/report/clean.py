"""Text from outside, as it may be printed: without control characters, and not without end."""

from __future__ import annotations

from typing import Final

__all__ = ["clean"]

_MOST: Final = 400


def clean(text: str, most: int = _MOST) -> str:
    """Return a text on one line: what is not printable as its escape, and an end after `most`."""
    shown = text if len(text) <= most else f"{text[:most]}…"
    if shown.isprintable():
        return shown
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in shown
    )
