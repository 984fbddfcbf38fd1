"""What a product of HostBill has its clients and staff told, and when."""

from __future__ import annotations

from typing import Final

from prorata.reference.vocabulary.kinds import Choice, Field, Many, Plain, Record

__all__ = ["EXPIRY_NOTICES", "MESSAGES", "REMINDERS"]


def _own(name: str, sentence: str) -> Record:
    """Return what a further notice is: a template, so many days before a date or after it."""
    sides = Choice.of("a side of a date", "before", "after")
    return Record(
        name,
        sentence,
        (
            Field("when", sides, "Before the date or after it.", needed=True),
            Field("days", Plain.DAYS, "How many days.", needed=True),
            Field("template", Plain.TEXT, "The template that it is sent with.", needed=True),
        ),
    )


REMINDERS: Final = Record(
    "Reminders",
    "When a client is reminded of an unpaid invoice, in days from its due date.",
    (
        Field("before", Plain.DAYS, "How many days before; never if none."),
        Field("after", Many(Plain.SOME_DAYS), "How many days after, each of them."),
        Field(
            "own",
            Many(_own("OwnReminder", "A further reminder of an unpaid invoice.")),
            "Further reminders.",
        ),
    ),
)
EXPIRY_NOTICES: Final = Record(
    "ExpiryNotices",
    "When a client is told that a service expires, in days from its expiry.",
    (
        Field("before", Plain.DAYS, "How many days before; never if none."),
        Field(
            "own",
            Many(_own("OwnExpiryNotice", "A further notice of an expiry.")),
            "Further notices.",
        ),
    ),
)
MESSAGES: Final = Record(
    "Messages",
    "The templates that messages are sent with; one that has none is not sent.",
    (
        Field("order", Plain.TEXT, "To the client: a service is ordered."),
        Field("created", Plain.TEXT, "To the client: the account is made."),
        Field("suspended", Plain.TEXT, "To the client: the account is suspended."),
        Field("unsuspended", Plain.TEXT, "To the client: the account runs again."),
        Field("terminated", Plain.TEXT, "To the client: the account is gone."),
        Field("expiry", Plain.TEXT, "The template of the notice before the expiry."),
        Field("upgraded", Plain.TEXT, "To the client: a change of the product is carried out."),
        Field("staff_upgraded", Plain.TEXT, "To staff: the same."),
        Field("staff_upgrade_failed", Plain.TEXT, "To staff: the panel did not carry it out."),
        Field("mobile_created", Plain.TEXT, "To the client's mobile: the account is made."),
    ),
)
