"""A billing of a scenario as it is played: it is asked and told, and time moves to what is due."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.protocol import (
    Advance,
    Answer,
    Body,
    Done,
    Failed,
    Lacking,
    Observation,
    Observe,
    Perform,
    Quote,
    RefusedAct,
    Request,
    Result,
    Settled,
)
from prorata.harness.protocol.words import OBSERVED, OLDEST, SETTLE_LIMIT
from prorata.harness.running.endings import UnsupportedError
from prorata.harness.running.observing import new_lines
from prorata.harness.running.own_ids import OwnIds
from prorata.harness.running.seen import Beside
from prorata.harness.scenario.acts import PanelItself
from prorata.reference.periods import midnight

if TYPE_CHECKING:
    from prorata.fakes.mgr5.journal import JournalEntry
    from prorata.harness.implementations.base import Implementation
    from prorata.harness.protocol import LedgerLine
    from prorata.harness.protocol.words import Observable
    from prorata.harness.scenario import Scenario, TimelineStep
    from prorata.reference.clock import Clock

__all__ = [
    "PATIENCE",
    "Acted",
    "Player",
    "Trace",
    "Watch",
]

B = TypeVar("B", bound=Body)

#: Called with each message and each panel call, as JSON data, at its simulated instant.
Trace = Callable[[Mapping[str, object]], None]

#: How often something may fall due within a day: once a minute is 1,440 times.
_OFTEN: Final = 2_000
_DAY: Final = timedelta(days=1)
#: Of very many due moments on a way one in so many is looked at.
_SELDOM: Final = 10
#: How many seconds a scenario may take, however well each message is answered.
PATIENCE: Final = 60.0


class Quotation(NamedTuple):
    """What was answered to a quote, and the lines that there were then."""

    answer: Answer
    posted: list[LedgerLine]


class Acted(NamedTuple):
    """What was answered to the act of a step, to a quote of it before, and when it came again."""

    answer: Answer | None = None
    quoted: Quotation | None = None
    repeated: Answer | None = None

    def beside(self, told: Observation) -> Beside | None:
        """Return what there is beside the answer, `told` being what there is after the act."""
        if self.quoted is None:
            return Beside(repeated=self.repeated) if self.repeated else None
        charged, _ = new_lines(self.quoted.posted, told.ledger or [])
        return Beside(self.repeated, self.quoted.answer, tuple(charged))


class Watch(NamedTuple):
    """How closely an implementation is watched.

    `moments`: it is seen at due moments on the way to a step, not at the step alone: at each of
    the first so many as `most` says, then at every tenth, for a ledger is told as a whole each
    time. `twice`: it is asked again at each instant, when all is done; `sparing`: it is asked once
    at each, though something is done there meanwhile. `beside`: notices, credit notes and accounts
    are seen, whether a file expects any or not. `patience`: how many seconds a scenario may take.
    """

    moments: bool = False
    most: float = inf
    twice: bool = False
    sparing: bool = False
    beside: bool = False
    patience: float = PATIENCE

    def looks(self, count: int) -> bool:
        """Tell whether it is seen at the due moment with this number, from 0, on a way."""
        return self.moments and (count < self.most or count % _SELDOM == 0)


@dataclass(slots=True)
class Player:
    """A billing of a scenario, that is asked and told, with the labels of its services."""

    scenario: Scenario
    implementation: Implementation
    time: Clock
    trace: Trace | None
    calls: Callable[[], Sequence[JournalEntry]]
    watch: Watch
    told_panel: Callable[[PanelItself, str], None] = lambda _act, _user: None
    #: How much has happened so far at the sellers.
    happened: Callable[[], tuple[object, ...]] = tuple
    own: OwnIds = field(init=False)
    #: How many acts were asked.
    acts: int = 0
    next: datetime | None = None
    knows_next: bool = True
    #: When it asks its sellers next what happened, and how much had when it asked last.
    polls: datetime | None = None
    heard: tuple[object, ...] | None = None
    #: The instant at which it was asked last.
    asked: datetime | None = None
    told: int = 0
    began: float = field(default_factory=monotonic)
    #: The other billings: those that are bought from are asked before this one, the rest after.
    sellers: Mapping[str, Player] = field(default_factory=dict)
    rivals: Mapping[str, Player] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with no label whose id is known."""
        self.own = OwnIds(self.scenario, self.implementation.declared.protocol)

    @property
    def ids(self) -> dict[str, str]:
        """The ids of services by their labels."""
        return self.own.services

    def ask(self, request: Request) -> Answer:
        """Ask, and turn what is no answer of the billing into an exception."""
        if monotonic() - self.began > self.watch.patience:
            reason = f"the scenario is not over after {self.watch.patience:g} s"
            raise ImplementationFault("implementation", reason)
        if self.trace is None:
            answer = self.implementation.ask(request)
        else:
            answer = self._traced(request, self.trace)
        if isinstance(answer, Lacking):
            raise UnsupportedError(answer.reason)
        if isinstance(answer, Failed):
            raise ImplementationFault("implementation", f"answered {request.type} with {answer}")
        if isinstance(answer, RefusedAct) and not isinstance(request, Perform | Quote):
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

    def body(self, request: Request, kind: type[B]) -> B:
        """Ask for something that has a result of a kind."""
        answer = self.ask(request)
        # `ask` lets nothing else through, and messages are read by the type of their request.
        assert isinstance(answer, Result)  # noqa: S101
        assert isinstance(answer.body, kind)  # noqa: S101
        return answer.body

    def clock(self, to: datetime) -> None:
        """Move time, panels first, and have the billing do all that is due by then."""
        if to > self.time.now():
            self.time.advance_to(to)
        for seller in self.sellers.values():
            seller.clock(to)
        if not (self.watch.sparing and to == self.asked):
            self._ask_clock(to)
        for rival in self.rivals.values():
            rival.clock(to)
        for seller in self.sellers.values():
            seller.clock(to)  # what was bought has made more due

    def _ask_clock(self, to: datetime) -> None:
        """Have the billing do all that is due by then, by its own clock."""
        self.asked = to
        own = _later(to, self._ahead)
        if self.polls is not None and self.polls <= to:
            self.heard = self.happened()
        for _ in range(SETTLE_LIMIT):
            settled = self.body(Advance(to=own), Settled)
            if settled.settled:
                self.next = settled.next and _later(settled.next, -self._ahead)
                self.polls = settled.polls and _later(settled.polls, -self._ahead)
                self.knows_next = settled.knows_next
                return
        reason = f"has not settled at {to.isoformat()} after {SETTLE_LIMIT} times"
        raise ImplementationFault("implementation", reason)

    @property
    def _ahead(self) -> timedelta:
        return self.scenario.given.clock_ahead

    @property
    def others(self) -> Mapping[str, Player]:
        """The other billings by their names."""
        return {**self.sellers, **self.rivals}

    def _soonest(self) -> datetime | None:
        """Return when something is due next, in this billing or in another one."""
        if not (self.sellers or self.rivals):  # by far the most, and asked at each moment
            return self.due(self.happened())
        due = (each.due(self.happened()) for each in (self, *self.others.values()))
        return min(filter(None, due), default=None)

    def due(self, happened: tuple[object, ...]) -> datetime | None:
        """Return when something is due in this billing; that it asks is, where there is news.

        One that does not know what is due next is asked at each midnight.
        """
        due = self.next if self.knows_next else self._midnight_after(self.time.now())
        if self.polls is None or self.heard == happened:
            return due
        return min(due or self.polls, self.polls)

    def go(self, to: datetime, *, again: bool = True) -> Iterator[datetime]:
        """Go to an instant from due moment to due moment; yield each on the way, and wait there.

        `again` tells that nothing is done there before a billing may be asked once more.
        """
        passed: deque[datetime] = deque(maxlen=_OFTEN)
        for moment in self._moments(to):
            if len(passed) == _OFTEN and moment - passed[0] < _DAY:
                reason = f"has something due {_OFTEN:,} times within a day, {_span(passed)}"
                raise ImplementationFault("implementation", reason)
            passed.append(moment)
            self.settle(moment)
            yield moment
        for _ in range(SETTLE_LIMIT):
            self.settle(to, again=again)
            soonest = self._soonest()
            if soonest is None or soonest > to:
                return
        reason = f"is never done at {to.isoformat()}: something stays due at {self._soonest()}"
        raise ImplementationFault("implementation", reason)

    def settle(self, to: datetime, *, again: bool = True) -> None:
        """Have all done that is due by then; asked once more, a billing has nothing left to do."""
        self.clock(to)
        if again and self.watch.twice:
            self.clock(to)

    def _moments(self, to: datetime) -> Iterator[datetime]:
        while True:
            now = self.time.now()
            moment = self._soonest()
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
        # In UTC: instants of one zone are compared by clocks that may skip an hour.
        return midnight(day + timedelta(days=1), zone).astimezone(UTC)

    def observe(self, *of: Observable) -> Observation:
        """Ask what is there."""
        seen = self.body(Observe(of=list(of)), Observation)
        for part in of:
            if getattr(seen, part) is None and part in OBSERVED:
                raise UnsupportedError(f"does not tell {part}")
        return seen

    def listen(self) -> None:
        """Have all that ask for news ask again: something was done, if only one is up again."""
        self.heard = None
        for rival in self.rivals.values():
            rival.heard = None

    def act(self, step: TimelineStep) -> Acted:
        """Do the act of a step, after a quote of it and once more where the step says so."""
        if step.act is None or step.act[0] == "wait":
            return Acted()
        verb, act = step.act
        if isinstance(act, PanelItself):
            self.told_panel(act, self.own.user(act.service, self.observe))
            return Acted()
        parameters = self.own.message(act, self.observe)
        quoted = self._quoted(verb, parameters) if step.quote else None
        request = Perform.named(verb, **parameters)
        if self.own.speaks > OLDEST:
            self.acts += 1
            request = request.delivered(str(self.acts))
        answer = self.ask(request)
        if isinstance(answer, Result) and isinstance(answer.body, Done):
            imports = parameters["json"] if verb == "import_products" else ""
            self.own.done(act, answer.body, imports)
        return Acted(answer, quoted, self.ask(request.repeated()) if step.again else None)

    def _quoted(self, verb: str, parameters: Mapping[str, object]) -> Quotation:
        """Ask what an act would cost; the lines that there are tell later what it charged."""
        posted = self.observe("ledger").ledger or []
        return Quotation(self.ask(Quote.named(verb, **parameters)), list(posted))


def _later(at: datetime, span: timedelta) -> datetime:
    """Return an instant so much later, in the same zone.

    Python adds to what the zone's clocks show, and forgets which of two equal times it was.
    """
    return (at.astimezone(UTC) + span).astimezone(at.tzinfo) if span else at


def _span(moments: Sequence[datetime]) -> str:
    return f"from {moments[0].isoformat()} to {moments[-1].isoformat()}"


def _message(line: bytes) -> str:
    """Write a message as it goes, but for its number, which the connection gives it."""
    _, _, rest = line.decode().rstrip().partition(",")
    return f"{{{rest}"
