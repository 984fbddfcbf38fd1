"""Playing a scenario: time goes from due moment to due moment, acts happen, what is there is seen.

The harness alone knows the labels of a scenario. They are put for the implementation's own ids
before a message leaves, and back when an observation arrives.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.protocol import (
    Act,
    Answer,
    Client,
    Clock,
    Close,
    Done,
    Failed,
    Observation,
    Observe,
    Open,
    Refusal,
    Request,
    Result,
    Settled,
    Unsupported,
)
from prorata.harness.protocol.words import OBSERVED
from prorata.harness.scenario.acts import PanelItself
from prorata.reference.clock import Clock as Time
from prorata.reference.periods import midnight

if TYPE_CHECKING:
    from prorata.fakes.ispmanager import Ispmanager
    from prorata.fakes.ispmanager.state import Belongings, User
    from prorata.harness.implementations.base import Implementation
    from prorata.harness.protocol import Invoice, LedgerLine, Notification, PanelAccess, Service
    from prorata.harness.protocol.words import Observable
    from prorata.harness.running.panels import Panels
    from prorata.harness.running.visit import Visit
    from prorata.harness.scenario import Scenario, Step

__all__ = ["LostError", "Seen", "Trace", "UnsupportedError", "play"]

#: Called with each message and each panel call, as JSON data, at its simulated instant.
Trace = Callable[[dict[str, Any]], None]

#: How often a billing may say that it has not settled, or that something is still due.
_SETTLING = 100


_ALL: Final = OBSERVED
_LINES: Final[tuple[Observable, ...]] = ("ledger",)


class UnsupportedError(Exception):
    """The implementation does not have what the scenario needs, and says why."""


class LostError(Exception):
    """A step needs a service or an invoice that earlier steps did not make."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was there after a step, by the scenario's labels.

    `lines` are those posted since the previous step; `rewritten` tells that earlier ones changed.
    `numbers` maps the implementation's id of each service to the number that the reference gives.
    """

    answer: Answer | None
    services: Mapping[str, Service | None]
    lines: tuple[LedgerLine, ...]
    rewritten: bool
    balances: Mapping[str, str]
    invoices: tuple[Invoice, ...]
    users: Mapping[str, User | None]
    labels: Mapping[str, str]
    numbers: Mapping[str, str]
    notifications: tuple[Notification, ...] = ()
    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    belongings: Mapping[str, Belongings | None] = field(default_factory=dict)
    visit: Visit | None = None


@dataclass(slots=True)
class _Player:
    scenario: Scenario
    implementation: Implementation
    time: Time
    trace: Trace | None
    calls: Callable[[], list[Any]]
    told_panel: Callable[[PanelItself, str], None] = lambda _act, _user: None
    ids: dict[str, str] = field(default_factory=dict)
    next: datetime | None = None
    knows_next: bool = True
    told: int = 0

    def ask(self, request: Request) -> Answer:
        """Ask, and turn what is no answer of the billing into an exception."""
        if self.trace is None:
            answer = self.implementation.ask(request)
        else:
            answer = self._traced(request, self.trace)
        if isinstance(answer, Unsupported):
            raise UnsupportedError(answer.reason)
        if isinstance(answer, Failed):
            reason = f"answered {request.type} with an error: {answer.error}"
            raise ImplementationFault("implementation", reason)
        if isinstance(answer, Refusal) and not isinstance(request, Act):
            reason = f"refused {request.type}, which only an act can be: {answer.reason}"
            raise ImplementationFault("adapter", reason)
        return answer

    def _traced(self, request: Request, trace: Trace) -> Answer:
        """Ask, and tell of it in the order in which it happens: a crash is told up to there."""
        from prorata.harness.protocol import encode, encode_answer

        told = {"scenario": self.scenario.id, "at": self.time.now().isoformat()}
        trace({**told, ">": _message(encode(request))})
        try:
            answer = self.implementation.ask(request)
        finally:
            calls = self.calls()
            for call in calls[self.told :]:
                panel = {"func": call.func, "params": dict(call.params), "error": call.error}
                trace({**told, "panel": panel})
            self.told = len(calls)
        trace({**told, "<": _message(encode_answer(request.seq, answer))})
        return answer

    def body(self, request: Request) -> Any:
        """Ask for something that has a result."""
        answer = self.ask(request)
        assert isinstance(answer, Result)  # noqa: S101  `ask` lets nothing else through
        return answer.body

    def clock(self, to: datetime) -> None:
        """Move time, panels first, and have the billing do all that is due by then."""
        if to > self.time.now():
            self.time.advance_to(to)
        for _ in range(_SETTLING):
            settled: Settled = self.body(Clock(to=to))
            if settled.settled:
                self.next, self.knows_next = settled.next, settled.knows_next
                return
        reason = f"has not settled at {to.isoformat()} after {_SETTLING} times"
        raise ImplementationFault("implementation", reason)

    def go(self, to: datetime) -> None:
        """Go to an instant from due moment to due moment."""
        for moment in self._moments(to):
            self.clock(moment)
        for _ in range(_SETTLING):
            self.clock(to)
            if self.next is None or self.next > to:
                return
        reason = f"is never done at {to.isoformat()}: something stays due at {self.next}"
        raise ImplementationFault("implementation", reason)

    def _moments(self, to: datetime) -> Iterator[datetime]:
        while True:
            now = self.time.now()
            moment = self.next if self.knows_next else self._midnight_after(now)
            if moment is None or moment >= to:
                return
            if moment <= now:
                reason = (
                    f"says at {now.isoformat()} that the next due moment is {moment.isoformat()}"
                )
                raise ImplementationFault("adapter", reason)
            yield moment

    def _midnight_after(self, now: datetime) -> datetime:
        zone = self.scenario.given.timezone
        day = now.astimezone(zone).date()
        return midnight(day + timedelta(days=1), zone)

    def observe(self, *of: Observable) -> Observation:
        """Ask what is there."""
        seen: Observation = self.body(Observe(of=list(of)))
        for part in of:
            if getattr(seen, part) is None:
                raise UnsupportedError(f"does not tell {part}")
        return seen

    def act(self, step: Step) -> Answer | None:
        """Do the act of a step."""
        if step.act is None or step.act[0] == "wait":
            return None
        verb, act = step.act
        if isinstance(act, PanelItself):
            self.told_panel(act, self._user(act.service))
            return None
        parameters = act.message(self._own)
        if verb == "pay" and hasattr(act, "label"):
            parameters["invoice"] = self._unpaid(act.label)
        answer = self.ask(Act.named(verb, **parameters))
        if verb == "order" and isinstance(answer, Result) and isinstance(answer.body, Done):
            self._made(act, answer.body)
        return answer

    def _own(self, label: str) -> str:
        """Return the implementation's id of a service; `LostError` where there is none."""
        if label not in self.ids:
            raise LostError(f"no order made {label}")
        return self.ids[label]

    def _user(self, label: str | None) -> str:
        """Return the name on the panel of a service's user."""
        if label is None:
            return ""
        own = self._own(label)
        service = (self.observe("services").services or {}).get(own)
        return (service.user if service else None) or ""

    def _made(self, order: Any, done: Done) -> None:
        if done.service is None:
            raise ImplementationFault("adapter", "result.service: an order answers the service")
        self.ids[order.label] = done.service
        for number, own in enumerate((done.services or ())[1:], 2):
            self.ids[f"{order.label} {number}"] = own

    def _unpaid(self, label: str) -> str:
        """Return the oldest unpaid invoice of a service."""
        own = self._own(label)
        invoices = self.observe("invoices").invoices or {}
        of_service = (
            (invoice.issued, len(number), number)
            for number, invoice in invoices.items()
            if invoice.service == own and invoice.status == "unpaid"
        )
        first = min(of_service, default=None)
        if first is None:
            raise LostError(f"{label} has no unpaid invoice")
        return first[-1]


