"""Operations: what billing decided is asked of the panel until it is done, in order, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.ports import Account, PanelFailedError, PanelRefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from prorata.reference.clock import Clock
    from prorata.reference.engine.ports import Panel
    from prorata.reference.engine.state import Book, Operation, Service

__all__ = ["Operations"]

_RETRY: Final = timedelta(minutes=5)


class Operations:
    """The operations of a book; those of one service wait for each other."""

    def __init__(self, book: Book, panel: Panel, clock: Clock) -> None:
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
            if not self._perform(self._book.operations[waiting[0]]):
                return self._clock.now() + _RETRY
            waiting.pop(0)
        self._book.running.pop(service, None)
        return None

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
        return True

    def _ask(self, operation: Operation, service: Service) -> None:
        happened = operation.unsure and operation.action in _LOOKED_AT
        if happened and self._panel.exists(service.user) == _LOOKED_AT[operation.action]:
            return
        if operation.action == "create":
            self._create(service)
        else:
            getattr(self._panel, operation.action)(service.user, *operation.arguments)

    def _create(self, service: Service) -> None:
        preset = self._book.catalogue[service.tariff].template
        password = sha256(f"{service.number} {service.user}".encode()).hexdigest()[:16]
        account = Account(service.user, preset, password, service.domain or None)
        try:
            self._panel.create(account)
        except PanelRefusedError as error:
            # The domain is somebody's already: the service is made without it.
            if (error.type, error.object) != ("exists", "name"):
                raise
            self._panel.create(replace(account, domain=None))


#: What to look for where an answer was lost: whether the user exists once it has happened.
_LOOKED_AT: Final = {"create": True, "delete": False}
