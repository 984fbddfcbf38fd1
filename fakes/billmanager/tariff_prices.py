"""What of a tariff's form says what it costs, in several parameters to a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.billmanager.codes import MONTHS
from prorata.fakes.billmanager.tariff_entries import FormEntry, on_off
from prorata.fakes.billmanager.texts import digits
from prorata.fakes.billmanager.written import written
from prorata.fakes.mgr5.params import Param
from prorata.reference.periods import Length
from prorata.reference.vocabulary.tariff_parts import CALENDAR as BY_MONTH
from prorata.reference.vocabulary.tariff_parts import PRICES as BY_PERIOD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from prorata.reference.engine.billmanager.catalogue import Tariff

__all__ = ["CALENDAR", "DAILY", "DISABLED", "PRICES", "RENEWALS", "TRIAL"]

_LENGTHS: Final = {code: Length(months=int(code)) for code in MONTHS}


def _params(prefix: str, kind: Any) -> tuple[Param, ...]:
    return tuple(Param(f"{prefix}{code}", kind) for code in MONTHS)


def _shown(prefix: str, prices: Mapping[Length, Fraction]) -> dict[str, str]:
    return {
        f"{prefix}{code}": digits(prices[length]) if length in prices else ""
        for code, length in _LENGTHS.items()
    }


def _told(
    prefix: str, args: Mapping[str, str], has: Mapping[Length, Fraction]
) -> dict[str, str] | None:
    """Return the prices with those that were sent, None where none was."""
    sent = {
        str(length): args[f"{prefix}{code}"]
        for code, length in _LENGTHS.items()
        if f"{prefix}{code}" in args
    }
    return {**written(BY_PERIOD, has), **sent} if sent else None


def _prices(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    told = _told("price_", args, tariff.prices if tariff else {})
    return {} if told is None else {"prices": told}


PRICES: Final = FormEntry(
    "prices",
    _params("price_", "amount"),
    lambda tariff: _shown("price_", tariff.prices),
    _prices,
)


def _renewals(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    if args.get("renewal_special") == "off":
        return {"renewal_prices": {}}
    told = _told("renew_", args, tariff.renewal_prices if tariff else {})
    return {} if told is None else {"renewal_prices": told}


RENEWALS: Final = FormEntry(
    "renewal_prices",
    (Param("renewal_special", "switch"), *_params("renew_", "amount")),
    lambda tariff: {
        "renewal_special": on_off(on=bool(tariff.renewal_prices)),
        **_shown("renew_", tariff.renewal_prices),
    },
    _renewals,
)


def _disabled(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    off = set(tariff.disabled_periods) if tariff else set()
    sent = {
        length: args[f"disable_{code}"]
        for code, length in _LENGTHS.items()
        if f"disable_{code}" in args
    }
    off = {each for each in off | sent.keys() if sent.get(each) != "off"}
    return {"disabled_periods": sorted(map(str, off))} if sent else {}


DISABLED: Final = FormEntry(
    "disabled_periods",
    _params("disable_", "switch"),
    lambda tariff: {
        f"disable_{code}": on_off(on=length in tariff.disabled_periods)
        for code, length in _LENGTHS.items()
    },
    _disabled,
)

_SWITCHES: Final = {
    "daily_by_period": "by_order_period",
    "client_suspend": "clients_may_suspend",
    "charge_suspended": "charge_after_suspension",
}


def _daily_shown(tariff: Tariff) -> dict[str, str]:
    daily = tariff.daily
    return {
        "billdaily": on_off(on=daily is not None),
        "dailycost": digits(daily.price) if daily else "",
        **{name: on_off(on=bool(daily and getattr(daily, key))) for name, key in _SWITCHES.items()},
    }


def _daily(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    has = tariff.daily if tariff else None
    if args.get("billdaily") != "on" and has is None:
        return {}
    told: dict[str, Any] = {k: args[name] == "on" for name, k in _SWITCHES.items() if name in args}
    if "dailycost" in args:
        told["price"] = args["dailycost"]
    if has is None:
        return {"daily": {"price": "0", **told}}
    kept = {key: getattr(has, key) for key in _SWITCHES.values()}
    return {"daily": {**kept, "price": digits(has.price), **told}} if told else {}


DAILY: Final = FormEntry(
    "daily",
    (
        Param("billdaily", "switch"),
        Param("dailycost", "amount"),
        *(Param(name, "switch") for name in _SWITCHES),
    ),
    _daily_shown,
    _daily,
)

_DAY: Final = str(BY_MONTH.field("pro_rata_day").default)


def _calendar(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    by_calendar = args.get("billcalendar") == "on" or (tariff and tariff.pro_rata_day is not None)
    if not by_calendar or not {"prorata_day", "billcalendar"} & args.keys():
        return {}
    return {"calendar": {"pro_rata_day": int(args.get("prorata_day", _DAY))}}


CALENDAR: Final = FormEntry(
    "calendar",
    (
        Param("billcalendar", "switch"),
        Param("prorata_day", "integer", default=_DAY, least=1, most=31),
    ),
    lambda tariff: {
        "billcalendar": on_off(on=tariff.pro_rata_day is not None),
        "prorata_day": str(tariff.pro_rata_day or _DAY),
    },
    _calendar,
)
TRIAL: Final = FormEntry(
    "trial",
    (Param("trial", "integer", least=1, most=3650),),
    lambda tariff: {"trial": str(tariff.trial or "")},
    lambda args, _tariff: {"trial": {"days": int(args["trial"])}} if "trial" in args else {},
)
