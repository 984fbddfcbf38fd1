"""What a scenario starts from: system, currency, zone, tariffs or products, clients."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import Field

from prorata.harness.scenario.declared import Declared, model_of, type_of
from prorata.harness.scenario.grades import REQUIRED, GradeField
from prorata.harness.scenario.instants import Ahead, Zone
from prorata.harness.scenario.model import Part, Short
from prorata.harness.scenario.words import Amount, Balance, Name, Natural, Whole, word
from prorata.reference.vocabulary.product import PRODUCT
from prorata.reference.vocabulary.settings import SETTINGS
from prorata.reference.vocabulary.tariff import TARIFF
from prorata.reference.vocabulary.tariff_parts import RESOURCE
from prorata.reference.vocabulary.words import SYSTEMS, System

__all__ = ["Given", "GivenClient", "Head", "Product", "Resource", "Source", "System", "Tariff"]

if TYPE_CHECKING:
    Product: TypeAlias = Declared
    Resource: TypeAlias = Declared
    Tariff: TypeAlias = Declared
    _Settings: TypeAlias = Declared
else:
    Product = type_of(PRODUCT)
    Resource, Tariff = model_of(RESOURCE), model_of(TARIFF)
    _Settings = model_of(SETTINGS)


class GivenClient(Part):
    """A client of the billing, with the money on the balance at the start."""

    balance: Balance = Decimal(0)
    group: Name | None = None


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


class Given(_Settings):
    """The billing before anything happens."""

    #: The file whose rows stand below those that are given here.
    catalogue: Name | None = None
    system: Annotated[System, word("a system", *SYSTEMS)]
    currency: Name = "USD"
    timezone: Zone = ZoneInfo("UTC")
    tariffs: dict[Name, Tariff] = Field(default_factory=dict)
    products: dict[Name, Product] = Field(default_factory=dict)
    clients: dict[Name, GivenClient] = Field(default_factory=dict)
    first_ids: FirstIds | None = None
    #: The billings that it buys from, with the client as whom it is known to each.
    sellers: dict[Name, Name] = Field(default_factory=dict)
    clock_ahead: Ahead = timedelta()
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


class Head(Part):
    """What a scenario says about itself; what it says about the billing is read apart."""

    title: Name
    rules: tuple[Name, ...]
    source: Annotated[Source, Short("document")]
    readings: dict[Name, Name] = Field(default_factory=dict)
    grade: GradeField = REQUIRED
    given: Any
    timeline: Any
    branches: Any = None
    rows: Any = None
