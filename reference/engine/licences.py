"""Licences that are bought from a seller and sold on: what is known of each, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

__all__ = ["Cursor", "Licence", "Resold", "Shelf"]


class Licence(NamedTuple):
    """A licence as its seller shows it.

    `remote` is what its buyer called it; `tariff` the number of its tariff there; `suspended_by`
    who suspended it there: its buyer is the ``client``. `expires` is a civil date of the seller,
    None for what runs from day to day, as long as its buyer pays.
    """

    number: str
    remote: str = ""
    tariff: str = ""
    status: str = ""
    suspended_by: frozenset[str] = frozenset()
    expires: date | None = None
    ip: str = ""
    name: str = ""
    key: str = ""

    @property
    def closed(self) -> bool:
        """Whether it is there no more."""
        return self.status == "deleted"

    @property
    def held(self) -> bool:
        """Whether the seller suspended it, whatever its buyer did."""
        return bool(self.suspended_by - {"client"})


@dataclass(frozen=True, slots=True)
class Resold:
    """What a service has that is bought from a seller.

    `module` buys it, `ip` and `name` are as they were ordered; `paid` is what its client paid
    before it was made, without tax, or `back` what came back since; `licence` is what was last seen
    of it, None where none is known; `odd` is why staff have to look at it.

    Of the control panel of a server, `tariff` is the number of the tariff at the seller, nothing
    where it is to have none; `past` are the numbers of licences that the server had before.
    `last` is the end of the cycle in which the seller closed it, where that is paid at its end.
    """

    module: str
    ip: str = ""
    name: str = ""
    paid: Fraction = Fraction(0)
    licence: Licence | None = None
    odd: str = ""
    tariff: str = ""
    past: frozenset[str] = frozenset()
    back: Fraction = Fraction(0)
    last: date | None = None

    @property
    def closed(self) -> bool:
        """Whether its seller has closed the licence."""
        return self.licence is not None and self.licence.closed

    def seen(self, licence: Licence) -> Resold:
        """Return it with what was last seen."""
        return replace(self, licence=licence)


class Cursor(NamedTuple):
    """How far the events of a seller were read: the last row, and the number of the last event."""

    row: int = 0
    number: int = 0


@dataclass(slots=True)
class Shelf:
    """What is known of sellers: how far each was heard, by module, and whose licence is whose.

    `services` has the number of the service by module and licence; `keyless` the services whose
    licence has no key yet; `busy` those that were seen while something was still to be done there,
    and are looked at again when it is.
    """

    cursors: dict[str, Cursor] = field(default_factory=dict)
    services: dict[tuple[str, str], int] = field(default_factory=dict)
    keyless: set[int] = field(default_factory=set)
    busy: set[int] = field(default_factory=set)
