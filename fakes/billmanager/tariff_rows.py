"""From the fields of a tariff's form to a row that the engine reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.billmanager.codes import MONTHS
from prorata.fakes.billmanager.tariff_fields import CANCEL, CHANGE, FROM, LATE, ORDER, WEEKEND
from prorata.fakes.billmanager.texts import digits
from prorata.fakes.mgr5.errors import bad_value
from prorata.reference.periods import Length

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from prorata.fakes.billmanager.panel import Billmanager
    from prorata.reference.engine.catalogue import Tariff

__all__ = ["row_of"]


def row_of(
    panel: Billmanager, args: Mapping[str, str], tariff: Tariff | None = None
) -> dict[str, Any]:
    """Return the fields that were sent as the engine reads them.

    `tariff` is the one that is changed: what comes in parts is completed from it.
    """
    row: dict[str, Any] = {_SAME[name]: text for name, text in args.items() if name in _SAME}
    row |= {_ON[name]: text == "on" for name, text in args.items() if name in _ON}
    row |= {_NUMBERS[name]: int(text) for name, text in args.items() if name in _NUMBERS}
    row |= {key: words[args[name]] for name, (key, words) in _WORDS.items() if name in args}
    for read in (_prices, _daily, _calendar, _late, _change, _minimum, _quantity, _groups, _labels):
        row |= read(args, tariff)
    if "trial" in args:
        row["trial"] = {"days": int(args["trial"])}
    if "setup" in args:
        row["setup_fee"] = args["setup"]
    _check_known(panel, args)
    return row


_SAME: Final = {
    "template": "template",
    "notice": "activation_notice",
    "license": "agreement",
    "processingmodule": "module",
    "username_template": "username_template",
    "domain_template": "domain_template",
    "nameserver": "name_server",
    "enddate": "tariff_end",
    "note": "notes",
    "site_info": "site_information",
}
_ON: Final = {
    "active": "enabled",
    "quickorder": "quick_order",
    "create_addons": "create_all_addons",
}
_NUMBERS: Final = {
    "service_limit": "service_limit",
    "autodeletion": "auto_deletion",
    "orderpriority": "sort",
}
_WORDS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "weekend": ("weekend", WEEKEND),
    "addon_order_policy": ("resource_order", ORDER),
    "addon_cancel_policy": ("resource_cancel", CANCEL),
}


def _check_known(panel: Billmanager, args: Mapping[str, str]) -> None:
    for name, func in (("provider", "provider"), ("datacenter", "datacenter")):
        if name in args and args[name] not in map(str, panel.state.things[func]):
            raise bad_value(name, args[name], "There is none of this number")


def _by_period(prefix: str, args: Mapping[str, str], has: Mapping[Length, Fraction]) -> Any:
    told = {Length(months=int(m)): args[f"{prefix}{m}"] for m in MONTHS if f"{prefix}{m}" in args}
    kept = {length: digits(price) for length, price in has.items()}
    return {str(length): price for length, price in {**kept, **told}.items()}, bool(told)


def _prices(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    """Read prices, special prices of renewals, and the periods that are not sold."""
    row: dict[str, Any] = {}
    prices, told = _by_period("price_", args, tariff.prices if tariff else {})
    if told:
        row["prices"] = prices
    renewals, renewed = _by_period("renew_", args, tariff.renewal_prices if tariff else {})
    if args.get("renewal_special") == "off":
        row["renewal_prices"] = {}
    elif renewed:
        row["renewal_prices"] = renewals
    switches = {m: args[f"disable_{m}"] for m in MONTHS if f"disable_{m}" in args}
    if switches:
        off = {str(each) for each in (tariff.disabled_periods if tariff else ())}
        for months, switch in switches.items():
            length = str(Length(months=int(months)))
            off = off | {length} if switch == "on" else off - {length}
        row["disabled_periods"] = sorted(off)
    return row


_DAILY: Final = {
    "daily_by_period": "by_order_period",
    "client_suspend": "clients_may_suspend",
    "charge_suspended": "charge_after_suspension",
}


def _daily(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    told: dict[str, Any] = {key: args[name] == "on" for name, key in _DAILY.items() if name in args}
    if "dailycost" in args:
        told["price"] = args["dailycost"]
    has = tariff.daily if tariff else None
    if args.get("billdaily") != "on" and has is None:
        return {}
    kept = {} if has is None else {key: getattr(has, key) for key in _DAILY.values()}
    price = {} if has is None else {"price": digits(has.price)}
    return {"daily": {**kept, **price, **told}} if told or has is None else {}


def _calendar(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    by_calendar = args.get("billcalendar") == "on" or (tariff and tariff.pro_rata_day is not None)
    if not by_calendar or not {"prorata_day", "billcalendar"} & args.keys():
        return {}
    return {"calendar": {"pro_rata_day": int(args.get("prorata_day", "15"))}}


def _late(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    if "late_policy" not in args and "late_fee" not in args:
        return {}
    policy = LATE.get(args.get("late_policy", ""), tariff.late_policy if tariff else "none")
    if policy not in {"fixed", "percent"}:
        return {"late_renewal_fee": policy}
    fee = args.get("late_fee", digits(tariff.late_fee) if tariff else "0")
    return {"late_renewal_fee": {policy: fee}}


def _change(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    if "change_policy" not in args and "renew_from" not in args:
        return {}
    policy = CHANGE.get(args.get("change_policy", ""), tariff.change_policy if tariff else "")
    if policy != "full payment":
        return {"tariff_change": policy} if policy else {}
    kept = tariff.renew_from if tariff else "current date"
    return {"tariff_change": {policy: FROM.get(args.get("renew_from", ""), kept)}}


def _minimum(args: Mapping[str, str], _tariff: Tariff | None) -> dict[str, Any]:
    if "minperiod_length" not in args:
        return {}
    unit = {"day": "days", "month": "months"}[args.get("minperiod_type", "day")]
    return {"minimum_period": {unit: int(args["minperiod_length"])}}


def _quantity(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    if args.get("multiple_order") == "off":
        return {"maximum_quantity": None}
    wanted = args.get("multiple_order") == "on" or (tariff and tariff.maximum_quantity)
    if not wanted or "multiple_order_max" not in args:
        return {}
    return {"maximum_quantity": int(args["multiple_order_max"])}


def _groups(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    if not {"allow_groups", "forbid_groups"} & args.keys():
        return {}
    kept = {name: getattr(tariff, name) if tariff else () for name in ("allow", "forbid")}
    told = {
        name: [each.strip() for each in args[f"{name}_groups"].split(",") if each.strip()]
        for name in kept
        if f"{name}_groups" in args
    }
    return {"groups": {**{name: sorted(groups) for name, groups in kept.items()}, **told}}


def _labels(args: Mapping[str, str], _tariff: Tariff | None) -> dict[str, Any]:
    return {"labels": args["labels"].split()} if "labels" in args else {}
