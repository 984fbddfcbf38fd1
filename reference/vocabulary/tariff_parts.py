"""The fields of the parts of a tariff: its ways to charge, its resources, its groups."""

from __future__ import annotations

from typing import Final

from prorata.reference.vocabulary.kinds import Choice, Each, Field, Many, Plain, Record

__all__ = [
    "CALENDAR",
    "CONTROL_PANEL",
    "DAILY",
    "GROUPS",
    "PRICES",
    "RATE",
    "RESELLS",
    "RESOURCE",
    "TRIAL",
]

PRICES: Final = Each(Plain.PERIOD, Plain.AMOUNT)

DAILY: Final = Record(
    "Daily",
    "Charging by the day.",
    (
        Field("price", Plain.AMOUNT, "What a day costs.", needed=True),
        Field(
            "by_order_period",
            Plain.YES_NO,
            "The period that was ordered decides on the days that are charged: 30 for a month.",
            default=False,
        ),
        Field(
            "clients_may_suspend",
            Plain.YES_NO,
            "Clients may suspend and resume their services.",
            default=False,
        ),
        Field(
            "charge_after_suspension",
            Plain.YES_NO,
            "Days on which a service is suspended are charged.",
            default=False,
        ),
    ),
)
CALENDAR: Final = Record(
    "Calendar",
    "Charging by calendar months.",
    (
        Field(
            "pro_rata_day",
            Plain.DAY_OF_MONTH,
            "Ordered before this day, a period ends with the month; from it on, with the next.",
            default=15,
        ),
    ),
)
TRIAL: Final = Record(
    "Trial",
    "A free time to try a tariff.",
    (Field("days", Plain.SOME_DAYS, "How long it is.", needed=True),),
)
RATE: Final = Record(
    "Rate",
    "The prices of traffic up to an amount, or of all above the step before.",
    (
        Field("up_to", Plain.NATURAL, "The last unit of the step; the last step has none."),
        Field("prices", PRICES, "What a unit costs for a period.", needed=True),
    ),
)
RESOURCE: Final = Record(
    "Resource",
    "What a tariff says about one resource.",
    (
        Field("included", Plain.WHOLE, "Units that the tariff's own price pays.", default=0),
        Field("minimum", Plain.WHOLE, "The fewest units that can be ordered.", default=0),
        Field("maximum", Plain.WHOLE, "The most units that can be ordered."),
        Field("step", Plain.NATURAL, "Units are sold in multiples of this.", default=1),
        Field("prices", PRICES, "What a unit above the included ones costs for a period."),
        Field(
            "daily",
            Plain.AMOUNT,
            "What a unit above the included ones costs a day, at a tariff charged by the day.",
        ),
        Field(
            "rates",
            Many(RATE),
            "For traffic, in place of prices: steps of amounts, each with prices of its own.",
        ),
    ),
)
CONTROL_PANEL: Final = Record(
    "ControlPanel",
    "The addon of a server by which its client chooses a control panel.",
    (
        Field(
            "enumeration",
            Plain.TEXT,
            "The enumeration of its values.",
            needed=True,
            names="enumerations",
        ),
        Field("prices", Each(Plain.TEXT, PRICES), "What each value costs for a period."),
    ),
)
#: What is bought to be sold on, as the documents have it.
RESELLS: Final = Choice.of(
    "something that is resold", "ispmanager licences", "ssl certificates", "module licences"
)
GROUPS: Final = Record(
    "Groups",
    "Which groups of clients may have a tariff.",
    (
        Field("allow", Many(Plain.TEXT), "Only these may; everybody where none is named."),
        Field("forbid", Many(Plain.TEXT), "These may not, even where they are allowed."),
    ),
)