def _message(line: bytes) -> str:
    """Write a message as it goes, but for its number, which the connection gives it."""
    message = json.loads(line)
    del message["seq"]
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def play(
    scenario: Scenario,
    implementation: Implementation,
    panels: Panels,
    *,
    number: int = 1,
    trace: Trace | None = None,
) -> Iterator[Seen]:
    """Play a scenario and yield what is seen after each step.

    Raises `ImplementationFault`, `UnsupportedError` where the implementation lacks something, and
    `LostError` where the rest of the scenario has lost its ground. What else is raised, by the
    reference or by a panel, is a fault of ours.
    """
    time = Time(scenario.steps[0].at)
    panel = panels.fresh(scenario, time)
    player = _Player(scenario, implementation, time, trace, lambda: panel.calls)
    player.told_panel = lambda act, user: _tell(panels, panel, act, user)
    player.ask(_opening(scenario, panels.access(panel, scenario), number, time.now()))
    posted: tuple[LedgerLine, ...] = ()
    told = 0
    tells = any(step.expect and step.expect.notifications is not None for step in scenario.steps)
    for step in scenario.steps:
        player.go(step.at)
        answer = player.act(step)
        if answer is not None:
            player.go(step.at)
        of = _ALL if step.expect else _LINES
        of += ("notifications",) if tells else ()
        of += ("accounts",) if step.expect and step.expect.accounts else ()
        seen = player.observe(*of)
        notices = tuple(seen.notifications or ())
        lines = tuple(seen.ledger or ())
        services = {label: (seen.services or {}).get(own) for label, own in player.ids.items()}
        yield Seen(
            answer=answer,
            services=services,
            lines=lines[len(posted) :],
            rewritten=lines[: len(posted)] != posted,
            balances=seen.balances or {},
            invoices=tuple((seen.invoices or {}).values()),
            users={
                service.user: panel.users.get(service.user)
                for service in services.values()
                if service and service.user
            },
            labels={own: label for label, own in player.ids.items()},
            numbers=_numbers(scenario, player.ids),
            notifications=notices[told:],
            accounts=seen.accounts or {},
            belongings={
                service.user: panel.belongings(service.user)
                for service in services.values()
                if service and service.user
            },
            visit=_visited(panel, answer),
        )
        posted, told = lines, len(notices)
    player.ask(Close())


