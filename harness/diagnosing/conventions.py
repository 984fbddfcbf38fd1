"""Conventions of other vendors: known by name, though no document has them.

They are no readings: the list of those is closed. Each is a small substitution at the one seam of
the reference (`Instead`), for one run of it. A billing may follow several, which are about
different things: the days of a period, say, and what is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.diagnosing import counting, money, upgrading
from prorata.reference.billmanager import change, resource
from prorata.reference.hostbill import upgrade
from prorata.reference.rules import Instead

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

__all__ = ["CONVENTIONS", "Convention", "together"]

_NO_DOCUMENT: Final = "no document has it"


@dataclass(frozen=True, slots=True)
class Convention:
    """A habit of billing, what it is about, and what the reference does instead under it.

    Of what are about the same, a billing follows one at most. `told` says what documents say of it,
    for brackets.
    """

    name: str
    about: str
    sentence: str
    instead: Instead
    told: str = _NO_DOCUMENT

    @property
    def seams(self) -> frozenset[object]:
        """The readings by their names, and the rules, that are otherwise under it."""
        return frozenset((*self.instead.readings, *self.instead.rules, *self.instead.legs))

    def __str__(self) -> str:
        """Say it in one line: ``days of a period: 30/360 (no document has it)``."""
        return f"{self.about}: {self.name} ({self.told})"


_BY_RULE: Final = (change.funds, change.extra_charge_only, resource.until_expiry)

#: Of a rule that several change, each asks what stands before it here.
_TABLE: Final = (
    Convention(
        "30/360", "days of a period",
        "Each month has 30 days, and a date is counted as if that were so.",
        Instead(
            readings={"period_days": counting.thirty_360},
            rules={upgrade.pro_rata: upgrading.thirty_360},
        ),
    ),
    Convention(
        "upgrades by months of 30 days", "days of a period",
        "In HostBill the price of a month is divided by 30 and that of a year by 365, as"
        " period_days = nominal has it in BILLmanager.",
        Instead(rules={upgrade.pro_rata: upgrading.months_of_30}),
    ),
    Convention(
        "months of 31 days", "days of a period",
        "The price of a month is divided by 31, however long the month is.",
        Instead(
            readings={"period_days": counting.months_of_31},
            rules={upgrade.pro_rata: upgrading.months_of_31},
        ),
    ),
    Convention(
        "years of 365 days", "days of a period",
        "The price of a year is divided by 365, in leap years too.",
        Instead(
            readings={"period_days": counting.years_of_365},
            rules={upgrade.pro_rata: upgrading.years_of_365},
        ),
    ),
    Convention(
        "730 hours to a month", "days of a period",
        "A month has 730 hours, and whole hours that are left are priced.",
        Instead(
            readings={"period_days": counting.hours_730, "day_count": counting.whole_hours},
            rules={upgrade.pro_rata: upgrading.hours_730},
        ),
    ),
    Convention(
        "price × 12 ÷ 365", "days of a period",
        "A day costs twelve prices of a month divided by 365.",
        Instead(
            readings={"period_days": counting.twelve_by_365},
            rules={upgrade.pro_rata: upgrading.twelve_by_365},
        ),
    ),
    Convention(
        "an inclusive end", "days left",
        "The date of the expiry is a day that is left.",
        Instead(
            readings={"day_count": counting.inclusive_end},
            rules={upgrade.pro_rata: upgrading.inclusive_end},
        ),
        "billmanager-hosting rules it out: Nov 15 to Nov 30 is 15",
    ),
    Convention(
        "whole elapsed days overdue", "days overdue",
        "Of the time since the expiry whole days of 24 hours are overdue.",
        Instead(readings={"overdue_days": counting.whole_days_overdue}),
        "billmanager-hosting rules it out: expired Sep 1 and renewed Sep 5 is 5 days",
    ),
    Convention(
        "used part in arrears", "what a change charges",
        "The days that are used are charged, and not those that are left.",
        Instead(
            rules={
                **dict.fromkeys(_BY_RULE, money.in_arrears),
                upgrade.pro_rata: upgrading.in_arrears,
            },
        ),
    ),
    Convention(
        "a ratio to 4 digits", "rounding",
        "The days by the days of the period are rounded to four decimals.",
        Instead(readings={"rounding_place": money.ratio_4}),
    ),
    Convention(
        "day rates to 4 digits", "rounding",
        "The price of a day is rounded to four decimals.",
        Instead(readings={"rounding_place": money.rate_4}),
    ),
    Convention(
        "credit and charge as two legs", "what a change charges",
        "What is left of the old tariff is credited and the new one charged: two lines, each"
        " rounded and taxed.",
        Instead(legs=dict.fromkeys(_BY_RULE[:2], money.two_legs)),
    ),
    Convention(
        "credit and charge rounded apart", "what a change charges",
        "What is left of the old tariff and what the new one asks are rounded each, and posted as"
        " one line.",
        Instead(rules=dict.fromkeys(_BY_RULE[:2], money.netted)),
    ),
    Convention(
        "remainder on the last slice", "days of an order period",
        "Each day of an order period costs the same, and the last one what is left of the price.",
        Instead(readings={"daily_charge": money.last_slice}),
    ),
)  # fmt: skip

#: By their names.
CONVENTIONS: Final[Mapping[str, Convention]] = MappingProxyType(
    {each.name: each for each in _TABLE},
)


def together(names: Collection[str]) -> Instead:
    """Return what the reference does otherwise under conventions about different things."""
    followed = [each.instead for name, each in CONVENTIONS.items() if name in names]
    rules: dict[Callable[..., Any], Callable[..., Any]] = {}
    for each in followed:
        for rule, other in each.rules.items():
            rules[rule] = _asking(other, rules[rule]) if rule in rules else other
    return Instead(
        {name: other for each in followed for name, other in each.readings.items()},
        rules,
        {rule: split for each in followed for rule, split in each.legs.items()},
    )


def _asking(outer: Callable[..., Any], inner: Callable[..., Any]) -> Callable[..., Any]:
    """Return one other answer of a rule that asks another one in the place of the right one."""

    def both(right: Callable[..., Any], /, **told: Any) -> Any:
        return outer(partial(inner, right), **told)

    return both
