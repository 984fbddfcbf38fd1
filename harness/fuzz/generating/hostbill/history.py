"""A history of one HostBill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.generating.hostbill.deeds import DEEDS, OFTEN
from prorata.harness.fuzz.generating.hostbill.ordering import order
from prorata.harness.fuzz.generating.hostbill.products import BESIDE, NAMES, product
from prorata.harness.fuzz.generating.hostbill.standing import mend
from prorata.harness.fuzz.generating.hostbill.steers import STEERS
from prorata.harness.fuzz.generating.moments import BEGINS
from prorata.harness.fuzz.generating.settings import put, shared
from prorata.harness.fuzz.generating.steering import System

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.harness.fuzz.generating.draft import HistoryDraft
    from prorata.harness.fuzz.generating.steering import Steer

__all__ = ["HOSTBILL"]

_BALANCES: Final = (*["0"] * 4, "1000.00", "1000.00", "10.00", "0.01", "33.33")


def begin(draft: HistoryDraft, steers: Sequence[Steer]) -> None:
    """Give a billing products and clients as rules need them, and have a first service ordered."""
    given, choose = draft.given, draft.choose
    given["system"] = "hostbill"
    wanted = {name for steer in steers for name in steer.settings}
    given["products"] = products = {}
    wishes = [wish for steer in steers for wish in steer.fields]
    for nth, name in enumerate(NAMES[: choose.integer(1, len(NAMES) - 1) + 1]):
        own = steers[nth % 2].fields if steers and choose.chance(1, 3) else wishes
        products[name] = product(draft, own)
    for row in products.values():
        if "upgrades" in row:
            row["upgrades"] = [each for each in row["upgrades"] if each in products]
    for name in (*sorted(wanted), *choose.some(_OFTEN, 1)):
        SETTINGS[name](draft)
    draft.sells("products", products)
    draft.has(
        {
            name: {"balance": choose.one(_BALANCES)}
            for name in ("anna", "ben")[: choose.integer(1, 2)]
        }
    )
    first = next((each.order for each in steers if each.order), None)
    first = first if first in products[NAMES[0]]["prices"] else None
    sold = "pack" if wanted & _BUNDLES and choose.chance(2, 3) else NAMES[0]
    made = order(draft, sold, cycle=first)
    if made is not None and "unpaid at first" not in wanted and choose.chance(5, 6):
        mend(draft, made)


def _bundle(draft: HistoryDraft) -> None:
    """Sell a bundle of what there is: for the sum of the parts, or at a price of its own."""
    choose, products = draft.choose, draft.given["products"]
    parts: tuple[str, ...] = (NAMES[0], choose.one((NAMES[1], NAMES[0], "backup")))
    if choose.chance(1, 12):
        parts = choose.one(((NAMES[0], "pack"), (NAMES[0], "ip"), (NAMES[0],)))
    row: dict[str, Any] = {"bundle": list(parts)}
    products.setdefault("backup", {"prices": {"monthly": "5.00", "weekly": "1.50"}})
    if "ip" in parts:
        products.setdefault("ip", BESIDE["ip"](draft))
    if choose.chance(1, 2):
        row["prices"] = {"monthly": choose.one(("25.01", "30.00")), "weekly": "9.99"}
    if choose.chance(1, 3):
        row["tax"] = {"rate": "19"}
    if choose.chance(1, 3) and "prices" not in row:
        row["part_cycles"] = {row["bundle"][-1]: choose.one(("quarterly", "monthly"))}
    products["pack"] = row


def _given_back(draft: HistoryDraft) -> None:
    """Sell a bundle at a price of its own, of which what is cancelled gets a part back."""
    _bundle(draft)
    fixed = {"monthly": draft.choose.one(("25.01", "30.00")), "weekly": "9.99"}
    row = draft.given["products"]["pack"]
    row |= {"prices": fixed, "cancel_pro_rata": "prepaid"}
    row.pop("part_cycles", None)


def _invoicing(draft: HistoryDraft) -> None:
    choose = draft.choose
    draft.given["invoicing"] = {
        "merge": choose.one(("never", "generation day", "due date")),
        "continued": choose.one(("no", "yes")),
        "zero": choose.one(("no", "yes")),
    }


_ANYWHERE: Final[Mapping[str, Callable[[HistoryDraft], None]]] = {
    **shared(),
    "cron": put("cron", {"daily_at": "02:30"}, {"daily_at": "03:00"}, {"daily_at": "00:00"}),
    "invoicing": _invoicing,
    "merging": put("invoicing", {"merge": "generation day"}, {"merge": "due date"}),
    "order pages": put("order_pages", ["shop", "staff"]),
    "downgrade credit": put("downgrade_credit", "always", "after no unpaid invoices"),
    "bundle": _bundle,
    **dict.fromkeys((*BEGINS, "unpaid at first"), lambda _draft: None),
}
#: What holds for the whole billing, by name.
SETTINGS: Final = {**_ANYWHERE, "bundle that is given back": _given_back}
_BUNDLES: Final = {"bundle", "bundle that is given back"}
#: What holds by chance: mostly how and when invoices are made.
_OFTEN: Final = (*(("cron", "invoicing", "downgrade credit") * 3), *_ANYWHERE)
HOSTBILL: Final = System(STEERS, begin, order, DEEDS, OFTEN, "hostbill.show", "hostbill")
