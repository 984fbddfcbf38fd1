"""Orders of a BILLmanager, and whether it is sure that they are not refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.generating.draft import Known
from prorata.reference.periods import Length, add_months, midnight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from prorata.harness.fuzz.generating.draft import HistoryDraft

    #: Whether an order may be refused: from the tariff, what is said, and what is known of it.
    Refuses = Callable[[HistoryDraft, Mapping[str, Any], Mapping[str, Any], Known], bool]

__all__ = ["ends", "minimum_over", "order", "periods_of", "sellable"]

_LAST_SALE: Final = date(2021, 6, 15)
#: Templates whose names are short and told apart by themselves.
_SAFE: Final = frozenset({"user@ID@", "u@ACCOUNT_ID@n@ID@"})


def periods_of(row: Mapping[str, Any]) -> list[str]:
    """Return the periods that a tariff has a price for; a day's may be any."""
    return list(row.get("prices", {})) or ["1 month"]


def order(
    draft: HistoryDraft, tariff: str | None = None, *, period: str | None = None, odd: bool = False
) -> Known | None:
    """Have a service ordered, of a tariff or of any.

    Most orders are as the tariff wants them; an `odd` one is not.
    """
    choose = draft.choose
    sold = tariff or choose.one(list(draft.sold))
    row = draft.sold[sold]
    said = period or _period(draft, row)
    label, client = draft.label(), choose.one(list(draft.given["clients"]))
    parameters: dict[str, Any] = {
        "tariff": sold,
        "period": said,
        "domain": f"{label}.example.com" if choose.chance(3, 4) else None,
        "auto_renewal": "yes" if choose.chance(1, 4) and said != "trial" else None,
        "consent": "yes" if "agreement" in row and not choose.chance(1, 6) else None,
        "resources": _amounts(draft, row) or None,
        "quantity": _quantity(draft, row),
    }
    if row.get("quick_order") == "yes" and not choose.chance(1, 6):
        parameters |= {"domain": None, "resources": None}
    elif odd or choose.chance(1, 40):
        parameters |= choose.one(_ODD)
    step = draft.do("order", **{"as": label, "client": client, **parameters})
    if step is None:
        return None
    today = draft.now.astimezone(draft.zone).date()
    made = Known(label, client, sold, said, draft.now, ends(draft, row, said, today))
    made.sure = _is_sure(draft, row, step["order"], made)
    made.auto = "auto_renewal" in step["order"]
    _pay(draft, row, step["order"], made)
    draft.services.append(made)
    if made.sure and "quantity" in step["order"]:
        for nth in range(2, int(step["order"]["quantity"]) + 1):
            draft.services.append(replace(made, label=f"{label} {nth}"))
    return made


def _pay(draft: HistoryDraft, row: Mapping[str, Any], said: Mapping[str, Any], made: Known) -> None:
    """Take about what an order costs from its client; without that it waits."""
    price = "0" if made.period == "trial" else row.get("prices", {}).get(made.period, "1")
    cost = Decimal(price) + Decimal(row.get("setup_fee", "0")) + 10 * len(said.get("resources", ()))
    made.waits = cost > draft.money[made.client]
    if made.sure and not made.waits:
        draft.money[made.client] -= cost


def _quantity(draft: HistoryDraft, row: Mapping[str, Any]) -> str | None:
    """Return how many services are ordered at once of a tariff that sells several; or too many."""
    most = row.get("maximum_quantity")
    if most is None:
        return None
    quantity: str | None = draft.choose.one((None, most, most, str(int(most) + 1)))
    return quantity


#: What orders ask for that no tariff has.
_ODD: Final[tuple[Mapping[str, Any], ...]] = (
    {"quantity": "9"},
    {"resources": {"gold": "1"}},
    {"period": "7 months"},
    {"domain": "no domain"},
)


def _period(draft: HistoryDraft, row: Mapping[str, Any]) -> str:
    periods = periods_of(row)
    if "trial" in row and draft.choose.chance(1, 3):
        return "trial"
    return draft.choose.one((*[periods[0]] * 5, *periods))


def _amounts(draft: HistoryDraft, row: Mapping[str, Any]) -> dict[str, str]:
    """Return amounts of some resources, mostly such as are sold."""
    choose, sold = draft.choose, row.get("resources", {})
    names = choose.some(tuple(sold), 2) if sold else []
    return {name: str(choose.one(sellable(sold[name]))) for name in names}


def sellable(row: Mapping[str, Any]) -> tuple[int, ...]:
    """Return some amounts in which a resource is sold, the least first."""
    low, step = int(row.get("minimum", 0)), int(row.get("step", 1))
    most, included = int(row.get("maximum", 9)), int(row.get("included", 0))
    amounts = [low + each * step for each in range(1, 4)]
    found = [each for each in amounts if each <= most]
    return tuple(found) or (max(low, included),)


