"""A history of one BILLmanager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.fuzz.generating.billmanager.deeds import DEEDS, OFTEN
from prorata.harness.fuzz.generating.billmanager.ordering import order
from prorata.harness.fuzz.generating.billmanager.steers import STEERS
from prorata.harness.fuzz.generating.billmanager.tariffs import NAMES, tariff
from prorata.harness.fuzz.generating.settings import put, shared
from prorata.harness.fuzz.generating.steering import System

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.harness.fuzz.generating.draft import Draft
    from prorata.harness.fuzz.generating.steering import Steer

__all__ = ["BILLMANAGER"]

#: What clients have: ample, nothing, or what a period costs to the cent or a cent less.
BALANCES: Final = ("100000.00", "400.00", "exactly", "25.00", "0", "a cent less")
_RATES: Final = ("19", "7.7", "50", "0", "33.3")


def begin(draft: Draft, steers: Sequence[Steer]) -> None:
    """Give a billing tariffs and clients as rules need them, and have a first service ordered."""
    given, choose = draft.given, draft.choose
    given["system"] = "billmanager"
    wanted = {name for steer in steers for name in steer.settings}
    for name in (*sorted(wanted), *choose.some(tuple(SETTINGS), 1)):
        SETTINGS[name](draft)
    given["tariffs"] = tariffs = {}
    for nth in range(choose.integer(1, len(NAMES) - 1) + 1):
        steer = steers[nth % len(steers)] if steers else None
        tariffs[NAMES[nth]] = tariff(draft, steer.fields if steer and nth < 2 else ())  # noqa: PLR2004
    _clients(draft, wanted)
    first = steers[0].order if steers else None
    first = first if first in {None, "trial"} or first in tariffs[NAMES[0]]["prices"] else None
    order(draft, NAMES[0], period=first)


def _clients(draft: Draft, wanted: set[str]) -> None:
    choose, given = draft.choose, draft.given
    row = given["tariffs"][NAMES[0]]
    price = next(iter(row["prices"].values()))
    given["clients"] = clients = {}
    draft.ample = True
    for name in ("anna", "ben")[: choose.integer(1, 2)]:
        said = choose.one(BALANCES)
        balance = _EXACT[said](price) if said in _EXACT else said
        draft.mark(_MONEY.get(said, ""))
        clients[name] = {"balance": balance}
        draft.ample = draft.ample and said == BALANCES[0]
        if "groups" in given and (choose.chance(1, 2) or "groups" in wanted):
            clients[name]["group"] = choose.one(("partners", "guests"))


def _less(price: str) -> str:
    cents = round(float(price) * 100) - 1
    return f"{max(cents, 0) // 100}.{max(cents, 0) % 100:02}"


_EXACT: Final[Mapping[str, Callable[[str], str]]] = {"exactly": str, "a cent less": _less}
_MONEY: Final = {"exactly": "exactly enough money", "a cent less": "a cent less than enough"}


def _tax(*, included: str) -> Callable[[Draft], None]:
    def put(draft: Draft) -> None:
        draft.given["tax"] = {"rate": draft.choose.one(_RATES), "included": included}

    return put


def _groups(draft: Draft) -> None:
    draft.given.setdefault(
        "groups",
        {"partners": {"suspend": "yes", "delete": "yes"}, "guests": {"ignore_limit": "yes"}},
    )


def _addresses(draft: Draft) -> None:
    given, choose = draft.given, draft.choose
    given.setdefault("ispmanager", {})["addresses"] = ["192.0.2.1", "192.0.2.2", "2001:db8::1"]
    if choose.chance(1, 2):
        given["ipmanager"] = choose.one(("pool", "stand-in"))


#: What holds for the whole billing, by name.
SETTINGS: Final[Mapping[str, Callable[[Draft], None]]] = {
    **shared(),
    "tax included": _tax(included="yes"),
    "tax on top": _tax(included="no"),
    "product type": put(
        "product_type",
        {"weekend": "do not suspend"},
        {"auto_deletion": "5"},
        {"weekend": "do not suspend", "auto_deletion": "1"},
    ),
    "groups": _groups,
    "provider": put(
        "provider",
        {"support": "help@example.com"},
        {"notifications": "no-reply@example.com", "support": "help@example.com"},
    ),
    "addresses": _addresses,
}
BILLMANAGER: Final = System(STEERS, begin, order, DEEDS, OFTEN, "billmanager.lifecycle.status")
