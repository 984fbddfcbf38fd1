"""What a contradiction comes to: its example, played by the reference under each answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final

from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import RefusedAct
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.play import play
from prorata.harness.running.player import Watch
from prorata.harness.running.selection import load_text
from prorata.harness.scenario.variants import parted
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.money import ROUNDING, Money, exact
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prorata.harness.running.play import Stage
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario
    from prorata.harness.tracing.disagreeing import Contradiction, Way

__all__ = ["CameTo", "ChargedLines", "outcomes", "summed"]

_DIGITS: Final = 2
_CENT: Final = Decimal("0.01")
#: Statuses of a service that has ended.
_ENDED: Final = frozenset({"cancelled", "deleted", "terminated"})
_STEP: Final = re.compile(r" ([×÷+−]) ")


@dataclass(frozen=True, slots=True)
class ChargedLines:
    """Lines of the client, of one kind, each for the time after that of the one before."""

    at: datetime
    kind: str
    amounts: tuple[str, ...]
    covers: tuple[datetime, datetime] | None = None

    @property
    def total(self) -> Decimal:
        """What the client pays of it: below zero where something is given back."""
        paid = sum(map(Decimal, self.amounts), Decimal(0))
        return -paid if self.kind in TO_CLIENT else paid

    @property
    def said(self) -> str:
        """Write the amount: ``3.10``, ``31 × 0.10``, or ``3.00 in 31 lines``."""
        first, *more = self.amounts
        if {*more} <= {first}:
            return f"{len(self.amounts)} × {first}" if more else first
        return f"{_money(self.total)} in {len(self.amounts)} lines"

    def with_next(self, other: ChargedLines) -> ChargedLines | None:
        """Return both as one, where the other is the like for the time after."""
        if not self.covers or not other.covers or self.covers[1] != other.covers[0]:
            return None
        like = self.kind == "daily" or {*self.amounts} == {*other.amounts}
        if self.kind != other.kind or not like:
            return None
        both = (self.covers[0], other.covers[1])
        return replace(self, amounts=self.amounts + other.amounts, covers=both)


@dataclass(frozen=True, slots=True)
class CameTo:
    """What one answer comes to: lines, what they are together, and until when that pays.

    `since` is the first act, None where nothing was played; `until` is when the service has ended
    where it has, and None where none was sold. `refused` are the rules that refused an act, with
    its instant.
    """

    way: Way
    lines: tuple[ChargedLines, ...]
    total: str
    since: datetime | None
    until: datetime | None
    refused: tuple[tuple[datetime, str], ...] = ()


@cache
def outcomes(each: Contradiction) -> tuple[CameTo, ...]:
    """Return what every way of a contradiction comes to, in their order."""
    return tuple(_summed(way) if way.sum else _played(each, way) for way in each.ways)


def _summed(way: Way) -> CameTo:
    until = datetime.fromisoformat(way.until).replace(tzinfo=UTC)
    return CameTo(way, (), summed(way.sum), None, until)


def summed(text: str) -> str:
    """Work a sum out from left to right, as it is written: ``10.00 × 5 ÷ 30`` is ``1.67``."""
    first, *rest = _STEP.split(text)
    value = exact(first)
    for sign, number in zip(rest[::2], rest[1::2], strict=True):
        value = _BY_SIGN[sign](value, exact(number))
    return str(Money.post(value, currency="USD", digits=_DIGITS, rounding=ROUNDING["half_up"]))


_BY_SIGN: Final = {
    "×": Fraction.__mul__,
    "÷": Fraction.__truediv__,
    "+": Fraction.__add__,
    "−": Fraction.__sub__,
}


def _played(each: Contradiction, way: Way) -> CameTo:
    scenario = _scenario(each, way)
    readings = choose({each.reading: way.name}) if each.reading else choose({})
    panels = ScenarioPanels()
    reference = Reference(version="", readings=readings, transport=panels.transport)
    stages = list(play(scenario, reference, panels, watch=Watch(moments=True)))
    lines = tuple(_together(_lines(stages)))
    refused = tuple(
        (stage.seen.at, stage.seen.answer.rule or "")
        for stage in stages
        if isinstance(stage.seen.answer, RefusedAct)
    )
    total = _money(sum((line.total for line in lines), Decimal(0)))
    since = stages[0].seen.at
    return CameTo(way, lines, total, since, _until(stages, lines), refused)


def _money(amount: Decimal) -> str:
    """Write an amount with two decimals, or all that it has."""
    short = amount.quantize(_CENT)
    return str(short if short == amount else amount)


def _until(stages: list[Stage], lines: Iterable[ChargedLines]) -> datetime | None:
    """Return when the service has ended, else the end of the time that was charged."""
    ends = [line.covers[1] for line in lines if line.covers]
    for seen in (seen for stage in stages for seen in stage.moments):
        for service in seen.services.values():
            if service and service.status in _ENDED:
                return seen.at
    return max(ends, default=None)


def _scenario(each: Contradiction, way: Way) -> Scenario:
    head = f"title: {json.dumps(each.title)}\nrules: [{', '.join(each.rules)}]\nsource: ours\n"
    found = load_text(f"{head}{each.example}".encode(), f"{each.name}.yaml")
    if each.reading:
        (only,) = found
        return only
    (named,) = (one for one in found if way.name in parted(one.id)[1:])
    return named


def _lines(stages: list[Stage]) -> Iterator[ChargedLines]:
    """Yield the lines; a first period whose days the payment tells has those of its service."""
    moments = [seen for stage in stages for seen in stage.moments]
    first = next(filter(None, map(_first_time, moments)), None)
    for seen in moments:
        for line in (line for line in seen.lines if not line.included):
            covers = line.covers or (first if line.kind == "period" else None)
            yield ChargedLines(seen.at, line.kind, (line.amount,), covers)


def _first_time(seen: Seen) -> tuple[datetime, datetime] | None:
    for service in seen.services.values():
        if service and service.status == "active" and service.starts and service.expires:
            return service.starts, service.expires
    return None


def _together(lines: Iterable[ChargedLines]) -> list[ChargedLines]:
    found: list[ChargedLines] = []
    for line in lines:
        both = found[-1].with_next(line) if found else None
        found[-1:] = [both] if both else [*found[-1:], line]
    return found
