"""The fields of a tariff as its pages have them.

The documents give the fields as the pages call them; their names on the wire are ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.fakes.billmanager.catalogue import TYPES
from prorata.fakes.billmanager.codes import MONTHS
from prorata.fakes.mgr5.params import Param

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ABOUT", "CANCEL", "CHANGE", "FROM", "LATE", "ORDER", "PARAMS", "WEEKEND"]

LATE: Final = {
    "none": "none",
    "fixed": "fixed",
    "percent": "percent",
    "suspension": "from suspension",
}
CHANGE: Final = {
    "period": "change period",
    "funds": "add funds",
    "forbidden": "forbidden",
    "extra": "extra charge only",
    "full": "full payment",
}
FROM: Final = {"current": "current date", "expire": "service expiration date"}
ORDER: Final = {"expire": "until expiry", "full": "full price"}
CANCEL: Final = {"refund": "refund", "norefund": "no refund"}
WEEKEND: Final = {
    "itemtype": "product type",
    "suspend": "suspend",
    "nosuspend": "do not suspend",
}
#: What staff enter and no rule reads.
ABOUT: Final = ("provider", "datacenter", "icon", "addon_icons", "description")


def _choice(name: str, words: Mapping[str, str], default: str = "") -> Param:
    return Param(name, "choice", default=default, choices=tuple(words.items()))


PARAMS: Final = (
    # Main settings
    Param("name", required=True, longest=255),
    Param("itemtype", "choice", default="vhost", choices=tuple(TYPES.items())),
    Param("provider", longest=15),
    Param("active", "switch", default="on"),
    Param("processingmodule", longest=255),
    Param("datacenter", longest=15),
    Param("template", longest=255),
    Param("billdaily", "switch"),
    Param("dailycost", "amount"),
    Param("daily_by_period", "switch"),
    Param("client_suspend", "switch"),
    Param("charge_suspended", "switch"),
    Param("billcalendar", "switch"),
    Param("prorata_day", "integer", default="15", least=1, most=31),
    Param("quickorder", "switch"),
    Param("notice", longest=255),
    Param("license", longest=255),
    Param("create_addons", "switch", default="on"),
    # Additional settings
    Param("username_template", default="user@ID@", longest=255),
    Param("domain_template", default="@USERNAME@.example.com", longest=255),
    Param("nameserver", longest=255),
    # Prices
    *(Param(f"price_{months}", "amount") for months in MONTHS),
    *(Param(f"disable_{months}", "switch") for months in MONTHS),
    Param("setup", "amount"),
    Param("renewal_special", "switch"),
    *(Param(f"renew_{months}", "amount") for months in MONTHS),
    Param("trial", "integer", least=1, most=3650),
    # Policy
    Param("allow_groups", longest=4096),
    Param("forbid_groups", longest=4096),
    Param("minperiod_type", "choice", choices=(("day", "Days"), ("month", "Months"))),
    Param("minperiod_length", "integer", least=1, most=1200),
    Param("service_limit", "integer", least=1),
    Param("multiple_order", "switch"),
    Param("multiple_order_max", "integer", least=1),
    _choice("late_policy", LATE),
    Param("late_fee", "amount"),
    Param("autodeletion", "integer", most=36500),
    _choice("weekend", WEEKEND),
    _choice("change_policy", CHANGE),
    _choice("renew_from", FROM),
    _choice("addon_order_policy", ORDER),
    _choice("addon_cancel_policy", CANCEL),
    Param("enddate", "date"),
    Param("note", longest=65535),
    # Service order configuration
    Param("orderpriority", "integer", least=1),
    Param("icon", longest=65535),
    Param("addon_icons", longest=64),
    Param("description", longest=65535),
    Param("site_info", longest=65535),
    Param("labels", longest=65535),
)
