"""A tariff as its form shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.codes import MONTHS
from prorata.fakes.billmanager.tariff_fields import (
    ABOUT,
    CANCEL,
    CHANGE,
    FROM,
    LATE,
    ORDER,
    PARAMS,
    WEEKEND,
)
from prorata.fakes.billmanager.texts import digits
from prorata.reference.periods import Length

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from prorata.fakes.billmanager.catalogue import Listing
    from prorata.fakes.billmanager.panel import Billmanager
    from prorata.reference.engine.catalogue import Tariff

__all__ = ["shown"]


def shown(panel: Billmanager, listing: Listing, tariff: Tariff) -> dict[str, str]:
    """Return the fields of a tariff as its form shows them."""
    filled = {param.name: "" for param in PARAMS}
    for show in (_shown_main, _shown_prices, _shown_policy):
        filled |= show(tariff)
    about = {name: listing.about.get(name, "") for name in ABOUT}
    module = tariff.module or panel.state.things["processing"][1]["name"]
    known = {"name": listing.name, "itemtype": listing.itemtype, "processingmodule": module}
    return filled | about | known


def _switch(*, on: bool) -> str:
    return "on" if on else "off"


def _word(words: Mapping[str, str], value: str) -> str:
    return next(key for key, word in words.items() if word == value)


def _shown_main(tariff: Tariff) -> dict[str, str]:
    daily = tariff.daily
    return {
        "active": _switch(on=tariff.enabled),
        "template": tariff.template,
        "billdaily": _switch(on=daily is not None),
        "dailycost": digits(daily.price) if daily else "",
        "daily_by_period": _switch(on=bool(daily and daily.by_order_period)),
        "client_suspend": _switch(on=bool(daily and daily.clients_may_suspend)),
        "charge_suspended": _switch(on=bool(daily and daily.charge_after_suspension)),
        "billcalendar": _switch(on=tariff.pro_rata_day is not None),
        "prorata_day": str(tariff.pro_rata_day or 15),
        "quickorder": _switch(on=tariff.quick_order),
        "notice": tariff.activation_notice or "",
        "license": tariff.agreement or "",
        "create_addons": _switch(on=tariff.create_all_addons),
        "username_template": tariff.username_template,
        "domain_template": tariff.domain_template,
        "nameserver": tariff.name_server or "",
        "trial": str(tariff.trial or ""),
    }


def _shown_prices(tariff: Tariff) -> dict[str, str]:
    lengths = {months: Length(months=int(months)) for months in MONTHS}
    return {
        **{f"price_{m}": _price(tariff.prices, length) for m, length in lengths.items()},
        **{f"renew_{m}": _price(tariff.renewal_prices, length) for m, length in lengths.items()},
        **{
            f"disable_{m}": _switch(on=length in tariff.disabled_periods)
            for m, length in lengths.items()
        },
        "setup": digits(tariff.setup_fee),
        "renewal_special": _switch(on=bool(tariff.renewal_prices)),
    }


def _price(prices: Mapping[Length, Fraction], length: Length) -> str:
    return digits(prices[length]) if length in prices else ""


def _shown_policy(tariff: Tariff) -> dict[str, str]:
    minimum = tariff.minimum_period
    return {
        "allow_groups": ",".join(sorted(tariff.allow)),
        "forbid_groups": ",".join(sorted(tariff.forbid)),
        "minperiod_type": "" if minimum is None else "day" if minimum.days else "month",
        "minperiod_length": "" if minimum is None else str(minimum.days or minimum.months),
        "service_limit": str(tariff.service_limit or ""),
        "multiple_order": _switch(on=tariff.maximum_quantity is not None),
        "multiple_order_max": str(tariff.maximum_quantity or ""),
        "late_policy": _word(LATE, tariff.late_policy),
        "late_fee": digits(tariff.late_fee),
        "autodeletion": "" if tariff.auto_deletion is None else str(tariff.auto_deletion),
        "weekend": _word(WEEKEND, tariff.weekend),
        "change_policy": _word(CHANGE, tariff.change_policy),
        "renew_from": _word(FROM, tariff.renew_from),
        "addon_order_policy": _word(ORDER, tariff.resource_order),
        "addon_cancel_policy": _word(CANCEL, tariff.resource_cancel),
        "enddate": tariff.tariff_end.isoformat() if tariff.tariff_end else "",
        "note": tariff.page.notes or "",
        "orderpriority": str(tariff.sort or ""),
        "site_info": tariff.page.site_information or "",
        "labels": "\n".join(tariff.page.labels),
    }
