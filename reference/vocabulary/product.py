"""The fields of a product of HostBill."""

from __future__ import annotations

from typing import Final

from prorata.reference.vocabulary.kinds import Choice, Each, Field, Many, Plain, Record
from prorata.reference.vocabulary.together import TOGETHER
from prorata.reference.vocabulary.words import CYCLES

__all__ = [
    "BILLING_TYPE",
    "CREATE",
    "CYCLE",
    "LATE_FEE",
    "PRODUCT",
    "RENEW",
    "UPGRADE",
    "UPGRADE_UNIT",
]

CYCLE: Final = Choice.of("a cycle", *CYCLES)
BILLING_TYPE: Final = Choice.of("a billing type", "prepaid", "postpaid", "hybrid")
#: What of a cycle is counted when a service goes to another product during it.
UPGRADE_UNIT: Final = Choice.of("a unit", "seconds", "hours", "days", "none")
#: What becomes of what a downgrade gives back.
DOWNGRADE_CREDIT: Final = ("never", "always", "after no unpaid invoices")

_TAX: Final = Record(
    "ProductTax",
    "A tax on prices and fees.",
    (Field("rate", Plain.NUMBER, "How much, in percent.", needed=True),),
)
#: When an account is made on the panel.
CREATE: Final = Choice.of(
    "a time to make an account", "on order", "first payment", "by cron", "by hand"
)
UPGRADE: Final = Choice.of("a time to upgrade", "on order", "after payment")
RENEW: Final = Choice.of("a time to renew", "after payment", "with the invoice")
CANCELLED: Final = Choice.of("a way to cancel", "immediately", "end of period")
CANCELLATION: Final = Choice.of(
    "a time to cancel", "always", "never", ("after", Plain.WHOLE), ("for", Plain.WHOLE)
)
LATE_FEE: Final = Record(
    "LateFee",
    "What is added to an invoice that is not paid in time.",
    (
        Field("percent", Plain.NUMBER, "How much of the invoice, in percent.", needed=True),
        Field("after", Plain.WHOLE, "How many days after the due date.", needed=True),
    ),
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
        ),
        Field(
            "upgrade_pro_rata",
            UPGRADE_UNIT,
            "What is counted of the cycle that is left at an upgrade.",
            default="days",
        ),
        Field(
            "upgrade_queue",
            Plain.YES_NO,
            "What an upgrade costs waits for the next invoice.",
            default=False,
        ),
        Field(
            "downgrade_credit",
            Choice.of("a way to credit a downgrade", "default", *DOWNGRADE_CREDIT),
            "Whether a downgrade gives credit; by default as the whole billing says.",
            default="default",
        ),
        Field("credit_note", Plain.YES_NO, "A downgrade issues a credit note.", default=False),
        Field(
            "cancellation",
            CANCELLATION,
            "Whether clients cancel it, so many days from its order.",
            default="always",
        ),
        Field(
            "cancellation_kinds",
            Many(CANCELLED),
            "How clients cancel it; both where nothing is said.",
        ),
        Field(
            "cancel_pro_rata",
            Choice.of("a way to cancel by the part", "no", "prepaid", "postpaid"),
            "Whether what is unused is given back, or what is used is asked.",
            default="no",
        ),
        Field(
            "auto_cancellation",
            Plain.YES_NO,
            "Requests to cancel are carried out by themselves; else by staff.",
            default=True,
        ),
        Field("upgrades", Many(Plain.TEXT), "Products that it can become.", names="products"),
        Field(
            "licence",
            Plain.YES_NO,
            "It is a licence, which is sold monthly, annually, once or free.",
            default=False,
        ),
        Field(
            "create_account",
            CREATE,
            "When an account is made.",
            default="first payment",
        ),
        Field(
            "renew_account",
            RENEW,
            "When the time paid moves: with the payment of an invoice, or with its issue.",
            default="after payment",
        ),
        Field(
            "upgrade_account",
            UPGRADE,
            "When a change of the product is carried out.",
            default="after payment",
        ),
        Field(
            "auto_renewal",
            Plain.YES_NO,
            "Its cycles are invoiced one after another; else it ends with the first.",
            default=True,
        ),
        Field(
            "invoice_days_before",
            Plain.DAYS,
            "How many days before the due date an invoice is generated.",
            default=7,
        ),
        Field(
            "expected_days_before",
            Plain.DAYS,
            "How many days before it is due an invoice is expected to be paid.",
            default=0,
        ),
        Field(
            "due_days_later",
            Plain.DAYS,
            "How many days the due date of a recurring invoice is moved on.",
            default=0,
        ),
        Field("late_fee", LATE_FEE, "What is added to an invoice that is not paid in time."),
        Field(
            "suspend_after",
            Plain.DAYS,
            "Days from the due date of an unpaid invoice to the suspension; never if none.",
        ),
        Field(
            "unsuspend",
            Plain.YES_NO,
            "It runs again when nothing is past due any more.",
            default=True,
        ),
        Field(
            "terminate_after",
            Plain.DAYS,
            "Days from the due date of an unpaid invoice to the termination; never if none.",
        ),
        Field(
            "cancel_unpaid_invoices",
            Plain.YES_NO,
            "Its unpaid invoices are cancelled when it is terminated.",
            default=False,
        ),
        Field(
            "auto_cancel_after",
            Plain.DAYS,
            "Days from an order to its cancellation, if nobody pays it; never if none.",
        ),
        Field("first_invoice_due", Plain.DAYS, "Days until the first invoice is due.", default=0),
        Field("tax", _TAX, "A tax on prices and fees."),
        Field(
            "overrides",
            Each(Plain.TEXT, Plain.TEXT),
            "Limits on the panel that differ from those of the package.",
        ),
        *TOGETHER,
    ),
)
