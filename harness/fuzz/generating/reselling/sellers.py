"""The seller of a history, and the resellers that buy from it: by BILLmanager, by HostBill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.generating.billmanager.history import SETTINGS as BILLMANAGER
from prorata.harness.fuzz.generating.billmanager.ordering import order as order_tariff
from prorata.harness.fuzz.generating.billmanager.tariffs import tariff
from prorata.harness.fuzz.generating.hostbill.history import SETTINGS as HOSTBILL
from prorata.harness.fuzz.generating.hostbill.ordering import order as order_product
from prorata.harness.fuzz.generating.hostbill.products import product
from prorata.harness.fuzz.generating.hostbill.standing import mend
from prorata.harness.fuzz.generating.reselling.words import ASIDE, SELLER, SoldOn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known
    from prorata.harness.fuzz.generating.steering import Steer

__all__ = ["licences", "order_licence", "order_server", "order_sold", "products", "servers"]

#: What is resold, by what a rule wishes.
_SOLD: Final = {
    "licences": SoldOn(ASIDE, ("55227", "55228"), ("ispmanager lite", "ispmanager pro")),
    "version 5": SoldOn(ASIDE, ("3541", "4601"), ("ISPmanager 5 Lite", "Business")),
    "certificates": SoldOn("ssl certificates", ("9001", "9002"), ("basic", "wide")),
    "modules": SoldOn("module licences", ("7001", "7002"), ("basic", "wide")),
}  # fmt: skip
_TRIAL: Final = "55239"
_AMPLE: Final = "100000.00"
_PAID: Final = "first payment"
#: Fields of what is resold by which an order may be refused.
_REFUSING: Final = frozenset({"trial", "tariff_end", "minimum_period", "calendar", "unsure"})
_ODD_NUMBERS: Final = ("lite", "99")
#: Fields of what is resold that are said by chance: those by which money and time are decided.
_TARIFF_FIELDS: Final = (
    *("late_renewal_fee", "tariff_change", "auto_deletion", "setup_fee", "tariff_end", "weekend"),
    *("renewal_prices", "calendar", "trial", "minimum_period"),
)
_PRODUCT_FIELDS: Final = (
    *("suspend_after", "terminate_after", "upgrade_pro_rata", "cancel_pro_rata", "upgrade_queue"),
    *("upgrade_account", "renew_account", "create_account", "billing_type", "messages", "tax"),
    *("downgrade_credit", "auto_cancellation", "full_month", "late_fee"),
)


def _sell(draft: HistoryDraft, wanted: set[str]) -> SoldOn:
    """Open a seller of what is resold, with a client as whom the reseller is known."""
    choose = draft.choose
    wish = next((each for each in _SOLD if each in wanted), None)
    sold = _SOLD[
        wish or choose.one(("licences", "licences", "licences", "certificates", "modules"))
    ]
    resells = {} if sold.what == ASIDE else {"resells": sold.what}
    rows: dict[str, Any] = {
        name: {
            "number": number,
            **resells,
            "prices": {"1 month": price, "3 months": "13.01", "1 year": "50.00"},
        }
        for name, number, price in zip(sold.names, sold.numbers, ("5.00", "10.01"), strict=True)
    }
    if "trial" in wanted:
        rows["ispmanager trial"] = {"number": _TRIAL, "trial": {"days": "14"}}
        rows[sold.names[0]]["trial"] = {"days": "14"}
    balance = choose.one((_AMPLE, _AMPLE, _AMPLE, "5.00", "0"))
    draft.seller = {
        "system": "billmanager",
        "groups": {"partners": {"suspend": "yes", "delete": "yes"}},
        "tariffs": rows,
        "clients": {"partner": {"balance": balance, "group": "partners"}},
    }
    if choose.chance(1, 8):
        draft.seller["timezone"] = choose.one(("Asia/Tokyo", "America/New_York"))
    draft.given["sellers"] = {SELLER: "partner"}
    if "a neighbour" in wanted:
        draft.neighbour = _neighbour(sold, resells)
    return sold


def _neighbour(sold: SoldOn, resells: Mapping[str, str]) -> dict[str, Any]:
    """Return a billing that buys on the same account, and whose numbers contain those of others."""
    row = {"prices": {"1 month": "6.00"}, "module": "licences", "seller_tariff": sold.numbers[0]}
    return {
        "system": "billmanager",
        "sellers": {SELLER: "partner"},
        "first_ids": {"service": "12345"},
        "modules": {"licences": {"type": "billmanager", "seller": SELLER, **resells}},
        "tariffs": {"lite": row},
        "clients": {"boris": {"balance": "100.00"}},
    }


def _module(draft: HistoryDraft, kind: str, sold: SoldOn) -> None:
    resells = {} if sold.what == ASIDE else {"resells": sold.what}
    seller = draft.choose.one((*[SELLER] * 9, "nobody"))
    row = {"type": kind, "seller": seller, "department": "sales", **resells}
    if draft.choose.chance(1, 20):
        row["username"] = "nobody"
    draft.given.setdefault("modules", {})["licences"] = row


def licences(draft: HistoryDraft, steers: Sequence[Steer]) -> None:
    """Give a BILLmanager licences that it buys, and have a first one ordered."""
    wanted = {name for steer in steers for name in (*steer.settings, *steer.fields)}
    draft.given["system"] = "billmanager"
    sold = _sell(draft, wanted)
    _module(draft, "billmanager", sold)
    numbers = _numbers(draft, sold, wanted)
    draft.sells(
        "tariffs",
        {
            name: {**_row(draft, price), "module": "licences", "seller_tariff": number}
            for name, number, price in zip(("lite", "pro"), numbers, ("7.00", "14.01"), strict=True)
        },
    )
    if "elsewhere" in wanted or draft.choose.chance(1, 12):
        hosting = {"prices": {"1 month": "3.10", "1 year": "30.00"}}
        draft.given["tariffs"]["hosting"] = hosting
        draft.sold["hosting"] = dict(hosting)
    _client(draft)
    for name in draft.choose.some(("tax included", "tax on top", "a clock that is ahead"), 1):
        BILLMANAGER[name](draft)
    _first(draft, order_licence(draft))


def _numbers(draft: HistoryDraft, sold: SoldOn, wanted: set[str]) -> Sequence[str]:
    first, second = sold.numbers
    is_odd = "odd numbers" in wanted or draft.choose.chance(1, 12)
    odd = draft.choose.one(_ODD_NUMBERS) if is_odd else second
    return first, odd


def _row(draft: HistoryDraft, price: str) -> dict[str, Any]:
    choose = draft.choose
    said = tariff(draft, choose.some(_TARIFF_FIELDS, 2))
    row: dict[str, Any] = {name: said[name] for name in _TARIFF_FIELDS if name in said}
    if "trial" in row:
        row["trial"] = {"days": "14"}
    return {"prices": {"1 month": price, "1 year": "70.00"}, **row}


def _client(draft: HistoryDraft) -> None:
    balance = draft.choose.one((_AMPLE, _AMPLE, "30.00", "14.00"))
    draft.ample = balance == _AMPLE
    draft.has({"anna": {"balance": balance}})


def _first(draft: HistoryDraft, made: Known | None) -> None:
    """Let the first licence be there, as its event shows it."""
    if made is None or draft.choose.chance(1, 6):
        return
    draft.now = draft.minutes(5)
    draft.do("wait")
    seller, step = (
        draft.seller or {},
        next(each["order"] for each in draft.steps if "order" in each),
    )
    made.bought = (
        made.sure
        and not made.waits
        and seller["clients"]["partner"]["balance"] == _AMPLE
        and ("seller_tariff" in draft.sold[made.sold] or "control_panel" in step)
        and draft.sold[made.sold].get("create_account", _PAID) == _PAID
    )


def order_licence(draft: HistoryDraft) -> Known | None:
    """Have a licence ordered, with the address or the name that it is for."""
    made = order_tariff(draft)
    return _told(draft, made)


def _told(draft: HistoryDraft, made: Known | None) -> Known | None:
    """Say what a licence is for; that is no domain, which licences do not have."""
    if made is None:
        return None
    step, row = draft.steps[-1]["order"], draft.sold[made.sold]
    if "seller_tariff" not in row:
        return made
    step.pop("domain", None)
    step.pop("hostname", None)
    if draft.choose.chance(3, 4):
        step["ip"] = f"192.0.2.{len(draft.services) + 4}"
    if draft.choose.chance(1, 3):
        step["licence_name"] = f"srv{len(draft.services)}"
    plain = not _REFUSING & row.keys() and "order_pages" not in draft.given
    made.sure = plain and "resources" not in step and draft.is_bought(row["seller_tariff"])
    made.sure = made.sure and (step.get("period") or step["cycle"]) in row["prices"]
    made.invoiced = made.invoiced and made.sure
    return made


def servers(draft: HistoryDraft, steers: Sequence[Steer]) -> None:
    """Give a BILLmanager servers whose control panels it buys, and have a first one ordered."""
    choose, given = draft.choose, draft.given
    wanted = {name for steer in steers for name in (*steer.settings, *steer.fields)}
    given["system"] = "billmanager"
    _sell(draft, (wanted & {"trial", "a neighbour"}) | {"licences"})
    _module(draft, "billmanager", _SOLD["licences"])
    given["modules"]["servers"] = {
        "type": choose.one(("vmmanager", "dcimanager")),
        "addresses": ["192.0.2.10", "192.0.2.11", "192.0.2.12"],
        "licence_server": "licences",
    }
    trial = {"trial": _TRIAL} if "trial" in wanted else {}
    given["enumerations"] = {"panels": {**trial, "lite": "55227", "pro": "55228"}}
    prices = {
        value: {"1 month": price, "3 months": "17.00"}
        for value, price in (
            *((each, "0.00") for each in trial),
            ("lite", "6.00"),
            ("pro", "12.01"),
        )
    }
    panel = {"enumeration": "panels", "prices": prices}
    draft.sells(
        "tariffs",
        {
            name: {**_server(draft, price), "module": "servers", "control_panel": panel}
            for name, price in (("vps", "20.00"), ("big", "40.01"))
        },
    )
    _client(draft)
    _first(draft, order_server(draft))


def _server(draft: HistoryDraft, price: str) -> dict[str, Any]:
    fields = ("resource_order", "resource_cancel", *_TARIFF_FIELDS)
    said = tariff(draft, draft.choose.some(fields, 2))
    row = {name: said[name] for name in fields if name in said}
    daily = {"daily": said["daily"]} if "daily" in said and "calendar" not in said else {}
    return {"prices": {"1 month": price, "3 months": "55.00"}, **row, **daily}


def order_server(draft: HistoryDraft) -> Known | None:
    """Have a server ordered, mostly with a control panel."""
    made = order_tariff(draft)
    if made is None:
        return None
    step = draft.steps[-1]["order"]
    step.pop("domain", None)
    step.pop("quantity", None)
    if draft.choose.chance(5, 6):
        step["control_panel"] = draft.choose.one(
            ("lite", "pro", *draft.given["enumerations"]["panels"])
        )
    row, module = draft.sold[made.sold], draft.given["modules"]["servers"]
    made.sure = (
        not _REFUSING & row.keys()
        and draft.is_bought("55227")
        and len(draft.services) <= len(module["addresses"])
        and step["period"] in row["prices"]
        and step.get("control_panel", "lite") in {"lite", "pro"}
        and not {"resources", "quantity"} & step.keys()
    )
    made.auto = "auto_renewal" in step
    return made


def products(draft: HistoryDraft, steers: Sequence[Steer]) -> None:
    """Give a HostBill licences that it buys, and have a first one ordered."""
    choose, given = draft.choose, draft.given
    wanted = {name for steer in steers for name in (*steer.settings, *steer.fields)}
    given["system"] = "hostbill"
    sold = _sell(draft, wanted)
    _module(draft, "ispmanager_reselling", sold)
    given["products"], numbers = {}, _numbers(draft, sold, wanted)
    given["products"] |= {
        name: {**_product(draft, price), "module": "licences", "seller_tariff": number}
        for name, number, price in zip(("lite", "pro"), numbers, ("7.00", "14.01"), strict=True)
    }
    if choose.chance(1, 4):
        given["products"]["server"] = {"prices": {"monthly": "30.00"}}
        given["products"]["pack"] = {"bundle": ["server", "lite"]}
    draft.sells("products", given["products"])
    draft.has({"anna": {"balance": choose.one(("0", "0", "500.00"))}})
    for name in choose.some(("cron", "invoicing", "a clock that is ahead"), 1):
        HOSTBILL[name](draft)
    made = order_sold(draft)
    if made is not None:
        mend(draft, made)
    _first(draft, made)


def _product(draft: HistoryDraft, price: str) -> dict[str, Any]:
    said = product(draft, draft.choose.some(_PRODUCT_FIELDS, 3))
    row: dict[str, Any] = {name: said[name] for name in _PRODUCT_FIELDS if name in said}
    prices = {"monthly": price, "annually": "70.00", "once": "9.00"}
    return {"prices": prices, "upgrades": ["lite", "pro"], **row}


def order_sold(draft: HistoryDraft) -> Known | None:
    """Have a product ordered that is bought."""
    return _told(draft, order_product(draft))
