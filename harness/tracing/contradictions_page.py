"""The page of the contradictions, docs/contradictions.md, and its pictures."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from prorata.harness.drawing.spans import AnswerLane, MarkedInstant, PaidTime, spans
from prorata.harness.tracing.disagreeing import contradictions, discrepancies
from prorata.harness.tracing.outcomes import outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from prorata.harness.tracing.disagreeing import Contradiction
    from prorata.harness.tracing.outcomes import CameTo

__all__ = ["page", "picture"]

_PAGE: Final = """\
# Contradictions

Where the five documents disagree, with themselves or with each other: what each place says, in our
own words, what it costs a client under either answer, which answer holds here, and why. The numbers
and the pictures come from runs of the reference. This page is made by `python -m
prorata.harness.tracing docs`.

- A **reading** is an answer that a billing may [declare](your-own-billing.md#declared-readings);
  [Readings](readings.md) has all of them, also those that no document decides, and `prorata run
  --reading NAME=VALUE` plays every scenario under another one.
- Where there is **no reading**, one answer was chosen. What the other would come to is played where
  a setting gives it, else it is the sum that is shown.

In a picture a bar is a time that is paid for, a dot what is charged beside it. The answer that
holds is green.

{table}
{sections}
## What costs nothing

{discrepancies}"""


def page() -> str:
    """Return the page, in Markdown."""
    sections = (line for each in contradictions() for line in _section(each))
    return _PAGE.format(
        table="\n".join(_table()),
        sections="\n".join(sections),
        discrepancies="\n".join(_discrepancies()),
    )


def _table() -> Iterator[str]:
    yield "| question | reading | the client pays | holds |"
    yield "|---|---|---|---|"
    for each in contradictions():
        found = outcomes(each)
        reading = f"`{each.reading}`" if each.reading else "none"
        pays = ", ".join(dict.fromkeys(one.total for one in found))
        link = f"[{each.title}](#{each.name})"
        yield f"| {link} | {reading} | {pays} | {_named(each, each.default)} |"


def _named(each: Contradiction, way: str) -> str:
    """Write the name of a way: a value of a reading as code."""
    readable = each.reading and not next(one.sum for one in each.ways if one.name == way)
    return f"`{way}`" if readable else way


def _section(each: Contradiction) -> Iterator[str]:
    yield f'\n<a id="{each.name}"></a>\n\n## {each.title}\n'
    for place in each.places:
        yield f"- `{place.document}`, {place.section}: {place.says}"
    yield f"\n{each.costs}.\n"
    alone = "; ".join(f"{one.way.name}: {', '.join(_beside(one))}" for one in outcomes(each))
    yield f"![{each.title}: {alone}](pictures/contradiction-{each.name}.svg)\n"
    yield "| answer | what it means | charged | together | until |"
    yield "|---|---|---|---|---|"
    yield from (_row(each, one) for one in outcomes(each))
    rules = ", ".join(f"`{rule}`" for rule in each.rules)
    chosen = f"The reading is `{each.reading}`." if each.reading else "There is no reading."
    yield f"\n**{_named(each, each.default)}** holds: {each.why}. {chosen} Rules: {rules}.\n"
    yield "<details><summary>The example</summary>\n"
    yield f"```yaml\n{each.example.strip()}\n```\n\n</details>\n"


def _row(each: Contradiction, one: CameTo) -> str:
    charged = [f"{line.at:%Y-%m-%d} {line.kind} {line.said}" for line in one.lines]
    charged += [f"{at:%Y-%m-%d} refused by `{rule}`" for at, rule in one.refused]
    told = one.way.sum or "<br>".join(charged)
    until = f"{one.until:%Y-%m-%d}" if one.until else "–"
    cells = (_named(each, one.way.name), one.way.says, told, one.total, until)
    return f"| {' | '.join(cells)} |"


def _beside(one: CameTo) -> tuple[str, ...]:
    until = f"until {one.until:%Y-%m-%d}" if one.until else "refused" * bool(one.refused)
    return (one.total, until) if until else (one.total,)


def _discrepancies() -> Iterator[str]:
    for each in discrepancies():
        places = "; ".join(f"`{one.document}`, {one.section}: {one.says}" for one in each.places)
        yield f"- **{each.title}**. {places}. Here: {each.chosen}."
    yield ""


def picture(each: Contradiction) -> str:
    """Return the picture of a contradiction, as SVG: a lane for every answer."""
    found = outcomes(each)
    start = min(one.since for one in found if one.since)
    return spans(each.title, [_lane(each, one, start) for one in found], start)


def _lane(each: Contradiction, one: CameTo, start: datetime) -> AnswerLane:
    marks: dict[datetime, list[str]] = defaultdict(list)
    for line in one.lines:
        if line.covers is None:
            marks[line.at].append(f"{line.kind} {line.said}")
    for at, _ in one.refused:
        marks[at].append("refused")
    bars = _bars(one)
    if one.way.sum and one.until:
        bars = (PaidTime(start, one.until, one.total),)
    return AnswerLane(
        one.way.name,
        _beside(one),
        bars,
        tuple(MarkedInstant(at, " + ".join(said)) for at, said in marks.items()),
        held=one.way.name == each.default,
    )


def _bars(one: CameTo) -> tuple[PaidTime, ...]:
    """Return the times that are paid for; one that the next begins within ends there."""
    paid = [(*line.covers, line.said) for line in one.lines if line.covers]
    next_starts = [starts for starts, _, _ in paid[1:]]
    return tuple(
        PaidTime(starts, min(filter(None, (until, following, one.until))), said)
        for (starts, until, said), following in zip_longest(paid, next_starts)
    )
