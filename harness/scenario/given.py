"""What a scenario starts from: system, currency, zone, tariffs or products, clients."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from prorata.harness.scenario.instants import Zone
from prorata.harness.scenario.model import Part, shape
from prorata.harness.scenario.words import (
    Amount,
    Balance,
    CivilDate,
    Cycle,
    Name,
    Natural,
    Number,
    Period,
    Whole,
    YesNo,
    refuse,
    word,
)

__all__ = ["Given", "GivenClient", "Head", "Product", "Source", "System", "Tariff"]

System = Literal["billmanager", "hostbill"]


class Daily(Part):
    """Charging by the day."""

    price: Amount
    by_order_period: YesNo = False
    clients_may_suspend: YesNo = False
    charge_after_suspension: YesNo = False


def _pro_rata_day(value: int) -> int:
    if value > 31:  # noqa: PLR2004 - the longest month
        message = f"{value} is not a day of the month"
        raise refuse(message)
    return value


class Calendar(Part):
    """Charging by calendar months."""

    pro_rata_day: Annotated[Natural, AfterValidator(_pro_rata_day)] = 15


class LateFee(Part):
    """The fee for a renewal after expiry: an amount, or a percentage of the overdue days' price."""

    fixed: Amount | None = None
    percent: Number | None = None


class FullPayment(Part):
    """A tariff change that buys a whole period anew, counted from one of two dates."""

    full_payment: Annotated[
        str,
        word("a date to count from", "current date", "service expiration date"),
    ] = Field(alias="full payment")


class Days(Part):
    """A length in days."""

    days: Natural


class MinimumPeriod(Part):
    """How long a service must run, in days or in months."""

    days: Natural | None = None
    months: Natural | None = None


class Rate(Part):
    """The prices of traffic up to an amount, or of all above the step before."""

    up_to: Natural | None = None
    prices: dict[Period, Amount]


class Resource(Part):
    """What a tariff says about one resource; `rates` are the steps of traffic."""

    included: Whole = 0
    minimum: Whole | None = None
    maximum: Whole | None = None
    step: Natural | None = None
    prices: dict[Period, Amount] = Field(default_factory=dict)
    rates: tuple[Rate, ...] = ()


class Groups(Part):
    """Which groups of clients may have a tariff."""

    allow: tuple[Name, ...] = ()
    forbid: tuple[Name, ...] = ()


_WEEKENDS = ("suspend", "do not suspend")
_Late = Annotated[str, word("a late renewal fee", "none", "from suspension")]
_CHANGES = ("change period", "add funds", "forbidden", "extra charge only")
_Change = Annotated[str, word("a tariff change", *_CHANGES)]


class Tariff(Part):
    """A BILLmanager tariff; it sells periods, days, or a trial."""

    prices: dict[Period, Amount] = Field(default_factory=dict)
    renewal_prices: dict[Period, Amount] = Field(default_factory=dict)
    disabled_periods: tuple[Period, ...] = ()
    setup_fee: Amount = Decimal(0)
    template: Name | None = None
    enabled: YesNo = True
    daily: Daily | None = None
    calendar: Calendar | None = None
    late_renewal_fee: Annotated[
        Annotated[_Late, Tag("{text}")] | Annotated[LateFee, Tag("{mapping}")],
        Discriminator(shape),
    ] = "none"
    tariff_change: (
        Annotated[
            Annotated[_Change, Tag("{text}")] | Annotated[FullPayment, Tag("{mapping}")],
            Discriminator(shape),
        ]
        | None
    ) = None
    resource_order: (
        Annotated[str, word("a way to order resources", "until expiry", "full price")] | None
    ) = None
    resource_cancel: (
        Annotated[str, word("a way to cancel resources", "refund", "no refund")] | None
    ) = None
    tariff_end: CivilDate | None = None
    weekend: Annotated[str, word("a weekend policy", "product type", *_WEEKENDS)] = "product type"
    auto_deletion: Whole | None = None
    minimum_period: MinimumPeriod | None = None
    service_limit: Whole | None = None
    maximum_quantity: Natural | None = None
    username_template: Name | None = None
    domain_template: Name | None = None
    trial: Days | None = None
    resources: dict[Name, Resource] = Field(default_factory=dict)
    create_all_addons: YesNo = True
    groups: Groups | None = None
    quick_order: YesNo = False
    agreement: Name | None = None
    activation_notice: Name | None = None
    module: Name | None = None
    name_server: Name | None = None
    sort: Natural | None = None
    names: dict[Name, Name] = Field(default_factory=dict)
    labels: tuple[Name, ...] = ()
    notes: Name | None = None
    site_information: Name | None = None


