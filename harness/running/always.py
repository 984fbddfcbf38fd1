"""What always holds of a billing, looked for in what any implementation shows.

Money is conserved, no time is paid for twice, no active service runs unpaid, and the panel holds
what billing believes; the numbers of invoices rise. What an implementation does not tell is not
looked at.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.protocol import Result
from prorata.harness.reconciling import MONEY
from prorata.harness.running.observing import rank
from prorata.harness.scenario.acts import Order, Pay
from prorata.reference.derivation import shown
from prorata.reference.ledger import TO_CLIENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from prorata.harness.protocol import LedgerLine, ObservedService
    from prorata.harness.running.play import Stage
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario

__all__ = ["StepViolation", "violations"]

_NO_GAP: Final = "no gap"
_DAY: Final = timedelta(days=1)
_COVERING: Final = frozenset({"period", "daily"})


class StepViolation(NamedTuple):
    """Something that must never be: what it goes against, after which step, and a sentence."""

    against: str
    step: int
    sentence: str


def violations(
    scenario: Scenario, stages: Sequence[Stage], *, whole_days: bool = False
) -> Iterator[StepViolation]:
    """Yield the first violation of each kind in what was seen of a scenario.

    `whole_days`: when services end is told by the day, and may be any hour of it.
    """
    looks = dict(_LOOKS[scenario.given.system])
    if whole_days and _NO_GAP in looks:
        looks[_NO_GAP] = partial(_gap, hours=_DAY)
    for against, look in looks.items():
        found = next(look(scenario, stages), None)
        if found is not None:
            yield StepViolation(against, *found)
    found = next(_conservation_elsewhere(scenario, stages), None)
    if found is not None:
        yield StepViolation(MONEY, *found)


_Found = tuple[int, str]


def _acts(scenario: Scenario) -> set[str]:
    return {step.act[0] for step in scenario.steps if step.act}


def _conservation(scenario: Scenario, stages: Sequence[Stage]) -> Iterator[_Found]:
    """Per client: what there was and came in, less what was charged, is the balance."""
    if "set_currency" in _acts(scenario):
        return
    held = {name: Fraction(client.balance) for name, client in scenario.given.clients.items()}
    booked: set[str] = set()
    for index, stage in enumerate(stages):
        act = scenario.steps[index].act
        if act and isinstance(act[1], Pay) and act[0] == "pay" and _done(stage):
            held[act[1].client] += _came_in(act[1], booked)
        for line in stage.seen.lines:
            client = _payer(line, stage.seen)
            if client not in held:
                return
            if not line.included:
                amount = Fraction(line.amount)
                held[client] += amount if line.kind in TO_CLIENT else -amount
        for client, balance in stage.seen.balances.items():
            if client in held and Fraction(balance) != held[client]:
                yield index, f"{client} has {balance}, {shown(held[client])} came in and stayed"


def _conservation_elsewhere(scenario: Scenario, stages: Sequence[Stage]) -> Iterator[_Found]:
    """The same of the billings that are not judged: those that it buys from, say."""
    for name, other in scenario.others.items():
        if other.given.system == "billmanager":
            shown = [each._replace(seen=each.seen.others[name]) for each in stages]
            yield from ((step, f"{name}: {said}") for step, said in _conservation(other, shown))


def _came_in(act: Pay, booked: set[str]) -> Fraction:
    """Return what came in with a payment: nothing where it was told and `booked` before."""
    if act.payment is not None:
        if act.payment in booked:
            return Fraction(0)
        booked.add(act.payment)
    return Fraction(act.amount)


def _done(stage: Stage) -> bool:
    return isinstance(stage.seen.answer, Result)


def _payer(line: LedgerLine, seen: Seen) -> str:
    service = seen.services.get(seen.labels.get(line.service or "", ""))
    return line.client or (service.client if service else "")


def _overlap(scenario: Scenario, stages: Sequence[Stage]) -> Iterator[_Found]:
    """No time of a service is paid for twice, unless a change has ended the older one early."""
    spans: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for index, stage in enumerate(stages):
        for line in stage.seen.lines:
            if line.covers and line.service and line.kind in _COVERING:
                spans[line.service].append(line.covers)
        act = scenario.steps[index].act
        if act and act[0] == "change_tariff":
            return
        for own, covered in spans.items():
            for (_, until), (since, _) in pairwise(sorted(covered)):
                if since < until:
                    label = stage.seen.labels.get(own, own)
                    yield index, f"two lines of {label} pay for {_civil(since, scenario)}"


def _ordered(scenario: Scenario, stages: Sequence[Stage]) -> Iterator[_Found]:
    """Every service that is told was ordered."""
    for index, stage in enumerate(stages):
        for own, service in stage.seen.unordered.items():
            if not _may_be_of_several(scenario, index, stage.seen):
                yield index, f"service {own} of {service.client} is there, and nobody ordered it"


def _may_be_of_several(scenario: Scenario, index: int, seen: Seen) -> bool:
    """Tell whether an order was of several services, and answered one of them alone."""
    orders = (step.act[1] for step in scenario.steps[: index + 1] if step.act)
    return any(
        isinstance(act, Order) and act.quantity > 1 and f"{act.label} 2" not in seen.services
        for act in orders
    )


def _gap(
    scenario: Scenario, stages: Sequence[Stage], hours: timedelta = timedelta()
) -> Iterator[_Found]:
    """No active service has expired, unless it may run on over a weekend, or for some `hours`.

    That is by the billing's own clock, which may be ahead or behind.
    """
    given = scenario.given
    weekends = [getattr(tariff, "weekend", None) for tariff in given.tariffs.values()]
    type_says = getattr(given.product_type, "weekend", None) if given.product_type else None
    if {"do not suspend"} & {*weekends, type_says} or "set_tariff" in _acts(scenario):
        return
    for index, stage in enumerate(stages):
        for label, service in stage.seen.services.items():
            expires = service.expires if service and service.status == "active" else None
            if expires and expires + hours <= stage.seen.at + given.clock_ahead:
                yield index, f"{label} is active, and expired at {_civil(expires, scenario)}"


def _civil(instant: datetime, scenario: Scenario) -> str:
    return shown(instant.astimezone(scenario.given.timezone))


def _agreement(scenario: Scenario, stages: Sequence[Stage]) -> Iterator[_Found]:
    """The panel holds what billing believes, where nothing has happened to the panel."""
    if "panel" in _acts(scenario):
        return
    for index, stage in enumerate(stages):
        told = [service for service in stage.seen.services.values() if service and service.user]
        live = {service.user for service in told if service.status in _LIVE}
        for service in told:
            said = _disagrees(service, stage.seen, live)
            if said:
                yield index, said
        if all(service.status != "processing" for service in told):
            for login in stage.seen.strangers:
                yield index, f"{login} is on the panel, and no service has this user"


_LIVE: Final = frozenset({"active", "suspended", "processing"})
_ENDED: Final = frozenset({"deleted", "terminated", "cancelled"})


def _disagrees(service: ObservedService, seen: Seen, live: set[str | None]) -> str:
    has = seen.belongings.get(service.user or "")
    on_panel = f"{service.user} is on the panel"
    if service.status in _ENDED and has is not None and service.user not in live:
        return f"{on_panel}, and its service is {service.status}"
    if service.status not in {"active", "suspended"}:
        return ""
    if has is None:
        return f"{service.user} is not on the panel, and its service is {service.status}"
    if has.user.active != (service.status == "active"):
        state = "active" if has.user.active else "suspended"
        return f"{service.user} is {state} on the panel, and its service is {service.status}"
    return ""


def _numbers(_scenario: Scenario, stages: Sequence[Stage]) -> Iterator[_Found]:
    """A later invoice has a higher number."""
    for index, stage in enumerate(stages):
        for one, other in pairwise(stage.seen.invoice_numbers):
            if rank(one) > rank(other):
                yield index, f"invoice {other} was issued after {one}"


_LOOKS: Final[
    Mapping[str, Mapping[str, Callable[[Scenario, Sequence[Stage]], Iterator[_Found]]]]
] = {
    "billmanager": {
        "services are those that were ordered": _ordered,
        "conservation": _conservation,
        "no overlap": _overlap,
        _NO_GAP: _gap,
        "agreement with the panel": _agreement,
        "rising numbers of invoices": _numbers,
    },
    # Here charges count when they are paid, by invoices that may be merged.
    "hostbill": {
        "services are those that were ordered": _ordered,
        "agreement with the panel": _agreement,
        "rising numbers of invoices": _numbers,
    },
}
