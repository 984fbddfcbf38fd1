"""Pieces of a drawing (SVG). Whatever text they are given is shown as it is, and never read."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from prorata.harness.report.clean import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LETTER", "band", "bar", "cut", "dot", "label", "rules", "stroke", "titled", "triangle"]

#: The mean width of a letter, in units of a drawing.
LETTER: Final = 6.2
_MARK: Final = 5
#: What is shorter when it is cut says nothing.
_SENSE: Final = 5


def cut(text: str, width: float) -> str:
    """Cut a text to what has room in a width."""
    most = int(width / LETTER)
    if len(text) <= most:
        return text
    return f"{text[: most - 1]}…" if most >= _SENSE else ""


def titled(shape: str, title: str) -> str:
    """Give a shape the text that is shown and read aloud for it."""
    return f"<g><title>{escape(clean(title))}</title>{shape}</g>"


def label(x: float, y: float, text: str, kind: str = "") -> str:
    """Write a text whose first letter stands at a place."""
    return words(x, y, [(text, "")], kind)


def words(x: float, y: float, parts: Iterable[tuple[str, str]], kind: str = "") -> str:
    """Write texts one behind the other, each with what it looks like."""
    named = f' class="{kind}"' if kind else ""
    shown = "".join(
        f'<tspan class="{own}">{escape(clean(text))}</tspan>' if own else escape(clean(text))
        for text, own in parts
    )
    return f'<text x="{x:.0f}" y="{y:.0f}"{named}>{shown}</text>'


def bar(x: float, y: float, width: float, kind: str) -> str:
    """Draw a bar, as high as its kind is by the style of the page."""
    return f'<rect class="{kind}" x="{x:.0f}" y="{y:.0f}" width="{max(width, 2):.0f}"/>'


def band(x: float, width: float, high: float, kind: str) -> str:
    """Draw a band from the top to a height."""
    return f'<rect class="{kind}" x="{x:.0f}" width="{width:.0f}" height="{high:.0f}"/>'


def stroke(x: float, y: float, high: float, kind: str) -> str:
    """Draw a short line that goes down."""
    return f'<path class="{kind}" d="M{x:.0f} {y:.0f}v{high:.0f}"/>'


def rules(places: Iterable[float], high: float, kind: str) -> str:
    """Draw lines from the top to a height."""
    return f'<path class="{kind}" d="{"".join(f"M{x:.0f} 0V{high:.0f}" for x in places)}"/>'


def triangle(x: float, y: float, kind: str, *, up: bool = False) -> str:
    """Draw a mark that points down, or up."""
    by = -_MARK if up else _MARK
    start = f"M{x - _MARK:.0f} {y - by:.0f}"
    return f'<path class="{kind}" d="{start}h{2 * _MARK}L{x:.0f} {y + by:.0f}z"/>'


def dot(x: float, y: float, kind: str) -> str:
    """Draw a round mark."""
    return f'<circle class="{kind}" cx="{x:.0f}" cy="{y:.0f}" r="4"/>'
