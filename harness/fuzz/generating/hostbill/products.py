"""Products, field by field: what each of them may say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.reference.vocabulary.functions import CLIENT_FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.harness.fuzz.generating.draft import HistoryDraft

__all__ = ["FIELDS", "NAMES", "changed_fields", "product"]

NAMES: Final = ("small", "large", "other")
#: Prices whose parts end in half cents, are no money at all, or part into thirds.
AMOUNTS: Final = (
    *("10.00", "20.00", "3.10", "9.99", "3.01", "33.33", "12.34", "7.77", "15.00"),
    *("0.05", "0"),
)
_CYCLES: Final = (
    *("monthly", "monthly", "quarterly", "weekly", "annually", "semi-annually", "daily", "once"),
    *("free", "metered", "biennially", "hourly", "triennially"),
)
_FEES: Final = ("1.00", "0.50", "3.00", "0.05")
_FIRST: Final = ("monthly", "monthly", "monthly", "weekly", "quarterly")


def product(draft: HistoryDraft, wishes: Sequence[str] = ()) -> dict[str, Any]:
    """Return a product that says something of what is wished, and perhaps of other fields."""
    choose = draft.choose
    row: dict[str, Any] = {"prices": _prices(draft)}
    for name in choose.some(_OFTEN, 5):
        row[name] = FIELDS[name](draft)
    for wish in wishes:
        name, value = WISHES.get(wish) or (wish, FIELDS[wish])
        row[name] = value(draft)
    if "metered" in row:
        row["prices"] = {"metered": choose.one(AMOUNTS), **row["prices"]}
    if choose.chance(11, 12):
        row.setdefault("upgrades", list(NAMES))
    return row


def changed_fields(draft: HistoryDraft) -> dict[str, Any]:
    """Return fields of a product with new values."""
    names = draft.choose.some(_CHANGED, 2) or ["prices"]
    return {name: FIELDS[name](draft) for name in names}


def _prices(draft: HistoryDraft) -> dict[str, str]:
    """Return prices for cycles; most products of a billing have the same cycles."""
    choose = draft.choose
    if not draft.periods or choose.chance(1, 6):
        draft.periods = (choose.one(_FIRST), *choose.some(_CYCLES, 2))
    return {each: choose.one(AMOUNTS) for each in draft.periods}


def _of(*words: Any) -> Callable[[HistoryDraft], Any]:
    return lambda draft: draft.choose.one(words)


def _list(words: Sequence[str], most: int) -> Callable[[HistoryDraft], list[str]]:
    return lambda draft: draft.choose.some(words, most)


_BRACKETS: Final = (
    (("0", "10", "0"), ("10", "50.5", "0.10"), ("50.5", None, "0.033")),
    (("0", None, "0.05"),),
    (("0", "20", "0.5"), ("20", None, "0")),
)


def _metered(
    draft: HistoryDraft, schemes: Sequence[str] = ("tiered", "overage", "volume")
) -> dict[str, Any]:
    return {
        name: {
            "scheme": draft.choose.one(schemes),
            "brackets": [
                {"above": low, **({"up_to": high} if high else {}), "price": price}
                for low, high, price in draft.choose.one(_BRACKETS)
            ],
        }
        for name in ("traffic", *draft.choose.some(("mail",), 1))
    }


def _form(draft: HistoryDraft) -> dict[str, Any]:
    return draft.choose.one(
        (
            {"company": {}},
            {"seats": {"kind": "number", "required": "yes"}},
            {"disk": {"kind": {"choice": ["ssd", "hdd"]}}, "company": {}},
        )
    )


def _page(draft: HistoryDraft) -> str:
    draft.given["order_pages"] = ["shop", "staff"]
    return draft.choose.one(("shop", "staff"))


def _beside(name: str) -> Callable[[HistoryDraft], list[str]]:
    """Return the reader of products that are sold beside, which there are then."""

    def beside(draft: HistoryDraft) -> list[str]:
        draft.given["products"].setdefault(name, BESIDE[name](draft))
        return [name]

    return beside


def _addon(draft: HistoryDraft) -> dict[str, Any]:
    cycles = ("monthly", *draft.choose.some(("once", "quarterly", "weekly"), 1))
    return {
        "addon": "yes",
        "prices": {each: draft.choose.one(("1.11", "2.22", "0.33")) for each in cycles},
        **({"setup_fee": "0.50"} if draft.choose.chance(1, 3) else {}),
    }


#: What is sold beside others, by its name.
BESIDE: Final[Mapping[str, Callable[[HistoryDraft], dict[str, Any]]]] = {
    "ip": _addon,
    "backup": lambda draft: {"prices": {"monthly": draft.choose.one(("5.00", "2.50"))}},
}
_MESSAGES: Final = (
    *("order", "created", "suspended", "unsuspended", "terminated", "expiry", "upgraded"),
    *("staff_upgraded", "staff_upgrade_failed", "mobile_created"),
)


def _messages(draft: HistoryDraft) -> dict[str, str]:
    return {each: f"It is {each}" for each in draft.choose.some(_MESSAGES, 5)}


def _reminders(draft: HistoryDraft) -> dict[str, Any]:
    return draft.choose.one(
        (
            {"before": "3"},
            {"before": "1", "after": ["1", "3"]},
            {"own": [{"when": "after", "days": "2", "template": "Last warning"}]},
            {"after": ["1"], "own": [{"when": "before", "days": "0", "template": "Today"}]},
        )
    )


def _expiry_notices(draft: HistoryDraft) -> dict[str, Any]:
    return draft.choose.one(
        (
            {"before": "2"},
            {"own": [{"when": "after", "days": "1", "template": "It has ended"}]},
            {"before": "0", "own": [{"when": "before", "days": "5", "template": "Soon"}]},
        )
    )


def _functions(draft: HistoryDraft) -> dict[str, str]:
    names = draft.choose.some(CLIENT_FUNCTIONS, 3)
    return {each: draft.choose.one(("no", "yes")) for each in names}


#: Every field of a product, with what it may say.
FIELDS: Final[Mapping[str, Callable[[HistoryDraft], Any]]] = {
    "prices": _prices,
    "setup_fee": _of(*_FEES),
    "upgrade_fee": _of(*_FEES),
    "template": _of("small", "shared"),
    "billing_type": _of("prepaid", "postpaid", "hybrid"),
    "adjust_initial_period": _of("yes"),
    "full_month": _of("yes"),
    "upgrade_pro_rata": _of("days", "hours", "seconds", "none"),
    "upgrade_queue": _of("yes"),
    "downgrade_credit": _of("default", "always", "never", "after no unpaid invoices"),
    "credit_note": _of("yes"),
    "cancellation": _of("always", "never", {"after": "3"}, {"for": "5"}),
    "cancellation_kinds": _list(("immediately", "end of period"), 2),
    "cancel_pro_rata": _of("prepaid", "postpaid", "no"),
    "auto_cancellation": _of("no", "yes"),
    "upgrades": _list(NAMES, 3),
    "licence": _of("yes"),
    "module": _of("ispmanager"),
    "seller_tariff": _of("55227"),
    "create_account": _of("first payment", "on order", "by cron", "by hand"),
    "renew_account": _of("after payment", "with the invoice"),
    "upgrade_account": _of("after payment", "on order"),
    "auto_renewal": _of("no", "yes"),
    "invoice_days_before": _of("7", "0", "1", "30"),
    "expected_days_before": _of("0", "2", "10"),
    "due_days_later": _of("0", "3", "10"),
    "late_fee": _of({"percent": "7.5", "after": "2"}, {"percent": "50", "after": "0"}),
    "suspend_after": _of("3", "0", "1"),
    "unsuspend": _of("no", "yes"),
    "terminate_after": _of("9", "20", "3"),
    "cancel_unpaid_invoices": _of("yes"),
    "auto_cancel_after": _of("5", "0", "1"),
    "first_invoice_due": _of("0", "3", "7"),
    "client_functions": _functions,
    "messages": _messages,
    "reminders": _reminders,
    "expiry_notices": _expiry_notices,
    "tax": lambda draft: {"rate": draft.choose.one(("19", "7.7", "50", "0"))},
    "metered": _metered,
    "overrides": _of({"mailboxes": "3"}, {"databases": "2", "backup": "no"}),
    "order_page": _page,
    "limit_per_customer": _of("1", "2"),
    "stock": _of("1", "2", "0"),
    "upgrade_out_of_stock": _of("yes"),
    "hostname_required": _of("yes"),
    "hostname_validation": _of("DNS name", "domain name", "FQDN"),
    "hostname_pattern": _of("{client}-{service}.example.com", "{product}{service}.example.org"),
    "username_pattern": _of("u{service}", "{client}{service}", "{hostname}", "{client}"),
    "domain_options": _list(("register", "transfer", "own", "registered here"), 3),
    "subdomains_of": _of("free.example.com"),
    "agreement": _of("the terms"),
    "form": _form,
    "code": _of("H1"),
    "tags": _list(("web", "old"), 2),
    "addon": _of("no"),
    "addons": _beside("ip"),
    "sub_products": _beside("backup"),
    "bundle": _list(NAMES[:2], 2),
    "part_cycles": lambda _draft: {},
}
#: What a rule wants a field to say, by its name.
WISHES: Final[Mapping[str, tuple[str, Callable[[HistoryDraft], Any]]]] = {
    "free": ("prices", _of({"free": "0", "monthly": "0"}, {"monthly": "0"})),
    "once": ("prices", _of({"once": "9.00", "monthly": "5.00"})),
    "short": ("prices", _of({"weekly": "3.33", "daily": "0.70"}, {"daily": "0.77"})),
    "several": ("prices", _of({"monthly": "10.00", "quarterly": "27.77", "weekly": "3.33"})),
    "yearly": ("prices", _of({"annually": "100.00", "monthly": "10.00"}, {"annually": "49.99"})),
    "postpaid": ("billing_type", _of("postpaid")),
    "hybrid": ("billing_type", _of("hybrid")),
    "hours": ("upgrade_pro_rata", _of("hours", "seconds")),
    "queued": ("upgrade_queue", _of("yes")),
    "made at once": ("create_account", _of("on order")),
    "by volume": ("metered", lambda draft: _metered(draft, ("volume",))),
    "upgraded at once": ("upgrade_account", _of("on order")),
    "credited": ("downgrade_credit", _of("always", "after no unpaid invoices")),
    "credited later": ("downgrade_credit", _of("after no unpaid invoices")),
    "reminded before": ("reminders", _of({"before": "5"}, {"before": "3"})),
    "unused given back": ("cancel_pro_rata", _of("prepaid")),
    "used asked": ("cancel_pro_rata", _of("postpaid")),
    "late": ("suspend_after", _of("0", "1", "3")),
    "soon": ("terminate_after", _of("1", "3", "9")),
    "few days": ("cancellation", _of({"after": "3"}, {"for": "5"}, "never")),
}
#: What is not said by chance: it makes products that are sold in another way, or not at all.
_BY_WISH: Final = frozenset({
    "prices", "licence", "module", "seller_tariff", "addon", "bundle", "part_cycles", "upgrades",
})  # fmt: skip
_OFTEN: Final = (
    *(("late_fee", "suspend_after", "tax", "upgrade_pro_rata", "cancel_pro_rata") * 3),
    *(("terminate_after", "setup_fee", "upgrade_fee", "downgrade_credit", "billing_type") * 3),
    *(name for name in FIELDS if name not in _BY_WISH),
)
#: Those that staff change while services run.
_CHANGED: Final = (
    *(("prices", "upgrade_pro_rata", "tax", "late_fee", "downgrade_credit") * 2),
    *("setup_fee", "upgrade_fee", "suspend_after", "terminate_after", "invoice_days_before"),
    *("upgrade_queue", "cancel_pro_rata", "cancellation", "full_month", "due_days_later"),
    *("auto_renewal", "billing_type", "renew_account", "stock", "form", "client_functions"),
)
