"""What of a tariff's form is its policy, in several parameters to a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.billmanager.tariff_entries import FormEntry, codes, on_off
from prorata.fakes.billmanager.texts import digits
from prorata.fakes.mgr5.params import Param
from prorata.reference.vocabulary.tariff import LATE_FEE, RENEW_FROM, TARIFF, TARIFF_CHANGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.billmanager.catalogue import Tariff

__all__ = ["CHANGE", "GROUPS", "LABELS", "LATE", "MINIMUM", "QUANTITY"]

_LATE: Final = codes(LATE_FEE, suspension="from suspension")
_CHANGE: Final = codes(
    TARIFF_CHANGE,
    period="change period",
    funds="add funds",
    extra="extra charge only",
    full="full payment",
)
_FROM: Final = codes(RENEW_FROM, current="current date", expire="service expiration date")


def _code(words: Mapping[str, str], word: str) -> str:
    return next(code for code, each in words.items() if each == word)


def _choice(name: str, words: Mapping[str, str]) -> Param:
    return Param(name, "choice", choices=tuple(words.items()))


def _late(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    if not {"late_policy", "late_fee"} & args.keys():
        return {}
    kept = tariff.late_policy if tariff else TARIFF.field("late_renewal_fee").default
    policy = _LATE.get(args.get("late_policy", ""), kept)
    if policy not in LATE_FEE.valued:
        return {"late_renewal_fee": policy}
    fee = args.get("late_fee", digits(tariff.late_fee) if tariff else "0")
    return {"late_renewal_fee": {policy: fee}}


LATE: Final = FormEntry(
    "late_renewal_fee",
    (_choice("late_policy", _LATE), Param("late_fee", "amount")),
    lambda tariff: {
        "late_policy": _code(_LATE, tariff.late_policy),
        "late_fee": digits(tariff.late_fee),
    },
    _late,
)


def _change(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    if not {"change_policy", "renew_from"} & args.keys():
        return {}
    policy = _CHANGE.get(args.get("change_policy", ""), tariff.change_policy if tariff else "")
    if policy not in TARIFF_CHANGE.valued:
        return {"tariff_change": policy} if policy else {}
    kept = tariff.renew_from if tariff else "current date"
    return {"tariff_change": {policy: _FROM.get(args.get("renew_from", ""), kept)}}


CHANGE: Final = FormEntry(
    "tariff_change",
    (_choice("change_policy", _CHANGE), _choice("renew_from", _FROM)),
    lambda tariff: {
        "change_policy": _code(_CHANGE, tariff.change_policy),
        "renew_from": _code(_FROM, tariff.renew_from),
    },
    _change,
)

_UNITS: Final = {"day": "days", "month": "months"}


def _minimum_shown(tariff: Tariff) -> dict[str, str]:
    least = tariff.minimum_period
    if least is None:
        return {"minperiod_type": "", "minperiod_length": ""}
    unit = "day" if least.days else "month"
    return {"minperiod_type": unit, "minperiod_length": str(least.days or least.months)}


def _minimum(args: Mapping[str, str], _tariff: Tariff | None) -> dict[str, Any]:
    if "minperiod_length" not in args:
        return {}
    unit = _UNITS[args.get("minperiod_type", "day")]
    return {"minimum_period": {unit: int(args["minperiod_length"])}}


MINIMUM: Final = FormEntry(
    "minimum_period",
    (
        Param("minperiod_type", "choice", choices=(("day", "Days"), ("month", "Months"))),
        Param("minperiod_length", "integer", least=1, most=1200),
    ),
    _minimum_shown,
    _minimum,
)


def _quantity(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    if args.get("multiple_order") == "off":
        return {"maximum_quantity": None}
    wanted = args.get("multiple_order") == "on" or (tariff and tariff.maximum_quantity)
    if not wanted or "multiple_order_max" not in args:
        return {}
    return {"maximum_quantity": int(args["multiple_order_max"])}


QUANTITY: Final = FormEntry(
    "maximum_quantity",
    (Param("multiple_order", "switch"), Param("multiple_order_max", "integer", least=1)),
    lambda tariff: {
        "multiple_order": on_off(on=tariff.maximum_quantity is not None),
        "multiple_order_max": str(tariff.maximum_quantity or ""),
    },
    _quantity,
)

_GROUPS: Final = ("allow", "forbid")


def _groups(args: Mapping[str, str], tariff: Tariff | None) -> dict[str, Any]:
    told = {
        name: [each.strip() for each in args[f"{name}_groups"].split(",") if each.strip()]
        for name in _GROUPS
        if f"{name}_groups" in args
    }
    kept = {name: sorted(getattr(tariff, name)) if tariff else [] for name in _GROUPS}
    return {"groups": {**kept, **told}} if told else {}


GROUPS: Final = FormEntry(
    "groups",
    tuple(Param(f"{name}_groups", longest=4096) for name in _GROUPS),
    lambda tariff: {f"{name}_groups": ",".join(sorted(getattr(tariff, name))) for name in _GROUPS},
    _groups,
)
LABELS: Final = FormEntry(
    "labels",
    (Param("labels", longest=65535),),
    lambda tariff: {"labels": "\n".join(tariff.page.labels)},
    lambda args, _tariff: {"labels": args["labels"].split()} if "labels" in args else {},
)
