"""What goes wrong between a caller and a panel, decided in one place.

A fault is enacted where the caller sees it: by `prorata.fakes.enacting` on a socket, and by
`prorata.fakes.stepping` in process.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from fnmatch import fnmatchcase
from random import Random
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = [
    "BINARIES",
    "CALLS",
    "EVENTS",
    "CallKind",
    "Delivery",
    "EventKind",
    "Fault",
    "FaultRule",
    "Faults",
    "deliver",
]

CallKind = Literal[
    "status",
    "refused",
    "reset_before",
    "reset_after",
    "slow",
    "truncated",
    "malformed",
    "error",
    "repeated",
]
EventKind = Literal["event_lost", "event_repeated", "event_late", "event_out_of_order"]

CALLS: Final[tuple[str, ...]] = get_args(CallKind)
"""The ways in which a call fails."""

EVENTS: Final[tuple[str, ...]] = get_args(EventKind)
"""The ways in which the delivery of an event fails."""

BINARIES: Final[Mapping[str, str]] = {"ispmanager": "ispmgr", "billmanager": "billmgr"}
"""The panels: people call them by their names, the wire by those of their binaries."""

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail.

    `status` is the HTTP status of a kind ``status``. `milliseconds` are real ones: the wait of a
    ``slow`` answer, or how long the port stays shut after a ``refused`` call; the scenario's clock
    stands meanwhile. `seconds` are simulated ones: how late a late event is. `type`, `object` and
    `text` are those of the panel's error document, of a kind ``error``.
    """

    kind: CallKind | EventKind
    status: int = 503
    milliseconds: int = 0
    seconds: int = 0
    type: str = "fault"
    object: str = ""
    text: str = "Internal error"


@dataclass(frozen=True, slots=True)
class FaultRule:
    """When a fault happens: to which of the calls of `func` on `panel`, which may hold ``*``.

    Calls are counted from 1 for each rule: the `nth`, each one that `every` divides, those from
    `first` up to `last`; 0 sets no such condition. Of these it happens to each with `probability`,
    and at most `times` times; 0 sets no end. For events, `func` is the name of the event.
    """

    fault: Fault
    func: str = "*"
    panel: str = "*"
    nth: int = 0
    every: int = 0
    first: int = 1
    last: int = 0
    probability: float = 1.0
    times: int = 0

    def concerns(self, func: str, panel: str) -> bool:
        """Return whether it looks at such a call at all."""
        wanted = BINARIES.get(self.panel, self.panel)
        there = BINARIES.get(panel, panel)
        return fnmatchcase(func, self.func) and fnmatchcase(there, wanted)

    def counts(self, number: int) -> bool:
        """Return whether the call of that number is one of those that may fail."""
        if self.nth and number != self.nth:
            return False
        if self.every and number % self.every:
            return False
        return number >= self.first and (not self.last or number <= self.last)


@dataclass(slots=True)
class _Watch:
    """A rule at work: how many calls it has seen, and how many of them it let fail."""

    rule: FaultRule
    chance: Random
    seen: int = 0
    happened: int = 0

    def look(self) -> bool:
        """Count a call, and return whether it is to fail."""
        rule = self.rule
        self.seen += 1
        # Drawn for every call, so that changing one condition does not move the others' luck.
        drawn = self.chance.random() < rule.probability
        spent = bool(rule.times) and self.happened >= rule.times
        return drawn and not spent and rule.counts(self.seen)


