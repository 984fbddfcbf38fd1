"""What holds for a whole billing, beside its catalogue."""

from __future__ import annotations

from typing import Final

from prorata.reference.vocabulary.kinds import Choice, Each, Field, Many, Plain, Record
from prorata.reference.vocabulary.product import DOWNGRADE_CREDIT
from prorata.reference.vocabulary.tariff import WEEKEND, WEEKENDS
from prorata.reference.vocabulary.tariff_parts import RESELLS

__all__ = [
    "BUYING",
    "CRON",
    "GROUP",
    "INVOICING",
    "MODULE",
    "NAME_SERVER",
    "PRODUCT_TYPE",
    "PROVIDER",
    "SERVERS",
    "SETTINGS",
    "TAX",
]

GROUP: Final = Record(
    "ClientGroup",
    "What the clients of a group may do beside what all may.",
    (
        Field("suspend", Plain.YES_NO, "Suspend and resume their services.", default=False),
        Field("delete", Plain.YES_NO, "Delete their services.", default=False),
        Field("ignore_limit", Plain.YES_NO, "Pass the service limit of a tariff.", default=False),
    ),
)
PRODUCT_TYPE: Final = Record(
    "ProductType",
    "What holds for the tariffs that say nothing themselves.",
    (
        Field(
            "auto_deletion",
            Plain.DAYS,
            "Days from expiry to the deletion of what nobody pays; never if none.",
        ),
        Field(
            "weekend",
            Choice.of(WEEKEND.what, *WEEKENDS),
            "What becomes of services that expire on a Saturday or Sunday.",
            default="suspend",
        ),
    ),
)
TAX: Final = Record(
    "SalesTax",
    "A tax on every charge.",
    (
        Field("rate", Plain.NUMBER, "How much, in percent.", needed=True),
        Field("included", Plain.YES_NO, "Prices include it; else it is added.", default=False),
    ),
)
PROVIDER: Final = Record(
    "Provider",
    "The addresses that notices come from.",
    (
        Field(
            "notifications",
            Plain.TEXT,
            "The address that notices come from.",
            default="billing@example.com",
        ),
        Field(
            "support",
            Plain.TEXT,
            "The address of recovered passwords, where it is another.",
        ),
    ),
)
#: The modules of servers: of virtual ones, of dedicated ones.
SERVERS: Final = ("vmmanager", "dcimanager")
#: The modules that buy licences: of BILLmanager, and the application of HostBill.
BUYING: Final = ("billmanager", "ispmanager_reselling")
MODULE: Final = Record(
    "Module",
    "A processing module, which makes services on a server.",
    (
        Field("department", Plain.TEXT, "The department that gets its tasks."),
        Field("address", Plain.TEXT, "The address of its server."),
        Field(
            "type",
            Choice.of("a type of module", "panel", *BUYING, *SERVERS),
            "What it works with: a panel, a billing that sells licences, or servers.",
            default="panel",
        ),
        Field("seller", Plain.TEXT, "The billing that a module buys from."),
        Field(
            "resells",
            RESELLS,
            "What a module that buys from a billing buys.",
            default="ispmanager licences",
        ),
        Field("addresses", Many(Plain.TEXT), "The addresses that servers are made at."),
        Field(
            "licence_server",
            Plain.TEXT,
            "The module that buys the licences of the control panels of servers.",
            names="modules",
        ),
        Field("username", Plain.TEXT, "The login there, where staff entered another one."),
        Field("password", Plain.TEXT, "The password there, where staff entered another one."),
    ),
)
NAME_SERVER: Final = Record(
    "NameServer",
    "A name server.",
    (Field("free_zones", Many(Plain.TEXT), "Names below which it gives names for free."),),
)
CRON: Final = Record(
    "Cron",
    "The scheduler of HostBill.",
    (Field("daily_at", Plain.TIME, "The time of day of its daily run.", needed=True),),
)
INVOICING: Final = Record(
    "Invoicing",
    "How HostBill makes invoices.",
    (
        Field(
            "merge",
            Choice.of("a way to merge invoices", "never", "generation day", "due date"),
            "Which invoices of a client that are generated in one run are one.",
            default="never",
        ),
        Field(
            "continued",
            Plain.YES_NO,
            "A service with an unpaid invoice gets further ones.",
            default=False,
        ),
        Field("zero", Plain.YES_NO, "Invoices of nothing are issued, as paid.", default=False),
    ),
)
SETTINGS: Final = Record(
    "Settings",
    "What holds for a whole billing.",
    (
        Field("groups", Each(Plain.TEXT, GROUP), "Groups of clients, with what they may do."),
        Field("product_type", PRODUCT_TYPE, "What holds where a tariff says nothing."),
        Field("tax", TAX, "A tax on every charge."),
        Field("provider", PROVIDER, "The addresses that notices come from."),
        Field("modules", Each(Plain.TEXT, MODULE), "Processing modules."),
        Field(
            "enumerations",
            Each(Plain.TEXT, Each(Plain.TEXT, Plain.TEXT)),
            "Values to choose from by name; of control panels, with the seller's numbers.",
        ),
        Field("name_servers", Each(Plain.TEXT, NAME_SERVER), "Name servers."),
        Field("cron", CRON, "The scheduler of HostBill; without it days begin at 00:00."),
        Field(
            "downgrade_credit",
            Choice.of("a way to credit a downgrade", *DOWNGRADE_CREDIT),
            "Whether a downgrade of a product of HostBill gives credit.",
            default="never",
        ),
        Field("invoicing", INVOICING, "How HostBill makes invoices."),
        Field("order_pages", Many(Plain.TEXT), "The order pages on which HostBill sells products."),
    ),
)
