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

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from prorata.reference.clock import Clock
    from prorata.reference.engine.ports import Panel
    from prorata.reference.engine.state import Book, Operation, Service

__all__ = ["Operations", "first_password"]

_RETRY: Final = timedelta(minutes=5)
_WAYS: Final = 100


class Operations:
    """The operations of a book; those of one service wait for each other.

    `activated` is told of each service that has been made. `patience` is after how many failed
    tries an operation is left to staff: without one it is tried for ever.
    """

    def __init__(
        self, book: Book, panel: Panel, clock: Clock, activated: Callable[[Service], None]
    ) -> None:
        self.patience: int | None = None
        self._activated = activated
        self._book = book
        self._panel = panel
        self._clock = clock

    def add(self, operation: Operation) -> datetime | None:
        """Take an operation and, unless an earlier one of the service still runs, perform it."""
        self._book.operations[operation.number] = operation
        waiting = self._book.running.setdefault(operation.service, [])
        waiting.append(operation.number)
        return self.perform(operation.service) if len(waiting) == 1 else None

    def perform(self, service: int) -> datetime | None:
        """Perform what runs for a service, in order; return when to try again, if it fails."""
        waiting = self._book.running.get(service, [])
        while waiting:
            if self._book.operations[waiting[0]].manual:
                return None
            if not self._perform(self._book.operations[waiting[0]]):
                return self._later(self._book.operations[waiting[0]])
            waiting.pop(0)
        self._book.running.pop(service, None)
        return None

    def _later(self, operation: Operation) -> datetime | None:
        """Return when to try a failed operation again, None where staff have to see to it."""
        if self.patience is not None and operation.tries >= self.patience:
            self.hold(operation.number)
            return None
        return self._clock.now() + _RETRY

    def hold(self, number: int) -> None:
        """Leave an operation to staff: it is not tried again by itself."""
        self._book.operations[number].manual = True

    def start(self, number: int) -> datetime | None:
        """Try an operation now, by the wish of staff; return as `perform` does."""
        operation = self._book.operations[number]
        operation.manual = False
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
            self._ask(operation, service)
        except PanelRefusedError as error:
            operation.error = str(error)
            return False
        except PanelFailedError as error:
            operation.error = str(error)
            operation.unsure = operation.unsure or error.may_have_happened
            return False
        operation.status, operation.error = "done", None
        if service.status == "processing":
            service.status = "active"
            self._activated(service)
        return True

    def _ask(self, operation: Operation, service: Service) -> None:
        happened = operation.unsure and operation.action in _LOOKED_AT
        if happened:
            there = self._panel.exists(service.user, _mark(service))
            if there == _LOOKED_AT[operation.action]:
                return
        _ACTIONS.get(operation.action, _plainly)(self._panel, self._book, operation, service)


def _plainly(panel: Panel, _book: Book, operation: Operation, service: Service) -> None:
    getattr(panel, operation.action)(service.user, *operation.arguments)


def _create(panel: Panel, book: Book, operation: Operation, service: Service) -> None:
    """Make the user; what stands in the way is gone round, as the documents say."""
    operation.login = operation.login or service.user
    account = Account(
        service.user,
        book.catalogue[service.tariff].template,
        first_password(service),
        service.domain or None,
        _grants(book, service),
        _mark(service),
    )
    ways = _Ways(panel, operation.login, makes_presets=not book.catalogue[service.tariff].strict)
    for _ in range(_WAYS):
        service.user = account.name
        try:
            panel.create(account)
        except PanelRefusedError as error:
            account = ways.around(account, error)
        else:
            return
    message = f"none of {_WAYS} logins such as {operation.login} is free"
    raise PanelRefusedError("exists", "user", message, "create")


@dataclass(slots=True)
class _Ways:
    """How a refused user is made after all; each way is gone as often as it leads on."""

    panel: Panel
    login: str
    makes_presets: bool
    taken: int = 0

    def around(self, account: Account, error: PanelRefusedError) -> Account:
        """Return the account to try next, or raise what has no way round."""
        obstacle = error.type, error.object
        if obstacle == ("exists", "user"):
            self.taken += 1
            return replace(account, name=f"{self.login}{self.taken}")
        if obstacle == ("exists", "name") and account.domain is not None:
            # The domain is somebody's already: the service is made without it.
            return replace(account, domain=None)
        if obstacle == ("missed", "preset") and self.makes_presets:
            self.panel.make_preset(account.preset)
            return account
        raise error


def _change_preset(panel: Panel, book: Book, operation: Operation, service: Service) -> None:
    (preset,), grants = operation.arguments, _grants(book, service)
    try:
        panel.change_preset(service.user, preset, grants)
    except PanelRefusedError as error:
        made = (error.type, error.object) == ("missed", "preset")
        if not made or book.catalogue[service.tariff].strict:
            raise
        panel.make_preset(preset)
        panel.change_preset(service.user, preset, grants)


def _resources(panel: Panel, book: Book, _operation: Operation, service: Service) -> None:
    panel.resources(service.user, _grants(book, service).resources)


def first_password(service: Service) -> str:
    """Return the password of a new user: the same in every run."""
    return sha256(f"{service.number} {service.client}".encode()).hexdigest()[:16]


def _mark(service: Service) -> str:
    """Return what tells the user of a service from a stranger who has the same login."""
    return f"service {service.number} of {service.client}"


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

_ACTIONS: Final[Mapping[str, Callable[[Panel, Book, Operation, Service], None]]] = {
    "create": _create,
    "change_preset": _change_preset,
    "resources": _resources,
}
