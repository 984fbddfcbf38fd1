"""What was seen of a scenario as events: lines, services that changed, invoices, notices.

An event is plain data: ``at``, ``what`` and what belongs to that. A ``line`` has ``kind``,
``amount``, ``service``, ``client`` and ``covers``; a ``service`` has its ``status``, ``tariff``
and ``expires``; an ``invoice`` its place in the order of issue, ``status``, ``total`` and ``due``;
a ``notice`` its ``kind`` and ``to``. Those of another billing name it: ``billing``.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from prorata.harness.protocol import LedgerLine, ObservedService
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario

__all__ = ["events", "told_instant"]

#: So many events are kept of a run, and so many characters of what an implementation says.
_MOST: Final = 1000
_LONGEST: Final = 200

Told = dict[str, Any]


def events(stages: Sequence[Sequence[Seen]], scenario: Scenario) -> list[Told]:
    """Return what was seen at the moments of each step, in order."""
    reader = _Reader(scenario.given.timezone)
    others = {name: _Reader(each.given.timezone, name) for name, each in scenario.others.items()}
    found: list[Told] = []
    for moments in stages:
        for seen in moments:
            found += reader.read(seen)
            for name, each in seen.others.items():
                found += others[name].read(each)
    return found[:_MOST]


def told_instant(instant: datetime, zone: ZoneInfo) -> str:
    """Write an instant in a zone; as it was told at the edge of all time.

    In UTC where a zone had no standard time yet: seconds of an offset are no ISO 8601.
    """
    try:
        local = instant.astimezone(zone)
    except (OverflowError, ValueError):
        local = instant
    offset = local.utcoffset()
    if offset is not None and offset.seconds % 60:
        local = instant.astimezone(UTC)
    return local.isoformat(timespec="minutes")


class _Reader:
    """Reads the moments of one billing, and remembers what it has told."""

    def __init__(self, zone: ZoneInfo, billing: str = "") -> None:
        self._zone = zone
        self._billing = {"billing": billing} if billing else {}
        self._services: dict[str, Told] = {}
        self._invoices: dict[str, Told] = {}

    def read(self, seen: Seen) -> Iterator[Told]:
        """Yield what is new at a moment."""
        for what, told in self._new(seen):
            kept = {key: _short(value) for key, value in told.items() if value}
            at = kept.pop("at", None) or told_instant(seen.at, self._zone)
            yield {"at": at, "what": what, **self._billing, **kept}

    def _new(self, seen: Seen) -> Iterator[tuple[str, Told]]:
        yield from (("line", self._line(line, seen)) for line in seen.lines)
        for label, service in seen.services.items():
            told = self._service(label, service)
            if told != self._services.get(label, {"service": label}):
                self._services[label] = told
                yield "service", told
        for nth, (number, invoice) in enumerate(
            zip(seen.invoice_numbers, seen.invoices, strict=True), 1
        ):
            told = {
                "invoice": nth, "number": number, "client": invoice.client,
                "service": seen.labels.get(invoice.service or "", invoice.service),
                "status": invoice.status, "total": str(invoice.total),
                "due": told_instant(invoice.due, self._zone),
            }  # fmt: skip
            if told != self._invoices.get(number):
                self._invoices[number] = told
                yield "invoice", told
        for notice in seen.notifications or ():
            yield "notice", {"kind": notice.kind, "to": notice.to}

    def _line(self, line: LedgerLine, seen: Seen) -> Told:
        covers = line.covers and [told_instant(each, self._zone) for each in line.covers]
        at = line.at.astimezone(UTC) if line.at else seen.at
        return {
            "at": told_instant(at, self._zone),
            "kind": line.kind, "amount": str(line.amount), "covers": covers,
            "service": seen.labels.get(line.service or "", line.service), "client": line.client,
            "included": line.included,
        }  # fmt: skip

    def _service(self, label: str, service: ObservedService | None) -> Told:
        if service is None:
            return {"service": label}
        expires = service.expires and told_instant(service.expires, self._zone)
        return {
            "service": label, "status": service.status, "tariff": service.tariff,
            "expires": expires,
        }  # fmt: skip


def _short(value: Any) -> Any:
    return value[:_LONGEST] if isinstance(value, str) else value
