"""What the functions ask of the panel that they belong to; they know nothing else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from prorata.fakes.mgr5.functions import Mgr5Panel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.billmanager.catalogue import Listings
    from prorata.fakes.billmanager.index import Index
    from prorata.fakes.billmanager.state import BillmanagerState, Login
    from prorata.fakes.faults import Faults
    from prorata.reference.engine import Billing

__all__ = ["BillmanagerHost"]


class BillmanagerHost(Mgr5Panel, Protocol):
    """A BILLmanager as its functions see it."""

    #: Whether an order that the balance does not pay is kept until it does.
    keeps_unpaid_orders: bool
    #: How often the key of a licence is asked for in vain before it is there.
    polls_for_key: int
    #: What goes wrong with calls; None lets nothing go wrong.
    faults: Faults | None

    @property
    def state(self) -> BillmanagerState:
        """What it holds beside the books of its engine."""

    @property
    def billing(self) -> Billing:
        """The engine, with its books."""

    @property
    def listings(self) -> Listings:
        """The tariffs with their numbers."""

    @property
    def index(self) -> Index:
        """Which services there are of each product type and client."""

    def list_tariff(self, name: str, row: Mapping[str, Any]) -> int:
        """Give a tariff of the engine its number; ValueError for one that is taken."""

    def add_login(self, client: str, *, password: str, **about: str) -> Login:
        """Let a client of the engine log in, by name or by address."""
