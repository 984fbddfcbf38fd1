"""A tariff of a scenario as the form of BILLmanager takes it: fields to parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.harness.implementations.billing import Unsupported
from prorata.reference.periods import Length

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["CODES", "DAY", "TRIAL", "code_of", "prefix_of", "tariff_form"]

#: The periods that have a number on the wire: their months.
CODES: Final = (1, 3, 6, 12, 24, 36)
TRIAL: Final = "-100"
DAY: Final = "-50"

Form = dict[str, str]


def tariff_form(row: Mapping[str, Any], *, template: str = "") -> Form:
    """Return the parameters for the fields of a tariff.

    `template` is the user template of one that names none. Raises `Unsupported` for what the form
    cannot say.
    """
    told = {**({"template": template} if template else {}), **row}
    form: Form = {}
    for field, value in told.items():
        if value is not None:
            if field not in _FIELDS:
                raise Unsupported(f"a tariff's {field}: a form has no field for what its tariff is")
            form |= _FIELDS[field](value)
    return form


def prefix_of(resource: str) -> str:
    """Return what the parameters of a resource begin with in the form of its tariff."""
    return f"{resource.lower().replace(' ', '_')}_"


def _addons(resources: Mapping[str, Mapping[str, Any]]) -> Form:
    return {
        f"{prefix_of(name)}{key}": text
        for name, row in resources.items()
        for key, text in _addon(name, row).items()
    }


def _addon(name: str, row: Mapping[str, Any]) -> Form:
    if row.get("rates"):
        raise Unsupported(f"rates of {name}: the form of an addon has one price for a period")
    numbers = ("included", "minimum", "maximum", "step")
    form = {"included": "0", **{key: str(row[key]) for key in numbers if row.get(key) is not None}}
    form |= _by_period("price_", row.get("prices") or {})
    return form | ({"dailycost": str(row["daily"])} if row.get("daily") is not None else {})


def code_of(period: str, *, what: str = "a period") -> str:
    """Return the number of a period: its months, -50 for a day; raise `Unsupported` for others."""
    if period == "trial":
        return TRIAL
    length = Length.of(period)
    if length.months in CODES:
        return str(length.months)
    if length == Length(days=1):
        return DAY
    raise Unsupported(f"{what} of {period}: it has no number on the wire")


def _months(period: str) -> str:
    code = code_of(period, what="a price for a period")
    if code == DAY:
        raise Unsupported("a price for a period of 1 day: the form has none")
    return code


def _by_period(prefix: str, prices: Mapping[str, Any]) -> Form:
    return {f"{prefix}{_months(period)}": str(price) for period, price in prices.items()}


def _switch(value: object) -> str:
    return "on" if value in {True, "yes"} else "off"


def _one(name: str) -> Callable[[Any], Form]:
    return lambda value: {name: str(value)}


def _flag(name: str) -> Callable[[Any], Form]:
    return lambda value: {name: _switch(value)}


def _word(name: str, codes: Mapping[str, str], valued: str) -> Callable[[Any], Form]:
    """A choice of words, one of which may carry a value: ``{percent: 50}``."""

    def told(value: Any) -> Form:
        if isinstance(value, str):
            return {name: codes.get(value, value)}
        ((word, more),) = value.items()
        return {name: codes.get(word, word), valued: _FROM.get(str(more), str(more))}

    return told


_FROM: Final = {"current date": "current", "service expiration date": "expire"}
_CHANGE: Final = {
    "change period": "period",
    "add funds": "funds",
    "extra charge only": "extra",
    "full payment": "full",
}


def _renewals(prices: Mapping[str, Any]) -> Form:
    return {"renewal_special": _switch(bool(prices)), **_by_period("renew_", prices)}


def _disabled(periods: list[str]) -> Form:
    return {f"disable_{_months(period)}": "on" for period in periods}


def _daily(daily: Mapping[str, Any]) -> Form:
    switches = {
        "by_order_period": "daily_by_period",
        "clients_may_suspend": "client_suspend",
        "charge_after_suspension": "charge_suspended",
    }
    told = {name: _switch(daily.get(key)) for key, name in switches.items()}
    return {"billdaily": "on", "dailycost": str(daily["price"]), **told}


def _calendar(calendar: Mapping[str, Any]) -> Form:
    day = calendar.get("pro_rata_day")
    return {"billcalendar": "on", **({"prorata_day": str(day)} if day else {})}


def _minimum(minimum: Mapping[str, Any]) -> Form:
    ((unit, length),) = minimum.items()
    return {"minperiod_type": unit.removesuffix("s"), "minperiod_length": str(length)}


def _groups(groups: Mapping[str, Any]) -> Form:
    return {f"{which}_groups": ",".join(names) for which, names in groups.items()}


def _names(_names: object) -> Form:
    raise Unsupported("names by language: the form of a tariff has one name")


_FIELDS: Final[Mapping[str, Callable[[Any], Form]]] = {
    "prices": lambda prices: _by_period("price_", prices),
    "renewal_prices": _renewals,
    "disabled_periods": _disabled,
    "setup_fee": _one("setup"),
    "template": _one("template"),
    "enabled": _flag("active"),
    "daily": _daily,
    "calendar": _calendar,
    "late_renewal_fee": _word("late_policy", {"from suspension": "suspension"}, "late_fee"),
    "tariff_change": _word("change_policy", _CHANGE, "renew_from"),
    "resource_order": lambda word: {
        "addon_order_policy": {"until expiry": "expire", "full price": "full"}[word]
    },
    "resource_cancel": lambda word: {
        "addon_cancel_policy": {"refund": "refund", "no refund": "norefund"}[word]
    },
    "resources": _addons,
    "tariff_end": _one("enddate"),
    "weekend": lambda word: {
        "weekend": {"product type": "itemtype", "do not suspend": "nosuspend"}.get(word, word)
    },
    "auto_deletion": _one("autodeletion"),
    "minimum_period": _minimum,
    "service_limit": _one("service_limit"),
    "maximum_quantity": lambda most: {"multiple_order": "on", "multiple_order_max": str(most)},
    "username_template": _one("username_template"),
    "domain_template": _one("domain_template"),
    "trial": lambda trial: {"trial": str(trial["days"])},
    "create_all_addons": _flag("create_addons"),
    "groups": _groups,
    "quick_order": _flag("quickorder"),
    "agreement": _one("license"),
    "activation_notice": _one("notice"),
    "module": _one("processingmodule"),
    "name_server": _one("nameserver"),
    "sort": _one("orderpriority"),
    "names": _names,
    "labels": lambda labels: {"labels": "\n".join(labels)},
    "notes": _one("note"),
    "site_information": _one("site_info"),
}
