"""The fields of a tariff of BILLmanager, and the words that they choose from."""

from __future__ import annotations

from typing import Final

from prorata.reference.vocabulary.kinds import Choice, Each, Field, Many, Plain, Record
from prorata.reference.vocabulary.tariff_parts import (
    CALENDAR,
    CONTROL_PANEL,
    DAILY,
    GROUPS,
    PRICES,
    RESELLS,
    RESOURCE,
    TRIAL,
)

__all__ = [
    "LATE_FEE",
    "MINIMUM_PERIOD",
    "RENEW_FROM",
    "RESOURCE_CANCEL",
    "RESOURCE_ORDER",
    "TARIFF",
    "TARIFF_CHANGE",
    "WEEKEND",
    "WEEKENDS",
]

#: What is asked of a client who renews after expiry.
LATE_FEE: Final = Choice.of(
    "a late renewal fee",
    "none",
    ("fixed", Plain.AMOUNT),
    ("percent", Plain.NUMBER),
    "from suspension",
)
#: From which date a whole period counts that is paid anew.
RENEW_FROM: Final = Choice.of("a date to count from", "current date", "service expiration date")
#: What happens to the days left when a service goes to this tariff.
TARIFF_CHANGE: Final = Choice.of(
    "a tariff change",
    "change period",
    "add funds",
    "forbidden",
    "extra charge only",
    ("full payment", RENEW_FROM),
)
RESOURCE_ORDER: Final = Choice.of("a way to order resources", "until expiry", "full price")
RESOURCE_CANCEL: Final = Choice.of("a way to cancel resources", "refund", "no refund")
WEEKENDS: Final = ("suspend", "do not suspend")
WEEKEND: Final = Choice.of("a weekend policy", "product type", *WEEKENDS)
MINIMUM_PERIOD: Final = Choice.of(
    "a minimum period", ("days", Plain.SOME_DAYS), ("months", Plain.SOME_MONTHS)
)

TARIFF: Final = Record(
    "Tariff",
    "A tariff of BILLmanager; it sells periods, days, or a trial.",
    (
        Field("prices", PRICES, "What each period costs."),
        Field(
            "renewal_prices",
            PRICES,
            "What a renewal costs; a period that is not here costs what its order does.",
        ),
        Field(
            "disabled_periods",
            Many(Plain.PERIOD),
            "Periods that no order may have, whatever their price.",
        ),
        Field("setup_fee", Plain.AMOUNT, "What an order costs beside its period.", default="0"),
        Field("template", Plain.TEXT, "The user template on the panel; its own name if none."),
        Field("enabled", Plain.YES_NO, "It can be ordered and changed to.", default=True),
        Field("daily", DAILY, "Charging by the day."),
        Field("calendar", CALENDAR, "Charging by calendar months."),
        Field("late_renewal_fee", LATE_FEE, "What a renewal after expiry costs.", default="none"),
        Field(
            "tariff_change",
            TARIFF_CHANGE,
            "What becomes of the days left when a service leaves this tariff for another.",
            default="add funds",
        ),
        Field(
            "resource_order",
            RESOURCE_ORDER,
            "What a resource costs that is ordered during a period.",
            default="until expiry",
        ),
        Field(
            "resource_cancel",
            RESOURCE_CANCEL,
            "What is given back of a resource that is cancelled during a period.",
            default="no refund",
        ),
        Field("tariff_end", Plain.DATE, "After this date it is neither ordered nor renewed."),
        Field(
            "weekend",
            WEEKEND,
            "What becomes of services that expire on a Saturday or Sunday.",
            default="product type",
        ),
        Field(
            "auto_deletion",
            Plain.DAYS,
            "Days from expiry to the deletion of what nobody pays; the product type's if none.",
        ),
        Field(
            "minimum_period",
            MINIMUM_PERIOD,
            "How long clients can neither delete a service nor reduce its resources.",
        ),
        Field("service_limit", Plain.WHOLE, "Services that a client may have of it."),
        Field("maximum_quantity", Plain.NATURAL, "Services in one order; one if not said."),
        Field(
            "username_template",
            Plain.TEXT,
            "How its users are called on the panel; `@ID@` is the service's number.",
            default="user@ID@",
        ),
        Field(
            "domain_template",
            Plain.TEXT,
            "A domain where the order names none; `@USERNAME@` is the client's login.",
            default="@USERNAME@.example.com",
        ),
        Field("trial", TRIAL, "A free time to try it, once for each client."),
        Field("resources", Each(Plain.TEXT, RESOURCE), "Resources by their names."),
        Field(
            "create_all_addons",
            Plain.YES_NO,
            "It has every type of resource; else traffic, disk and web domains alone.",
            default=True,
        ),
        Field("control_panel", CONTROL_PANEL, "Of a server: the control panels to choose from."),
        Field("groups", GROUPS, "Groups of clients that may have it, or may not."),
        Field("quick_order", Plain.YES_NO, "It is ordered without any parameters.", default=False),
        Field("agreement", Plain.TEXT, "A document that clients must consent to."),
        Field("activation_notice", Plain.TEXT, "The notice that a client gets of an activation."),
        Field("module", Plain.TEXT, "The processing module.", names="modules"),
        Field("number", Plain.NATURAL, "Of a licence: the number by which others buy it."),
        Field(
            "resells",
            RESELLS,
            "What it is that others buy by its number.",
            default="ispmanager licences",
        ),
        Field("seller_tariff", Plain.TEXT, "Of a licence: the number of its tariff at the seller."),
        Field(
            "name_server",
            Plain.TEXT,
            "The name server of domains that are generated.",
            names="name_servers",
        ),
        Field("sort", Plain.NATURAL, "Its place in lists: low ones come first."),
        Field("names", Each(Plain.TEXT, Plain.TEXT), "What it is called, by language."),
        Field("labels", Many(Plain.TEXT), "Labels that lists are filtered by."),
        Field("notes", Plain.TEXT, "Notes, which only staff see."),
        Field("site_information", Plain.TEXT, "What a web site shows of it, which only staff see."),
    ),
)
