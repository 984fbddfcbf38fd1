"""Several answers to one question as a picture (SVG): the time that each buys, and its price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from prorata.harness.report.page.scale import Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

__all__ = ["AnswerLane", "MarkedInstant", "PaidTime", "spans"]

# In pixels.
_WIDTH, _LEFT, _RIGHT, _TOP, _LANE = 920, 230, 190, 44, 74
_BAR, _MARK, _TICKS = 22, 4, 7
_STYLE: Final = """
svg { color-scheme: light dark; }
.paper { fill: #ffffff; }
.grid { stroke: #d8dee4; stroke-width: 1; }
.bar { fill: #ddf4ff; stroke: #54aeff; }
.held .bar { fill: #dafbe1; stroke: #4ac26b; }
.mark { fill: #bf8700; }
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
text.tick { text-anchor: middle; font-size: 11px; fill: #57606a; }
text.in { text-anchor: middle; }
text.name { font-weight: 600; }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0d1117; }
  .grid { stroke: #30363d; }
  .bar { fill: #121d2f; stroke: #1f6feb; }
  .held .bar { fill: #0f2d1a; stroke: #2ea043; }
  .mark { fill: #d29922; }
  text { fill: #f0f6fc; }
  text.tick { fill: #9198a1; }
}
"""


@dataclass(frozen=True, slots=True)
class PaidTime:
    """A time that was paid for, with what is written on it."""

    starts: datetime
    ends: datetime
    said: str


@dataclass(frozen=True, slots=True)
class MarkedInstant:
    """An instant, with what happened then."""

    at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class AnswerLane:
    """One answer: its name, what is told beside it, and what came of it; `held` is the default."""

    name: str
    beside: tuple[str, ...]
    bars: tuple[PaidTime, ...]
    marks: tuple[MarkedInstant, ...]
    held: bool = False


def spans(title: str, lanes: Sequence[AnswerLane], start: datetime) -> str:
    """Return a picture, from `start` on; the same bytes for the same lanes."""
    height = _TOP + _LANE * len(lanes) + 12
    scale = _scale(lanes, start)
    said = escape("\n".join(f"{lane.name}: {', '.join(lane.beside)}" for lane in lanes))
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" role="img"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} aria-labelledby="title desc">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="desc">{said}</desc>',
            f"<style>{_STYLE}</style>",
            f'<rect class="paper" width="{_WIDTH}" height="{height}"/>',
            *_grid(scale, height),
            *(line for place, lane in enumerate(lanes) for line in _lane(lane, place, scale)),
            "</svg>",
            "",
        ]
    )


def _scale(lanes: Sequence[AnswerLane], start: datetime) -> Scale:
    ends = [bar.ends for lane in lanes for bar in lane.bars]
    ends += [mark.at for lane in lanes for mark in lane.marks]
    end = max(start + timedelta(days=1), *ends)
    return Scale(start, end, _LEFT, _WIDTH - _LEFT - _RIGHT)


def _grid(scale: Scale, height: int) -> Iterator[str]:
    for x, name in scale.ticks(_TICKS):
        yield f'<path class="grid" d="M{x:.1f} {_TOP - 14}V{height - 8}"/>'
        yield f'<text class="tick" x="{x:.1f}" y="{_TOP - 22}">{name}</text>'


def _lane(lane: AnswerLane, place: int, scale: Scale) -> Iterator[str]:
    y = _TOP + _LANE * place + 8
    yield f'<g class="{"held" if lane.held else "other"}">'
    yield f'<text class="name" x="12" y="{y + 16}">{escape(lane.name)}</text>'
    for row, said in enumerate(lane.beside):
        yield f'<text x="{_WIDTH - _RIGHT + 16}" y="{y + 16 + 18 * row}">{escape(said)}</text>'
    for bar in lane.bars:
        left, width = scale.at(bar.starts), scale.at(bar.ends) - scale.at(bar.starts)
        size = f'x="{left:.1f}" y="{y}" width="{max(width, 1):.1f}" height="{_BAR}"'
        yield f'<rect class="bar" {size} rx="3"/>'
    for bar in lane.bars:  # behind all of them: the words of a short one are longer than it
        middle = (scale.at(bar.starts) + scale.at(bar.ends)) / 2
        yield f'<text class="in" x="{middle:.1f}" y="{y + 16}">{escape(bar.said)}</text>'
    for mark in lane.marks:
        x = scale.at(mark.at)
        yield f'<circle class="mark" cx="{x:.1f}" cy="{y + _BAR + 9}" r="{_MARK}"/>'
        yield f'<text class="in" x="{x:.1f}" y="{y + _BAR + 28}">{escape(mark.said)}</text>'
    yield "</g>"
