"""What holds for a whole billing, beside its catalogue: groups, product type, tax, provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.catalogue import CatalogueError
from prorata.reference.money import exact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction

__all__ = ["Module", "ProductType", "Provider", "Settings", "Tax"]


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
    """A processing module: its department, and the address of the server that services are on."""

    department: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it; `groups` has the rights of each group, `name_servers` the free zones of each."""

    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    product_type: ProductType = ProductType()
    tax: Tax | None = None
    provider: Provider = Provider()
    modules: Mapping[str, Module] = field(default_factory=dict)
    name_servers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Mapping[str, Any]) -> Settings:
        """Read the rows; `CatalogueError` for what this billing does not have."""
        for name in rows:
            if name not in _READERS:
                message = f"{name} is not built yet"
                raise CatalogueError(message)
        return cls(**{name: _READERS[name](row) for name, row in rows.items()})


def _group(row: Mapping[str, bool]) -> frozenset[str]:
    return frozenset(right for right, granted in row.items() if granted)


def _tax(row: Mapping[str, Any]) -> Tax:
    return Tax(exact(row["rate"]), row.get("included", False))


def _each(read: Callable[[Any], Any]) -> Callable[[Any], Mapping[str, Any]]:
    return lambda rows: {name: read(row) for name, row in rows.items()}


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "groups": _each(_group),
        "product_type": lambda row: ProductType(**row),
        "tax": _tax,
        "provider": lambda row: Provider(**row),
        "modules": _each(lambda row: Module(**row)),
        "name_servers": _each(lambda row: frozenset(row.get("free_zones", ()))),
    }
)
