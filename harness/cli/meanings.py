"""What each value of each reading means, with a pair of numbers that tells it from the default.

The numbers are worked out by hand; a test has the rules work them out too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MEANINGS", "Apart", "Meaning", "Value"]


class Apart(NamedTuple):
    """A case in which a value of a reading gives something else than the default does."""

    case: str
    default: str
    here: str


class Value(NamedTuple):
    """What a value of a reading means; `apart` tells it from the default, which has none."""

    sentence: str
    apart: Apart | None = None


class Meaning(NamedTuple):
    """The question that a reading answers, and its answers, the default first."""

    question: str
    values: Mapping[str, Value]


MEANINGS: Final[Mapping[str, Meaning]] = {
    "month": Meaning(
        "How long are a month and a year?",
        {
            "calendar": Value("They end on the day of the month on which they began."),
            "thirty_days": Value(
                "A month is 30 days, a year is 365.",
                Apart("a month from 2025-01-05 expires on", "2025-02-05", "2025-02-04"),
            ),
        },
    ),
    "month_end": Meaning(
        "Where does a month end that lacks the day on which it began?",
        {
            "anchor": Value("On its last day; later months have the day of the beginning again."),
            "clamp_and_stay": Value(
                "On its last day; later months keep that day.",
                Apart("two renewals for a month from 2025-01-31", "2025-03-31", "2025-03-28"),
            ),
            "overflow": Value(
                "As many days into the next month as it lacks.",
                Apart("a month from 2025-01-31 expires on", "2025-02-28", "2025-03-03"),
            ),
        },
    ),
    "day_count": Meaning(
        "How many days are left of a service?",
        {
            "civil_dates": Value("The date of the expiry less the date of today."),
            "elapsed_ceil": Value(
                "The time until the expiry in days of 24 hours, a begun one counted.",
                Apart("left of 2025-10-26 in Berlin, which has 25 hours", "1 day", "2 days"),
            ),
            "elapsed_floor": Value(
                "The time until the expiry in whole days of 24 hours.",
                Apart("from 2025-11-15 18:00 to 2025-11-30", "15 days", "14 days"),
            ),
            "elapsed_exact": Value(
                "The time until the expiry to the second.",
                Apart("from 2025-11-15 18:00 to 2025-11-30", "15 days", "14.25 days"),
            ),
        },
    ),
    "overdue_days": Meaning(
        "How many days is a late renewal overdue?",
        {
            "inclusive": Value("The dates of the expiry, of the renewal, and all between them."),
            "started": Value(
                "The time since the expiry in days of 24 hours, a begun one counted.",
                Apart("expired 2025-09-01 00:00, renewed 2025-09-05 00:00", "5 days", "4 days"),
            ),
        },
    ),
    "period_days": Meaning(
        "By how many days is the price of a bought time divided?",
        {
            "actual": Value("By the days that it has."),
            "nominal": Value(
                "By 30 for a month and 365 for a year.",
                Apart("10 of the 31 days of a month for 3.10", "1.00", "1.03"),
            ),
            "calendar_month": Value(
                "Each month's price by the days of the calendar month in which a day lies.",
                Apart("10 days of February, of 2025-01-20 .. 2025-02-20 for 3.10", "1.00", "1.11"),
            ),
        },
    ),
    "daily_charge": Meaning(
        "What does a day cost under daily charging?",
        {
            "rate_fixed": Value("The tariff's price of a day."),
            "rate_from_month": Value(
                "The tariff's price of a month by the days of the calendar month.",
                Apart("a day of January at 0.10, where a month costs 3.00", "0.10", "0.0968"),
            ),
        },
    ),
    "rounding": Meaning(
        "How is an amount rounded when it is posted?",
        {
            "half_up": Value("To the nearest, a half up."),
            "half_even": Value(
                "To the nearest, a half to the even digit.",
                Apart("0.125", "0.13", "0.12"),
            ),
            "down": Value(
                "What is too much is dropped.",
                Apart("0.129", "0.13", "0.12"),
            ),
        },
    ),
    "rounding_place": Meaning(
        "What of a part of a price is rounded before it is posted?",
        {
            "line": Value("Nothing: the line is rounded once."),
            "day_rate": Value(
                "The price of a day, to the digits of the currency.",
                Apart("15 of the 31 days of a month for 10.00", "4.84", "4.80"),
            ),
            "ratio_9": Value(
                "The days by the days of the period, to nine decimals.",
                Apart("10 of the 30 days of a month for 3.015", "1.01", "1.00"),
            ),
        },
    ),
    "posting_digits": Meaning(
        "With how many decimals is a line posted?",
        {
            "daily_four": Value("Lines of kind daily with four, others as the currency has them."),
            "minor_unit": Value(
                "All as the currency has them.",
                Apart("a day of 0.0968", "0.0968", "0.10"),
            ),
            "four_decimals": Value(
                "All with four.",
                Apart("a late fee of 0.125", "0.13", "0.125"),
            ),
        },
    ),
    "change_day": Meaning(
        "Whose is the day of a tariff change?",
        {
            "new": Value("It is charged at the new tariff."),
            "old": Value(
                "It was paid for at the old tariff; the new one counts from the day after.",
                Apart("10.00 to 20.00 on 2025-06-11, paid until 2025-07-01", "6.67", "6.33"),
            ),
        },
    ),
    "downgrade_extra_charge_only": Meaning(
        "What is a downgrade under extra charge only, which refunds nothing?",
        {
            "switch_back_free": Value(
                "The cheaper tariff begins at once; to go back before the expiry costs nothing."
            ),
            "keep_until_expiry": Value(
                "The tariff stays until the expiry, and the cheaper one begins then.",
                Apart(
                    "on 2025-06-11, paid until 2025-07-01, the cheaper one begins on",
                    "2025-06-11",
                    "2025-07-01",
                ),
            ),
        },
    ),
    "change_period_rounding": Meaning(
        "How are the days rounded that what is left buys at another tariff?",
        {
            "down": Value("To whole days."),
            "exact": Value(
                "Not at all: to the second, and counted from the second of the change.",
                Apart("what is left buys 7.75 days", "7 days", "7.75 days"),
            ),
            "nearest": Value(
                "To the nearest day.",
                Apart("what is left buys 7.75 days", "7 days", "8 days"),
            ),
        },
    ),
    "calendar_long_period": Meaning(
        "Are several months sold under calendar charging?",
        {
            "spread": Value("Yes, each at its share of the price."),
            "refused": Value(
                "No, one month at a time.",
                Apart("3 months for 30.00", "10.00 a month", "refused"),
            ),
        },
    ),
    "disabled_period": Meaning(
        "What is a period disabled for?",
        {
            "orders_only": Value("For orders: services that have it renew it."),
            "orders_and_renewals": Value(
                "For orders and for renewals.",
                Apart("a renewal for a disabled month of 3.10", "3.10", "refused"),
            ),
        },
    ),
    "auto_retry": Meaning(
        "Is an automatic renewal tried again that the balance did not pay?",
        {
            "never": Value("No: it is tried once, at the expiry."),
            "daily": Value(
                "Yes, at each midnight.",
                Apart(
                    "expired 2025-09-01, enough is paid on 2025-09-02 at 12:00, renewed on",
                    "not at all",
                    "2025-09-03",
                ),
            ),
        },
    ),
    "weekend_end": Meaning(
        "When is a service suspended that expired on a weekend and is not suspended then?",
        {
            "monday": Value("On Monday at 00:00."),
            "next_charge": Value(
                "On Monday at 05:00, with the next daily charges.",
                Apart("expired on Saturday 2025-08-02", "2025-08-04 00:00", "2025-08-04 05:00"),
            ),
        },
    ),
    "failed_operation_task": Meaning(
        "What becomes of the task of an operation that failed?",
        {
            "task_stays": Value("It shows the error."),
            "no_task": Value("There is none.", Apart("tasks after a failed order", "1", "0")),
        },
    ),
    "name_too_long": Meaning(
        "What becomes of a user name that is longer than the panel takes?",
        {
            "refuse": Value("The order is refused."),
            "cut": Value(
                "It is cut to 16 characters.",
                Apart("a-very-long-login", "refused", "a-very-long-logi"),
            ),
        },
    ),
    "ispmanager5_last_sale": Meaning(
        "Until when are licences of ispmanager 5 sold?",
        {
            "tariff_end": Value("Until the tariff's end, cut to it."),
            "june_15": Value(
                "Until 2021-06-15.",
                Apart("a month ordered on 2021-06-20 expires on", "2021-07-20", "refused"),
            ),
        },
    ),
    "late_payment": Meaning(
        "When is the first payment late, so that the first period begins with it?",
        {
            "after_order": Value("After the day of the order."),
            "after_due": Value(
                "After the day on which the invoice is due.",
                Apart(
                    "ordered 2025-01-01, due 2025-01-08, paid 2025-01-05, it begins on",
                    "2025-01-05",
                    "2025-01-01",
                ),
            ),
        },
    ),
    "late_fee_base": Meaning(
        "Of what of an invoice is a late fee a percentage?",
        {
            "invoice_total": Value("Of its total."),
            "invoice_subtotal": Value(
                "Of what it is before tax.",
                Apart("10 % of 10.00 and 2.00 of tax", "1.20", "1.00"),
            ),
        },
    ),
    "pro_rata_unit_remainder": Meaning(
        "What becomes of a begun hour or day, where a change costs whole ones?",
        {
            "down": Value("It is not counted."),
            "up": Value(
                "It is counted as a whole one.",
                Apart("10 hours and 15 minutes are left", "10 hours", "11 hours"),
            ),
            "nearest": Value(
                "It is counted from its half on.",
                Apart("10 hours and 45 minutes are left", "10 hours", "11 hours"),
            ),
        },
    ),
    "full_month_first_period": Meaning(
        "How long is the first period of a product that bills full months?",
        {
            "this_month": Value("Until the next first of a month."),
            "one_full_month": Value(
                "Until the first of a month that is a whole month away.",
                Apart("ordered on 2025-01-12, expires on", "2025-02-01", "2025-03-01"),
            ),
        },
    ),
    "cycle_change": Meaning(
        "When does another cycle begin that a client chooses?",
        {
            "next_due": Value("On the next due date; no money moves before."),
            "at_once": Value(
                "Today: it is asked whole, less what is unused of the old one.",
                Apart(
                    "10.00 monthly from 2025-09-01, to 100.00 annually on 2025-09-16, asked now",
                    "nothing",
                    "95.00",
                ),
            ),
        },
    ),
    "metered_volume": Meaning(
        "Is the unit on the lower bound of a bracket charged at the price of that bracket?",
        {
            "inclusive": Value("Yes."),
            "exclusive": Value(
                "No, only those above it.",
                Apart("20 units, at 0.10 each in the bracket from 10 on", "1.10", "1.00"),
            ),
        },
    ),
}
