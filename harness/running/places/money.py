"""Money: lines by kind, what they cover, balances, and invoices."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.harness.running.places.common import NOT_TOLD, NOTHING
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from prorata.harness.protocol import LedgerLine
    from prorata.harness.running.places.common import Path, Wanted, Writer
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Expect

__all__ = ["INSIDE", "Full", "Shape", "everything", "kind_of", "seen", "shapes", "wanted"]

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
    """Return what a file expects of money; ``("charged",)`` asks for lines of whatever kind."""
    texts: dict[Path, str] = {}
    if expect.charged is not None:
        texts["charged",] = ""
        by_kind = defaultdict(list)
        for line in expect.charged:
            kind = kind_of(line.kind, line.included)
            charge = _Charge(line.amount, line.covers, line.service, line.kind, line.lines or 1)
            by_kind[kind].append(charge)
        told = shapes(expect)
        for kind, charges in by_kind.items():
            texts["charged", kind] = _lines(charges, told[kind], writer)
            if told[kind].covers and not told[kind].summed:
                texts["covers", kind] = _covers(charges, writer)
    for client, balance in expect.balance.items():
        texts["balance", client] = writer.money(balance)
    for client, accounts in expect.accounts.items():
        for currency, held in accounts.items():
            texts["accounts", client, currency] = _held(held, currency)
    for index, invoice in enumerate(expect.invoices or ()):
        due = "due" in invoice.model_fields_set
        texts["invoices", str(index)] = _invoice(writer, invoice, invoice.of, due=due)
    if expect.invoices is not None:
        texts["invoices",] = ""
    return texts


def everything(ours: Seen, others: Seen) -> Iterator[Path]:
    """Yield every place of the money of two."""
    lines = (*ours.lines, *others.lines)
    for kind in dict.fromkeys(kind_of(line.kind, line.included) for line in lines):
        yield "charged", kind
        yield "covers", kind
    for client in ours.balances:
        yield "balance", client
    for client, accounts in ours.accounts.items():
        for currency in accounts:
            yield "accounts", client, currency
    for index in range(max(len(ours.invoices), len(others.invoices))):
        yield "invoices", str(index)


def seen(wanted: Wanted, shown: Seen, writer: Writer) -> dict[Path, str]:
    """Return what was seen at the places of money that are wanted."""
    texts: dict[Path, str] = {}
    kinds = {place[1] for place in wanted.texts if place[0] == "charged" and len(place) > 1}
    if kinds or ("charged",) in wanted.texts:
        texts |= _charged(wanted, shown, writer, kinds)
    for place in wanted.texts:
        if place[0] == "balance":
            held = shown.balances.get(place[1])
            texts[place] = NOT_TOLD if held is None else writer.money(held)
        elif place[0] == "accounts":
            held = shown.accounts.get(place[1], {}).get(place[2])
            texts[place] = NOT_TOLD if held is None else _held(held, place[2])
    if any(place[0] == "invoices" for place in wanted.texts):
        texts |= _invoices(wanted, shown, writer)
    return texts


def _held(amount: object, currency: str) -> str:
    digits = format(amount, "f") if isinstance(amount, Decimal) else str(amount)
    return str(Money.of(digits, currency))


def _charged(wanted: Wanted, shown: Seen, writer: Writer, kinds: Iterable[str]) -> dict[Path, str]:
    by_kind: dict[str, list[LedgerLine]] = {kind: [] for kind in kinds}
    for line in shown.lines:
        kind = kind_of(line.kind, line.included)
        if ("charged",) in wanted.texts or kind in by_kind:
            by_kind.setdefault(kind, []).append(line)
    texts: dict[Path, str] = {("charged",): ""} if ("charged",) in wanted.texts else {}
    for kind, lines in by_kind.items():
        whole = isinstance(wanted.shapes, Full)
        shape = wanted.shapes[kind] if whole or kind in wanted.shapes else Shape()
        charges = [
            _Charge(line.amount, line.covers, shown.labels.get(line.service or ""), line.kind)
            for line in lines
        ]
        texts["charged", kind] = _lines(charges, shape, writer)
        if ("covers", kind) in wanted.texts:
            covered = _covers(charges, writer)
            untold = any("covers" not in line.model_fields_set for line in lines)
            # What is left out says the same as what covers nothing.
            other = covered != wanted.texts["covers", kind]
            texts["covers", kind] = NOT_TOLD if untold and other else covered
    return texts


def _covers(charges: Iterable[_Charge], writer: Writer) -> str:
    """Write what each line covers, with its amount, which tells the lines of one kind apart."""
    told = (f"{writer.money(each.amount)} for {writer.covers(each.covers)}" for each in charges)
    return ", ".join(sorted(told)) or NOTHING


def _lines(charges: list[_Charge], shape: Shape, writer: Writer) -> str:
    if not charges:
        return NOTHING
    if shape.summed:
        total = _sum(charges, writer)
        return f"{total} in {sum(charge.lines for charge in charges)} lines"
    return ", ".join(sorted(_line(charge, shape, writer) for charge in charges))


def _line(charge: _Charge, shape: Shape, writer: Writer) -> str:
    text = writer.money(charge.amount)
    if shape.service:
        text += f" of {charge.service or NOTHING}"
    return text


def _sum(charges: Iterable[_Charge], writer: Writer) -> Money:
    total = Money.of("0", writer.currency)
    for charge in charges:
        amount = Money.of(writer.money(charge.amount), writer.currency)
        total += -amount if charge.kind in TO_CLIENT else amount
    return total


def _invoice(writer: Writer, invoice: Any, label: str, *, due: bool) -> str:
    text = f"{writer.money(invoice.total)} {invoice.status} of {label}"
    return f"{text} due {writer.instant(invoice.due)}" if due else text


def _invoices(wanted: Wanted, shown: Seen, writer: Writer) -> dict[Path, str]:
    """Return invoices in the order of their issue, without their numbers."""
    asked = [place for place in wanted.texts if place[0] == "invoices" and len(place) > 1]
    texts: dict[Path, str] = dict.fromkeys(asked, NOTHING)
    if ("invoices",) in wanted.texts:
        texts["invoices",] = ""
    for index, invoice in enumerate(shown.invoices):
        place = "invoices", str(index)
        label = shown.labels.get(invoice.service or "", NOTHING)
        hoped = wanted.texts.get(place, " due ")
        texts[place] = _invoice(writer, invoice, label, due=" due " in hoped or not hoped)
    return texts
