"""The numbers that the protocol has for statuses and periods, and their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.reference.periods import Length

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service

__all__ = [
    "CODES", "DAILY", "MONTHS", "OFF", "PAYMENT", "STATUS", "TRIAL", "auto_renewal", "code_of",
    "has_code", "length_text", "period_of", "period_text", "real_status", "renewal_text",
    "status_code",
]  # fmt: skip

TRIAL: Final = "-100"
DAILY: Final = "-50"
_DAY: Final = Length(days=1)

#: The number of a service's status.
CODES: Final[Mapping[str, int]] = {
    "ordered": 1,
    "active": 2,
    "suspended": 3,
    "deleted": 4,
    "processing": 5,
}

#: What a service's status is called.
STATUS: Final[Mapping[str, str]] = {
    "ordered": "Ordered",
    "active": "Active",
    "suspended": "Suspended",
    "deleted": "Deleted",
    "processing": "Activation in progress",
}

#: The statuses of a payment by number. 2 is what can be paid, not what was: that is 4.
PAYMENT: Final[Mapping[str, str]] = {
    "1": "New",
    "2": "In progress",
    "3": "Pledged",
    "4": "Credited",
    "5": "Pending return",
    "6": "Returned",
    "7": "Fraud",
    "8": "Initiated",
    "9": "Cancelled",
}

MONTHS: Final[Mapping[str, str]] = {
    "1": "Month",
    "3": "Three months",
    "6": "Six months",
    "12": "Year",
    "24": "Two years",
    "36": "Three years",
}
_TEXTS: Final = {**MONTHS, TRIAL: "Trial", DAILY: "Day", "0": "Lifetime"}

#: How clients say that a service is not renewed by itself.
OFF: Final = frozenset({"null", "off", "no", "0"})

#: What of a suspension the composite codes of the user interface name, the strongest first.
_SUSPENDED: Final = (
    ("staff", "3_employeesuspend"),
    ("non-payment", "3_autosuspend"),
    ("client", "3"),
)


def status_code(service: Service) -> str:
    """Return the number of a service's status."""
    return str(CODES[service.status])


def real_status(service: Service, operation: str | None) -> str:
    """Return the composite code, such as ``3_autosuspend`` or ``5_open``."""
    if service.status == "processing":
        return f"5_{operation or 'open'}"
    if service.status == "suspended":
        return next((text for kind, text in _SUSPENDED if kind in service.suspended_by), "3")
    return status_code(service)


def period_of(code: str, tariff: Tariff) -> str | None:
    """Return the words of the engine for a period's number, None for one that it cannot sell.

    -50 is a day, where a tariff is charged by the day or sells one; several days have no number. A
    lifetime is sold by no rule of the reference.
    """
    if code == TRIAL:
        return "trial"
    if code == DAILY:
        sold = tariff.daily is not None or _DAY in {*tariff.prices, *tariff.renewal_prices}
        return str(_DAY) if sold else None
    months = int(code)
    return str(Length(months=months)) if months > 0 else None


def code_of(length: Length, *, trial: bool = False) -> str:
    """Return the number of a period."""
    if trial:
        return TRIAL
    return str(length.months) if length.months else DAILY


def has_code(length: Length) -> bool:
    """Tell whether a period has a number of its own: months have, and a day."""
    return bool(length.months) or length == _DAY


def length_text(length: Length, *, trial: bool = False) -> str:
    """Return what the period of a service is called; several days, which have no number, too."""
    if trial or has_code(length):
        return period_text(code_of(length, trial=trial))
    return str(length)


def period_text(code: str) -> str:
    """Return what a period is called."""
    return _TEXTS.get(code, f"{code} months")


def renewal_text(service: Service) -> str:
    """Return what the period is called for which a service is renewed by itself, or ``null``."""
    return length_text(service.auto_renewal) if service.auto_renewal else "null"


def auto_renewal(service: Service) -> str:
    """Return the period for which a service is renewed by itself, or ``null``."""
    return code_of(service.auto_renewal) if service.auto_renewal else "null"
