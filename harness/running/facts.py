"""Facts: what a scenario expects, and what was seen at the same places, as comparable texts.

A fact is a text at a path of the expectation: ``("site", "status")``, ``("charged", "late fee")``.
What the file wants and what an implementation shows are both turned into facts; judging compares
them. Lines are compared by kind, in no order; names made from numbers with the numbers reported.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from prorata.harness.protocol import Refusal
from prorata.harness.running import panel_facts as panel
from prorata.harness.running import told_facts as told
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.money import Money
from prorata.reference.periods import Length, midnight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from prorata.harness.running.play import Seen
    from prorata.harness.scenario import Expect, Scenario
    from prorata.harness.scenario.expect import ExpectedService, OnPanel

__all__ = ["Facts", "Path", "seen_facts", "wanted_facts"]

Path = tuple[str, ...]
Facts = dict[Path, str]

NOTHING = "nothing"
#: What follows the kind of a line whose amount is a part of the line before it.
INSIDE = " inside"
DONE = "done"


def key_of(kind: str, inside: object) -> str:
    """Return the name under which lines of a kind are compared."""
    return f"{kind}{INSIDE}" if inside else kind


class _Writer:
    """Writes values of one scenario as texts."""

    def __init__(self, scenario: Scenario) -> None:
        self._zone = scenario.given.timezone
        self.currency = scenario.given.currency

    def money(self, amount: object) -> str:
        return str(Money.of(format(amount, "f") if not isinstance(amount, str) else amount,
                            self.currency))  # fmt: skip

    def instant(self, instant: datetime | None) -> str:
        if instant is None:
            return NOTHING
        exact = instant.astimezone(UTC)
        civil = exact.astimezone(self._zone)
        if midnight(civil.date(), self._zone).astimezone(UTC) == exact:
            return civil.strftime("%Y-%m-%d")
        return civil.strftime("%Y-%m-%d %H:%M:%S" if civil.second else "%Y-%m-%d %H:%M")

    def covers(self, covers: Iterable[datetime] | None) -> str:
        return " .. ".join(map(self.instant, covers)) if covers else NOTHING


def _yes(value: object) -> str:
    return NOTHING if value is None else "yes" if value and value != "no" else "no"


def _text(value: object) -> str:
    return NOTHING if value in {None, ""} else str(value)


def _period(value: object) -> str:
    try:
        return str(Length.of(str(value)))
    except ValueError:
        return _text(value)


def _fields(writer: _Writer) -> dict[str, Callable[[Any], str]]:
    return {
        "status": _text,
        "tariff": _text,
        "period": _period,
        "starts": writer.instant,
        "expires": writer.instant,
        "next_due": writer.instant,
        "auto_renewal": _yes,
        "user": _text,
        "domain": _text,
        "points_to": _text,
    }


def wanted_facts(expect: Expect, scenario: Scenario) -> Facts:
    """Return what the file expects."""
    writer = _Writer(scenario)
    facts: Facts = {("act",): f"refused by {expect.refused.rule}" if expect.refused else DONE}
    facts |= told.wanted(expect, writer.money, writer.instant)
    if expect.refused and expect.refused.reason:
        facts["act", "reason"] = expect.refused.reason
    for label, service in expect.services.items():
        facts |= _want_service(label, service, writer)
    if expect.charged is not None:
        lines = [
            _Charge(
                key_of(line.kind, line.included), line.amount, line.covers, line.service, line.lines
            )
            for line in expect.charged
        ]
        facts |= _charged(lines, _shapes(expect), writer)
    for client, balance in expect.balance.items():
        facts["balance", client] = writer.money(balance)
    for index, invoice in enumerate(expect.invoices or ()):
        due = "due" in invoice.model_fields_set
        facts["invoices", str(index)] = _invoice(writer, invoice, invoice.of, due=due)
    for index, user in enumerate(expect.ispmanager):
        facts |= _want_user(index, user)
    return facts | panel.wanted(expect)


def _want_service(label: str, service: ExpectedService, writer: _Writer) -> Facts:
    facts: Facts = {
        (label, name): write(getattr(service, name))
        for name, write in _fields(writer).items()
        if name in service.model_fields_set
    }
    for resource, amount in (service.resources or {}).items():
        facts[label, "resources", resource] = str(amount)
    return facts


def _want_user(index: int, user: OnPanel) -> Facts:
    write = {"exists": _yes, "suspended": _yes, "preset": _text, "name": _text}
    asked = user.model_fields_set | {"exists"}
    return {
        ("ispmanager", str(index), name): write[name](getattr(user, name))
        for name in write
        if name in asked
    }


@dataclass(frozen=True, slots=True)
class _Charge:
    """A line, expected or seen; `lines` tells that it stands for the sum of so many."""

    kind: str
    amount: object
    covers: Iterable[datetime] | None
    service: str | None
    lines: int | None = None


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the lines of a kind are compared: one by one or summed, with what they cover or not."""

    summed: bool = False
    covers: bool = False
    service: bool = False


def _shapes(expect: Expect) -> dict[str, _Shape]:
    by_kind = defaultdict(list)
    for line in expect.charged or ():
        by_kind[key_of(line.kind, line.included)].append(line)
    return {
        kind: _Shape(
            summed=any(line.lines is not None for line in lines),
            covers=all(line.covers is not None for line in lines),
            service=all(line.service is not None for line in lines),
        )
        for kind, lines in by_kind.items()
    }


