"""The drawing of a scenario: time from left to right, what was expected beside what was seen.

From the top: the days, the acts, then for each service its bought time as bars with what it is
called then below, the charges and refunds with their amounts, the invoices, the panel calls. Where
both sides are told they stand one below the other; the first difference is a line through all.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.report.amounts import amount_text
from prorata.harness.report.page.bought import Lane, bars, lanes, states
from prorata.harness.report.page.marks import LEVEL, DrawnMark, row
from prorata.harness.report.page.scale import Scale, scale_of
from prorata.harness.report.page.shapes import (
    LETTER,
    band,
    bar,
    cut,
    dot,
    label,
    rules,
    stroke,
    titled,
    triangle,
)
from prorata.reference.ledger import TO_CLIENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from prorata.harness.report.told import RecordTold, SeenEvent

__all__ = ["FirstDifference", "drawing"]

#: In units of a drawing: its width, what is left for names and right of all, heights.
_WIDTH, _LEFT, _RIGHT = 920, 108, 8
_TOP, _BAR, _STATE, _GAP = 22, 16, 12, 6
_TICKS: Final = 9
#: The room that the name of a day needs.
_DAY: Final = 64
#: So many services are drawn, and so many bars of one.
_LANES: Final = 8
_BARS: Final = 80


_Told = tuple[object, ...]


class FirstDifference(NamedTuple):
    """Where two runs part: when (in the scenario's zone), and what is said of it."""

    at: str
    said: str


class _Side(NamedTuple):
    """What was expected, or what was seen."""

    name: str
    events: Sequence[SeenEvent]
    off: Counter[_Told]

    def of(self, billing: str) -> _Side:
        """Return what is of one billing of several."""
        return self._replace(events=[each for each in self.events if each.billing == billing])


class _Canvas:
    """The shapes so far, and how far down they reach."""

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self.shapes: list[str] = []
        self.y = float(_TOP)

    def name(self, text: str, kind: str = "name") -> None:
        """Write a name at the left of what comes next."""
        self.shapes.append(label(0, self.y + 12, cut(text, _LEFT - 6), kind))

    def marks(self, marks: Iterable[DrawnMark], draw: Callable[[float, float, str], str]) -> None:
        """Draw a row of marks, and go below it."""
        made = row(marks, draw, _WIDTH - _RIGHT)
        self.shapes += made.shapes(self.y)
        self.y += made.high + _GAP


def drawing(record: RecordTold, difference: FirstDifference | None) -> str:
    """Return the drawing of a scenario as SVG; nothing without any step."""
    if not record.steps:
        return ""
    sides = _sides(record)
    canvas = _Canvas(_scale(record))
    _acts(canvas, record)
    for lane in lanes(*(side.events for side in sides))[:_LANES]:
        _service(canvas, lane, sides)
    for billing in _billings(record):
        for what, draw in _MARKED.items():
            _money(canvas, [side.of(billing) for side in sides], what, draw)
    _calls(canvas, record)
    high = canvas.y + 4
    ticks = [*_ticks(canvas.scale, high)]
    marked = [*_difference(canvas.scale, difference, high, record)]
    size = f'viewBox="0 0 {_WIDTH} {high:.0f}" width="{_WIDTH}" height="{high:.0f}"'
    return f"<svg {size}>{''.join([*ticks, *canvas.shapes, *marked])}</svg>"


def _sides(record: RecordTold) -> list[_Side]:
    """Return what was expected, where that is told, and what was seen: each with what is off."""
    if not record.expected:
        return [_Side("", record.got, Counter())]
    wanted, got = Counter(map(_told, record.expected)), Counter(map(_told, record.got))
    return [
        _Side("expected", record.expected, wanted - got),
        _Side("got", record.got, got - wanted),
    ]


def _told(event: SeenEvent) -> _Told:
    """Return what of an event is to be the same on both sides."""
    amount = amount_text(event.amount or event.total)
    return event.at, event.what, event.billing, event.service, event.kind, event.status, amount


def _billings(record: RecordTold) -> list[str]:
    """Return the billings of a scenario, the judged one first."""
    return sorted({each.billing for each in (*record.got, *record.expected)})


def _scale(record: RecordTold) -> Scale:
    events = [*record.got, *record.expected]
    acts = [*(step.at for step in record.steps), *(each.at for each in events)]
    bought = [end for each in events if each.covers for end in each.covers]
    return scale_of(acts, bought, _LEFT, _WIDTH - _LEFT - _RIGHT)


def _ticks(scale: Scale, high: float) -> Iterator[str]:
    ticks = list(scale.ticks(_TICKS))
    yield rules((x for x, _ in ticks), high, "tick")
    yield from (label(x + 3, 11, text, "day") for x, text in ticks if x < _WIDTH - _DAY)


def _acts(canvas: _Canvas, record: RecordTold) -> None:
    """Draw the acts, payments in another way, and what was refused."""
    marks = []
    for step in record.steps:
        if not step.verb or step.verb == "wait":
            continue
        paid = step.verb.startswith("pay")
        kind = "refused" if step.refused else "payment" if paid else "act"
        said = f"{step.act}: refused, {step.refused}" if step.refused else step.act
        title = f"{_when(step.at)} {said}"
        marks.append(DrawnMark(canvas.scale.at(step.at), kind, step.act, title))
    if marks:
        canvas.name("acts")
        canvas.marks(marks, _act_mark)


def _act_mark(x: float, y: float, kind: str) -> str:
    return dot(x, y, kind) if kind == "payment" else triangle(x, y, kind)


def _when(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"


def _service(canvas: _Canvas, lane: Lane, sides: Sequence[_Side]) -> None:
    """Draw the bought time and the states of a service, one side below the other."""
    for number, side in enumerate(sides):
        if number == 0:
            canvas.name(" ".join(filter(None, lane)) or "no service")
        if side.name:
            canvas.shapes.append(label(_LEFT - 54, canvas.y + 12, side.name, "side"))
        _nothing(canvas, side, (e for e in side.events if (e.billing, e.service) == lane))
        _bars(canvas, side, lane)
        _states(canvas, side, lane)
    canvas.y += _GAP


def _nothing(canvas: _Canvas, side: _Side, told: Iterable[SeenEvent]) -> None:
    """Say that a side tells nothing where the other one does."""
    if side.name and next(iter(told), None) is None:
        canvas.shapes.append(label(_LEFT, canvas.y + 12, "nothing", "day"))


def _bars(canvas: _Canvas, side: _Side, lane: Lane) -> None:
    """Draw bars, those of the same time below each other."""
    scale, free = canvas.scale, [0.0]
    kind = "bar expected" if side.name == "expected" else "bar"
    for each in bars(side.events, lane)[:_BARS]:
        start, end = scale.at(each.start), scale.at(each.end)
        level = next((n for n, until in enumerate(free) if start >= until - 1), len(free))
        free[level:] = [end, *free[level + 1 :]]
        y, width = canvas.y + level * (_BAR + 2), max(end - start, 2.0)
        text = cut(f"{each.text} {each.kind}", width - 8)
        more = "→" if scale.goes_on(each.end) else ""
        shown = bar(start, y, width, kind) + (label(start + 4, y + 12, text) if text else "")
        shown += label(start + width - 12, y + 12, more) if more and width > 2 * LETTER else ""
        title = f"{each.kind} {each.text}, {_when(each.start)} .. {_when(each.end)}"
        canvas.shapes.append(shown if text and not more else titled(shown, title))
    canvas.y += len(free) * (_BAR + 2)


def _states(canvas: _Canvas, side: _Side, lane: Lane) -> None:
    """Draw what a service is called over time, as a strip below its bars."""
    scale = canvas.scale
    for since, until, status in states(side.events, lane):
        x, end = scale.at(since), scale.at(until or scale.end)
        kind = status if status in _STATUSES else "other"
        text = cut(status, end - x)
        strip = bar(x, canvas.y + 1, end - x, f"state {kind}")
        said = label(x, canvas.y + _STATE, text, "status") if text else ""
        title = f"{status or 'no status'} from {_when(since)}"
        canvas.shapes.append(strip + said if said else titled(strip, title))
    canvas.y += _STATE + 4


_STATUSES: Final = frozenset({"active", "suspended", "processing", "ordered", "pending"})


def _money(
    canvas: _Canvas,
    sides: Sequence[_Side],
    what: str,
    marked: Callable[[SeenEvent], tuple[str, str]],
) -> None:
    """Draw what is told of one kind, charges or invoices, one side below the other."""
    told = next((e for side in sides for e in side.events if e.what == what), None)
    if told is None:
        return
    for number, side in enumerate(sides):
        if number == 0:
            canvas.name(f"{told.billing} {_NAMES[what]}".strip())
        if side.name:
            canvas.shapes.append(label(_LEFT - 54, canvas.y + 12, side.name, "side"))
        _nothing(canvas, side, (each for each in side.events if each.what == what))
        marks, off = [], side.off.copy()
        for each in side.events:
            if each.what == what and not each.included:
                kind, text = marked(each)
                if off[_told(each)]:
                    off[_told(each)] -= 1
                    kind += " off"
                title = f"{_when(each.at)} {each.billing} {each.service} {text}"
                marks.append(DrawnMark(canvas.scale.at(each.at), kind, text, title))
        canvas.marks(marks, _money_mark)


def _charged(each: SeenEvent) -> tuple[str, str]:
    back = each.kind in TO_CLIENT
    sign = "+" if back else "−"
    return "refund" if back else "charge", f"{sign}{amount_text(each.amount)} {each.kind}"


def _invoiced(each: SeenEvent) -> tuple[str, str]:
    due = f", due {each.due:%m-%d}" if each.due and each.status == "unpaid" else ""
    kind = "payment" if each.status == "paid" else "invoice"
    return kind, f"{amount_text(each.total)} {each.status}{due}"


_NAMES: Final = {"line": "money", "invoice": "invoices"}
_MARKED: Final = {"line": _charged, "invoice": _invoiced}


def _money_mark(x: float, y: float, kind: str) -> str:
    if kind.startswith(("invoice", "payment")):
        return dot(x, y, kind)
    return triangle(x, y, kind, up=kind.startswith("refund"))


def _calls(canvas: _Canvas, record: RecordTold) -> None:
    """Draw what panels were asked; what failed looks otherwise."""
    if not record.calls:
        return
    canvas.name("panel calls")
    marks = []
    for call in record.calls:
        failed = call.error or call.fault
        text = f"{call.seller} {call.func}".strip()
        told = " ".join([_when(call.at), text, *([f"({failed})"] if failed else [])])
        kind = "refused" if failed else "call"
        marks.append(DrawnMark(canvas.scale.at(call.at), kind, text, told))
    canvas.marks(marks, _call_mark)


def _call_mark(x: float, y: float, kind: str) -> str:
    return stroke(x, y - LEVEL / 2, LEVEL, kind)


def _difference(
    scale: Scale, difference: FirstDifference | None, high: float, record: RecordTold
) -> Iterator[str]:
    """DrawnMark the first difference: a line from top to bottom, with what is said of it."""
    if difference is None:
        return
    try:
        at = datetime.fromisoformat(difference.at)
    except ValueError:
        return
    zone = record.steps[-1].at.tzinfo or UTC
    x = scale.at(at if at.tzinfo else at.replace(tzinfo=zone))
    said = f"first difference at {difference.at}: {difference.said}"
    yield titled(band(x - 2, 4, high, "first") + rules([x], high, "first"), said)
