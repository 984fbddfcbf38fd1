"""What a scenario has on the panel: tariffs, clients and services, under the panel's numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prorata.harness.implementations.billing import Unsupported
from prorata.harness.implementations.billmanager.ability import OURS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from prorata.harness.implementations.billmanager.desk import Caller, Desk

__all__ = ["PanelClient", "PanelScene", "PanelTariff"]


@dataclass(slots=True)
class PanelTariff:
    """A tariff: its number, the number of each of its addons, and what the scenario says of it."""

    id: str
    row: Mapping[str, Any]
    addons: dict[str, str] = field(default_factory=dict)

    @property
    def by_day(self) -> bool:
        """Whether it is charged by the day."""
        return bool(self.row.get("daily"))

    @property
    def has_notes(self) -> bool:
        """Whether it says what only staff see."""
        return bool(self.row.get("notes") or self.row.get("site_information"))


@dataclass(frozen=True, slots=True)
class PanelClient:
    """A client: the number, the login, and the calls that the client makes."""

    id: str
    login: str
    desk: Caller


@dataclass(slots=True)
class PanelScene:
    """One scenario on the panel.

    `mark` is what its names have behind them there, empty where they are the scenario's own;
    `as_it_is`: nobody has made the installation for it. `services` maps the number of each service
    to its client, and `payments` holds those that have begun: client, amount and number.
    """

    desk: Desk
    zone: ZoneInfo
    currency: str
    now: datetime
    invented: bool
    mark: str = ""
    as_it_is: bool = False
    tariffs: dict[str, PanelTariff] = field(default_factory=dict)
    clients: dict[str, PanelClient] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    payments: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def staff(self) -> Caller:
        """The calls of the staff."""
        return self.desk.staff

    def own(self, name: str) -> str:
        """Return what something of the scenario is called on the panel."""
        return f"{name}{self.mark}"

    def alone(self, what: str) -> None:
        """Raise `Unsupported` where other scenarios share the panel, and would be changed too."""
        if self.mark:
            raise Unsupported(f"{what}, while other scenarios share the panel (--reset)")

    def tariff(self, name: str) -> PanelTariff:
        """Return a tariff; raise `Unsupported` where the scenario has none of the name."""
        if name not in self.tariffs:
            raise Unsupported(f"there is no tariff {name}")
        return self.tariffs[name]

    def account(self, service: str) -> PanelClient:
        """Return the client of a service."""
        return self.clients[self.services[service]]

    def caller(self, service: str, by: object) -> Caller:
        """Return who does something with a service: its client, or the staff."""
        return self.staff if by == "staff" else self.account(service).desk

    def needs(self, ours: str) -> None:
        """Raise `Unsupported` where what is `ours` may not be used."""
        if not self.invented:
            why = "no document of the vendor has it (--functions invented)"
            raise Unsupported(f"{OURS[ours]}, {ours}: {why}")