def _charged(lines: list[_Charge], shapes: Mapping[str, _Shape], writer: _Writer) -> Facts:
    by_kind: dict[str, list[_Charge]] = {kind: [] for kind in shapes}
    for line in lines:
        by_kind.setdefault(line.kind, []).append(line)
    return {
        ("charged", kind): _lines(charges, shapes.get(kind, _Shape()), writer)
        for kind, charges in by_kind.items()
    }


def _lines(charges: list[_Charge], shape: _Shape, writer: _Writer) -> str:
    if not charges:
        return NOTHING
    if shape.summed:
        total = _sum(charges, writer)
        count = sum(charge.lines or 1 for charge in charges)
        return f"{total} in {count} lines"
    return ", ".join(sorted(_line(charge, shape, writer) for charge in charges))


def _line(charge: _Charge, shape: _Shape, writer: _Writer) -> str:
    text = writer.money(charge.amount)
    if shape.service:
        text += f" of {charge.service}"
    if shape.covers:
        text += f" for {writer.covers(charge.covers)}"
    return text


def _sum(charges: Iterable[_Charge], writer: _Writer) -> Money:
    total = Money.of("0", writer.currency)
    for charge in charges:
        amount = Money.of(writer.money(charge.amount), writer.currency)
        total += -amount if charge.kind in TO_CLIENT else amount
    return total


def _invoice(writer: _Writer, invoice: Any, label: str, *, due: bool) -> str:
    text = f"{writer.money(invoice.total)} {invoice.status} of {label}"
    return f"{text} due {writer.instant(invoice.due)}" if due else text


def seen_facts(expect: Expect, seen: Seen, scenario: Scenario) -> Facts:
    """Return what was seen, at the places where the file expects something."""
    writer = _Writer(scenario)
    facts: Facts = {}
    _see_act(facts, expect, seen)
    facts |= told.seen(expect, seen, writer.money, writer.instant)
    _see_services(facts, expect, seen, writer)
    if expect.charged is not None:
        labels = seen.labels
        lines = [
            _Charge(
                key_of(line.kind, line.included),
                line.amount,
                line.covers,
                labels.get(line.service or ""),
            )
            for line in seen.lines
        ]
        facts |= _charged(lines, _shapes(expect), writer)
    for client in expect.balance:
        balance = seen.balances.get(client)
        facts["balance", client] = NOTHING if balance is None else writer.money(balance)
    if expect.invoices is not None:
        _see_invoices(facts, expect, seen, writer)
    _see_panel(facts, expect, seen)
    facts |= panel.seen(expect, seen)
    if seen.rewritten:
        facts["ledger",] = "lines that were posted before have changed"
    return facts


def _see_act(facts: Facts, expect: Expect, seen: Seen) -> None:
    answer = seen.answer
    if not isinstance(answer, Refusal):
        facts["act",] = DONE
        return
    rule = answer.rule or (expect.refused.rule if expect.refused else None)
    facts["act",] = f"refused by {rule}" if rule else f"refused: {answer.reason}"
    if expect.refused and expect.refused.reason:
        contained = expect.refused.reason in answer.reason or answer.rule is None
        facts["act", "reason"] = expect.refused.reason if contained else answer.reason


def _see_services(facts: Facts, expect: Expect, seen: Seen, writer: _Writer) -> None:
    named = {"user", "domain"}
    for label, wanted in expect.services.items():
        service = seen.services.get(label)
        for name, write in _fields(writer).items():
            if name in wanted.model_fields_set:
                text = NOTHING if service is None else write(getattr(service, name))
                facts[label, name] = _numbered(text, label, seen) if name in named else text
        for resource in wanted.resources or ():
            amounts = service.resources if service else {}
            facts[label, "resources", resource] = str(amounts.get(resource, NOTHING))


def _numbered(text: str, label: str, seen: Seen) -> str:
    """Put the reference's number of a service for the implementation's own, in a name."""
    own = next((own for own, known in seen.labels.items() if known == label), "")
    return text.replace(own, seen.numbers[own]) if own else text


def _see_invoices(facts: Facts, expect: Expect, seen: Seen, writer: _Writer) -> None:
    wanted = expect.invoices or ()
    for index, invoice in enumerate(seen.invoices):
        label = seen.labels.get(invoice.service or "", NOTHING)
        due = index < len(wanted) and "due" in wanted[index].model_fields_set
        facts["invoices", str(index)] = _invoice(writer, invoice, label, due=due)


def _see_panel(facts: Facts, expect: Expect, seen: Seen) -> None:
    for index, wanted in enumerate(expect.ispmanager):
        service = seen.services.get(wanted.user)
        name = (service.user if service else None) or ""
        user = seen.users.get(name)
        shown = {
            "exists": _yes(user is not None),
            "suspended": NOTHING if user is None else _yes(not user.active),
            "preset": NOTHING if user is None else user.preset,
            "name": NOTHING if user is None else _numbered(name, wanted.user, seen),
        }
        asked = wanted.model_fields_set | {"exists"}
        for key, text in shown.items():
            if key in asked:
                facts["ispmanager", str(index), key] = text