def ends(draft: HistoryDraft, row: Mapping[str, Any], period: str, starts: date) -> datetime:
    """Return about when a period is over that starts on a day."""
    end = _civil_end(row, period, starts)
    if "tariff_end" in row:
        end = min(end, max(date.fromisoformat(row["tariff_end"]), starts))
    return midnight(end, draft.zone).astimezone(UTC)


def minimum_over(row: Mapping[str, Any], ordered: date) -> date:
    """Return when the minimum period of a tariff is over for what was ordered on a day."""
    ((unit, count),) = row["minimum_period"].items()
    length = Length(**{unit: int(count)})
    return add_months(ordered, length.months) + timedelta(days=length.days)


def _civil_end(row: Mapping[str, Any], period: str, starts: date) -> date:
    if period == "trial":
        return starts + timedelta(days=int(row.get("trial", {}).get("days", 1)))
    if "daily" in row:
        return starts + timedelta(days=1)
    length = Length.of(period)
    if "calendar" in row and length.months:
        late = starts.day >= int(row["calendar"].get("pro_rata_day", 15))
        return add_months(starts.replace(day=1), length.months + late)
    return add_months(starts, length.months) + timedelta(days=length.days)


def _is_sure(
    draft: HistoryDraft, row: Mapping[str, Any], said: Mapping[str, Any], made: Known
) -> bool:
    """Tell whether nothing that a tariff says can refuse an order."""
    return not any(refuses(draft, row, said, made) for refuses in _REFUSING)


def _any_client_or(draft: HistoryDraft, row: Mapping[str, Any], made: Known) -> bool:
    groups, own = row["groups"], draft.given["clients"][made.client].get("group")
    allowed = groups.get("allow")
    return own in groups.get("forbid", ()) or bool(allowed and own not in allowed)


def _odd_amounts(row: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Tell whether resources may be asked for that are not sold, or have no price."""
    sold, period = row.get("resources", {}), said["period"]
    for name, amount in said.get("resources", {}).items():
        terms = sold.get(name)
        if terms is None or int(amount) not in sellable(terms):
            return True
        priced = terms.get("prices") or (terms.get("rates") or [{}])[0].get("prices", {})
        if period != "trial" and (period not in priced or "daily" in row):
            return True
    return False


def _too_short(draft: HistoryDraft, row: Mapping[str, Any], made: Known) -> bool:
    """Tell whether an order ends before its minimum period, or has no whole day at all."""
    if made.expires <= draft.day(1) and "tariff_end" in row:
        return True
    if "minimum_period" not in row or made.period == "trial":
        return False
    least = minimum_over(row, draft.now.astimezone(draft.zone).date())
    return made.expires < midnight(least, draft.zone)


_REFUSING: Final[tuple[Refuses, ...]] = (
    lambda _d, row, _s, _m: row.get("enabled") == "no",
    lambda _d, row, _s, _m: "daily" in row and "calendar" in row,
    lambda _d, row, said, _m: said["period"] not in {"trial", *row.get("prices", {})}
    and "daily" not in row,
    lambda _d, row, said, _m: said["period"] in row.get("disabled_periods", ()),
    lambda draft, row, _s, made: "groups" in row and _any_client_or(draft, row, made),
    lambda _d, row, said, _m: int(said.get("quantity", 1)) > int(row.get("maximum_quantity", 1)),
    lambda draft, row, said, made: "service_limit" in row
    and sum(each.client == made.client for each in draft.services)
    + int(said.get("quantity", 1)) > int(row["service_limit"]),
    lambda _d, row, said, _m: row.get("quick_order") == "yes"
    and bool({"domain", "resources"} & said.keys()),
    lambda _d, row, said, _m: "agreement" in row and "consent" not in said,
    lambda draft, row, said, made: said["period"] == "trial"
    and ("trial" not in row or "quantity" in said or _had_trial(draft, made)),
    lambda _d, row, said, _m: _odd_amounts(row, said),
    lambda draft, row, _s, made: _too_short(draft, row, made),
    lambda _d, row, said, _m: "calendar" in row and "day" in said["period"],
    lambda draft, row, said, _m: "calendar" in row
    and draft.readings.get("calendar_long_period") == "refused" and said["period"] != "1 month",
    lambda _d, row, _s, _m: row.get("username_template", "user@ID@") not in _SAFE,
    lambda _d, _r, said, _m: said.get("domain", "").count(" ") > 0,
    lambda _d, row, said, _m: "domain" not in said and "domain_template" in row,
    lambda draft, row, _s, _m: "number" in row and not _still_sold(draft),
    lambda _d, row, _s, _m: bool({"control_panel", "seller_tariff"} & row.keys()),
    lambda draft, _r, _s, _m: "maximum_accounts" in draft.server,
)  # fmt: skip


def _still_sold(draft: HistoryDraft) -> bool:
    """Tell whether ISPmanager 5 is sold, whatever is read of its last day."""
    return draft.now.astimezone(draft.zone).date() < _LAST_SALE


def _had_trial(draft: HistoryDraft, made: Known) -> bool:
    return any(
        (each.client, each.sold, each.period) == (made.client, made.sold, "trial")
        for each in draft.services
    )
