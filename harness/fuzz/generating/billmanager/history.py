"""A history of one BILLmanager."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.generating.billmanager.deeds import DEEDS, OFTEN
from prorata.harness.fuzz.generating.billmanager.ordering import order
from prorata.harness.fuzz.generating.billmanager.steers import STEERS
from prorata.harness.fuzz.generating.billmanager.tariffs import CHARGES, NAMES, tariff
from prorata.harness.fuzz.generating.moments import BEGINS
from prorata.harness.fuzz.generating.settings import put, shared
from prorata.harness.fuzz.generating.steering import System

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.harness.fuzz.generating.draft import HistoryDraft
    from prorata.harness.fuzz.generating.steering import Steer

__all__ = ["BILLMANAGER"]

#: What clients have: ample, nothing, or what a period costs to the cent or a cent less.
BALANCES: Final = (
    *(["100000.00"] * 8),
    *(["400.00"] * 4),
    *("exactly", "exactly", "25.00", "0", "a cent less"),
)
_RATES: Final = ("19", "7.7", "50", "0", "33.3")


def begin(draft: HistoryDraft, steers: Sequence[Steer]) -> None:
    """Give a billing tariffs and clients as rules need them, and have a first service ordered."""
    given, choose = draft.given, draft.choose
    given["system"] = "billmanager"
    wanted = {name for steer in steers for name in steer.settings}
    for name in (*sorted(wanted), *choose.some(_OFTEN, 1)):
        SETTINGS[name](draft)
    draft.sells("tariffs", _tariffs(draft, steers))
    tariffs = draft.sold
    _clients(draft, wanted)
    first = steers[0].order if steers else None
    first = first if first in {None, "trial"} or first in tariffs[NAMES[0]]["prices"] else None
    order(draft, NAMES[0], period=first)


def _tariffs(draft: HistoryDraft, steers: Sequence[Steer]) -> dict[str, dict[str, Any]]:
    """Return the tariffs: what rules need is said by the first two, mostly of one kind."""
    choose = draft.choose
    kind = choose.one(CHARGES)
    wishes = [wish for steer in steers for wish in steer.fields]
    count = choose.integer(1, len(NAMES) - 1) + 1
    return {
        name: tariff(
            draft,
            steers[nth % 2].fields if steers and choose.chance(1, 3) else wishes,
            choose.one(CHARGES) if choose.chance(1, 8) else kind,
        )
        for nth, name in enumerate(NAMES[:count])
    }


def _clients(draft: HistoryDraft, wanted: set[str]) -> None:
    choose, given = draft.choose, draft.given
    price = next(iter(draft.sold[NAMES[0]]["prices"].values()))
    clients: dict[str, dict[str, str]] = {}
    draft.ample = True
    for name in ("anna", "ben")[: choose.integer(1, 2)]:
        said = next((_SAID[each] for each in _SAID if each in wanted), None)
        said = said or choose.one(BALANCES)
        balance = _EXACT[said](price) if said in _EXACT else said
        draft.mark(_MONEY.get(said, ""))
        clients[name] = {"balance": balance}
        draft.ample = draft.ample and said == BALANCES[0]
        if "groups" in given and choose.chance(3 if "groups" in wanted else 2, 4):
            clients[name]["group"] = choose.one(("partners", "guests"))
    draft.has(clients)


def _less(price: str) -> str:
    return str(max(Decimal(price) - Decimal("0.01"), Decimal(0)))


#: What clients have by what is wanted.
_SAID: Final = {"exact money": "exactly", "debt": "-5.00"}
_EXACT: Final[Mapping[str, Callable[[str], str]]] = {"exactly": str, "a cent less": _less}
_MONEY: Final = {"exactly": "exactly enough money", "a cent less": "a cent less than enough"}


def _tax(*, included: str) -> Callable[[HistoryDraft], None]:
    def put(draft: HistoryDraft) -> None:
        draft.given["tax"] = {"rate": draft.choose.one(_RATES), "included": included}

    return put


def _groups(draft: HistoryDraft) -> None:
    draft.given.setdefault(
        "groups",
        {"partners": {"suspend": "yes", "delete": "yes"}, "guests": {"ignore_limit": "yes"}},
    )


def _addresses(draft: HistoryDraft) -> None:
    given, choose = draft.given, draft.choose
    given.setdefault("ispmanager", {})["addresses"] = ["192.0.2.1", "192.0.2.2", "2001:db8::1"]
    if choose.chance(3, 4):
        given["ipmanager"] = choose.one(("pool", "stand-in"))


def _strangers(draft: HistoryDraft) -> None:
    users = {f"user{number}": {"domain": f"s{number}.example.com"} for number in range(1, 6)}
    draft.given.setdefault("ispmanager", {})["users"] = users


_ANYWHERE: Final[Mapping[str, Callable[[HistoryDraft], None]]] = {
    **shared(),
    "tax included": _tax(included="yes"),
    "tax on top": _tax(included="no"),
    **dict.fromkeys((*BEGINS, "exact money"), lambda _draft: None),
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
#: What holds for the whole billing, by name.
SETTINGS: Final = {
    **_ANYWHERE,
    "debt": lambda _draft: None,
    "no department": put("modules", {"hosting": {}}),
    "strangers": _strangers,
}
#: What holds by chance: half of it is a tax.
_OFTEN: Final = (*(("tax on top", "tax included") * 3), "product type", *_ANYWHERE)
BILLMANAGER: Final = System(
    STEERS, begin, order, DEEDS, OFTEN, "billmanager.lifecycle.status", "billmanager"
)
