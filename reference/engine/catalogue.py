"""What is sold: tariffs of BILLmanager, products of HostBill, read from their catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

from prorata.reference.billmanager.resource import Step
from prorata.reference.billmanager.show import Page
from prorata.reference.billmanager.tariff import resources as addons
from prorata.reference.money import exact
from prorata.reference.periods import Length

__all__ = ["CatalogueError", "Daily", "Product", "Resource", "Tariff"]

Prices = Mapping[Length, Fraction]


class CatalogueError(ValueError):
    """A tariff or product that cannot be read."""


def _prices(row: Mapping[str, str]) -> Prices:
    return {Length.of(period): exact(price) for period, price in row.items()}


@dataclass(frozen=True, slots=True)
class Daily:
    """How a tariff charges by day."""

    price: Fraction = Fraction(0)
    by_order_period: bool = False
    clients_may_suspend: bool = False
    charge_after_suspension: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Daily:
        """Read the fields of `daily`."""
        return cls(**{**row, "price": exact(row.get("price", "0"))})


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a tariff: amounts in its own unit, prices per unit and period.

    `rates` are steps of amounts with prices of their own, for traffic; then `prices` are none.
    """

    included: int = 0
    minimum: int = 0
    maximum: int | None = None
    step: int = 1
    prices: Prices = field(default_factory=dict)
    rates: tuple[tuple[int | None, Prices], ...] = ()
    daily: Fraction | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Resource:
        """Read the fields of one of `resources`."""
        rates = tuple((step.get("up_to"), _prices(step["prices"])) for step in row.get("rates", ()))
        daily = {"daily": exact(row["daily"])} if row.get("daily") is not None else {}
        prices = {"prices": _prices(row.get("prices", {})), "rates": rates}
        return cls(**{**row, **prices, **daily})

    def steps(self, period: Length) -> tuple[Step, ...]:
        """Return the steps of the rates that a period has."""
        if not all(period in prices for _, prices in self.rates):
            return ()
        return tuple(Step(up_to, prices[period]) for up_to, prices in self.rates)

    def sells(self, period: Length) -> bool:
        """Tell whether units above the included amount have a price for a period."""
        return period in self.prices or bool(self.steps(period))


#: The addons of a tariff as they are made, with or without those of every type.
_ADDONS: Mapping[bool, Mapping[str, Resource]] = {
    create_all: {
        name: Resource(*amounts) for name, amounts in addons(create_all=create_all).items()
    }
    for create_all in (True, False)
}


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff of BILLmanager."""

    name: str
    prices: Prices = field(default_factory=dict)
    renewal_prices: Prices = field(default_factory=dict)
    disabled_periods: frozenset[Length] = frozenset()
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
    name_server: str | None = None
    sort: int | None = None
    page: Page = field(default_factory=Page)
    overrides: Mapping[str, str] = field(default_factory=dict)

    #: Whether a preset that the panel lacks is an error; BILLmanager makes it.
    strict: ClassVar = False

    @classmethod
    def of(cls, name: str, row: Mapping[str, Any]) -> Tariff:
        """Read a tariff's row; `CatalogueError` for what this billing cannot sell."""
        return cls(**_read(name, row, _TARIFF))

    def changed(self, row: Mapping[str, Any]) -> Tariff:
        """Return the tariff with new values for the fields of `row`."""
        fields = _read(self.name, {**row, "template": row.get("template", self.template)}, _TARIFF)
        pages = {name: row[name] for name in _PAGE if name in row}
        page = replace(self.page, **_page(pages)) if pages else self.page
        return replace(self, **{**fields, "page": page})

    @property
    def resources(self) -> Mapping[str, Resource]:
        """The addons: those made with the tariff, each replaced by what staff made of it."""
        return {**_ADDONS[self.create_all_addons], **self.own_resources}

    @property
    def included_amounts(self) -> Mapping[str, int]:
        """What a service has of each resource that was not ordered for it."""
        return {name: sold.included for name, sold in self.resources.items()}

    def has(self, resource: str) -> Resource | None:
        """Return a resource of the tariff, None where it has no such addon."""
        own = self.own_resources.get(resource)
        return own or _ADDONS[self.create_all_addons].get(resource)

    def sells_anything(self) -> bool:
        """Tell whether the tariff has a price for a period, or for a day, or a trial."""
        return bool(self.prices) or self.daily is not None or self.trial is not None

    def price(self, period: Length, *, renewal: bool) -> Fraction | None:
        """Return the price of a period for an order or a renewal, None where it has none."""
        order_price = self.prices.get(period)
        return self.renewal_prices.get(period, order_price) if renewal else order_price


