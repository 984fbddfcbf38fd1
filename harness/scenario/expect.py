"""What must be seen after a step."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, get_args

from pydantic import Field, ValidationInfo, model_validator

from prorata.harness.scenario.instants import CoversField, Instant
from prorata.harness.scenario.model import Listed, Part, Short
from prorata.harness.scenario.words import (
    Amount,
    Balance,
    Name,
    Natural,
    Number,
    Span,
    Whole,
    YesNo,
    word,
)
from prorata.reference.hostbill.client_functions import FUNCTIONS
from prorata.reference.vocabulary.product_order import DOMAIN_OPTION
from prorata.reference.vocabulary.words import INVOICE_STATUSES, KINDS, Status

__all__ = [
    "WORDS",
    "Charged",
    "Entered",
    "Expect",
    "ExpectedInvoice",
    "ExpectedLicence",
    "ExpectedNotification",
    "ExpectedRefusal",
    "ExpectedService",
    "ExpectedTariff",
    "ExpectedUser",
    "is_label",
    "labels_of",
    "together",
]


_Function = Annotated[str, word("a client function", *FUNCTIONS)]


class ExpectedService(Part):
    """A service as the billing shows it; a field that is not given is not judged."""

    also = MappingProxyType({"minProperties": 1})

    status: Annotated[str, word("a status", *get_args(Status))] | None = None
    tariff: Name | None = None
    period: Span | None = None
    starts: Instant | None = None
    expires: Instant | None = None
    auto_renewal: YesNo | None = None
    user: Name | None = None
    domain: Name | None = None
    points_to: Name | None = None
    resources: dict[Name, Whole] | None = None
    next_due: Instant | None = None
    domain_option: Annotated[str, word(DOMAIN_OPTION.what, *DOMAIN_OPTION.words)] | None = None
    answers: dict[Name, Name] | None = None
    agreement: Name | None = None
    usage: dict[Name, Number] | None = None
    usage_costs: dict[Name, Amount] | None = None
    client: Name | None = None


class Charged(Part):
    """A posted line; with `lines`, the sum of exactly so many lines of the kind.

    `included` is a tax that is inside the line before it, and takes nothing from the balance.
    """

    kind: Annotated[str, word("a kind of line", *KINDS)]
    amount: Amount
    covers: CoversField | None = None
    service: Name | None = None
    lines: Natural | None = None
    included: YesNo = False


class ExpectedNotification(Part):
    """What a client or staff were told since the step before, and in what way."""

    to: Name
    kind: Name
    sender: Name | None = Field(default=None, alias="from")
    way: Annotated[str, word("a way to tell someone", "mail", "billing", "mobile")] | None = None
    at: Instant | None = None


class ExpectedTariff(Part):
    """A tariff or product of a list; what is for staff and not given must not be shown."""

    tariff: Name
    name: Name | None = None
    notes: Name | None = None
    site_information: Name | None = None
    code: Name | None = None
    tags: tuple[Name, ...] | None = None
    connection: Name | None = None


class ExpectedRefusal(Part):
    """The act is refused under a rule, in words that contain `reason`."""

    rule: Name
    reason: Name | None = None


class ExpectedInvoice(Part):
    """An invoice for the service with the label `of`."""

    of: Name
    total: Amount
    status: Annotated[str, word("a status of an invoice", *INVOICE_STATUSES)]
    due: Instant | None = None
    client: Name | None = None


class ExpectedUser(Part):
    """A user as the panel itself shows it; `user` is the label of its service."""

    user: Name
    suspended: YesNo | None = None
    preset: Name | None = None
    exists: YesNo = True
    name: Name | None = None
    password: Name | None = None
    backup: YesNo | None = None
    address: Name | None = None
    limits: dict[Name, Name] | None = None
    has: dict[Name, tuple[Name, ...]] | None = None


class ExpectedLicence(Part):
    """A licence as its seller has it; `bought` is how many there are for one service.

    `key` tells whether it has one.
    """

    status: Annotated[str, word("a status", *get_args(Status))] | None = None
    tariff: Name | None = None
    expires: Instant | None = None
    ip: Name | None = None
    name: Name | None = None
    key: YesNo | None = None
    bought: Whole | None = None


class ExpectedCalls(Part):
    """The calls of a function to change something: how many, and what each has `with` it.

    What a call names is the label of a service.
    """

    times: Whole | None = None
    with_: dict[Name, Name] = Field(default_factory=dict, alias="with")


class Entered(Part):
    """The link that the act answered lets in the user of a service; `again`: a second time too.

    `returns`: when the session ends, the panel sends the person back to the billing.
    """

    user: Name
    again: YesNo | None = None
    returns: YesNo | None = None


_Calls = Annotated[ExpectedCalls, Short("times")]


class Expect(Part):
    """All that is expected of a step; `services` are the labels that stand beside the words."""

    also = MappingProxyType({"minProperties": 1})

    services: dict[str, ExpectedService] = Field(default_factory=dict)
    charged: tuple[Charged, ...] | None = None
    balance: dict[Name, Balance] = Field(default_factory=dict)
    accounts: dict[Name, dict[Name, Balance]] = Field(default_factory=dict)
    credit_notes: dict[Name, tuple[Amount, ...]] = Field(default_factory=dict)
    notifications: tuple[ExpectedNotification, ...] | None = None
    tariffs: tuple[Annotated[ExpectedTariff, Short("tariff")], ...] | None = None
    tasks: tuple[Name, ...] | None = None
    functions: tuple[_Function, ...] | None = None
    refused: Annotated[ExpectedRefusal, Short("rule")] | None = None
    invoices: tuple[ExpectedInvoice, ...] | None = None
    ispmanager: Annotated[tuple[ExpectedUser, ...], Listed()] = ()
    entered: Entered | None = None
    shown: dict[Name, Name] | None = None
    licences: dict[Name, ExpectedLicence] = Field(default_factory=dict)
    calls: dict[Name, _Calls] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _labels(cls, value: Any, info: ValidationInfo) -> Any:
        """Put the services together: the keys that are labels of the scenario, or no other word."""
        if not isinstance(value, dict):
            return value
        known = (info.context or {})["labels"]
        labels = [key for key in value if is_label(key, known)]
        if not labels:
            return value
        rest = {key: inner for key, inner in value.items() if key not in labels}
        return {**rest, "services": {label: value[label] for label in labels}}


#: The words of an expectation that no service can be called.
WORDS = frozenset(Expect.model_fields) - {"services"}


def is_label(key: str, known: Container[str]) -> bool:
    """Tell the label of a service from the words of an expectation and from misspelt words."""
    if key in WORDS or key in known:
        return key not in WORDS
    from difflib import get_close_matches

    return not get_close_matches(key, WORDS)


def labels_of(order: Any, products: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the labels that an order gives, as it stands in the file: one for each service.

    `products` are those of the file, some of which are bundles.
    """
    said = order if isinstance(order, dict) else {}
    label, quantity = said.get("as"), said.get("quantity")
    if not isinstance(label, str) or not label:
        return ()
    product = products.get(str(said.get("product")))
    parts = product.get("bundle") if isinstance(product, dict) else None
    further = (said.get(key) for key in ("addons", "sub_products"))
    named = [name for each in further if isinstance(each, dict) for name in each]
    if named or parts:
        return together(label, parts if isinstance(parts, list) else (), named)
    count = 1
    if isinstance(quantity, str) and quantity.isascii() and quantity.isdigit():
        count = min(int(quantity), _MOST)
    return label, *(f"{label} {number}" for number in range(2, count + 1))


def together(label: str, parts: Iterable[str], named: Iterable[str]) -> tuple[str, ...]:
    """Return the labels of an order of several: of the `parts` of a bundle, or of the service.

    Those of the addons and sub-products that are `named` follow.

    >>> together("pack", ["server", "panel"], [])
    ('pack server', 'pack panel')
    >>> together("site", [], ["ip"])
    ('site', 'site ip')
    """
    own = tuple(_numbered(label, parts)) or (label,)
    return *own, *(f"{label} {name}" for name in named)


def _numbered(label: str, parts: Iterable[str]) -> Iterator[str]:
    """Yield the labels of parts; the second of one product is called so."""
    count = Counter[str]()
    for part in parts:
        count[part] += 1
        yield f"{label} {part}" if count[part] == 1 else f"{label} {part} {count[part]}"


#: How many services of one order have labels.
_MOST = 100
