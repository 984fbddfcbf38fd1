"""The session that smoke holds: start, the same scenario twice, stop."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, get_args

from prorata.harness.clocks.making import clock_for
from prorata.harness.clocks.wishes import fitting
from prorata.harness.implementations.base import CannotStart
from prorata.harness.implementations.declaration import objections
from prorata.harness.implementations.opening import way_to
from prorata.harness.implementations.stdio import START_FACTOR
from prorata.harness.protocol import (
    OLDEST,
    PROTOCOL,
    Advance,
    Close,
    Lacking,
    Nothing,
    Observation,
    Observe,
    Open,
    OpeningClient,
    Perform,
    RefusedAct,
    Result,
    Settled,
    Start,
    Started,
)
from prorata.harness.protocol.words import OBSERVED, SETTLE_LIMIT, Observable, System
from prorata.harness.scenario.problems import nearest
from prorata.harness.smoke.conversation import Conversation, OverError
from prorata.harness.smoke.report import CHECKS, Check, Finding, SmokeReport
from prorata.harness.version import version
from prorata.reference.vocabulary.words import STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from prorata.harness.clocks.outside import OutsideClock
    from prorata.harness.implementations.base import Readings
    from prorata.harness.implementations.channel import Channel, OwnServer
    from prorata.harness.protocol import PanelAccess

__all__ = ["ORDERS", "SMOKE_BEGINS", "SMOKE_PRESET", "smoke", "smoke_opening"]

SMOKE_PRESET: Final = "start"
SMOKE_BEGINS: Final = datetime(2025, 8, 1, 9, tzinfo=UTC)
_LATER: Final = datetime(2025, 9, 1, tzinfo=UTC)  # when a month ordered at the beginning expires
_NO_ACT: Final = "juggle"
_LEFT_OUT: Final = "of what it is asked to tell it leaves out what it does not have"
ORDERS: Final[dict[System, dict[str, str]]] = {
    "billmanager": {"client": "anna", "tariff": SMOKE_PRESET, "period": "1 month"},
    "hostbill": {
        "client": "anna",
        "product": SMOKE_PRESET,
        "cycle": "monthly",
        "hostname": "anna.example.com",
    },
}
_PERIODS: Final[dict[System, str]] = {"billmanager": "1 month", "hostbill": "monthly"}


def smoke(
    spec: str,
    *,
    timeout: float = 5.0,
    readings: Readings | None = None,
    cwd: Path | None = None,
    server: OwnServer | None = None,
    panels: Callable[[], Mapping[str, PanelAccess]] = dict,
    clock: str | None = None,
) -> SmokeReport:
    """Check the manners of the adapter that `spec` names; a fault of the adapter never raises.

    `panels` makes fresh ones for each scenario that it opens, and returns the ways to them; by
    default there are none. `SMOKE_PRESET` is the template that is ordered from. `server` is
    started for an adapter at an address. `clock` is as on the command line: what the adapter reads
    beside the messages.
    """
    try:
        wish = fitting(clock, spec, started=server is not None)
        outside = clock_for(wish)
    except CannotStart as problem:
        return _never_started(spec, problem)
    try:
        way = way_to(spec, cwd=cwd, server=server, clock=outside, wall_clock=wish.for_python)
        child = way()
        return _smoke(spec, child, outside, timeout=timeout, readings=readings, panels=panels)
    except CannotStart as problem:
        return _never_started(spec, problem)
    finally:
        outside.close()


def _smoke(
    spec: str,
    child: Channel,
    clock: OutsideClock,
    *,
    timeout: float,
    readings: Readings | None,
    panels: Callable[[], Mapping[str, PanelAccess]],
) -> SmokeReport:
    conversation = Conversation(child, timeout, clock)
    name = spec
    try:
        declared = _introduce(conversation, readings, timeout)
        name = declared.name
        _sessions(conversation, declared, panels)
        for said in clock.unreached():
            conversation.find("settles", said)
        conversation.stop()
    except OverError:
        pass  # the findings say why, the rest is not reached
    finally:
        child.kill()
    return SmokeReport(spec, name, conversation.checks(), child.last_lines())


def _never_started(spec: str, problem: CannotStart) -> SmokeReport:
    rest = (Check(name, "not reached") for name in CHECKS if name != "starts")
    failed = Check("starts", "failed", (Finding(problem.reason),))
    return SmokeReport(spec, spec, (failed, *rest), problem.stderr_tail)


def _introduce(talk: Conversation, readings: Readings | None, timeout: float) -> Started:
    """Return the declaration; without one there is nothing to ask."""
    declared = talk.expect(Start(suite=version()), "starts", Started, START_FACTOR * timeout)
    if declared is None:
        raise OverError
    talk.reach("declares")
    for place, said in objections(declared, readings):
        talk.find("declares", said, place)
    if not OLDEST <= declared.protocol <= PROTOCOL:
        raise OverError
    talk.protocol = declared.protocol
    return declared


def _sessions(
    talk: Conversation, declared: Started, panels: Callable[[], Mapping[str, PanelAccess]]
) -> None:
    """Play one scenario twice; the second time every answer must be what it was."""
    offered = declared.supports.systems
    system: System = next(
        (name for name in ORDERS if offered is None or name in offered),
        "billmanager",
    )
    first = list(_scenario(talk, system, panels, 1))
    second = list(_scenario(talk, system, panels, 2))
    talk.reach("same")
    for before, now in zip(first, second, strict=True):
        field = _difference(_data(before[1]), _data(now[1]), "")
        if field is not None:
            talk.find("same", f"was {before[1]} the first time", field, now)


def smoke_opening(system: System, panels: Mapping[str, PanelAccess]) -> Open:
    """Return the beginning of a scenario in which one tariff is sold to one client."""
    return Open(
        scenario=1,
        at=SMOKE_BEGINS,
        system=system,
        currency="USD",
        timezone="UTC",
        catalogue={SMOKE_PRESET: {"prices": {_PERIODS[system]: "3.10"}}},
        clients={"anna": OpeningClient(balance="100.00")},
        panels=dict(panels),
    )


def _scenario(
    talk: Conversation,
    system: System,
    panels: Callable[[], Mapping[str, PanelAccess]],
    number: int,
) -> Iterator[tuple[str, str]]:
    """Yield every exchange: the message sent and the answer got."""
    opening = smoke_opening(system, panels())
    talk.expect(opening, "opens" if number == 1 else "second", Nothing)
    yield talk.last
    yield from _settle(talk, SMOKE_BEGINS)
    answer = talk.ask(Perform.named(_NO_ACT, client="anna"), "unknown act")
    if isinstance(answer, Result | RefusedAct):
        talk.find("unknown act", f"answered with {answer}")
    yield talk.last
    talk.ask(Perform.named("order", **ORDERS[system]), "form")
    yield talk.last
    yield from _settle(talk, SMOKE_BEGINS)
    yield from _look(talk, system)  # while the service is active
    yield from _settle(talk, _LATER)
    yield from _look(talk, system, get_args(Observable))
    talk.expect(Close(), "closes", Nothing)
    yield talk.last


def _look(
    talk: Conversation, system: System, of: tuple[Observable, ...] = OBSERVED
) -> Iterator[tuple[str, str]]:
    """Observe all of something, and look at its words."""
    answer = talk.ask(Observe(of=list(of)), "observes")
    if isinstance(answer, Result) and isinstance(answer.body, Observation):
        talk.reach("amounts", "instants", "words")
        _statuses(talk, system, answer.body)
    elif answer is None:
        talk.find("observes", "the answer is not of the protocol")
    else:
        hint = f"; {_LEFT_OUT}" if isinstance(answer, Lacking) and of != OBSERVED else ""
        talk.find("observes", f"answered observe with {answer}{hint}")
    yield talk.last


def _statuses(talk: Conversation, system: System, seen: Observation) -> None:
    """Note every status that services of the system never have."""
    for own, service in (seen.services or {}).items():
        if service.status not in STATUSES[system]:
            said = f'"{service.status}" is no status of {system}'
            near = nearest(service.status, STATUSES[system])
            talk.find("words", f"{said}{near}", f"result.services.{own}.status")


def _settle(talk: Conversation, to: datetime) -> Iterator[tuple[str, str]]:
    for _ in range(SETTLE_LIMIT):
        told = talk.expect(Advance(to=to), "settles", Settled)
        yield talk.last
        if told is None:
            return
        talk.reach("forward")
        if told.settled:
            if told.next is not None and told.next <= to:
                said = f"is {told.next.isoformat()}, and it is {to.isoformat()} already"
                talk.find("forward", said, "result.next")
            return
    talk.find("settles", f"not settled after {SETTLE_LIMIT} questions", "result.settled")


def _data(line: str) -> object:
    try:
        data: object = json.loads(line)
    except ValueError:
        return line
    if isinstance(data, dict):
        data.pop("seq", None)
    return data


def _difference(one: object, other: object, place: str) -> str | None:
    """Return the first place in which two answers differ, or None."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = [(f"{place}.{key}", one[key], other[key]) for key in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(f"{place}.{at}", *both) for at, both in enumerate(zip(one, other, strict=True))]
    else:
        return None if one == other else place.removeprefix(".")
    found = (_difference(a, b, where) for where, a, b in pairs)
    return next((where for where in found if where is not None), None)
