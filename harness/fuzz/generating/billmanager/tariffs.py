"""Tariffs, field by field: what each of them may say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.harness.fuzz.generating.draft import HistoryDraft

__all__ = ["CHARGES", "FIELDS", "NAMES", "changed_fields", "field_of", "tariff"]

NAMES: Final = ("small", "large", "other")
#: Prices whose parts end in half cents, are no money at all, or part into thirds.
AMOUNTS: Final = (
    *("3.10", "10.00", "6.20", "9.99", "3.01", "7.77", "33.33", "12.34", "5.05", "20.00"),
    *("0.05", "0", "0.01", "100.00"),
)
_SHORT: Final = ("0.10", "1.00", "0.05", "0.0707", "0.33")
#: A unit of a resource may cost parts of a cent.
_OF_UNITS: Final = (*AMOUNTS, "0.333", "0.0707")
_MORE_PERIODS: Final = ("3 months", "1 year", "10 days", "6 months", "2 months", "1 day", "2 years")
#: How tariffs charge.
CHARGES: Final = (*["period"] * 7, "calendar", "daily")


def tariff(
    draft: HistoryDraft, wishes: Sequence[str] = (), charges: str = "period"
) -> dict[str, Any]:
    """Return a tariff that says something of what is wished, and perhaps of other fields.

    It `charges` by the period, by calendar months or daily, where no wish is about that.
    """
    choose = draft.choose
    row: dict[str, Any] = {"prices": _prices(draft)}
    if charges != "period" and not {"daily", "calendar"} & set(wishes):
        row[charges] = FIELDS[charges](draft)
    for name in choose.some(_OFTEN, 4):
        row[name] = FIELDS[name](draft)
    for wish in wishes:
        if wish in _PERHAPS and choose.chance(1, 2):
            continue
        name, value = WISHES.get(wish) or (wish, FIELDS[wish])
        row[name] = value(draft)
    if "daily" in row and "calendar" in row and "daily too" not in wishes:
        del row["calendar"]  # the two together are refused
    if draft.resources and choose.chance(5, 6):
        row.setdefault("resources", _resources(draft))
    if not choose.chance(1, 12):
        _price_all(row)
    return row


def _price_all(row: dict[str, Any]) -> None:
    """Give a tariff's resources a price for each of its periods."""
    for terms in row.get("resources", {}).values():
        for prices in (terms.get("prices"), *(each["prices"] for each in terms.get("rates", ()))):
            for period in row["prices"] if prices else ():
                prices.setdefault(period, next(iter(prices.values())))


def field_of(draft: HistoryDraft, name: str) -> Any:
    """Return what a tariff may say of a field."""
    return FIELDS[name](draft)


def changed_fields(draft: HistoryDraft) -> dict[str, Any]:
    """Return fields of a tariff with new values."""
    names = draft.choose.some(_CHANGED, 2) or ["prices"]
    return {name: FIELDS[name](draft) for name in names}


def _prices(draft: HistoryDraft) -> dict[str, str]:
    """Return prices for periods; most tariffs of a billing have the same periods."""
    choose = draft.choose
    if not draft.periods or choose.chance(1, 6):
        draft.periods = ("1 month", *choose.some(_MORE_PERIODS, 2))
    return {each: choose.one(AMOUNTS) for each in draft.periods}


def _some_prices(draft: HistoryDraft, of: Sequence[str] = AMOUNTS) -> dict[str, str]:
    """Return prices for some of the periods that tariffs have."""
    periods = draft.periods or ("1 month",)
    return {each: draft.choose.one(of) for each in periods[: draft.choose.integer(1, 3)]}


def _priced(*rows: dict[str, str]) -> Callable[[HistoryDraft], dict[str, str]]:
    """Return the reader of such prices, for the periods that the billing's tariffs have then."""

    def prices(draft: HistoryDraft) -> dict[str, str]:
        row = draft.choose.one(rows)
        draft.periods = tuple(row)
        return dict(row)

    return prices


def _disabled(draft: HistoryDraft) -> list[str]:
    """Return periods that nobody may order: seldom the first, which most orders are of."""
    later = draft.periods[1:] * 4
    return draft.choose.some((*later, "1 month", "1 year"), 2)


def _daily(draft: HistoryDraft) -> dict[str, str]:
    choose = draft.choose
    switches = ("by_order_period", "clients_may_suspend", "charge_after_suspension")
    return {"price": choose.one(_SHORT), **dict.fromkeys(choose.some(switches, 2), "yes")}


def _calendar(draft: HistoryDraft) -> dict[str, str]:
    day = draft.choose.one((None, "1", "20", "15", "31", "10", "today", "today"))
    if day == "today":
        day = str(draft.now.astimezone(draft.zone).day)
    return {} if day is None else {"pro_rata_day": day}


