"""Readings: named choices where the documents are silent or contradict themselves.

The list is closed. The first value of each is the default. What a value *means* is a function in a
table beside the rules that use it, registered here by `table`; a rule asks for a reading by naming
it as a parameter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from inspect import signature
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = [
    "DEFAULTS",
    "READINGS",
    "Reading",
    "ReadingError",
    "asked_by",
    "bind",
    "bundle",
    "choose",
    "meaning",
    "parameters_of",
    "table",
]

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Reading:
    """One question that the documents leave open, its possible answers, the default first."""

    name: str
    values: tuple[str, ...]
    applies_to: str
    decided_by: str

    @property
    def default(self) -> str:
        """The answer where nobody chooses."""
        return self.values[0]


class ReadingError(ValueError):
    """A reading, or a value of one, that the closed list does not have."""


_SILENT = "the documents do not say"
_VENDOR = "panels in use and other vendors differ"
_TABLE = (
    ("month", "calendar thirty_days", "initial period, periods",
     "hostbill-hosting calls the days from Jan 5 to Feb 4 both one month and 30 days"),
    ("month_end", "anchor clamp_and_stay overflow", "periods",
     "vendor: a service keeps the day of its order; HostBill keeps a due day"),
    ("day_count", "civil_dates elapsed_ceil elapsed_floor elapsed_exact", "BILLmanager, days left",
     "billmanager-hosting: Nov 15 to Nov 30 is 15; billmanager-reselling-2021: Dec 16 to 31 is 15"),
    ("overdue_days", "inclusive started", "late fee",
     "billmanager-hosting: expired Sep 1 and renewed Sep 5 is 5 days"),
    ("period_days", "actual nominal calendar_month",
     "parts of a bought time, but not calendar charging", _SILENT),
    ("daily_charge", "rate_fixed rate_from_month", "daily charging",
     "the text and the example of billmanager-hosting disagree"),
    ("rounding", "half_up half_even down", "posting", _SILENT),
    ("rounding_place", "line day_rate ratio_9", "posting", _VENDOR),
    ("posting_digits", "daily_four minor_unit four_decimals", "posting",
     "panels in use show daily rows with four decimals"),
    ("change_day", "new old", "BILLmanager tariff change, civil_dates", _SILENT),
    ("downgrade_extra_charge_only", "switch_back_free keep_until_expiry",
     "extra charge only, no refund upon downgrade",
     "the sentence of billmanager-hosting allows both"),
    ("change_period_rounding", "down exact nearest", "change period", _SILENT),
    ("calendar_long_period", "spread refused", "calendar charging",
     "billmanager-hosting has examples of one month only"),
    ("disabled_period", "orders_only orders_and_renewals", "periods",
     "billmanager-hosting forbids ordering and does not mention renewal"),
    ("auto_retry", "never daily", "auto-renewal", _SILENT),
    ("weekend_end", "monday next_charge", "weekend policy",
     "billmanager-hosting names Saturday and Sunday only"),
    ("failed_operation_task", "task_stays no_task", "reselling",
     "billmanager-reselling: the job will not be created"),
    ("name_too_long", "refuse cut", "names", "billmanager-hosting gives the limit only"),
    ("ispmanager5_last_sale", "tariff_end june_15", "reselling",
     "the December example of billmanager-reselling-2021 contradicts its stop in June"),
    ("late_payment", "after_order after_due", "HostBill initial period",
     "hostbill-hosting: paid late"),
    ("late_fee_base", "invoice_total invoice_subtotal", "HostBill late fee", _SILENT),
    ("pro_rata_unit_remainder", "down up nearest", "HostBill, hours and days", _SILENT),
    ("full_month_first_period", "this_month one_full_month", "HostBill full month", _SILENT),
    ("cycle_change", "next_due at_once", "HostBill change of the cycle", _SILENT),
    ("metered_volume", "inclusive exclusive", "HostBill metered",
     "two published versions of one table"),
)  # fmt: skip

READINGS: Final[Mapping[str, Reading]] = MappingProxyType(
    {name: Reading(name, tuple(values.split()), where, why) for name, values, where, why in _TABLE},
)
DEFAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {reading.name: reading.default for reading in READINGS.values()},
)

_tables: dict[str, Mapping[str, Any]] = {}


def table(name: str, values: Mapping[str, _Value]) -> Mapping[str, _Value]:
    """Say what each value of the reading `name` means; the table must be complete."""
    if tuple(values) != READINGS[name].values:
        message = f"the table of {name} has {tuple(values)}, the list has {READINGS[name].values}"
        raise ReadingError(message)
    _tables[name] = MappingProxyType(dict(values))
    return _tables[name]


def choose(*choices: Mapping[str, str]) -> Mapping[str, str]:
    """Return the readings in force: the defaults, overruled by `choices`, the last strongest."""
    chosen = dict(DEFAULTS)
    for name, value in (pair for choice in choices for pair in choice.items()):
        if name not in READINGS:
            message = f'unknown reading "{name}"{_meant(name, READINGS)}'
            raise ReadingError(message)
        if value not in READINGS[name].values:
            near = _meant(value, READINGS[name].values)
            message = f'"{value}" is not a value of the reading {name}{near}'
            raise ReadingError(message)
        chosen[name] = value
    return MappingProxyType(chosen)


def _meant(word: str, known: Iterable[str]) -> str:
    """Say which of the known words was probably meant, or which there are."""
    from difflib import get_close_matches  # noqa: PLC0415  for mistakes alone

    words = list(known)
    close = get_close_matches(word, words, n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; there are {', '.join(words)}"


_bundles: dict[str, tuple[Callable[..., object], tuple[str, ...]]] = {}


def bundle(parameter: str, make: Callable[..., object], names: tuple[str, ...]) -> None:
    """Let rules ask for several readings at once, by a parameter; `make` also takes `digits`."""
    _bundles[parameter] = (make, names)


@cache
def parameters_of(function: Callable[..., object]) -> tuple[str, ...]:
    """Return the names of a function's parameters."""
    return tuple(signature(function).parameters)


@cache
def asked_by(function: Callable[..., object]) -> tuple[str, ...]:
    """Return the readings that a rule asks for: its parameters that are named as one."""
    names = [
        name
        for parameter in parameters_of(function)
        for name in (_bundles[parameter][1] if parameter in _bundles else (parameter,))
    ]
    return tuple(name for name in READINGS if name in names)


def meaning(name: str, value: str) -> Any:
    """Return what a value of the reading `name` means."""
    return _tables[name][value]


def bind(
    function: Callable[..., object], meaning_of: Callable[[str], Any], digits: int
) -> dict[str, Any]:
    """Return what to pass for the readings that `function` asks for, by what each of them means.

    `digits` are the minor digits of the currency, which some readings round to.
    """
    bound: dict[str, Any] = {}
    for parameter in parameters_of(function):
        if parameter in READINGS:
            bound[parameter] = meaning_of(parameter)
        elif parameter in _bundles:
            make, names = _bundles[parameter]
            bound[parameter] = make(digits=digits, **{name: meaning_of(name) for name in names})
    return bound
