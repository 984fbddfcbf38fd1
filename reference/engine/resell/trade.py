"""The trade with sellers: operations are carried to them, and they are asked for events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.applying import apply
from prorata.reference.engine.licences import Cursor
from prorata.reference.engine.ports import PanelFailedError, PanelRefusedError
from prorata.reference.engine.resell.carrying import Errand, carry, shows
from prorata.reference.resell.events import events
from prorata.reference.resell.trial import trial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.billing import Billing
    from prorata.reference.engine.licences import Licence, Shelf
    from prorata.reference.engine.resell.port import News, Seller
    from prorata.reference.engine.state import Operation, Service

__all__ = ["EVERY", "Trade"]

#: How often a seller is asked for events.
EVERY: Final = timedelta(minutes=5)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BEGINNING: Final = Cursor()
_ERRORS: Final = (PanelRefusedError, PanelFailedError)


class Trade:
    """What a billing buys: its sellers, by the names of the modules that buy there."""

    #: How often what a seller refused is asked in all: it does not change its mind by itself.
    tries = 1

    def __init__(self, billing: Billing, sellers: Mapping[str, Seller]) -> None:
        self._billing = billing
        self._sellers = sellers
        #: When the sellers are asked next: every five minutes of the clock.
        now = billing.clock.now()
        self.next = now + (_EPOCH - now) % EVERY

    @property
    def sellers(self) -> Mapping[str, Seller]:
        """The sellers themselves."""
        return self._sellers

    @property
    def _shelf(self) -> Shelf:
        return self._billing.book.shelf

    def waits(self) -> bool:
        """Tell whether something is open that a seller is to answer, or a key is not there yet."""
        if self._again():
            return True
        operations = self._billing.book.operations
        return any(operations[first].asked for first, *_ in self._billing.book.running.values())

    def _again(self) -> list[tuple[str, str]]:
        """Return licences to look at again, each with its module: what is open is done, or no key.

        Where the licence of a server is forgotten, there is nothing to look at.
        """
        shelf, book = self._shelf, self._billing.book
        found = shelf.keyless | (shelf.busy - book.running.keys())
        bought = [book.services[number].resold for number in sorted(found)]
        return [(each.module, each.licence.number) for each in bought if each and each.licence]

    def skip_to(self, until: datetime) -> None:
        """Ask the sellers next at the last of their instants up to `until`, if any is left."""
        self.next = max(self.next, until - (until - _EPOCH) % EVERY)

    def skip_past(self, since: datetime) -> None:
        """Ask the sellers at none of their instants before `since`."""
        self.next = max(self.next, since + (_EPOCH - since) % EVERY)

    def carries(self, service: Service) -> bool:
        """Tell whether a service is bought from a seller."""
        return service.resold is not None

    def carry(self, operation: Operation, service: Service) -> bool:
        """Ask a seller for what an operation wants; raise what a panel raises.

        True where that is there already: else the operation stays open until an event shows it.
        """
        resold = service.resold
        if resold is None or resold.module not in self._sellers:
            message = "no seller is connected"
            raise PanelRefusedError("missed", "module", message, operation.action)
        seller = self._sellers[resold.module]
        number = self._tariff(service)
        on_trial = self._billing.rulings(trial, number=number, on_trial=service.trial)
        errand = Errand(seller, operation, service, resold, number, on_trial)
        try:
            return carry(errand)
        finally:
            if errand.resold.licence is not None:
                self._know(service, resold.module, errand.resold.licence)

    def poll(self) -> None:
        """Ask all sellers what happened; what one does not answer is asked the next time."""
        self.next += EVERY
        for module, seller in self._sellers.items():
            cursor = self._shelf.cursors.get(module, _BEGINNING)
            try:
                news = seller.events(cursor.row)
                if news.last != cursor.number:
                    self._hear(module, seller, news, cursor)
                self._look_again(module, seller)
            except _ERRORS:
                """What was not applied is applied when it is asked again."""

    def _hear(self, module: str, seller: Seller, news: News, cursor: Cursor) -> None:
        told = {each.number: each.licence for each in news.events}
        new = self._billing.rulings(events, known=cursor.number, told=tuple(told), last=news.last)
        if new is None:
            self.look_at_all(module, seller)
        else:
            for licence in dict.fromkeys(told[number] for number in new):
                self._look(module, seller, licence)
        self._shelf.cursors[module] = Cursor(max(news.row, cursor.row), news.last)

    def look_at_all(self, module: str, seller: Seller) -> None:
        """Look at every licence of the account that is called as a service of this billing is."""
        for number, remote in seller.licences().items():
            if self._whose(module, number, remote) is not None:
                self._look(module, seller, number)

    def _look_again(self, module: str, seller: Seller) -> None:
        for own, number in self._again():
            if own == module:
                self._look(module, seller, number)

    def _look(self, module: str, seller: Seller, number: str) -> None:
        """Look at a licence, and have done what it means for the service that has it."""
        licence = seller.look(number)
        service = licence and self._whose(module, number, licence.remote)
        if licence is None or service is None or service.resold is None:
            return
        service.resold = service.resold.seen(licence)
        self._know(service, module, licence)
        billing = self._billing

        def shown(operation: Operation) -> bool:
            return shows(operation, licence, self._tariff(service))

        # What was asked for is done first: a service that is made now may be suspended there.
        billing.again(billing.operations.seen(service.number, shown), service.number)
        turn = billing.turn()
        billing.rulebook.seen_at_seller(turn, service, licence)
        busy = self._shelf.busy
        (busy.add if service.number in billing.book.running else busy.discard)(service.number)
        apply(billing, turn)

    def _know(self, service: Service, module: str, licence: Licence) -> None:
        """Keep whose a licence is, and whether its key has still to be looked for."""
        self._shelf.services[module, licence.number] = service.number
        waits = licence.status == "active" and not licence.key
        (self._shelf.keyless.add if waits else self._shelf.keyless.discard)(service.number)

    def _whose(self, module: str, number: str, remote: str) -> Service | None:
        """Return the service that has a licence, or that was to get the one that is called so."""
        services = self._billing.book.services
        known = self._shelf.services.get((module, number))
        if known is not None:
            resold = services[known].resold
            return None if resold is None or number in resold.past else services[known]
        service = services.get(int(remote)) if remote.isascii() and remote.isdecimal() else None
        if service is None or service.resold is None or service.resold.module != module:
            return None
        return service if service.resold.licence is None else None

    def _tariff(self, service: Service) -> str:
        bundled = service.resold.tariff if service.resold else ""
        return bundled or str(self._billing.book.catalogue[service.tariff].seller_tariff or "")
