"""How an operation is carried to a seller: each looks before it asks, and is done once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.licences import Licence
from prorata.reference.engine.ports import PanelRefusedError
from prorata.reference.engine.resell.port import LicenceOrder
from prorata.reference.periods import Length

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.reference.engine.licences import Resold
    from prorata.reference.engine.resell.port import Seller
    from prorata.reference.engine.state import Operation, Service

__all__ = ["Errand", "carry", "shows"]

#: How far the dates of both sides may be apart that mean the same: by their zones and months.
_APART: Final = timedelta(days=3)
_NONE: Final = timedelta()


@dataclass(slots=True)
class Errand:
    """An operation on its way to a seller; `tariff` is the number of the service's tariff there.

    `on_trial` tells that a licence of it is ordered as a trial.
    """

    seller: Seller
    operation: Operation
    service: Service
    resold: Resold
    tariff: str
    on_trial: bool

    @property
    def remote(self) -> str:
        """What the licence is called there: the number of its service."""
        return str(self.service.number)

    def find(self) -> str | None:
        """Return the number of the licence that was ordered, None where none was."""
        return self.seller.find(self.remote, self.resold.past)

    def keep(self, licence: Licence) -> Licence:
        """Keep what was seen of the licence."""
        self.service.resold = self.resold = self.resold.seen(licence)
        return licence

    def look(self) -> Licence:
        """Return the licence as it is now; refused where there is none."""
        known = self.resold.licence
        licence = self.seller.look(known.number) if known else None
        if licence is None or self.keep(licence).closed:
            message = "the seller has no such licence any more"
            raise PanelRefusedError("missed", "item", message, self.operation.action)
        return licence


def carry(errand: Errand) -> bool:
    """Ask the seller for what an operation wants; True where all is there already.

    Else the operation stays open until an event shows it.
    """
    return _CARRY[errand.operation.action](errand)


def shows(operation: Operation, licence: Licence, tariff: str) -> bool:
    """Tell whether a licence shows that an operation was carried out."""
    return _SHOWS[operation.action](operation, licence, tariff)


def _create(errand: Errand) -> bool:
    operation, service = errand.operation, errand.service
    known = errand.resold.licence
    number = known.number if known else None
    if number is None and operation.tries > 1:
        # Whatever came of it before, also what a restart forgot: it may be there by now.
        number = errand.find()
    if number is not None:
        found = errand.seller.look(number)
        if found is not None:
            return shows(operation, errand.keep(found), errand.tariff)
    named = [Length.of(period) for period in operation.arguments]
    period = None if errand.on_trial else next(iter(named), service.period)
    wish = LicenceOrder(errand.remote, errand.tariff, period, errand.resold.ip, errand.resold.name)
    number = errand.seller.order(wish)
    errand.keep(Licence(number, errand.remote))
    return False


def _prolong(errand: Errand) -> bool:
    """Renew a licence, once, and only while it expires before the time that is wanted."""
    operation = errand.operation
    period, wanted, *since = operation.arguments
    licence = errand.look()
    expires = str(licence.expires or "")
    operation.before = operation.before or expires
    # What is paid may have moved back since.
    until = min(date.fromisoformat(wanted), errand.service.ends.date())
    if expires > operation.before or _reaches(licence, until, *since):
        return True
    errand.seller.prolong(licence.number, Length.of(period))
    return False


def _reaches(licence: Licence, until: date, since: str = "") -> bool:
    """Tell whether a licence runs until the time that is wanted.

    Its seller may count a few days less, but not so many as half of what is paid for: from `since`
    on. By that a renewal is known that a restart forgot.
    """
    if licence.expires is None:
        return _runs_on(licence)
    few = min(_APART, (until - date.fromisoformat(since)) / 2) if since else _NONE
    return until - licence.expires <= max(few, _NONE)


def _runs_on(licence: Licence) -> bool:
    """Tell whether no lack of money has stopped a licence that has no date of its own."""
    return "non-payment" not in licence.suspended_by


def _change(errand: Errand) -> bool:
    licence = errand.look()
    if licence.tariff == errand.tariff:
        return True
    # Another change may be decided on before this one is seen to be done.
    errand.operation.before = errand.tariff
    errand.seller.change(licence.number, errand.tariff)
    return False


def _suspend(errand: Errand) -> bool:
    licence = errand.look()
    if "client" in licence.suspended_by:
        return True
    errand.seller.suspend(licence.number)
    return False


def _resume(errand: Errand) -> bool:
    licence = errand.look()
    if "client" not in licence.suspended_by:
        return True
    errand.seller.resume(licence.number)
    return False


def _searched(errand: Errand) -> str | None:
    """Search for a licence that may have been ordered, by what this billing calls it."""
    try:
        return errand.find()
    except PanelRefusedError:
        # Who is not let in has bought nothing, unless an answer was lost.
        if errand.operation.unsure:
            raise
        return None


def _close(errand: Errand) -> bool:
    """Close a licence; one that is not known may have been ordered, and is searched for."""
    known = errand.resold.licence
    number = known.number if known else None
    if number is None:
        number = _searched(errand)
    found = errand.seller.look(number) if number is not None else None
    if found is None or errand.keep(found).closed:
        return True
    errand.seller.close(found.number)
    return False


def _resources(errand: Errand) -> bool:
    message = "the addons of a licence are set at its seller by staff"
    raise PanelRefusedError("value", "addon", message, errand.operation.action)


def _moved(operation: Operation, licence: Licence, _tariff: str) -> bool:
    if licence.expires is None:
        return _runs_on(licence)
    return "" < operation.before < str(licence.expires)


_CARRY: Final[Mapping[str, Callable[[Errand], bool]]] = MappingProxyType(
    {
        "create": _create,
        "prolong": _prolong,
        "change_preset": _change,
        "suspend": _suspend,
        "resume": _resume,
        "delete": _close,
        "resources": _resources,
    }
)
#: What was made, whatever has become of it since.
_MADE: Final = frozenset({"active", "suspended", "deleted"})
#: What a licence looks like when an operation is carried out.
_SHOWS: Final[Mapping[str, Callable[[Operation, Licence, str], bool]]] = MappingProxyType(
    {
        "create": lambda _operation, licence, _tariff: licence.status in _MADE,
        "prolong": _moved,
        "change_preset": lambda operation, licence, tariff: (
            licence.tariff == (operation.before or tariff)
        ),
        "suspend": lambda _operation, licence, _tariff: "client" in licence.suspended_by,
        "resume": lambda _operation, licence, _tariff: "client" not in licence.suspended_by,
        "delete": lambda _operation, licence, _tariff: licence.closed,
        "resources": lambda _operation, _licence, _tariff: False,
    }
)
