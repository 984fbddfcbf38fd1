"""A drawing as a picture (SVG) and as text, with the same words in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from prorata.harness.drawing.rows import lanes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.drawing.rows import Row
    from prorata.harness.scenario import Scenario

__all__ = ["svg", "text"]

# In pixels.
_LEFT, _ACTS, _CALLS, _TOP, _ROW = 190, 230, 400, 56, 58
_ARROW, _BOX, _LETTER = 7, 24, 7.0
_STYLE: Final = """
svg { color-scheme: light dark; }
.paper { fill: #ffffff; }
.lane, .ask, .back { stroke: #57606a; stroke-width: 1.2; fill: none; }
.lane { stroke: #b6bec8; }
.back { stroke-dasharray: 5 4; }
.head, .box { fill: #ddf4ff; stroke: #54aeff; }
.box { fill: #f6f8fa; stroke: #b6bec8; }
.lost { stroke: #cf222e; }
text { font: 13px system-ui, sans-serif; fill: #1f2328; text-anchor: middle; }
text.time { text-anchor: start; font-variant-numeric: tabular-nums; }
text.name { font-weight: 600; }
text.red { fill: #cf222e; }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0d1117; }
  .lane { stroke: #3d444d; }
  .ask, .back { stroke: #9198a1; }
  .head { fill: #121d2f; stroke: #1f6feb; }
  .box { fill: #151b23; stroke: #3d444d; }
  .lost { stroke: #f85149; }
  text { fill: #f0f6fc; }
  text.red { fill: #f85149; }
}
"""


def text(rows: Sequence[Row]) -> list[str]:
    """Return the rows as lines: when, who asked whom for what, and what came back."""
    return [f"{row.at:%Y-%m-%d %H:%M}  {_told(row)}" for row in rows]


def _told(row: Row) -> str:
    if not row.to:
        return f"{row.by}: {row.said}"
    answer = f" ({'the answer is lost' if row.lost else row.answer})" if row.answer else ""
    return f"{row.by} → {row.to}: {row.said}{answer}"


def svg(scenario: Scenario, rows: Sequence[Row]) -> str:
    """Return a picture; the same bytes for the same rows."""
    names = lanes(scenario, rows)
    at = {name: _LEFT + (_ACTS + (place - 1) * _CALLS if place else 0)
          for place, name in enumerate(names)}  # fmt: skip
    width, height = at[names[-1]] + 120, _TOP + _ROW * (len(rows) + 1)
    said = escape("\n".join(text(rows)))
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(scenario.title)}</title>',
        f'<desc id="desc">{said}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
    ]
    for name, x in at.items():
        parts.append(f'<path class="lane" d="M{x} 40V{height - 12}"/>')
        parts += _boxed(x, 26, name, "head", "name")
    before = ""
    for number, row in enumerate(rows):
        y = _TOP + _ROW * number + 32
        when = f"{row.at:%m-%d %H:%M}"
        if when != before:
            parts.append(f'<text class="time" x="12" y="{y + 4}">{when}</text>')
        before = when
        parts += _row(row, at, y)
    return "\n".join([*parts, "</svg>", ""])


def _row(row: Row, at: dict[str, int], y: int) -> Iterator[str]:
    """Draw an arrow, with its answer below it, or a note on a lane."""
    if not row.to:
        yield from _boxed(at[row.by], y, row.said, "box", "note")
        return
    start, end = at[row.by], at[row.to]
    yield from _arrow(start, end, y, "ask")
    yield f'<text x="{(start + end) // 2}" y="{y - 6}">{escape(row.said)}</text>'
    if not row.answer:
        return
    lost, below = row.lost, y + 14
    stop = (start + end) // 2 if lost else start
    yield from _arrow(end, stop, below, "back lost" if lost else "back")
    if lost:
        yield f'<path class="ask lost" d="M{stop - 6} {below - 6}l12 12m0-12l-12 12"/>'
    said, kind = ("lost", ' class="red"') if lost else (row.answer, "")
    where = stop - 26 if lost else (start + end) // 2
    yield f'<text{kind} x="{where}" y="{below + (4 if lost else 14)}">{escape(said)}</text>'


def _arrow(start: int, end: int, y: int, kind: str) -> Iterator[str]:
    back = -_ARROW if end > start else _ARROW
    yield f'<path class="{kind}" d="M{start} {y}H{end}"/>'
    if "lost" not in kind:
        yield f'<path class="ask" d="M{end + back} {y - 4}L{end} {y}L{end + back} {y + 4}"/>'


def _boxed(x: int, y: int, said: str, box: str, kind: str) -> Iterator[str]:
    width = int(len(said) * _LETTER) + 20
    left, top = x - width // 2, y - _BOX // 2
    yield (
        f'<rect class="{box}" x="{left}" y="{top}" width="{width}" height="{_BOX}" rx="5"/>'
        f'<text class="{kind}" x="{x}" y="{y + 4}">{escape(said)}</text>'
    )
