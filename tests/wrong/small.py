"""What the wrong small billings break: the rules that a person would name."""

from __future__ import annotations

from broken import AMOUNTS, PERIODS, B, P

SMALL = {
    "thirty_day_months": PERIODS,
    "chained_month_ends": (B + "renew.plain",),
    "pro_rata_day_off_by_one": (B + "charge.calendar",),
    "tariff_end_ignored": (B + "order.tariff-end",),
    "renewed_from_the_renewal": (B + "renew.from-suspension",),
    "exclusive_overdue_days": (B + "renew.late-fee.percent",),
    "midnight_of_utc": PERIODS,
    "suspended_a_day_late": (B + "suspend.non-payment",),
    "rounds_half_down": AMOUNTS,
    "rounds_through_floats": AMOUNTS,
    "late_fee_of_the_whole_price": (B + "renew.late-fee.percent",),
    "second_stretch_ignored": (B + "change.funds",),
    "refund_never_given": (B + "change.funds",),
    "calendar_without_the_order_day": (B + "charge.calendar",),
    "daily_without_the_order_day": (B + "charge.daily",),
    # One method has the price of both.
    "whole_price_until_the_tariff_end": (B + "order.tariff-end", B + "charge.calendar"),
    "resource_for_the_whole_month": (B + "resource.until-expiry",),
    "full_price_for_the_days_left": (B + "resource.full-price", B + "resource.until-expiry"),
    "sells_on_credit": (B + "order.price", B + "renew.plain", B + "renew.auto", B + "charge.daily"),
    "user_name_without_the_number": (B + "name.username",),
    "never_suspends_on_the_panel": (P + "suspend",),
    "never_resumes_on_the_panel": (P + "resume",),
    "never_deletes_on_the_panel": (P + "delete",),
    "keeps_the_old_preset": (P + "change-preset",),
}
