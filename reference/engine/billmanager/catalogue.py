"""Tariffs of BILLmanager, read from their rows in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from prorata.reference.billmanager.resource import RateStep
from prorata.reference.billmanager.show import Page
from prorata.reference.billmanager.tariff import resources as addons
from prorata.reference.engine.rows import Chosen, read_fields
from prorata.reference.periods import Length
from prorata.reference.vocabulary.tariff import TARIFF

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from prorata.reference.engine.rows import Reader

__all__ = ["ControlPanel", "Daily", "Resource", "Tariff"]

Prices = Mapping[Length, Fraction]


@dataclass(frozen=True, slots=True)
class Daily:
    """How a tariff charges by day."""

    price: Fraction
    by_order_period: bool
    clients_may_suspend: bool
    charge_after_suspension: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a tariff: amounts in its own unit, prices per unit and period.

    `rates` are steps of amounts with prices of their own, for traffic; then there are no `prices`.
    `daily` is the price per unit and day, None where the resource has none of its own.
    """

    included: int
    minimum: int
    maximum: int | None = None
    step: int = 1
    prices: Prices = field(default_factory=dict)
    rates: tuple[tuple[int | None, Prices], ...] = ()
    daily: Fraction | None = None

    def steps(self, period: Length) -> tuple[RateStep, ...]:
        """Return the steps of the rates that a period has."""
        if not all(period in prices for _, prices in self.rates):
            return ()
        return tuple(RateStep(up_to, prices[period]) for up_to, prices in self.rates)

    def sells(self, period: Length) -> bool:
        """Tell whether units above the included amount have a price for a period."""
        return period in self.prices or bool(self.steps(period))


@cache
def _addons(*, create_all: bool) -> Mapping[str, Resource]:
    """Return the addons of a tariff as they are made, with or without those of every type."""
    return {name: Resource(*amounts) for name, amounts in addons(create_all=create_all).items()}


class ControlPanel(NamedTuple):
    """The control panels of a server: the enumeration of their values, and what each costs."""

    enumeration: str
    prices: Mapping[str, Prices]

    @staticmethod
    def addon(value: str) -> str:
        """Return the name of the addon by which a value is sold: a service has one of it."""
        return f"{_PANEL}{value}"

    @staticmethod
    def value(addons: Iterable[str]) -> str:
        """Return the value that is among the addons of a service, nothing where none is."""
        own = (name for name in addons if name.startswith(_PANEL))
        return next(own, "").removeprefix(_PANEL)

    @staticmethod
    def among(addons: Iterable[str]) -> bool:
        """Tell whether a value is named among addons."""
        return any(name.startswith(_PANEL) for name in addons)


