"""Products of HostBill, read from their rows in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from prorata.reference.engine.rows import CatalogueError, read_fields
from prorata.reference.hostbill.metered import Bracket, hole
from prorata.reference.hostbill.order import FormField
from prorata.reference.hostbill.reminders import EXPIRY, OVERDUE, UNPAID
from prorata.reference.hostbill.show import StaffPage
from prorata.reference.vocabulary.product import PRODUCT
from prorata.reference.vocabulary.product_order import PATTERNS, unknown_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.reference.engine.rows import Chosen, Reader

__all__ = ["LateFee", "Meter", "Product", "Timed"]


class LateFee(NamedTuple):
    """What is added to an unpaid invoice, in percent, so many days after its due date."""

    percent: Fraction
    after: int


class Timed(NamedTuple):
    """A notice that is sent so many days before or after a date; `kind` may be its template."""

    when: str
    days: int
    kind: str


class Meter(NamedTuple):
    """How usage of one kind is charged."""

    scheme: str
    brackets: tuple[Bracket, ...]


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
    module: str | None = None
    seller_tariff: str | None = None
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
    client_functions: Mapping[str, bool] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    reminders: tuple[Timed, ...] = ()
    expiry_notices: tuple[Timed, ...] = ()
    tax: Fraction | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    order_page: str | None = None
    limit_per_customer: int | None = None
    stock: int | None = None
    upgrade_out_of_stock: bool = False
    hostname_required: bool = False
    hostname_validation: str = "none"
    hostname_pattern: str | None = None
    username_pattern: str = "user{service}"
    domain_options: tuple[str, ...] = ()
    subdomains_of: str | None = None
    agreement: str | None = None
    form: Mapping[str, FormField] = field(default_factory=dict)
    code: str | None = None
    tags: tuple[str, ...] = ()
    metered: Mapping[str, Meter] = field(default_factory=dict)
    addon: bool = False
    addons: tuple[str, ...] = ()
    sub_products: tuple[str, ...] = ()
    bundle: tuple[str, ...] = ()
    part_cycles: Mapping[str, str] = field(default_factory=dict)
    #: As the part of a bundle at a fixed price: that price, whose share is its own.
    whole: Fraction | None = None

    #: Whether a preset that the panel lacks is an error.
    strict: ClassVar = True
    own_resources: ClassVar[Mapping[str, Any]] = {}

    @property
    def included_amounts(self) -> Mapping[str, int]:
        """Nothing: a product has no resources of its own."""
        return {}

    @property
    def automatic(self) -> bool:
        """Whether it is hosting whose account on the panel is made by itself."""
        return not self.licence and self.create_account != "by hand"

    def page(self, connection: str | None) -> StaffPage:
        """Return what it says to staff, of a `connection` by its name."""
        return StaffPage(self.code, self.tags, connection)

    @property
    def fixed(self) -> bool:
        """Whether it has, as a bundle, a price of its own."""
        return bool(self.prices)

    def within(self, outer: Product, **fields: Any) -> Product:
        """Return what this is as a part of another product, or as its addon.

        It keeps what it sells and how it is taxed; the rest is as the other one says.
        """
        own = {name: getattr(self, name) for name in _OWN}
        tax = outer.tax if self.tax is None else self.tax
        return replace(outer, tax=tax, **{**own, **fields})

    def changed(self, row: Mapping[str, Any]) -> Product:
        """Return the product with new values for the fields of `row`."""
        return replace(self, **_fields(self.name, row, self.messages, self.expiry_notices))

    @classmethod
    def of(cls, name: str, row: Mapping[str, Any]) -> Product:
        """Read a product's row; `CatalogueError` for what this billing cannot sell."""
        return cls(name, **{"template": name, **_fields(name, row, {}, ())})


def _fields(
    name: str,
    row: Mapping[str, Any],
    messages: Mapping[str, str],
    expiry_notices: Sequence[Timed],
) -> dict[str, Any]:
    """Read a row: its notices of an expiry, or those before it, have the kind that it says."""
    fields = read_fields(name, PRODUCT, row, _PRODUCT)
    _check_patterns(name, fields)
    expiry = fields.get("messages", messages).get("expiry", EXPIRY)
    notices = fields.get("expiry_notices", expiry_notices)
    fields["expiry_notices"] = tuple(each._replace(kind=each.kind or expiry) for each in notices)
    return fields


def _check_patterns(name: str, fields: Mapping[str, Any]) -> None:
    for pattern in PATTERNS.keys() & fields.keys():
        unknown = unknown_words(pattern, fields[pattern])
        if unknown:
            message = f"{name}: {pattern} knows no {{{unknown[0]}}}"
            raise CatalogueError(message)


def _form(said: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    return {"form": {name: _form_field(**field) for name, field in said.items()}}


def _form_field(kind: str | Chosen, required: bool) -> FormField:  # noqa: FBT001  as a row has it
    word, options = (kind, None) if isinstance(kind, str) else kind
    return FormField(word, tuple(options or ()), required)


#: What a part of another product keeps of its own.
_OWN: Final = frozenset(
    {
        "name",
        "prices",
        "setup_fee",
        "upgrade_fee",
        "template",
        "upgrades",
        "licence",
        "module",
        "seller_tariff",
        "metered",
        "client_functions",
        "limit_per_customer",
        "stock",
        "upgrade_out_of_stock",
    }
)


def _late_fee(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"late_fee": LateFee(**said)}


def _tax(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"tax": said["rate"]}


def _messages(said: Mapping[str, str | None]) -> Mapping[str, Any]:
    return {"messages": {name: text for name, text in said.items() if text is not None}}


def _own(said: Mapping[str, Any]) -> tuple[Timed, ...]:
    return tuple(Timed(own["when"], own["days"], own["template"]) for own in said["own"])


def _before(said: Mapping[str, Any], kind: str) -> tuple[Timed, ...]:
    return () if said["before"] is None else (Timed("before", said["before"], kind),)


def _reminders(said: Mapping[str, Any]) -> Mapping[str, Any]:
    after = (Timed("after", days, OVERDUE) for days in said["after"])
    return {"reminders": (*_before(said, UNPAID), *after, *_own(said))}


def _expiry_notices(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep the days of notices; the first has no kind before the messages are known."""
    return {"expiry_notices": (*_before(said, ""), *_own(said))}


def _cancellation(said: Chosen) -> Mapping[str, Any]:
    return {"cancellation": said.word, "cancellation_days": said.value or 0}


def _metered(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"metered": {name: _meter(name, row) for name, row in said.items()}}


def _meter(name: str, row: Mapping[str, Any]) -> Meter:
    rows = row["brackets"]
    wrong = hole([(each["above"], each["up_to"]) for each in rows])
    if wrong is not None:
        message = f"{name}: {wrong[-1]}"
        raise CatalogueError(message)
    return Meter(row["scheme"], tuple(Bracket(each["above"], each["price"]) for each in rows))


#: What a product keeps in another way than as a field's own name and value say.
_PRODUCT: Final[Mapping[str, Reader]] = {
    "late_fee": _late_fee,
    "tax": _tax,
    "cancellation": _cancellation,
    "form": _form,
    "messages": _messages,
    "reminders": _reminders,
    "expiry_notices": _expiry_notices,
    "metered": _metered,
    "seller_tariff": lambda said: {"seller_tariff": said, "licence": True} if said else {},
}
