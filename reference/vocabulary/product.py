"""The fields of a product of HostBill."""

from __future__ import annotations

from typing import Final

from prorata.reference.vocabulary.kinds import Choice, Each, Field, Many, Plain, Record
from prorata.reference.vocabulary.words import CYCLES

__all__ = ["BILLING_TYPE", "CYCLE", "PRODUCT", "UPGRADE_UNIT"]

CYCLE: Final = Choice.of("a cycle", *CYCLES)
BILLING_TYPE: Final = Choice.of("a billing type", "prepaid", "postpaid", "hybrid")
#: What of a cycle is counted when a service goes to another product during it.
UPGRADE_UNIT: Final = Choice.of("a unit", "seconds", "hours", "days")

_TAX: Final = Record(
    "ProductTax",
    "A tax on prices and fees.",
    (Field("rate", Plain.NUMBER, "How much, in percent.", needed=True),),
)
PRODUCT: Final = Record(
    "Product",
    "A product of HostBill.",
    (
        Field("prices", Each(CYCLE, Plain.AMOUNT), "What each cycle costs."),
        Field("setup_fee", Plain.AMOUNT, "What an order costs beside its cycle.", default="0"),
        Field("upgrade_fee", Plain.AMOUNT, "What an upgrade to it costs beside.", default="0"),
        Field("template", Plain.TEXT, "The package on the panel; the product's name if none."),
        Field(
            "billing_type",
            BILLING_TYPE,
            "Whether a cycle is invoiced at its start or at its end.",
            default="prepaid",
        ),
        Field(
            "adjust_initial_period",
            Plain.YES_NO,
            "The first period starts when it is paid.",
            default=False,
        ),
        Field(
            "full_month",
            Plain.YES_NO,
            "The first month costs a whole one, whatever its first day.",
            default=False,
            built=False,
        ),
        Field(
            "upgrade_pro_rata",
            UPGRADE_UNIT,
            "What is counted of the cycle that is left at an upgrade.",
            default="days",
        ),
        Field("upgrades", Many(Plain.TEXT), "Products that it can become.", names="products"),
        Field("first_invoice_due", Plain.DAYS, "Days until the first invoice is due.", default=0),
        Field("tax", _TAX, "A tax on prices and fees.", built=False),
        Field(
            "overrides",
            Each(Plain.TEXT, Plain.TEXT),
            "Limits on the panel that differ from those of the package.",
        ),
    ),
)
