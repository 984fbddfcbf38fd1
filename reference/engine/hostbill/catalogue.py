"""Products of HostBill, read from their rows in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from prorata.reference.engine.rows import read_fields
from prorata.reference.vocabulary.product import PRODUCT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.rows import Chosen, Reader

__all__ = ["LateFee", "Product"]


class LateFee(NamedTuple):
    """What is added to an unpaid invoice, in percent, so many days after its due date."""

    percent: Fraction
    after: int


@dataclass(frozen=True, slots=True)
class Product:
    """A product of HostBill; prices by the name of the cycle, `tax` its rate in percent."""

    name: str
    prices: Mapping[str, Fraction] = field(default_factory=dict)
    setup_fee: Fraction = Fraction(0)
    upgrade_fee: Fraction = Fraction(0)
    template: str = ""
    billing_type: str = "prepaid"
    adjust_initial_period: bool = False
    full_month: bool = False
    upgrade_pro_rata: str = "days"
    upgrade_queue: bool = False
    downgrade_credit: str = "default"
    credit_note: bool = False
    cancellation: str = "always"
    cancellation_days: int = 0
    cancellation_kinds: tuple[str, ...] = ()
    cancel_pro_rata: str = "no"
    auto_cancellation: bool = True
    upgrades: tuple[str, ...] = ()
    licence: bool = False
    create_account: str = "first payment"
    renew_account: str = "after payment"
    upgrade_account: str = "after payment"
    auto_renewal: bool = True
    invoice_days_before: int = 7
    expected_days_before: int = 0
    due_days_later: int = 0
    late_fee: LateFee | None = None
    suspend_after: int | None = None
    unsuspend: bool = True
    terminate_after: int | None = None
    cancel_unpaid_invoices: bool = False
    auto_cancel_after: int | None = None
    first_invoice_due: int = 0
    tax: Fraction | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    addon: bool = False
    addons: tuple[str, ...] = ()
    sub_products: tuple[str, ...] = ()
    bundle: tuple[str, ...] = ()
    part_cycles: Mapping[str, str] = field(default_factory=dict)

    #: Whether a preset that the panel lacks is an error.
    strict: ClassVar = True
    own_resources: ClassVar[Mapping[str, Any]] = {}

    @property
    def included_amounts(self) -> Mapping[str, int]:
        """Nothing: a product has no resources of its own."""
        return {}

    @property
    def fixed(self) -> bool:
        """Whether it is a bundle at a price of its own."""
        return bool(self.bundle and self.prices)

    def within(self, outer: Product, **fields: Any) -> Product:
        """Return what this is as a part of another product, or as its addon.

        It keeps what it sells and how it is taxed; the rest is as the other one says.
        """
        own = {name: getattr(self, name) for name in _OWN}
        tax = outer.tax if self.tax is None else self.tax
        return replace(outer, tax=tax, **{**own, **fields})

    def changed(self, row: Mapping[str, Any]) -> Product:
        """Return the product with new values for the fields of `row`."""
        return replace(self, **read_fields(self.name, PRODUCT, row, _PRODUCT))

    @classmethod
    def of(cls, name: str, row: Mapping[str, Any]) -> Product:
        """Read a product's row; `CatalogueError` for what this billing cannot sell."""
        return cls(name, **{"template": name, **read_fields(name, PRODUCT, row, _PRODUCT)})


#: What a part of another product keeps of its own.
_OWN: Final = (
    "name",
    "prices",
    "setup_fee",
    "upgrade_fee",
    "template",
    "upgrades",
    "licence",
    "overrides",
    "addon",
)


def _late_fee(said: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return {} if said is None else {"late_fee": LateFee(**said)}


def _tax(said: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return {} if said is None else {"tax": said["rate"]}


def _cancellation(said: Chosen) -> Mapping[str, Any]:
    return {"cancellation": said.word, "cancellation_days": said.value or 0}


#: What a product keeps in another way than as a field's own name and value say.
_PRODUCT: Final[Mapping[str, Reader]] = {
    "late_fee": _late_fee,
    "tax": _tax,
    "cancellation": _cancellation,
}
