"""A badge: a picture, or the JSON of which shields.io makes one."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.report.clean import clean

if TYPE_CHECKING:
    from prorata.harness.report.reading import RunLog

__all__ = ["badge_json", "badge_svg"]

#: The colours by shields' names.
_COLOURS: Final = {
    "brightgreen": "#44cc11", "yellow": "#dfb317", "red": "#e05d44", "lightgrey": "#9f9f9f",
}  # fmt: skip
#: In pixels: the mean width of a letter at 11 px, what is left and right of a text, the height.
_LETTER, _BESIDE, _HIGH = 6.5, 6, 20


class _Badge(NamedTuple):
    label: str
    message: str
    colour: str


def badge_json(run: RunLog) -> str:
    """Return what shields' endpoint badge reads."""
    label, message, colour = _badge(run)
    told = {"schemaVersion": 1, "label": label, "message": message, "color": colour}
    return json.dumps(told, ensure_ascii=False) + "\n"


def badge_svg(run: RunLog) -> str:
    """Return a picture that looks like those of shields."""
    label, message, colour = _badge(run)
    left, right = _width(label), _width(message)
    words = escape(f"{label}: {message}")
    both = f'width="{left + right}" height="{_HIGH}"'
    font = 'font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11"'
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {both} role="img" aria-label="{words}">',
        f"<title>{words}</title>",
        f'<clipPath id="r"><rect {both} rx="3"/></clipPath><g clip-path="url(#r)">',
        f'<rect width="{left}" height="{_HIGH}" fill="#555"/>',
        f'<rect x="{left}" width="{right}" height="{_HIGH}" fill="{_COLOURS[colour]}"/></g>',
        f'<g fill="#fff" text-anchor="middle" {font}>',
        *_shadowed(label, left / 2, left),
        *_shadowed(message, left + right / 2, right),
        "</g></svg>\n",
    )
    return "".join(parts)


def _badge(run: RunLog) -> _Badge:
    """Say how many scenarios conform of those judged; what is known to fail makes it yellow."""
    results = run.results
    passed, judged = results.count("pass"), len(results.verdicts) - results.count("skipped")
    label = clean(run.header.implementation.name, 40)
    if not judged:
        return _Badge(label, "nothing judged", "lightgrey")
    if results.unexpected or results.complaints or results.ended:
        colour = "red"
    else:
        colour = "brightgreen" if passed == judged else "yellow"
    said = f"all {judged} conform" if passed == judged else f"{passed} of {judged} conform"
    return _Badge(label, f"{said}, ended early" if results.ended else said, colour)


def _width(text: str) -> int:
    return round(len(text) * _LETTER) + 2 * _BESIDE


def _shadowed(text: str, x: float, width: int) -> tuple[str, str]:
    fit = f'textLength="{width - 2 * _BESIDE}" lengthAdjust="spacingAndGlyphs"'
    said = escape(text)
    return (
        f'<text x="{x:g}" y="15" fill="#010101" fill-opacity=".3" {fit}>{said}</text>',
        f'<text x="{x:g}" y="14" {fit}>{said}</text>',
    )
