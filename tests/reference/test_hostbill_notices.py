"""What HostBill tells clients and staff: on which days, and at which events."""

from __future__ import annotations

from datetime import date

import pytest

from prorata.reference.hostbill.messages import messages, of_account
from prorata.reference.hostbill.reminders import expiry_notice, follows, reminders

TEMPLATES = {"created": "Made", "mobile_created": "Ready", "staff_upgrade_failed": "Failed"}


@pytest.mark.parametrize(
    ("when", "days", "day"),
    [
        ("before", 3, date(2025, 2, 26)),  # March 1 − 3 days, in a February of 28 days
        ("before", 0, date(2025, 3, 1)),
        ("after", 0, date(2025, 3, 1)),
        ("after", 31, date(2025, 4, 1)),  # March has 31 days
    ],
)
def test_days_are_civil_days_from_the_date(when, days, day):
    """A reminder counts from the due date, a notice from the expiry, both in civil days."""
    assert day == reminders(due=date(2025, 3, 1), when=when, days=days)
    assert day == expiry_notice(expires=date(2025, 3, 1), when=when, days=days)


@pytest.mark.parametrize(
    ("has", "sent"),
    [("pending", True), ("active", True), ("suspended", True), ("terminated", False),
     ("cancelled", False)],
)  # fmt: skip
def test_nothing_follows_the_end(has, sent):
    """After the termination or cancellation of a service nothing more is sent about it."""
    assert sent is follows(has=has)


@pytest.mark.parametrize(
    ("event", "sent"),
    [
        ("created", [("Made", "client", "mail"), ("Ready", "client", "mobile")]),
        ("upgrade failed", [("Failed", "staff", "mail")]),
        ("upgraded", []),
        ("order", []),
    ],
)
def test_a_message_without_a_template_is_not_sent(event, sent):
    """An event sends the messages that the product has templates for, to whom each is for."""
    assert sent == [tuple(each) for each in messages(event=event, templates=TEMPLATES)]


@pytest.mark.parametrize(("has", "told"), [("active", True), ("suspended", True),
                                           ("processing", False), ("pending", False)])  # fmt: skip
def test_the_end_of_an_account_is_told_where_there_was_one(has, told):
    """What the panel never made has no end that is told."""
    assert told is of_account(has=has)
