"""What the engine needs of a seller."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.licences import Licence
    from prorata.reference.periods import Length

__all__ = ["LicenceEvent", "LicenceOrder", "News", "Seller"]


class LicenceOrder(NamedTuple):
    """A licence to be ordered: what it is called here, the seller's tariff, and its period.

    A `period` of None is a trial.
    """

    remote: str
    tariff: str
    period: Length | None
    ip: str = ""
    name: str = ""


class LicenceEvent(NamedTuple):
    """Something that happened to a licence; events of a buyer are numbered from 1."""

    number: int
    licence: str


class News(NamedTuple):
    """What a seller tells: events after a row, that of the last one, and how many there were."""

    events: tuple[LicenceEvent, ...]
    row: int
    last: int


class Seller(Protocol):
    """A billing that sells licences. Every method raises what a panel's do."""

    def connection(self) -> Mapping[str, str]:
        """Return as whom the buyer is known there."""

    def tariffs(self) -> Mapping[str, str]:
        """Return the licences that are sold: the name of each tariff by its number."""

    def order(self, wish: LicenceOrder) -> str:
        """Order a licence; return its number."""

    def find(self, remote: str) -> str | None:
        """Return the number of the licence that its buyer calls so, None where none ever was."""

    def licences(self) -> Mapping[str, str]:
        """Return what the buyer calls each licence of the account, by its number."""

    def look(self, number: str) -> Licence | None:
        """Return a licence as it is, None where there is none."""

    def prolong(self, number: str, period: Length) -> None:
        """Renew a licence."""

    def change(self, number: str, tariff: str) -> None:
        """Give a licence another tariff."""

    def edit(self, number: str, *, ip: str | None, name: str | None) -> None:
        """Give a licence another address or name."""

    def new_key(self, number: str) -> None:
        """Give a licence another key."""

    def suspend(self, number: str) -> None:
        """Suspend a licence."""

    def resume(self, number: str) -> None:
        """Resume a licence."""

    def close(self, number: str) -> None:
        """Close a licence."""

    def events(self, row: int) -> News:
        """Return what happened to the licences of the account after a row."""