class Tax(Part):
    """A tax on price and fees, in percent."""

    rate: Number


class Product(Part):
    """A HostBill product."""

    prices: dict[Cycle, Amount] = Field(default_factory=dict)
    setup_fee: Amount = Decimal(0)
    upgrade_fee: Amount = Decimal(0)
    template: Name | None = None
    billing_type: Annotated[str, word("a billing type", "prepaid", "postpaid", "hybrid")] = (
        "prepaid"
    )
    adjust_initial_period: YesNo = False
    full_month: YesNo = False
    upgrade_pro_rata: Annotated[str, word("a unit", "seconds", "hours", "days")] | None = None
    upgrades: tuple[Name, ...] = ()
    first_invoice_due: Whole | None = None
    tax: Tax | None = None
    overrides: dict[Name, Name] = Field(default_factory=dict)


class GivenClient(Part):
    """A client of the billing, with the money on the balance at the start."""

    balance: Balance = Decimal(0)
    group: Name | None = None


class ClientGroup(Part):
    """What the clients of a group may do beside what all may; nothing unless it is set."""

    suspend: YesNo = False
    delete: YesNo = False
    ignore_limit: YesNo = False


class ProductType(Part):
    """What holds for the tariffs that say nothing themselves."""

    auto_deletion: Whole | None = None
    weekend: Annotated[str, word("a weekend policy", *_WEEKENDS)] = "suspend"


class SalesTax(Part):
    """A tax on every charge, in percent, added to prices or included in them."""

    rate: Number
    included: YesNo = False


class Provider(Part):
    """The addresses that notices come from."""

    notifications: Name = "billing@example.com"
    support: Name | None = None


class Module(Part):
    """A processing module: the department of its tasks, the address of its server."""

    department: Name | None = None
    address: Name | None = None


class NameServer(Part):
    """A name server with the second-level names that it gives names in for free."""

    free_zones: tuple[Name, ...] = ()


class Server(Part):
    """The connection to a server, as staff enter it; what is left out is the panel's own."""

    name: Name | None = None
    login: Name | None = None
    password: Name | None = None
    hostname: Name | None = None
    monthly_cost: Amount | None = None
    maximum_accounts: Whole | None = None


class PanelUser(Part):
    """A user who is on the panel before the billing makes any."""

    domain: Name | None = None


class GivenPanel(Part):
    """An ispmanager: its presets, each with its limits; users, free addresses, the connection."""

    presets: dict[Name, dict[Name, Name]] = Field(default_factory=dict)
    users: dict[Name, PanelUser] = Field(default_factory=dict)
    addresses: tuple[Name, ...] = ()
    connection: Server | None = None


class FirstIds(Part):
    """The numbers that services and clients are counted from."""

    service: Natural | None = None
    client: Natural | None = None


class Given(Part):
    """The billing before anything happens."""

    system: Annotated[System, word("a system", "billmanager", "hostbill")]
    currency: Name = "USD"
    timezone: Zone = ZoneInfo("UTC")
    tariffs: dict[Name, Tariff] = Field(default_factory=dict)
    products: dict[Name, Product] = Field(default_factory=dict)
    clients: dict[Name, GivenClient] = Field(default_factory=dict)
    first_ids: FirstIds | None = None
    groups: dict[Name, ClientGroup] = Field(default_factory=dict)
    product_type: ProductType | None = None
    tax: SalesTax | None = None
    provider: Provider | None = None
    modules: dict[Name, Module] = Field(default_factory=dict)
    name_servers: dict[Name, NameServer] = Field(default_factory=dict)
    ispmanager: GivenPanel | None = None
    ipmanager: Annotated[str, word("an IPmanager", "pool", "stand-in")] | None = None


_DOCUMENTS = (
    "hostbill-licences",
    "hostbill-hosting",
    "billmanager-hosting",
    "billmanager-reselling",
    "billmanager-reselling-2021",
    "vendor",
    "ours",
)


class Source(Part):
    """The document that decides what is expected, and the place in it."""

    document: Annotated[str, word("a document", *_DOCUMENTS)]
    section: Name | None = None


def _document(value: Any) -> Any:
    return {"document": value} if isinstance(value, str) else value


class Head(Part):
    """What a scenario says about itself; what it says about the billing is read apart."""

    title: Name
    rules: tuple[Name, ...]
    source: Annotated[Source, BeforeValidator(_document)]
    readings: dict[Name, Name] = Field(default_factory=dict)
    given: Any
    timeline: Any
    branches: Any = None
    rows: Any = None
