"""What a client is told of its services: a list that is asked again and again, and may fail.

An event is an operation that was carried out, or a change that needs none: a renewal, another key.
Each account that asks has a delivery of its own, and the faults of events decide what it shows. The
events of a client are numbered without a gap, and the list says how many there were: by that a
client knows what it was not told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.fakes.billmanager.acts import itemtype_of, own_client
from prorata.fakes.billmanager.texts import moment
from prorata.fakes.faults import Faults, deliver
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.engine.state import Service

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.reference.engine.turn import Turn

__all__ = ["EVENTS", "FUNCTIONS", "happened", "listen", "listened", "note", "tell"]

#: The function that lists what happened.
EVENTS: Final = "itemevent"
#: Where the state keeps them: what happened, and the operations that are not carried out yet.
_HAPPENED: Final = EVENTS
_RUNNING: Final = f"{EVENTS}.running"
#: Which of its numbers tells that somebody has asked for events.
_LISTENED: Final = f"{EVENTS}.listened"

#: What the engine's actions are called; others by their own name.
_KINDS: Final = {
    "create": "open",
    "delete": "close",
    "change_preset": "changepricelist",
    "resources": "setparam",
    "password": "changepassword",
}


#: The statuses of what was made: what is made first is told by its operation.
_MADE: Final = frozenset({"active", "suspended"})


class _Arrival(NamedTuple):
    """An event on its way to an account: its number, and the instant at which it is there."""

    event: int
    at: datetime


def note(panel: BillmanagerHost) -> None:
    """Note what was carried out since the last time, as of this instant."""
    state, book = panel.state, panel.billing.book
    state.things.setdefault(_HAPPENED, {})
    running = state.things.setdefault(_RUNNING, {})
    for number in _newer(panel):
        running[number] = {}
    for number in list(running):
        operation = book.operations[number]
        if operation.status == "running":
            continue
        del running[number]
        if operation.status == "done":
            kind = _KINDS.get(operation.action, operation.action)
            _happen(panel, book.services[operation.service], kind)


def tell(panel: BillmanagerHost, service: Service, kind: str) -> None:
    """Note a change that is no operation, after those that were carried out before it."""
    note(panel)
    _happen(panel, service, kind)


def _happen(panel: BillmanagerHost, service: Service, kind: str) -> None:
    state = panel.state
    nth = state.number(f"{_HAPPENED} of {service.client}")
    event = {"item": str(service.number), "kind": kind, "at": panel.clock.now().isoformat()}
    state.things[_HAPPENED][state.number(_HAPPENED)] = {**event, "number": str(nth)}


def listen(panel: BillmanagerHost) -> None:
    """Note from now on what the engine changes without an operation, as it happens."""
    panel.state.things.setdefault(_HAPPENED, {})
    panel.state.numbers[_LISTENED] = 1
    panel.billing.heard = lambda turn: _heard(panel, turn)


def listened(panel: BillmanagerHost) -> bool:
    """Tell whether anybody has asked for events so far."""
    return _LISTENED in panel.state.numbers


def happened(panel: BillmanagerHost) -> int:
    """Return how many events there were so far."""
    note(panel)
    return panel.state.numbers.get(_HAPPENED, 0)


def _heard(panel: BillmanagerHost, turn: Turn) -> None:
    asked = {task.service for task in turn.tasks}
    new = {service.number for service in turn.services}
    for what, changed in turn.changes:
        if not isinstance(what, Service) or what.number in new or what.status not in _MADE:
            continue
        if "expires" in changed and "tariff" not in changed:
            tell(panel, what, "prolong")
        elif "suspended_by" in changed and what.number not in asked:
            tell(panel, what, "suspend" if what.suspended_by else "resume")


def _newer(panel: BillmanagerHost) -> list[int]:
    """Return the numbers of the operations that were not looked at yet, in order."""
    numbers, operations = panel.state.numbers, panel.billing.book.operations
    seen, found = numbers.get(_RUNNING, 0), []
    for number in reversed(operations):
        if number <= seen:
            break
        found.append(number)
    numbers[_RUNNING] = max(seen, *found) if found else seen
    return found[::-1]


def _take(panel: BillmanagerHost, account: str, client: str) -> dict[int, dict[str, str]]:
    """Deliver to an account what has happened; return all that has arrived, by its number.

    What is told once stays told: a change of the faults does not change it.
    """
    if panel.billing.heard is None:
        listen(panel)
    note(panel)
    state = panel.state
    arrived = state.things.setdefault(f"{EVENTS}@{account}", {})
    late = state.things.setdefault(f"{EVENTS}.late@{account}", {})
    on_their_way = [_read(row) for row in late.values()]
    on_their_way += _delivered(panel, account, client)
    # One moment may bring several: they come in the order of their delivery.
    on_their_way.sort(key=lambda arrival: arrival.at)
    late.clear()
    for number, arrival in enumerate(on_their_way):
        row = {"event": str(arrival.event), "at": arrival.at.isoformat()}
        if arrival.at > panel.clock.now():
            late[number] = row
        else:
            arrived[len(arrived) + 1] = row
            panel.changed += 1
    return arrived


def _delivered(panel: BillmanagerHost, account: str, client: str) -> Iterator[_Arrival]:
    """Return the arrivals of what the account was not told yet; the faults decide, once."""
    state = panel.state
    happened, told = state.things[_HAPPENED], f"{EVENTS}@{account}"
    first, last = state.numbers.get(told, 0) + 1, len(happened)
    state.numbers[told] = last
    numbers = [each for each in range(first, last + 1) if _concerns(panel, happened[each], client)]
    panel.changed += bool(numbers)

    def name(number: int) -> str:
        return f"item.{happened[number]['kind']}"

    before: datetime | None = None
    for number, late in deliver(numbers, panel.faults or Faults(), name, panel.binary):
        at = datetime.fromisoformat(happened[number]["at"])
        if late:
            yield _Arrival(number, at + timedelta(seconds=late))
            continue
        # What comes after another one is not there before it.
        before = at if before is None else max(before, at)
        yield _Arrival(number, before)


def _concerns(panel: BillmanagerHost, event: dict[str, str], client: str) -> bool:
    return not client or panel.billing.book.services[int(event["item"])].client == client


def _read(row: dict[str, str]) -> _Arrival:
    return _Arrival(int(row["event"]), datetime.fromisoformat(row["at"]))


def _list(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    panel = context.panel
    arrived = _take(panel, context.who.name, own_client(context))
    since = int(context.args.get("since", "0"))
    client = own_client(context)
    counted = f"{_HAPPENED} of {client}" if client else _HAPPENED
    last = Node("last", str(panel.state.numbers.get(counted, 0)))
    rows = (_row(panel, number, arrived[number]) for number in range(since + 1, len(arrived) + 1))
    return [last, *rows]


def _row(panel: BillmanagerHost, number: int, row: dict[str, str]) -> Node:
    event = panel.state.things[_HAPPENED][int(row["event"])]
    service = panel.billing.book.services[int(event["item"])]
    at = datetime.fromisoformat(event["at"]).astimezone(panel.billing.book.zone)
    told = {
        "id": str(number),
        "event": row["event"],
        "number": event["number"],
        "item": event["item"],
        "itemtype": itemtype_of(panel, service),
        "kind": event["kind"],
        "at": moment(at),
    }
    return Node("elem", "", {}, fields(told))


def _made_from(panel: BillmanagerHost, account: str) -> object:
    """Return what the list of an account is made from; None while something is on its way to it."""
    state = panel.state
    login = state.logins.get(account)
    delivered = state.numbers.get(f"{EVENTS}@{account}")
    if login is None or state.traffic.filters or delivered != happened(panel):
        return None
    if state.things.get(f"{EVENTS}.late@{account}"):
        return None
    return login, delivered


FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    # No document names it: real installations tell of items by notices and modules.
    Function(
        EVENTS, "list", "What happened to services, as it is told", _list,
        (Param("since", "integer", hint="only what came after the row of this id"),),
        level=USER, key="id", columns=("id", "event", "number", "item", "itemtype", "kind", "at"),
        invented=True, made_from=_made_from,
    ),
)  # fmt: skip
