"""Operations: what billing decided is asked of the panel until it is done, in order, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.ports import (
    Account,
    Grants,
    PanelFailedError,
    PanelRefusedError,
)
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from prorata.reference.clock import Clock
    from prorata.reference.engine.ports import Panel, Trading
    from prorata.reference.engine.state import Book, Operation, Service

__all__ = [
    "LOGINS",
    "REFUSED_AGAIN",
    "TRIES",
    "UNANSWERED_AGAIN",
    "Operations",
    "first_password",
    "mark_of",
]

#: When what the panel refused is asked again, and how often it is asked in all.
REFUSED_AGAIN: Final = timedelta(minutes=5)
TRIES: Final = 5
#: When what the panel did not answer is asked again; the last of these from then on.
UNANSWERED_AGAIN: Final = tuple(timedelta(minutes=m) for m in (5, 10, 20, 40, 60))
LOGINS: Final = 100
#: What a seller does at once, and may undo by itself before that is seen.
_UNDONE_AGAIN: Final = frozenset({"suspend", "resume", "change_preset"})


class Operations:
    """The operations of a book; those of one service wait for each other.

    `activated` is told of each service that has been made, `performed` of each operation that is
    done, or has failed for the first time. What the panel refuses is tried five
    times and then left to staff; what it does not answer is tried less and less often, for ever.
    What `trade` carries to a seller stays open until the seller shows that it is done.
    """

    def __init__(
        self,
        book: Book,
        panel: Panel,
        clock: Clock,
        activated: Callable[[Service], None],
        name_apart: Callable[[str, int], str | Refusal],
        *,
        performed: Callable[[str, str, Service], None],
        trade: Trading | None = None,
    ) -> None:
        self._trade = trade
        self._name_apart = name_apart
        self._performed = performed
        self._activated = activated
        self._book = book
        self._panel = panel
        self._clock = clock

    def add(self, operation: Operation) -> datetime | None:
        """Take an operation and, unless an earlier one of the service still runs, perform it.

        What waits for staff holds up no suspension, no resumption and no deletion.
        """
        self._book.operations[operation.number] = operation
        waiting = self._book.running.setdefault(operation.service, [])
        if operation.action == "delete" and self._needs_none(waiting):
            self._give_up(waiting)
        waiting.append(operation.number)
        first = self._book.operations[waiting[0]]
        return self.perform(operation.service) if first is operation or first.manual else None

    def perform(self, service: int) -> datetime | None:
        """Perform what runs for a service, in order; return when to try again, if it fails."""
        waiting = self._book.running.get(service, [])
        while waiting:
            first = self._book.operations[waiting[0]]
            if first.manual and self._passed(waiting):
                continue
            if first.manual or first.asked:
                return None
            if self._perform(first):
                waiting.pop(0)
            elif when := self._later(first):
                return when
        self._book.running.pop(service, None)
        return None

    def seen(self, service: int, shown: Callable[[Operation], bool]) -> datetime | None:
        """Go on behind what a seller has `shown` to be done; return as `perform` does."""
        waiting = self._book.running.get(service, [])
        if not waiting:
            return None
        first = self._book.operations[waiting[0]]
        if not shown(first):
            if not first.asked or first.action not in _UNDONE_AGAIN:
                return None
            # It was done, and undone before anybody looked: it is asked for anew.
            first.asked = False
            return self.perform(service)
        self._done(first, self._book.services[service])
        waiting.pop(0)
        return self.perform(service)

    def _needs_none(self, waiting: list[int]) -> bool:
        """Tell whether a deletion need not wait for what was to be done before it.

        An account that the panel refused to make may be there by the hand of staff.
        """
        found = [self._book.operations[number] for number in waiting]
        left = any(each.manual and each.action != "create" for each in found)
        return left or any(self._carries(each.service) for each in found)

    def _carries(self, service: int) -> bool:
        return self._trade is not None and self._trade.carries(self._book.services[service])

    def _overtaken(self, waiting: list[int]) -> bool:
        """Put before what waits for staff what need not wait for it.

        A change that a seller refused is tried again after a renewal or a resumption: it may have
        lacked that.
        """
        first, *others = (self._book.operations[number] for number in waiting)
        held_up = _AT_SELLER if self._carries(first.service) else _ON_PANEL
        passing = held_up.get(first.action, held_up["others"])
        found = next((e for e in others if e.action in passing and not e.manual), None)
        if found is None:
            return False
        waiting.remove(found.number)
        waiting.insert(0, found.number)
        lacked = first.action == "change_preset" and found.action != "suspend"
        if lacked and self._carries(first.service):
            first.manual = False
        return True

    def _give_up(self, waiting: list[int]) -> None:
        """Give up what was to be done with what is to go."""
        for number in waiting:
            self._book.operations[number].status = "dropped"
        waiting.clear()

    def _passed(self, waiting: list[int]) -> bool:
        """Tell whether what waits for staff is out of the way of what comes behind it."""
        first, *others = (self._book.operations[number] for number in waiting)
        if self._is_wanted(first, others):
            return self._overtaken(waiting)
        first.status = "dropped"
        waiting.pop(0)
        return True

    def _is_wanted(self, first: Operation, others: list[Operation]) -> bool:
        """Tell whether what waits for staff is still to be done.

        A suspension that never came about is not where its service runs again, nor a resumption
        where it is to stand, nor a change at a seller where there is another one since.
        """
        stands = self._book.services[first.service].stands
        changed = first.action == "change_preset" and self._carries(first.service)
        anew = changed and any(each.action == first.action for each in others)
        return _WANTED.get(first.action, stands) == stands and not anew

    def _later(self, operation: Operation) -> datetime | None:
        """Return when to try an operation again that is not done.

        None where staff have to see to it, or an event of a seller is awaited.
        """
        if operation.asked:
            return None
        if operation.unanswered:
            last = len(UNANSWERED_AGAIN) - 1
            return self._clock.now() + UNANSWERED_AGAIN[min(operation.unanswered - 1, last)]
        tries = TRIES
        if self._trade is not None and self._carries(operation.service):
            tries = self._trade.tries
        if operation.refused >= tries:
            self.hold(operation.number)
            return None
        return self._clock.now() + REFUSED_AGAIN

    def plan(self, service: int, when: datetime) -> None:
        """Note when what runs for a service is tried again: whatever was planned before is not."""
        self._first(service).next_try = when

    def due(self, service: int) -> bool:
        """Tell whether what runs for a service is to be tried now."""
        running = service in self._book.running
        return running and self._first(service).next_try == self._clock.now()

    def _first(self, service: int) -> Operation:
        return self._book.operations[self._book.running[service][0]]

    def hold(self, number: int) -> None:
        """Leave an operation to staff: it is not tried again by itself."""
        self._book.operations[number].manual = True

    def start(self, number: int) -> datetime | None:
        """Try an operation now, by the wish of staff; return as `perform` does."""
        operation = self._book.operations[number]
        operation.manual = operation.asked = False
        return self.perform(operation.service)

    def drop(self, number: int) -> datetime | None:
        """Forget a running operation without doing it; those behind it go on."""
        operation = self._book.operations[number]
        operation.status = "dropped"
        self._book.running[operation.service].remove(number)
        return self.perform(operation.service)

    def _perform(self, operation: Operation) -> bool:
        service = self._book.services[operation.service]
        operation.tries += 1
        try:
            done = self._ask(operation, service)
        except (PanelRefusedError, PanelFailedError) as error:
            self._fail(operation, service, error)
            return False
        operation.error, operation.asked = None, not done
        if done:
            self._done(operation, service)
        return done

    def _done(self, operation: Operation, service: Service) -> None:
        operation.status, operation.error = "done", None
        operation.asked = operation.manual = False
        self._performed(operation.action, "done", service)
        if service.status == "processing" and operation.action == "create":
            service.status = "active"
            self._activated(service)

    def _fail(
        self,
        operation: Operation,
        service: Service,
        error: PanelRefusedError | PanelFailedError,
    ) -> None:
        operation.error = str(error)
        if isinstance(error, PanelRefusedError):
            operation.refused, operation.unanswered = operation.refused + 1, 0
        else:
            operation.unanswered += 1
            operation.unsure = operation.unsure or error.may_have_happened
        if operation.tries == 1:
            self._performed(operation.action, "failed", service)

    def _ask(self, operation: Operation, service: Service) -> bool:
        """Ask the panel, or the seller; return whether that is all."""
        if self._trade is not None and self._trade.carries(service):
            return self._trade.carry(operation, service)
        happened = operation.unsure and operation.action in _LOOKED_AT
        if happened:
            there = self._panel.exists(service.user, mark_of(service))
            if there == _LOOKED_AT[operation.action]:
                return True
        work = _Work(self._panel, self._book, operation, service, self._name_apart)
        _ACTIONS.get(operation.action, _plainly)(work)
        return True


@dataclass(frozen=True, slots=True)
class _Work:
    """An operation with all that it takes; `name_apart` tells a login from a taken one."""

    panel: Panel
    book: Book
    operation: Operation
    service: Service
    name_apart: Callable[[str, int], str | Refusal]

    @property
    def makes_presets(self) -> bool:
        """Whether a preset that the panel lacks is made, and no error."""
        return not self.book.catalogue[self.service.tariff].strict


def _plainly(work: _Work) -> None:
    getattr(work.panel, work.operation.action)(work.service.user, *work.operation.arguments)


def _create(work: _Work) -> None:
    """Make the user; what stands in the way is gone round, as the documents say."""
    operation, service = work.operation, work.service
    operation.login = operation.login or service.user
    account = Account(
        service.user,
        work.book.catalogue[service.tariff].template,
        first_password(service),
        service.domain or None,
        _grants(work.book, service),
        mark_of(service),
    )
    around = _Around(work)
    for _ in range(LOGINS):
        service.user = account.name
        try:
            work.panel.create(account)
        except PanelRefusedError as error:
            account = around(account, error)
        else:
            return
    message = f"none of {LOGINS} logins such as {operation.login} is free"
    raise PanelRefusedError("exists", "user", message, "create")


@dataclass(slots=True)
class _Around:
    """How a refused user is made after all; each way is gone as often as it leads on."""

    work: _Work
    taken: int = 0

    def __call__(self, account: Account, error: PanelRefusedError) -> Account:
        """Return the account to try next, or raise what has no way round."""
        obstacle = error.type, error.object
        if obstacle == ("exists", "user"):
            return replace(account, name=self._next_name(error))
        if obstacle == ("exists", "name") and account.domain is not None:
            # The domain is somebody's already: the service is made without it.
            return replace(account, domain=None)
        if obstacle == ("missed", "preset") and self.work.makes_presets:
            self.work.panel.make_preset(account.preset)
            return account
        raise error

    def _next_name(self, error: PanelRefusedError) -> str:
        self.taken += 1
        name = self.work.name_apart(self.work.operation.login, self.taken)
        if isinstance(name, Refusal):
            raise PanelRefusedError(error.type, error.object, name.reason, error.func)
        return name


def _change_preset(work: _Work) -> None:
    preset, *ended = work.operation.arguments
    has = _grants(work.book, work.service)
    grants = replace(has, resources={**dict.fromkeys(ended, 0), **has.resources})
    try:
        work.panel.change_preset(work.service.user, preset, grants)
    except PanelRefusedError as error:
        if (error.type, error.object) != ("missed", "preset") or not work.makes_presets:
            raise
        work.panel.make_preset(preset)
        work.panel.change_preset(work.service.user, preset, grants)


def _resources(work: _Work) -> None:
    """Set what a service has; what was cancelled goes back to what its tariff includes."""
    sold = work.book.catalogue[work.service.tariff]
    ended = {name: sold.included_amounts.get(name, 0) for name in work.operation.arguments}
    has = _grants(work.book, work.service).resources
    work.panel.resources(work.service.user, {**ended, **has})


def first_password(service: Service) -> str:
    """Return the password of a new user: the same in every run."""
    return sha256(f"{service.number} {service.orderer}".encode()).hexdigest()[:16]


def mark_of(service: Service) -> str:
    """Return what tells the user of a service from a stranger who has the same login."""
    return f"service {service.number} of {service.orderer}"


def _grants(book: Book, service: Service) -> Grants:
    """Return what stands over the preset: of resources, what staff or the client chose.

    An addon that nobody touched leaves the limit to the preset.
    """
    sold = book.catalogue[service.tariff]
    resources = {name: row.included for name, row in sold.own_resources.items()}
    return Grants(sold.overrides, {**resources, **service.resources})


#: What to look for where an answer was lost: whether the user of the service exists, who carries
#: its mark, once it has happened. A stranger is neither taken for it nor deleted in its place.
_LOOKED_AT: Final = {"create": True, "delete": False}

#: What is done so that a service stands, and what so that it does not.
_WANTED: Final = {"suspend": True, "resume": False}
#: What holds at once, whatever else is still to be done.
_URGENT: Final = frozenset({"suspend", "resume"})
#: What passes what waits for staff: nothing an order.
_ON_PANEL: Final[Mapping[str, frozenset[str]]] = {"create": frozenset(), "others": _URGENT}
#: The same at a seller: a change may wait for a renewal itself; what a client is not let do there,
#: or staff are to do, holds up nothing that was paid for.
_AT_SELLER: Final[Mapping[str, frozenset[str]]] = {
    "create": frozenset(),
    "prolong": _URGENT,
    "change_preset": _URGENT | {"prolong"},
    "delete": _URGENT,
    "others": _URGENT | {"prolong", "change_preset", "resources"},
}
_ACTIONS: Final[Mapping[str, Callable[[_Work], None]]] = {
    "create": _create,
    "change_preset": _change_preset,
    "resources": _resources,
}
