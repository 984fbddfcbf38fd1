"""The fields of a product of HostBill."""

from __future__ import annotations

from typing import Final

from prorata.reference.vocabulary.functions import CLIENT_FUNCTIONS
from prorata.reference.vocabulary.kinds import Choice, Each, Field, Many, Plain, Record
from prorata.reference.vocabulary.notices import EXPIRY_NOTICES, MESSAGES, REMINDERS
from prorata.reference.vocabulary.product_licence import LICENCE
from prorata.reference.vocabulary.product_order import ORDERING
from prorata.reference.vocabulary.together import TOGETHER
from prorata.reference.vocabulary.words import CYCLES

__all__ = [
    "BILLING_TYPE",
    "BRACKET",
    "CLIENT_FUNCTION",
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
CLIENT_FUNCTION: Final = Choice.of("a client function", *CLIENT_FUNCTIONS)
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
BRACKET: Final = Record(
    "Bracket",
    "What a unit of usage costs that lies above a number and up to another.",
    (
        Field("above", Plain.NUMBER, "Its lower bound, which it does not hold.", needed=True),
        Field("up_to", Plain.NUMBER, "Its upper bound, which it holds; the last has none."),
        Field("price", Plain.AMOUNT, "What a unit costs.", needed=True),
    ),
)
METER: Final = Record(
    "Meter",
    "How usage of one kind is charged.",
    (
        Field(
            "scheme",
            Choice.of("a scheme", "tiered", "overage", "volume"),
            "What is looked up in the brackets: each report, the running total, or the whole.",
            needed=True,
        ),
        Field("brackets", Many(BRACKET), "They begin above 0, without holes.", needed=True),
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
        *LICENCE,
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
        Field(
            "client_functions",
            Each(CLIENT_FUNCTION, Plain.YES_NO),
            "Which functions clients have; each that is not named is switched on.",
        ),
        Field("messages", MESSAGES, "What clients and staff are told of its services."),
        Field("reminders", REMINDERS, "When clients are reminded of unpaid invoices."),
        Field("expiry_notices", EXPIRY_NOTICES, "When clients are told of an expiry."),
        Field("tax", _TAX, "A tax on prices and fees."),
        Field(
            "metered",
            Each(Plain.TEXT, METER),
            "What usage costs, by its name; for the cycle metered, whose price is the base fee.",
        ),
        Field(
            "overrides",
            Each(Plain.TEXT, Plain.TEXT),
            "Limits on the panel that differ from those of the package.",
        ),
        *ORDERING,
        *TOGETHER,
    ),
)
