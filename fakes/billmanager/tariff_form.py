"""The form of a tariff: its fields in the order of its pages.

The documents give the fields as the pages call them; their names on the wire are ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.billmanager import tariff_policy as policy
from prorata.fakes.billmanager import tariff_prices as prices
from prorata.fakes.billmanager.catalogue import TYPES
from prorata.fakes.billmanager.tariff_addons import ADDONS, prefix_of
from prorata.fakes.billmanager.tariff_entries import (
    FormEntry,
    amount,
    codes,
    date,
    number,
    switch,
    text,
    word,
)
from prorata.fakes.mgr5.errors import bad_value
from prorata.fakes.mgr5.params import Param
from prorata.reference.vocabulary.tariff import RESOURCE_CANCEL, RESOURCE_ORDER, WEEKEND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.billmanager.catalogue import Listing
    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.reference.engine.billmanager.catalogue import Tariff

__all__ = ["ABOUT", "ELSEWHERE", "ENTRIES", "PARAMS", "row_of", "shown"]

_WEEKEND: Final = codes(
    WEEKEND, itemtype="product type", suspend="suspend", nosuspend="do not suspend"
)
_ORDER: Final = codes(RESOURCE_ORDER, expire="until expiry", full="full price")
_CANCEL: Final = codes(RESOURCE_CANCEL, norefund="no refund")

_FORM: Final[tuple[Param | FormEntry, ...]] = (
    # Main settings
    Param("name", required=True, longest=255),
    Param("itemtype", "choice", default="vhost", choices=tuple(TYPES.items())),
    Param("provider", longest=15),
    switch("enabled", "active"),
    text("module", "processingmodule"),
    Param("datacenter", longest=15),
    text("template", "template"),
    prices.DAILY,
    prices.CALENDAR,
    switch("quick_order", "quickorder"),
    text("activation_notice", "notice"),
    text("agreement", "license"),
    switch("create_all_addons", "create_addons"),
    # Additional settings
    text("username_template", "username_template"),
    text("domain_template", "domain_template"),
    text("name_server", "nameserver"),
    # Prices
    prices.PRICES,
    prices.DISABLED,
    amount("setup_fee", "setup"),
    prices.RENEWALS,
    prices.TRIAL,
    # Addons
    ADDONS,
    # Policy
    policy.GROUPS,
    policy.MINIMUM,
    number("service_limit", "service_limit", least=1),
    policy.QUANTITY,
    policy.LATE,
    number("auto_deletion", "autodeletion", most=36500),
    word("weekend", "weekend", _WEEKEND),
    policy.CHANGE,
    word("resource_order", "addon_order_policy", _ORDER),
    word("resource_cancel", "addon_cancel_policy", _CANCEL),
    date("tariff_end", "enddate"),
    text("notes", "note", longest=65535, at="page.notes"),
    # Service order configuration
    number("sort", "orderpriority", least=1),
    Param("icon", longest=65535),
    Param("addon_icons", longest=64),
    Param("description", longest=65535),
    text("site_information", "site_info", longest=65535, at="page.site_information"),
    policy.LABELS,
)
#: What staff enter and no rule reads.
ABOUT: Final = ("provider", "datacenter", "icon", "addon_icons", "description")
#: The field of a tariff that its form does not have: names by language are entered nowhere.
ELSEWHERE: Final = frozenset({"names"})
ENTRIES: Final = tuple(each for each in _FORM if isinstance(each, FormEntry))
PARAMS: Final = tuple(
    param for each in _FORM for param in (each.params if isinstance(each, FormEntry) else (each,))
)


def shown(panel: BillmanagerHost, listing: Listing, tariff: Tariff) -> dict[str, str]:
    """Return the fields of a tariff as its form shows them."""
    filled = dict.fromkeys((param.name for param in PARAMS), "")
    for entry in ENTRIES:
        filled |= entry.shown(tariff)
    about = {name: listing.about.get(name, "") for name in ABOUT}
    module = tariff.module or panel.state.things["processing"][1]["name"]
    known = {"name": listing.name, "itemtype": listing.itemtype, "processingmodule": module}
    # By these numbers orders and services name the addons.
    numbers = {f"{prefix_of(each)}addon": str(number) for each, number in listing.addons.items()}
    return filled | about | known | numbers


def row_of(
    panel: BillmanagerHost, args: Mapping[str, str], tariff: Tariff | None = None
) -> dict[str, Any]:
    """Return the fields that were sent as the engine reads them.

    `tariff` is the one that is changed: what comes in parts is completed from it.
    """
    for name in ("provider", "datacenter"):
        if name in args and args[name] not in map(str, panel.state.things[name]):
            raise bad_value(name, args[name], "There is none of this number")
    return {key: said for entry in ENTRIES for key, said in entry.told(args, tariff).items()}