@dataclass(frozen=True, slots=True)
class Product:
    """A product of HostBill; prices by the name of the cycle."""

    name: str
    prices: Mapping[str, Fraction] = field(default_factory=dict)
    setup_fee: Fraction = Fraction(0)
    upgrade_fee: Fraction = Fraction(0)
    template: str = ""
    adjust_initial_period: bool = False
    upgrade_pro_rata: str = "days"
    upgrades: tuple[str, ...] = ()
    first_invoice_due: int = 0
    overrides: Mapping[str, str] = field(default_factory=dict)

    strict: ClassVar = True
    own_resources: ClassVar[Mapping[str, Resource]] = {}

    @property
    def included_amounts(self) -> Mapping[str, int]:
        """Nothing: a product has no resources of its own."""
        return {}

    @classmethod
    def of(cls, name: str, row: Mapping[str, Any]) -> Product:
        """Read a product's row; `CatalogueError` for what this billing cannot sell."""
        return cls(**_read(name, row, _PRODUCT))


Reader = Callable[[Any], Mapping[str, Any]]


def _as(name: str, read: Callable[[Any], Any]) -> Reader:
    return lambda value: {name: read(value)}


def _late_renewal_fee(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        return {"late_policy": value}
    ((policy, amount),) = value.items()
    return {"late_policy": policy, "late_fee": exact(amount)}


def _tariff_change(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        return {"change_policy": value}
    ((policy, renew_from),) = value.items()
    return {"change_policy": policy, "renew_from": renew_from}


def _minimum(value: Mapping[str, int]) -> Length:
    return Length(**value)


def _prepaid(value: str) -> Mapping[str, Any]:
    if value == "prepaid":
        return {}
    message = f"billing type {value} is not built yet"
    raise CatalogueError(message)


def _page(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, **({"labels": tuple(row["labels"])} if "labels" in row else {})}


_SAME: tuple[str, ...] = (
    "template", "enabled", "resource_order", "resource_cancel", "weekend", "auto_deletion",
    "service_limit", "maximum_quantity", "username_template", "domain_template",
    "create_all_addons", "quick_order", "agreement", "activation_notice", "module", "name_server",
    "sort",
)  # fmt: skip
_PAGE: tuple[str, ...] = ("names", "labels", "notes", "site_information")
_TARIFF: Mapping[str, Reader] = {
    **{name: _as(name, lambda value: value) for name in _SAME},
    "prices": _as("prices", _prices),
    "renewal_prices": _as("renewal_prices", _prices),
    "disabled_periods": _as("disabled_periods", lambda row: frozenset(map(Length.of, row))),
    "setup_fee": _as("setup_fee", exact),
    "daily": _as("daily", Daily.of),
    "calendar": lambda row: {"pro_rata_day": row.get("pro_rata_day", 15)},
    "late_renewal_fee": _late_renewal_fee,
    "tariff_change": _tariff_change,
    "tariff_end": _as("tariff_end", date.fromisoformat),
    "minimum_period": _as("minimum_period", _minimum),
    "resources": _as(
        "own_resources",
        lambda rows: {name: Resource.of(row) for name, row in rows.items()},
    ),
    "trial": lambda row: {"trial": row["days"]},
    "groups": lambda row: {name: frozenset(row.get(name, ())) for name in ("allow", "forbid")},
}
_PRODUCT: Mapping[str, Reader] = {
    "prices": _as("prices", lambda row: {cycle: exact(price) for cycle, price in row.items()}),
    "setup_fee": _as("setup_fee", exact),
    "upgrade_fee": _as("upgrade_fee", exact),
    "template": _as("template", str),
    "adjust_initial_period": _as("adjust_initial_period", bool),
    "upgrade_pro_rata": _as("upgrade_pro_rata", str),
    "upgrades": _as("upgrades", tuple),
    "first_invoice_due": _as("first_invoice_due", int),
    "billing_type": _prepaid,
    "overrides": _as("overrides", dict),
}


def _read(name: str, row: Mapping[str, Any], readers: Mapping[str, Reader]) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": name, "template": name}
    pages = {key: row[key] for key in _PAGE if key in row} if readers is _TARIFF else {}
    if pages:
        fields["page"] = Page(**_page(pages))
    for key, value in row.items():
        if key in pages:
            continue
        if key not in readers:
            message = f"{name}: {key} is not built yet"
            raise CatalogueError(message)
        fields.update(readers[key](value))
    return fields