def _tell(panels: Panels, panel: Ispmanager, act: PanelItself, user: str) -> None:
    """Do to the panel what a scenario says happens to it."""
    panels.trouble.begin(act)
    if user:
        panel.set_usage(user, disk=act.disk, traffic=act.bandwidth)


def _visited(panel: Ispmanager, answer: Answer | None) -> Visit | None:
    """Follow the link that an act answered, if it did."""
    body = answer.body if isinstance(answer, Result) else None
    if not (isinstance(body, Done) and body.url):
        return None
    from prorata.harness.running.visit import visit

    # Who looks is the harness: whatever is to go wrong goes wrong for the billing.
    held = panel.faults, panel.down
    panel.faults, panel.down = None, False
    try:
        return visit(panel.app, body.url)
    finally:
        panel.faults, panel.down = held


def _opening(
    scenario: Scenario,
    access: Mapping[str, PanelAccess],
    number: int,
    now: datetime,
) -> Open:
    given = scenario.given
    first = given.first_ids.model_dump(exclude_none=True) if given.first_ids else {}
    return Open(
        scenario=number,
        at=now.astimezone(given.timezone),
        system=given.system,
        currency=given.currency,
        timezone=str(given.timezone),
        catalogue=scenario.catalogue(),
        clients={name: Client(**row) for name, row in scenario.clients().items()},
        first_ids=first,
        panels=dict(access),
        settings=scenario.settings(),
    )


def _numbers(scenario: Scenario, ids: Mapping[str, str]) -> dict[str, str]:
    first_ids = scenario.given.first_ids
    first = (first_ids.service if first_ids else None) or 1
    return {own: str(first + index) for index, own in enumerate(ids.values())}
