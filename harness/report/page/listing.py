"""What happened in a scenario as rows of text, for who cannot see its drawing or wants it all."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.report.amounts import amount_text
from prorata.harness.report.clean import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from prorata.harness.report.told import RecordTold, SeenEvent, StepTold, ToldCall

__all__ = ["HappenedRow", "happened"]

#: Of a very long scenario so many rows are listed.
_MOST: Final = 250
_ACT, _SEEN, _CALL = range(3)
_Key = tuple[object, ...]


class HappenedRow(NamedTuple):
    """Something that happened: when, and what was expected beside what was seen.

    Where both sides are alike, or only one is told, `expected` is empty and `got` tells it.
    """

    at: str
    what: str
    expected: str
    got: str
    differs: bool = False


def happened(record: RecordTold) -> tuple[list[HappenedRow], int]:
    """Return the rows of a scenario in order, and how many more there are."""
    keyed: list[tuple[datetime, int, HappenedRow]] = [
        (step.at, _ACT, HappenedRow(_when(step.at), "act", "", _act(step)))
        for step in record.steps
        if step.verb
    ]
    keyed += [(row[0], _SEEN, row[1]) for row in _seen(record)]
    keyed += [
        (call.at, _CALL, HappenedRow(_when(call.at), "call", "", _call(call)))
        for call in record.calls
    ]
    rows = [row for *_, row in sorted(keyed, key=lambda each: each[:2])]
    return rows[:_MOST], max(len(rows) - _MOST, 0)


def _when(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"


def _act(step: StepTold) -> str:
    end = f", refused: {step.refused}" if step.refused else ", not played" * step.not_played
    return clean(f"{step.act}{end}")


def _call(call: ToldCall) -> str:
    shown = {key: value for key, value in call.params.items() if key not in {"out", "sok"}}
    params = " ".join(f"{key}={value}" for key, value in shown.items())
    failed = call.error or call.fault
    return clean(f"{call.seller} {call.func} {params}{f' ({failed})' if failed else ''}".strip())


def _seen(record: RecordTold) -> Iterator[tuple[datetime, HappenedRow]]:
    """Yield what was seen beside what was expected at the same instant, of the same thing."""
    wanted: defaultdict[_Key, deque[SeenEvent]] = defaultdict(deque)
    for each in record.expected:
        wanted[_key(each)].append(each)
    for event in record.got:
        alike = wanted[_key(event)]
        beside = alike.popleft() if alike else None
        yield event.at, _row(event, beside, both=bool(record.expected))
    for event in (each for alike in wanted.values() for each in alike):
        row = HappenedRow(_when(event.at), _about(event), _text(event), "nothing", differs=True)
        yield event.at, row


def _row(event: SeenEvent, beside: SeenEvent | None, *, both: bool) -> HappenedRow:
    at, what, got = _when(event.at), _about(event), _text(event)
    if not both or (beside is not None and _text(beside) == got):
        return HappenedRow(at, what, "", got)
    return HappenedRow(at, what, _text(beside) if beside else "nothing", got, differs=True)


def _key(event: SeenEvent) -> _Key:
    """Return what an event is about; lines of one kind and instant are told in their order."""
    return event.at, event.what, event.billing, event.service, event.kind, event.invoice, event.to


def _about(event: SeenEvent) -> str:
    named = {"line": event.kind, "invoice": f"invoice {event.invoice}", "notice": "notice"}
    words = (event.billing, event.service, named.get(event.what, ""))
    return clean(" ".join(filter(None, words)))


def _text(event: SeenEvent) -> str:
    return clean(_TEXTS[event.what](event)) if event.what in _TEXTS else clean(event.what)


def _line(event: SeenEvent) -> str:
    covers = f" for {_when(event.covers[0])} .. {_when(event.covers[1])}" if event.covers else ""
    return f"{amount_text(event.amount)}{covers}{' (included)' if event.included else ''}"


def _service(event: SeenEvent) -> str:
    until = f", until {_when(event.expires)}" if event.expires else ""
    return f"{event.status or 'is not told'}{f' at {event.tariff}' if event.tariff else ''}{until}"


def _invoice(event: SeenEvent) -> str:
    due = f", due {_when(event.due)}" if event.due else ""
    return f"{amount_text(event.total)} {event.status}{due}"


def _notice(event: SeenEvent) -> str:
    return f"{event.kind} to {event.to}"


_TEXTS: Final[Mapping[str, Callable[[SeenEvent], str]]] = {
    "line": _line, "service": _service, "invoice": _invoice, "notice": _notice,
}  # fmt: skip
