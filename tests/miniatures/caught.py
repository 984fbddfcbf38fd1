"""Where each of the wrong small billings is caught."""

from __future__ import annotations

__all__ = ["CAUGHT"]

#: The scenario that catches each, and the rule that it names.
CAUGHT = {
    "thirty_day_months": ("worked/month-end-anchor", "billmanager.charge.periodic"),
    "chained_month_ends": ("worked/month-end-anchor", "billmanager.renew.plain"),
    "pro_rata_day_off_by_one": (
        "edge/calendar-on-the-pro-rata-day",
        "billmanager.charge.calendar",
    ),
    "tariff_end_ignored": (
        "documented/tariff-end-charges-fifteen-days",
        "billmanager.order.tariff-end",
    ),
    "renewed_from_the_renewal": (
        "documented/renewed-from-the-suspension-date",
        "billmanager.renew.from-suspension",
    ),
    "exclusive_overdue_days": (
        "documented/late-fee-half-of-five-days",
        "billmanager.renew.late-fee.percent",
    ),
    "midnight_of_utc": (
        "edge/winter-time-and-a-late-renewal",
        "billmanager.charge.periodic",
    ),
    "suspended_a_day_late": (
        "edge/suspended-and-resumed-by-a-renewal",
        "billmanager.suspend.non-payment",
    ),
    "rounds_half_down": ("edge/half-a-cent-rounds-up", "billmanager.change.funds"),
    "rounds_through_floats": ("edge/half-a-cent-rounds-up", "billmanager.change.funds"),
    "late_fee_of_the_whole_price": (
        "worked/late-fee-of-a-year",
        "billmanager.renew.late-fee.percent",
    ),
    "second_stretch_ignored": (
        "worked/stretches-of-a-renewed-service",
        "billmanager.change.funds",
    ),
    "refund_never_given": ("worked/change-funds-refund", "billmanager.change.funds"),
    "calendar_without_the_order_day": (
        "documented/calendar-before-the-pro-rata-day",
        "billmanager.charge.calendar",
    ),
    "daily_without_the_order_day": (
        "documented/daily-charges-each-day-of-january",
        "billmanager.charge.daily",
    ),
    "whole_price_until_the_tariff_end": (
        "worked/tariff-end",
        "billmanager.order.tariff-end",
    ),
    "resource_for_the_whole_month": (
        "documented/resource-until-expiry-charges-fifteen-days",
        "billmanager.resource.until-expiry",
    ),
    "full_price_for_the_days_left": (
        "documented/resource-at-full-price-for-ten-days",
        "billmanager.resource.full-price",
    ),
    "sells_on_credit": (
        "edge/balance-too-small-for-a-renewal",
        "billmanager.renew.plain",
    ),
    "user_name_without_the_number": (
        "documented/user-name-from-the-template",
        "billmanager.name.username",
    ),
    "never_suspends_on_the_panel": (
        "edge/suspended-and-resumed-by-a-renewal",
        "provision.ispmanager.suspend",
    ),
    "never_resumes_on_the_panel": (
        "edge/suspended-and-resumed-by-a-renewal",
        "provision.ispmanager.resume",
    ),
    "never_deletes_on_the_panel": ("edge/deleted-by-staff", "provision.ispmanager.delete"),
    "keeps_the_old_preset": ("worked/change-funds-refund", "provision.ispmanager.change-preset"),
    "takes_a_second_payment_for_the_first": (
        "edge/acts-that-come-twice-and-are-two#two payments",
        "billmanager.pay",
    ),
    "deletes_what_is_deleted": (
        "edge/acts-that-come-twice-and-are-two#two deletions",
        "billmanager.lifecycle.status",
    ),
    "turns_automatic_renewal_off": (
        "edge/renewed-by-itself-after-it-failed-once",
        "billmanager.renew.auto",
    ),
    "shares_what_is_ordered": (
        "edge/two-alike-of-one-client#both renewed",
        "billmanager.order.resources",
    ),
    "charges_who_paid_last": (
        "edge/due-of-one-client-after-a-payment-of-another",
        "billmanager.charge.daily",
    ),
    "tax_of_the_exact_amount": (
        "edge/tax-on-top-of-what-is-posted",
        "billmanager.tax.on-top",
    ),
    "overdue_days_of_31_day_months": (
        "edge/late-fee-each-time-over-the-end-of-a-month[percent]",
        "billmanager.renew.late-fee.percent",
    ),
}
