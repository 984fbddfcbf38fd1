"""What was done, as far as a ledger suggests it: where no journal of a billing tells the acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.harness.authoring.called import RecordedAct
from prorata.reference.hostbill.cycle import CYCLES
from prorata.reference.vocabulary.words import CYCLES as WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from prorata.harness.protocol import LedgerLine, Observation, ObservedService

__all__ = ["inferred", "posted_at"]

#: The cycles of HostBill by their lengths.
_CYCLES: Final = {str(length): name for name, length in CYCLES.items() if name != "metered"}
_YEAR: Final = 12


def posted_at(line: LedgerLine) -> datetime | None:
    """Return when a line was posted, or begins to pay for where that is not told."""
    return line.at or (line.covers[0] if line.covers else None)


def inferred(
    told: Observation, system: str, label: Callable[[str], str], known: Collection[str]
) -> list[RecordedAct]:
    """Return an order for each service that no journal has, and renewals for further periods.

    `known` are the services whose orders are known.
    """
    services = told.services or {}
    lines: dict[str, list[LedgerLine]] = {number: [] for number in services}
    for line in told.ledger or ():
        if line.service and posted_at(line) is not None:
            lines.setdefault(line.service, []).append(line)
    return [
        deed
        for number, own in lines.items()
        if number not in known
        for deed in _of_service(system, number, services.get(number), own, label(number))
    ]


def _of_service(
    system: str,
    number: str,
    service: ObservedService | None,
    lines: Sequence[LedgerLine],
    label: str,
) -> Iterator[RecordedAct]:
    """Yield what was done of one service; nothing where it is not told when it began."""
    periods = [line for line in lines if line.kind == "period"]
    first = next(iter([*periods, *lines]), None)
    starts = service.starts if service is not None else None
    at = posted_at(first) if first is not None else starts
    if at is None:
        return
    client = (first and first.client) or (service and service.client) or "client"
    words = {"as": label, "client": client, **_bought(system, first, service)}
    yield RecordedAct(at, "order", words, number)
    for line in periods[1:] if system == "billmanager" else ():
        again, renewed = posted_at(line), service is not None and service.auto_renewal
        if again is not None and not renewed:
            words = {"service": label, "period": _period(line, service)}
            said = "whether it was renewed by hand or by itself is not told"
            yield RecordedAct(again, "renew", words, number, (said,))


def _bought(
    system: str, line: LedgerLine | None, service: ObservedService | None
) -> dict[str, Any]:
    """Return what was ordered, in the words of a system."""
    sold = (service and service.tariff) or "recorded"
    domain = service.domain if service is not None else None
    if system == "hostbill":
        named = {"hostname": domain} if domain else {}
        return {"product": sold, "cycle": _cycle(line, service), **named}
    named = {"domain": domain} if domain else {}
    renewed = service is not None and service.auto_renewal not in {None, False, "no"}
    again = {"auto_renewal": True} if renewed else {}
    return {"tariff": sold, "period": _period(line, service), **named, **again}


def _months(line: LedgerLine | None) -> int:
    """Return how many months a line covers, one at least."""
    if line is None or line.covers is None:
        return 1
    begins, ends = line.covers
    return max(1, _YEAR * (ends.year - begins.year) + ends.month - begins.month)


def _period(line: LedgerLine | None, service: ObservedService | None) -> str:
    if service is not None and service.period:
        return service.period
    years, rest = divmod(_months(line), _YEAR)
    count, unit = (years, "year") if not rest else (_months(line), "month")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _cycle(line: LedgerLine | None, service: ObservedService | None) -> str:
    period = _period(line, service)
    return period if period in WORDS else _CYCLES.get(period, "monthly")