#: With what the names of the addons of control panels begin.
_PANEL: Final = "control panel "


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff of BILLmanager."""

    name: str
    prices: Prices = field(default_factory=dict)
    renewal_prices: Prices = field(default_factory=dict)
    disabled_periods: tuple[Length, ...] = ()
    setup_fee: Fraction = Fraction(0)
    template: str = ""
    enabled: bool = True
    daily: Daily | None = None
    pro_rata_day: int | None = None
    late_policy: str = "none"
    late_fee: Fraction = Fraction(0)
    change_policy: str = "add funds"
    renew_from: str = "current date"
    resource_order: str = "until expiry"
    resource_cancel: str = "no refund"
    tariff_end: date | None = None
    weekend: str = "product type"
    auto_deletion: int | None = None
    minimum_period: Length | None = None
    service_limit: int | None = None
    maximum_quantity: int | None = None
    username_template: str = "user@ID@"
    domain_template: str = "@USERNAME@.example.com"
    own_resources: Mapping[str, Resource] = field(default_factory=dict)
    create_all_addons: bool = True
    trial: int | None = None
    allow: frozenset[str] = frozenset()
    forbid: frozenset[str] = frozenset()
    quick_order: bool = False
    agreement: str | None = None
    activation_notice: str | None = None
    module: str | None = None
    number: int | None = None
    resells: str = "ispmanager licences"
    seller_tariff: str | None = None
    control_panel: ControlPanel | None = None
    panel_addons: Mapping[str, Resource] = field(default_factory=dict)
    name_server: str | None = None
    sort: int | None = None
    page: Page = field(default_factory=Page)
    overrides: Mapping[str, str] = field(default_factory=dict)

    #: Whether a preset that the panel lacks is an error; BILLmanager makes it.
    strict: ClassVar = False

    @classmethod
    def of(cls, name: str, row: Mapping[str, Any]) -> Tariff:
        """Read a tariff's row; `CatalogueError` for what this billing cannot sell."""
        return cls(name, **{"template": name, **_fields(name, row, Page())})

    def changed(self, row: Mapping[str, Any]) -> Tariff:
        """Return the tariff with new values for the fields of `row`."""
        return replace(self, **_fields(self.name, row, self.page))

    @property
    def resources(self) -> Mapping[str, Resource]:
        """The addons: those made with the tariff, each replaced by what staff made of it."""
        made = _addons(create_all=self.create_all_addons)
        return {**made, **self.own_resources, **self.panel_addons}

    @property
    def included_amounts(self) -> Mapping[str, int]:
        """What a service has of each resource that was not ordered for it."""
        return {name: sold.included for name, sold in self.resources.items()}

    def has(self, resource: str) -> Resource | None:
        """Return a resource of the tariff, None where it has no such addon."""
        own = self.own_resources.get(resource) or self.panel_addons.get(resource)
        return own or _addons(create_all=self.create_all_addons).get(resource)

    def sells_anything(self) -> bool:
        """Tell whether the tariff has a price for a period, or for a day, or a trial."""
        return bool(self.prices) or self.daily is not None or self.trial is not None

    def price(self, period: Length, *, renewal: bool) -> Fraction | None:
        """Return the price of a period for an order or a renewal, None where it has none."""
        order_price = self.prices.get(period)
        return self.renewal_prices.get(period, order_price) if renewal else order_price


def _fields(name: str, row: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """Read a row; what it says of the page is said of that which there was."""
    new = read_fields(name, TARIFF, row, _TARIFF)
    said = {part: new.pop(part) for part in _PAGE if part in new}
    return {**new, "page": replace(page, **said)} if said else new


def _late_renewal_fee(fee: Chosen) -> Mapping[str, Any]:
    amount = {} if fee.value is None else {"late_fee": fee.value}
    return {"late_policy": fee.word, **amount}


def _tariff_change(change: Chosen) -> Mapping[str, Any]:
    renew_from = {} if change.value is None else {"renew_from": change.value}
    return {"change_policy": change.word, **renew_from}


def _control_panel(said: Mapping[str, Any]) -> Mapping[str, Any]:
    panel = ControlPanel(said["enumeration"], said["prices"])
    addons = {
        panel.addon(value): Resource(0, 0, prices=prices) for value, prices in panel.prices.items()
    }
    return {"control_panel": panel, "panel_addons": addons}


def _resources(said: Mapping[str, dict[str, Any]]) -> Mapping[str, Any]:
    return {"own_resources": {name: _resource(**row) for name, row in said.items()}}


def _resource(*, rates: tuple[Mapping[str, Any], ...], **others: Any) -> Resource:
    return Resource(rates=tuple((step["up_to"], step["prices"]) for step in rates), **others)


#: What a tariff keeps in another way than as a field's own name and value say.
_TARIFF: Final[Mapping[str, Reader]] = {
    "daily": lambda said: {"daily": Daily(**said)},
    "calendar": lambda said: said,
    "late_renewal_fee": _late_renewal_fee,
    "tariff_change": _tariff_change,
    "minimum_period": lambda said: {"minimum_period": Length(**{said.word: said.value})},
    "trial": lambda said: {"trial": said["days"]},
    "resources": _resources,
    "control_panel": _control_panel,
    "groups": lambda said: {name: frozenset(groups) for name, groups in said.items()},
}
_PAGE: Final = tuple(each.name for each in fields(Page))
