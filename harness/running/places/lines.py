"""Lines of the ledger by kind: their amounts, whose they are, and what they cover."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.running.places.common import NOT_TOLD, NOTHING, alike, names
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from prorata.harness.protocol import LedgerLine
    from prorata.harness.running.places.common import Path, Wanted, Writer
    from prorata.harness.running.seen import Rewritten, Seen
    from prorata.harness.scenario import Expect

__all__ = [
    "INSIDE",
    "Full",
    "Shape",
    "everything",
    "kind_of",
    "rewritten",
    "seen",
    "shapes",
    "wanted",
]

#: What follows the kind of a line whose amount is a part of the line before it.
INSIDE: Final = " inside"


def kind_of(kind: str, inside: object) -> str:
    """Return the name under which lines of a kind are compared."""
    return f"{kind}{INSIDE}" if inside else kind


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a kind are compared: one by one or summed, with what they cover or not."""

    summed: bool = False
    covers: bool = False
    service: bool = False


class Full(dict[str, Shape]):
    """All is compared of lines of every kind; whose they are where there are `several` services."""

    def __init__(self, *, several: bool) -> None:
        super().__init__()
        self._shape = Shape(service=several)

    def __missing__(self, kind: str) -> Shape:
        """Return the same of every kind."""
        return self._shape


class _Charge(NamedTuple):
    """A line, expected or seen; `lines` tells that it stands for the sum of so many."""

    amount: object
    covers: Iterable[datetime] | None
    service: str | None
    kind: str
    lines: int = 1


def shapes(expect: Expect) -> dict[str, Shape]:
    """Return how the lines of each kind are compared that a file expects."""
    by_kind = defaultdict(list)
    for line in expect.charged or ():
        by_kind[kind_of(line.kind, line.included)].append(line)
    return {
        kind: Shape(
            summed=any(line.lines is not None for line in lines),
            covers=all(line.covers is not None for line in lines),
            service=all(line.service is not None for line in lines),
        )
        for kind, lines in by_kind.items()
    }


def wanted(expect: Expect, writer: Writer) -> dict[Path, str]:
    """Return the lines that a file expects; ``("charged",)`` asks for lines of whatever kind."""
    if expect.charged is None:
        return {}
    texts: dict[Path, str] = {("charged",): ""}
    by_kind = defaultdict(list)
    for line in expect.charged:
        charge = _Charge(line.amount, line.covers, line.service, line.kind, line.lines or 1)
        by_kind[kind_of(line.kind, line.included)].append(charge)
    told = shapes(expect)
    for kind, charges in by_kind.items():
        texts["charged", kind] = _written(charges, told[kind], writer)
        if told[kind].covers and not told[kind].summed:
            texts["covers", kind] = _covers(charges, writer)
    return texts


def everything(ours: Seen, others: Seen, _writer: Writer) -> Iterator[Path]:
    """Yield every place of the lines of two."""
    lines = (*ours.lines, *others.lines)
    for kind in dict.fromkeys(kind_of(line.kind, line.included) for line in lines):
        yield "charged", kind
        yield "covers", kind
        yield "client", kind
        yield "posted", kind


def seen(wanted: Wanted, shown: Seen, writer: Writer) -> dict[Path, str]:
    """Return the lines that were seen where some are wanted."""
    every = ("charged",) in wanted.texts
    kinds = {place[1] for place in wanted.texts if place[0] == "charged" and len(place) > 1}
    by_kind: dict[str, list[LedgerLine]] = {kind: [] for kind in kinds}
    for line in shown.lines:
        kind = kind_of(line.kind, line.included)
        if every or kind in by_kind:
            by_kind.setdefault(kind, []).append(line)
    texts: dict[Path, str] = {("charged",): ""} if every else {}
    for kind, lines in by_kind.items():
        texts |= _of_kind(kind, lines, wanted, shown, writer)
    return texts


def _of_kind(
    kind: str, lines: Sequence[LedgerLine], wanted: Wanted, shown: Seen, writer: Writer
) -> Iterator[tuple[Path, str]]:
    """Yield what was seen of a kind of lines, and what is not told of them."""
    whole = isinstance(wanted.shapes, Full)
    shape = wanted.shapes[kind] if whole or kind in wanted.shapes else Shape()
    charges = [
        _Charge(line.amount, line.covers, shown.labels.get(line.service or ""), line.kind)
        for line in lines
    ]
    place = "charged", kind
    written = _written(charges, shape, writer)
    if shape.service and not _tell("service", lines):
        bare = _written(charges, replace(shape, service=False), writer)
        written = NOT_TOLD if alike(bare) == alike(wanted.texts.get(place, NOTHING)) else bare
    yield place, written
    details = {
        "covers": _covers(charges, writer),
        "client": names(line.client or NOTHING for line in lines),
        "posted": names(
            f"{writer.money(line.amount)} at {writer.instant(line.at)}" for line in lines
        ),
    }
    for name, found in details.items():
        if (name, kind) in wanted.texts:
            # What is left out says the same as what is nothing.
            other = found != wanted.texts[name, kind]
            told = _tell("at" if name == "posted" else name, lines)
            yield (name, kind), NOT_TOLD if other and not told else found


def rewritten(line: Rewritten, shown: Seen, writer: Writer) -> str:
    """Write which line has changed, what it was and what it is."""
    was, now = (_whole(each, shown, writer) for each in (line.was, line.now))
    return f"line {line.number} was {was}, and is {now}"


def _whole(line: LedgerLine | None, shown: Seen, writer: Writer) -> str:
    if line is None:
        return "there no more"
    label = shown.labels.get(line.service or "")
    of = f" of {label}" if label else ""
    covers = f" for {writer.covers(line.covers)}" if line.covers else ""
    at = f" at {writer.instant(line.at)}" if line.at else ""
    return f"{kind_of(line.kind, line.included)} {writer.money(line.amount)}{of}{covers}{at}"


def _tell(name: str, lines: Iterable[LedgerLine]) -> bool:
    return all(name in line.model_fields_set for line in lines)


def _covers(charges: Iterable[_Charge], writer: Writer) -> str:
    """Write what each line covers, with its amount, which tells the lines of one kind apart."""
    told = (f"{writer.money(each.amount)} for {writer.covers(each.covers)}" for each in charges)
    return names(told)


def _written(charges: Sequence[_Charge], shape: Shape, writer: Writer) -> str:
    if not charges:
        return NOTHING
    if shape.summed:
        total = _sum(charges, writer)
        return f"{total} in {sum(charge.lines for charge in charges)} lines"
    return names(_line(charge, shape, writer) for charge in charges)


def _line(charge: _Charge, shape: Shape, writer: Writer) -> str:
    text = writer.money(charge.amount)
    return f"{text} of {charge.service or NOTHING}" if shape.service else text


def _sum(charges: Iterable[_Charge], writer: Writer) -> Money:
    total = Money.of("0", writer.currency)
    for charge in charges:
        amount = Money.of(writer.money(charge.amount), writer.currency)
        total += -amount if charge.kind in TO_CLIENT else amount
    return total