def _late_fee(draft: HistoryDraft) -> Any:
    choose = draft.choose
    return choose.one(
        (
            "none",
            {"percent": choose.one(("50", "100", "33", "7.5", "0"))},
            {"fixed": choose.one(("1.00", "0.05", "0"))},
            "from suspension",
        )
    )


def _change(draft: HistoryDraft) -> Any:
    return draft.choose.one(
        (
            "add funds",
            "change period",
            "extra charge only",
            {"full payment": "current date"},
            {"full payment": "service expiration date"},
            "change period",
            "add funds",
            "extra charge only",
            "add funds",
            "forbidden",
        )
    )


def _rates(draft: HistoryDraft) -> list[dict[str, Any]]:
    """Return steps of amounts, each with prices for the same periods."""
    choose = draft.choose
    return [
        {
            **({"up_to": up_to} if up_to else {}),
            "prices": {
                each: choose.one(("0.50", "0.33", "1.01")) for each in draft.periods or ("1 month",)
            },
        }
        for up_to in choose.one((("2", None), ("1", "4", None)))
    ]


def _resource(draft: HistoryDraft, name: str) -> dict[str, Any]:
    choose = draft.choose
    row: dict[str, Any] = {"prices": _some_prices(draft, _OF_UNITS)}
    if name == "traffic" and choose.chance(1, 2):
        row = {"rates": _rates(draft)}
    beside: dict[str, tuple[str, ...]] = {
        "included": ("1", "2"),
        "maximum": ("6", "4"),
        "minimum": ("1", "2"),
        "step": ("2", "3"),
        "daily": _SHORT,
    }
    for field in choose.some(tuple(beside), 2):
        row[field] = choose.one(beside[field])
    return row


#: Resources that a panel has limits for, addresses among them; others are any text.
RESOURCES: Final = ("disk", "databases", "traffic", "web domains")


def _resources(draft: HistoryDraft) -> dict[str, Any]:
    """Return resources; most tariffs of a billing have the same."""
    if not draft.resources or draft.choose.chance(1, 6):
        draft.resources = tuple(draft.choose.some(RESOURCES, 2)) or ("disk",)
    return {name: _resource(draft, name) for name in draft.resources}


def _date(draft: HistoryDraft) -> str:
    days = draft.choose.one((15, 31, 45, 7, 1, 0, 92))
    return str(draft.now.astimezone(draft.zone).date() + timedelta(days=days))


def _of(*words: Any) -> Callable[[HistoryDraft], Any]:
    return lambda draft: draft.choose.one(words)


def _groups(draft: HistoryDraft) -> dict[str, list[str]]:
    _setting(draft, "groups")
    said = draft.choose.one((("allow",), ("forbid",), ("allow", "forbid")))
    return {each: draft.choose.some(("partners", "guests"), 2) for each in said}


def _module(draft: HistoryDraft) -> str:
    _setting(draft, "modules")
    return "hosting"


def _name_server(draft: HistoryDraft) -> str:
    _setting(draft, "name_servers")
    return "ns"


def _setting(draft: HistoryDraft, name: str) -> None:
    draft.given.setdefault(name, _NAMED[name])


#: What the settings have by the names that tariffs say.
_NAMED: Final[Mapping[str, Any]] = {
    "groups": {"partners": {"suspend": "yes", "delete": "yes"}, "guests": {"ignore_limit": "yes"}},
    "modules": {"hosting": {"department": "support", "address": "192.0.2.7"}},
    "name_servers": {"ns": {"free_zones": ["example.com"]}},
    "enumerations": {"panels": {"lite": "55227"}},
}


def _control_panel(draft: HistoryDraft) -> dict[str, Any]:
    _setting(draft, "enumerations")
    return {"enumeration": "panels", "prices": {"lite": {"1 month": "6.00"}}}


