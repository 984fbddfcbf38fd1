"""Orders of a HostBill, and whether it is sure that they are not refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.generating.draft import Known
from prorata.reference.periods import add_months, midnight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from prorata.harness.fuzz.generating.draft import HistoryDraft

    #: Whether an order may be refused: from the product, what is said, and what is known of it.
    Refuses = Callable[[HistoryDraft, Mapping[str, Any], Mapping[str, Any], Known], bool]

__all__ = ["after", "order"]

_MONTHS: Final = {
    "monthly": 1,
    "quarterly": 3,
    "semi-annually": 6,
    "annually": 12,
    "biennially": 24,
    "triennially": 36,
    "metered": 1,
    "once": 1,
    "free": 1,
}
_DAYS: Final = {"daily": 1, "weekly": 7, "hourly": 0}


def order(
    draft: HistoryDraft, product: str | None = None, *, cycle: str | None = None, odd: bool = False
) -> Known | None:
    """Have a product ordered, or any.

    Most orders are as the product wants them; an `odd` one is not.
    """
    choose, products = draft.choose, draft.sold
    sold = product or choose.one([name for name in products if "addon" not in products[name]])
    row = products[sold]
    cycles = list(row.get("prices", ())) or ["monthly"]
    said = cycle or choose.one((*cycles[:1], *cycles))
    label, client = draft.label(), choose.one(list(draft.given["clients"]))
    parameters: dict[str, Any] = {
        "product": sold,
        "cycle": said,
        **_names(draft, row, label),
        "answers": _answers(draft, row) or None,
        "consent": "yes" if "agreement" in row and not choose.chance(1, 6) else None,
        **{beside: _with(draft, row, beside) for beside in ("addons", "sub_products")},
    }
    if odd or choose.chance(1, 40):
        parameters |= choose.one((*_ODD, {"sub_products": {sold: said}}))
    step = draft.do("order", **{"as": label, "client": client, **parameters})
    if step is None:
        return None
    made = Known(label, client, sold, said, draft.now, after(draft, said, draft.now))
    made.sure = not any(refuses(draft, row, step["order"], made) for refuses in _REFUSING)
    made.invoiced = made.waits = made.sure and _is_invoiced(row, said)
    if "bundle" in row:
        parts = _parts(draft, row, made)
        draft.services += parts
        return parts[0]
    draft.services.append(made)
    for beside in ("addons", "sub_products"):
        for name, own in step["order"].get(beside, {}).items():
            draft.services.append(_beside(draft, made, name, own))
    return made


def _beside(draft: HistoryDraft, made: Known, name: str, cycle: str) -> Known:
    """Return what an order made beside its service; nobody pays an invoice by its name."""
    label, expires = f"{made.label} {name}", after(draft, cycle, draft.now)
    return replace(
        made, label=label, sold=name, period=cycle, expires=expires, invoiced=False, waits=False
    )


def _parts(draft: HistoryDraft, row: Mapping[str, Any], made: Known) -> list[Known]:
    """Return the parts of a bundle that was ordered; its invoice is of the first."""
    names, products = row["bundle"], draft.sold
    cycles = [row.get("part_cycles", {}).get(name, made.period) for name in names]
    rows = [products.get(name, {}) for name in names]
    made.sure = len(names) > 1 and not any(
        _NOT_PLAIN & part.keys() or cycle not in part.get("prices", ())
        for part, cycle in zip((row, *rows), (made.period, *cycles), strict=True)
        if part is not row or "prices" in row
    )
    found, count = [], Counter[str]()
    for name, cycle in zip(names, cycles, strict=True):
        count[name] += 1
        part = _beside(draft, made, name, cycle)
        part.label += f" {count[name]}" if count[name] > 1 else ""
        found.append(part)
    found[0].invoiced = found[0].waits = made.sure
    return found


#: What may refuse the order of a bundle, or of a part of one.
_NOT_PLAIN: Final = frozenset(
    {"addon", "licence", "module", "stock", "limit_per_customer", "agreement", "form", "unsure"}
    | {"order_page", "hostname_required", "hostname_validation", "username_pattern"}
    | {"domain_options", "subdomains_of"}
)


#: What orders ask for that no product has.
_ODD: Final[tuple[Mapping[str, Any], ...]] = (
    {"cycle": "biennially"},
    {"answers": {"nobody": "asks"}},
    {"hostname": "no name"},
    {"hostname": None},
)


def _names(draft: HistoryDraft, row: Mapping[str, Any], label: str) -> dict[str, str | None]:
    """Return the host name of an order, and how the client comes by it."""
    name: str | None = f"{label}.anna.example.com"
    if {"hostname_pattern", "hostname_required"} & row.keys() and draft.choose.chance(1, 2):
        name = None
    options = [*row.get("domain_options", ()), *(["subdomain"] if "subdomains_of" in row else ())]
    if not options or draft.choose.chance(1, 3):
        return {"hostname": name}
    option = draft.choose.one(options)
    return {"hostname": label if option == "subdomain" else name, "domain_option": option}


_ANSWERS: Final = {"company": "Acme", "seats": "3", "disk": "ssd"}


def _answers(draft: HistoryDraft, row: Mapping[str, Any]) -> dict[str, str]:
    asked = row.get("form", {})
    if not asked or draft.choose.chance(1, 8):
        return {}
    return {name: _ANSWERS[name] for name in asked if name in _ANSWERS}


def _with(draft: HistoryDraft, row: Mapping[str, Any], beside: str) -> dict[str, str] | None:
    names = row.get(beside, ())
    if not names or not draft.choose.chance(2, 3):
        return None
    rows = draft.sold
    return {name: draft.choose.one(list(rows[name]["prices"])) for name in names}


def after(draft: HistoryDraft, cycle: str, starts: datetime) -> datetime:
    """Return about when a cycle is over."""
    civil = starts.astimezone(draft.zone).date()
    if cycle in _DAYS:
        end = civil + timedelta(days=_DAYS[cycle])
    else:
        end = add_months(civil, _MONTHS[cycle])
    return midnight(end, draft.zone).astimezone(UTC)


def _is_invoiced(row: Mapping[str, Any], cycle: str) -> bool:
    """Tell whether the invoice of an order is issued for sure: there is something to pay."""
    price = row.get("prices", {}).get(cycle, "0")
    postpaid = row.get("billing_type") == "postpaid" and cycle not in {"once", "free"}
    return not postpaid and price.strip("0.") != "" and "bundle" not in row


_REFUSING: Final[tuple[Refuses, ...]] = (
    lambda _d, row, said, _m: said["cycle"] not in row.get("prices", ()),
    lambda _d, _r, said, _m: said["cycle"] == "hourly",
    lambda _d, row, _s, _m: bool(
        {"bundle", "licence", "stock", "limit_per_customer", "addon", "module", "unsure"}
        & row.keys()
    ),
    lambda _d, row, said, _m: "agreement" in row and "consent" not in said,
    lambda _d, row, said, _m: set(row.get("form", ())) != set(said.get("answers", ())),
    lambda _d, row, said, _m: "hostname" not in said and "hostname_pattern" not in row,
    lambda _d, row, said, _m: not set(said.get("sub_products", ())) <= set(
        row.get("sub_products", ())
    ),
    lambda _d, _r, said, _m: " " in said.get("hostname", ""),
    lambda _d, _r, said, _m: "domain_option" in said
    and said["domain_option"] not in {"own", "register", "transfer", "subdomain"},
    lambda _d, row, said, _m: "domain_option" not in said
    and bool({"domain_options", "subdomains_of"} & row.keys()),
    lambda _d, row, _s, _m: row.get("username_pattern", "u{service}") != "u{service}",
    lambda draft, row, _s, _m: "order_pages" in draft.given and "order_page" not in row,
    lambda draft, _r, _s, _m: "presets" in draft.given.get("ispmanager", {}),
    lambda draft, _r, said, _m: "order_pages" in draft.given and "sub_products" in said,
    lambda draft, _r, _s, _m: "maximum_accounts" in draft.server,
)  # fmt: skip
