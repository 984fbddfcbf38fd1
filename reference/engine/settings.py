"""What holds for a whole billing, beside its catalogue: groups, product type, tax, provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.rows import read
from prorata.reference.vocabulary.settings import BUYING, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction

__all__ = ["Cron", "Invoicing", "Module", "ProductType", "Provider", "Settings", "Tax"]


@dataclass(frozen=True, slots=True)
class ProductType:
    """What holds for tariffs that say nothing themselves."""

    auto_deletion: int | None = None
    weekend: str = "suspend"


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax on what is charged: its rate in percent, and whether prices include it."""

    rate: Fraction
    included: bool = False

    @property
    def rule(self) -> str:
        """The rule that works it out."""
        return f"billmanager.tax.{'included' if self.included else 'on-top'}"


@dataclass(frozen=True, slots=True)
class Provider:
    """The addresses that notices come from."""

    notifications: str = "billing@example.com"
    support: str | None = None


@dataclass(frozen=True, slots=True)
class Module:
    """A processing module: its department, and the address of the server that services are on.

    One that `buys` does so from the billing `seller` what it `resells`, with the login that staff
    entered. One of servers makes them at `addresses`; its `licence_server` is the module that buys
    their control panels.
    """

    department: str | None = None
    address: str | None = None
    type: str = "panel"
    seller: str | None = None
    resells: str = "ispmanager licences"
    addresses: tuple[str, ...] = ()
    licence_server: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def buys(self) -> bool:
        """Whether it buys licences: BILLmanager's module, and the application of HostBill."""
        return self.type in BUYING


@dataclass(frozen=True, slots=True)
class Cron:
    """The scheduler: the time of day of its daily run."""

    daily_at: str


@dataclass(frozen=True, slots=True)
class Invoicing:
    """How invoices are made: which are one, whether they go on, whether those of nothing are."""

    merge: str = "never"
    continued: bool = False
    zero: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it; `groups` has the rights of each group, `name_servers` the free zones of each."""

    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    product_type: ProductType = ProductType()
    tax: Tax | None = None
    provider: Provider = Provider()
    modules: Mapping[str, Module] = field(default_factory=dict)
    enumerations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    name_servers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cron: Cron | None = None
    invoicing: Invoicing = Invoicing()
    downgrade_credit: str = "never"
    order_pages: tuple[str, ...] = ()

    @classmethod
    def of(cls, rows: Mapping[str, Any]) -> Settings:
        """Read the rows; `CatalogueError` for what this billing does not have."""
        return cls(**{name: _READERS[name](said) for name, said in read(SETTINGS, rows).items()})


def _group(said: Mapping[str, bool]) -> frozenset[str]:
    return frozenset(right for right, granted in said.items() if granted)


def _each(make: Callable[[Any], Any]) -> Callable[[Any], Mapping[str, Any]]:
    return lambda rows: {name: make(said) for name, said in rows.items()}


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "groups": _each(_group),
        "product_type": lambda said: ProductType(**said),
        "tax": lambda said: Tax(**said),
        "provider": lambda said: Provider(**said),
        "modules": _each(lambda said: Module(**said)),
        "enumerations": _each(lambda said: said),
        "name_servers": _each(lambda said: frozenset(said["free_zones"])),
        "cron": lambda said: Cron(**said),
        "invoicing": lambda said: Invoicing(**said),
        "downgrade_credit": lambda said: said,
        "order_pages": lambda said: said,
    }
)