@dataclass(slots=True, eq=False)
class Faults:
    """The rules at work. The first rule that applies to a call decides; all of them count it.

    The same rules, seed and calls give the same faults.

    >>> faults = Faults([FaultRule(Fault("reset_after"), func="user.*", nth=2)])
    >>> [faults.decide(func, "ispmgr") for func in ("user.add", "whoami")]
    [None, None]
    >>> faults.decide("user.edit", "ispmgr").kind
    'reset_after'
    """

    rules: Iterable[FaultRule] = ()
    seed: int = 0
    _watches: list[_Watch] = field(init=False, default_factory=list)
    _made: int = field(init=False, default=0)
    _lock: Any = field(init=False, repr=False, default_factory=Lock)

    def __post_init__(self) -> None:
        """Put the first rules to work."""
        self.replace(self.rules, self.seed)

    def __getstate__(self) -> tuple[Any, ...]:
        """Return the rules with all that they have seen and done; a lock is nobody's but this."""
        return self.rules, self.seed, self._watches, self._made

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Go on from there."""
        self.rules, self.seed, self._watches, self._made = state
        self._lock = Lock()

    def decide(self, func: str, panel: str = "") -> Fault | None:
        """Return what happens to a call of `func` on `panel`, usually nothing."""
        return self._decide(CALLS, func, panel)

    def decide_event(self, name: str, panel: str = "") -> Fault | None:
        """Return what happens to the delivery of an event, usually nothing."""
        return self._decide(EVENTS, name, panel)

    def add(self, kind: CallKind | EventKind, **about: Any) -> FaultRule:
        """Add a rule by the fields of `Fault` and `FaultRule`, and return it.

        Raises FaultsError, which is a ValueError, for what no rule can say, such as a function that
        no panel has.

        >>> Faults().add("status", status=429, func="user.*", times=2).times
        2
        """
        from prorata.fakes.fault_files import check_rule

        check_rule(kind, about)
        names = {each.name for each in fields(Fault)}
        fault = Fault(kind, **{name: about.pop(name) for name in names & about.keys()})
        rule = FaultRule(fault, **about)
        with self._lock:
            self._watch(rule)
        return rule

    def remove(self, rule: FaultRule) -> None:
        """Take a rule away; raise ValueError where it is not there."""
        with self._lock:
            for watch in self._watches:
                if watch.rule is rule:
                    self._watches.remove(watch)
                    self.rules = tuple(each.rule for each in self._watches)
                    return
        message = "there is no such rule"
        raise ValueError(message)

    def clear(self) -> None:
        """Let nothing fail any more."""
        self.replace(())

    def replace(self, rules: Iterable[FaultRule], seed: int | None = None) -> None:
        """Put these rules in the place of all others; counting begins anew."""
        with self._lock:
            self.rules, self.seed = (), self.seed if seed is None else seed
            self._watches, self._made = [], 0
            for rule in rules:
                self._watch(rule)

    def describe(self) -> dict[str, Any]:
        """Return the rules as `read_faults` takes them, each with what it has `seen` and done."""
        with self._lock:
            rows = [
                {**written(watch.rule), "seen": watch.seen, "happened": watch.happened}
                for watch in self._watches
            ]
        return {"seed": self.seed, "faults": rows}

    def _watch(self, rule: FaultRule) -> None:
        # Each rule has a chance of its own: another rule beside it changes nothing.
        self._watches.append(_Watch(rule, Random(f"{self.seed}/{self._made}")))  # noqa: S311
        self._made += 1
        self.rules = (*self.rules, rule)

    def _decide(self, kinds: tuple[str, ...], func: str, panel: str) -> Fault | None:
        if not self._watches:
            return None
        with self._lock:
            found = [
                watch
                for watch in self._watches
                if watch.rule.fault.kind in kinds
                and watch.rule.concerns(func, panel)
                and watch.look()
            ]
            if not found:
                return None
            found[0].happened += 1
            return found[0].rule.fault


def written(rule: FaultRule) -> dict[str, Any]:
    """Return what a rule says beyond what goes without saying."""
    about = {each.name: each.default for each in (*fields(Fault), *fields(FaultRule))}
    values = {**asdict(rule.fault), **asdict(rule)}
    values.pop("fault")
    return {name: value for name, value in values.items() if value != about[name]}


class Delivery(NamedTuple):
    """An event as it arrives: so many simulated seconds after it should have."""

    event: Any
    seconds_late: int = 0


def deliver(
    events: Iterable[E], faults: Faults, name: Callable[[E], str], panel: str = ""
) -> list[Delivery]:
    """Return the events as they arrive, in that order; rules see them by their `name`.

    A lost event does not arrive, a repeated one arrives twice, a late one so many seconds later,
    and one that is out of order after the event that follows it.

    >>> faults = Faults([FaultRule(Fault("event_out_of_order"), func="paid")])
    >>> [each.event for each in deliver(["paid", "opened"], faults, str)]
    ['opened', 'paid']
    """
    arriving: list[Delivery] = []
    held: list[Delivery] = []
    for event in events:
        fault = faults.decide_event(name(event), panel)
        kind = fault.kind if fault else ""
        if kind == "event_out_of_order":
            held.append(Delivery(event))
            continue
        late = fault.seconds if fault and kind == "event_late" else 0
        copies = {"event_lost": 0, "event_repeated": 2}.get(kind, 1)
        arriving += [Delivery(event, late)] * copies
        if copies:
            arriving += held
            held = []
    return arriving + held
