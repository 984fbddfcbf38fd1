"""Products of HostBill, read from their rows in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Final

from prorata.reference.engine.rows import CatalogueError, read_fields
from prorata.reference.vocabulary.product import PRODUCT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.rows import Reader

__all__ = ["Product"]


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

    #: Whether a preset that the panel lacks is an error.
    strict: ClassVar = True
    own_resources: ClassVar[Mapping[str, Any]] = {}

    @property
    def included_amounts(self) -> Mapping[str, int]:
        """Nothing: a product has no resources of its own."""
        return {}

    @classmethod
    def of(cls, name: str, row: Mapping[str, Any]) -> Product:
        """Read a product's row; `CatalogueError` for what this billing cannot sell."""
        return cls(name, **{"template": name, **read_fields(name, PRODUCT, row, _PRODUCT)})


def _billing_type(value: str) -> Mapping[str, Any]:
    if value == "prepaid":
        return {}
    message = f"billing type {value} is not built yet"
    raise CatalogueError(message)


#: What a product keeps in another way than as a field's own name and value say.
_PRODUCT: Final[Mapping[str, Reader]] = {"billing_type": _billing_type}