#: Every field of a tariff, with what it may say.
FIELDS: Final[Mapping[str, Callable[[HistoryDraft], Any]]] = {
    "prices": _prices,
    "renewal_prices": _some_prices,
    "disabled_periods": _disabled,
    "setup_fee": _of("1.00", "0.05", "0"),
    "template": _of("small", "shared"),
    "enabled": _of("yes", "no"),
    "daily": _daily,
    "calendar": _calendar,
    "late_renewal_fee": _late_fee,
    "tariff_change": _change,
    "resource_order": _of("until expiry", "full price"),
    "resource_cancel": _of("refund", "no refund"),
    "tariff_end": _date,
    "weekend": _of("do not suspend", "suspend", "product type"),
    "auto_deletion": _of("5", "1", "0", "30"),
    "minimum_period": _of({"days": "10"}, {"days": "31"}, {"months": "1"}, {"months": "2"}),
    "service_limit": _of("1", "2", "0"),
    "maximum_quantity": _of("2", "3"),
    "username_template": _of(
        "user@ID@",
        "u@ACCOUNT_ID@n@ID@",
        "@USERNAME@",
        "@DOMAIN@",
        "@USERNAME@-hosting-@ID@",
        "a-user-of-hosting-@ID@",
    ),
    "domain_template": _of("@USERNAME@.example.com", "d@ID@.example.com", "@TYPE@@ID@.example.org"),
    "trial": lambda draft: {"days": draft.choose.one(("9", "1", "14"))},
    "resources": _resources,
    "create_all_addons": _of("yes", "no"),
    "control_panel": _control_panel,
    "groups": _groups,
    "quick_order": _of("yes", "no"),
    "agreement": _of("the terms"),
    "activation_notice": _of("Your service is ready"),
    "module": _module,
    "number": _of("55200", "55227", "1001"),
    "resells": _of("ispmanager licences", "ssl certificates", "module licences"),
    "seller_tariff": _of("55227"),
    "name_server": _name_server,
    "sort": _of("1", "2", "10"),
    "names": lambda _draft: {"en": "Hosting", "ru": "Хостинг"},
    "labels": lambda draft: draft.choose.some(("web", "cheap"), 2),
    "notes": _of("for staff"),
    "site_information": _of("10 GB"),
}


def _addresses(_draft: HistoryDraft) -> dict[str, Any]:
    return {"IPv4 addresses": {"maximum": "3", "prices": {"1 month": "1.00"}}}


#: What a rule wants a field to say, by its name.
WISHES: Final[Mapping[str, tuple[str, Callable[[HistoryDraft], Any]]]] = {
    "late from suspension": ("late_renewal_fee", _of("from suspension")),
    "late fixed": ("late_renewal_fee", _of({"fixed": "1.00"}, {"fixed": "0.05"})),
    "late percent": ("late_renewal_fee", _of({"percent": "50"}, {"percent": "7.5"})),
    "add funds": ("tariff_change", _of("add funds")),
    "change period": ("tariff_change", _of("change period")),
    "extra charge only": ("tariff_change", _of("extra charge only")),
    "forbidden": ("tariff_change", _of("forbidden")),
    "full payment": (
        "tariff_change",
        _of({"full payment": "current date"}, {"full payment": "service expiration date"}),
    ),
    "daily too": ("daily", _daily),
    "perhaps daily": ("daily", _daily),
    "weekly": ("prices", _priced({"7 days": "7.00", "1 month": "10.00"}, {"7 days": "3.33"})),
    "yearly": ("prices", _priced({"1 year": "100.00", "1 month": "10.00"}, {"1 year": "49.99"})),
    "several": ("prices", _priced({"1 month": "10.00", "3 months": "27.00", "10 days": "4.00"})),
    "stays on weekends": ("weekend", _of("do not suspend")),
    "free": ("prices", _of({"1 month": "0", "3 months": "0"}, {"1 month": "3.10"})),
    "full price": ("resource_order", _of("full price")),
    "refund": ("resource_cancel", _of("refund")),
    "addresses": ("resources", _addresses),
    "traffic": ("resources", lambda draft: {"traffic": {"rates": _rates(draft)}}),
    "quick": ("quick_order", _of("yes")),
    "version 5": ("number", _of("3541", "4601")),
}
#: What some tariffs say, where a rule wishes it, and others do not.
_PERHAPS: Final = frozenset({"perhaps daily"})
#: What makes tariffs that are sold in another way, or sell nothing here.
_BY_WISH: Final = frozenset({
    "prices", "daily", "calendar", "control_panel", "number", "resells", "seller_tariff",
})  # fmt: skip
#: Fields by how often a tariff says something of them: those that money hangs on most.
_OFTEN: Final = (
    *(("late_renewal_fee", "tariff_change", "resources", "resources", "resource_cancel") * 8),
    *(("weekend", "auto_deletion", "setup_fee", "renewal_prices", "resource_order") * 4),
    *(("tariff_end", "minimum_period", "trial") * 2),
    *(name for name in FIELDS if name not in _BY_WISH),
)
#: Those that staff change while services run.
_CHANGED: Final = (
    *(("prices", "renewal_prices", "resources", "late_renewal_fee", "tariff_change") * 3),
    *("weekend", "auto_deletion", "tariff_end", "enabled", "resource_cancel", "resource_order"),
    *("minimum_period", "daily", "calendar", "setup_fee", "disabled_periods", "service_limit"),
)
