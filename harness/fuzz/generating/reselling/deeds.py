"""What is done where licences are resold: by the reseller, and behind its back by the seller."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.generating.billmanager import deeds as billmanager
from prorata.harness.fuzz.generating.billmanager.ordering import order as order_tariff
from prorata.harness.fuzz.generating.hostbill import deeds as hostbill
from prorata.harness.fuzz.generating.hostbill.ordering import order as order_product
from prorata.harness.fuzz.generating.moments import pass_time
from prorata.harness.fuzz.generating.reselling.words import NEIGHBOUR, SELLER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

    Deed = Callable[[HistoryDraft, Known], None]

__all__ = ["BY_BILLMANAGER", "BY_HOSTBILL", "OFTEN", "OFTEN_BY_HOSTBILL"]

_FUNCS: Final = (None, "soft.order.param", "service.*", "soft.edit", "itemevent", "*")


def _there(draft: HistoryDraft, verb: str, **parameters: Any) -> None:
    """Have something done at the seller."""
    draft.on = SELLER
    draft.do(verb, **parameters)
    draft.on = ""


def _settle(draft: HistoryDraft) -> None:
    """Let the reseller ask its seller, perhaps once more than that."""
    draft.now = draft.minutes(5 * draft.choose.integer(1, 2))
    draft.do("wait")


def _seller_fails(draft: HistoryDraft, service: Known) -> None:
    """Let something go wrong with the seller, do something, and mend it."""
    choose = draft.choose
    pass_time(draft, service)
    nth, func = str(choose.integer(1, 2)), choose.one(_FUNCS)
    faults: tuple[dict[str, str | None], ...] = (
        {"state": "down"},
        {"fail": nth, "func": func},
        {"fail": nth, "func": func, "effect": "yes"},
        {"slow": nth, "func": func},
        {"key": "2"},
    )
    _there(draft, "panel", **choose.one(faults))
    deeds = _DEEDS[draft.given["system"]]
    deeds[choose.one(_WHILE_TROUBLED)](draft, service)
    draft.now += timedelta(minutes=choose.one((1, 6, 61)))
    _there(draft, "panel", state="up")
    _settle(draft)


def _give_up(draft: HistoryDraft, service: Known) -> None:
    """Order while the seller does not answer, and delete what was never made."""
    pass_time(draft, service)
    _there(draft, "panel", state="down")
    _ORDERS[draft.given["system"]](draft)
    draft.now += timedelta(minutes=7)
    for made in draft.known()[-1:]:
        draft.do("delete", service=made.label, by="staff")
        made.ended = True
    _there(draft, "panel", state="up")


def _renew_twice(draft: HistoryDraft, service: Known) -> None:
    """Renew for two periods while the seller does not answer, and see what is bought there."""
    pass_time(draft, service, "some days")
    _there(draft, "panel", state="down")
    for period in ("1 year", "1 month") if draft.choose.chance(1, 2) else ("1 month", "1 year"):
        draft.now += timedelta(minutes=1)
        draft.do("renew", service=service.label, period=period)
    draft.now += timedelta(minutes=6)
    _there(draft, "panel", state="up")
    for _ in range(2):
        _settle(draft)


def _before_its_answer(draft: HistoryDraft, service: Known) -> None:
    """Have the answer to an order be lost, of which an event tells before it is tried again."""
    pass_time(draft, service)
    draft.now = draft.minutes(5) + timedelta(minutes=draft.choose.integer(1, 3))
    _there(draft, "panel", fail="1", effect="yes", func="soft.order.param")
    _ORDERS[draft.given["system"]](draft)
    for _ in range(2):
        draft.now = draft.minutes(5)
        draft.do("wait")


def _beside(draft: HistoryDraft, service: Known) -> None:
    """Order what never comes to the seller, from which a neighbour has bought meanwhile."""
    pass_time(draft, service)
    draft.on = NEIGHBOUR
    bought = {"client": "boris", "tariff": "lite", "period": "1 month", "ip": "192.0.2.66"}
    draft.do("order", **{"as": f"n{len(draft.steps)}"}, **bought)
    draft.on = ""
    _settle(draft)
    draft.now += timedelta(minutes=1)
    _there(draft, "panel", fail="1", func="soft.order.param")
    _ORDERS[draft.given["system"]](draft)
    for _ in range(2):
        _settle(draft)


def _event(draft: HistoryDraft, service: Known) -> None:
    """Let the next event be lost, told twice, late or out of order."""
    choose = draft.choose
    event = choose.one(("lost", "repeated", "late", "out of order"))
    minutes = choose.one(("7", "12", "1440")) if event == "late" else None
    _there(draft, "panel", event=event, minutes=minutes)
    deeds = _DEEDS[draft.given["system"]]
    deeds[choose.one((*_WHILE_TROUBLED, "behind the back", "behind the back"))](draft, service)
    _settle(draft)


def _behind(draft: HistoryDraft, service: Known) -> None:
    """Have the seller do something with a licence, of which an event tells."""
    choose = draft.choose
    there = next((each for each in (service, *draft.services) if each.bought), None)
    if there is None:
        _settle(draft)
        return
    pass_time(draft, there)
    tariffs = list((draft.seller or {})["tariffs"])
    deeds: tuple[tuple[str, dict[str, str]], ...] = (
        ("suspend", {"by": "staff"}),
        ("resume", {"by": "staff"}),
        ("delete", {"by": "staff"}),
        ("renew", {"period": "1 month"}),
        ("change_tariff", {"tariff": tariffs[1]}),
        ("panel", {"ip": "192.0.2.99"}),
    )
    verb, parameters = choose.one(deeds)
    _there(draft, verb, service=there.label, **parameters)
    _settle(draft)


def _price(draft: HistoryDraft, service: Known) -> None:
    """Have the seller ask another price."""
    pass_time(draft, service)
    price = draft.choose.one(("9.00", "4.00", "0"))
    tariff = draft.choose.one(list((draft.seller or {})["tariffs"]))
    _there(draft, "set_tariff", tariff=tariff, prices={"1 month": price, "1 year": "80.00"})


def _paid_there(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    amount = draft.choose.one(("5.00", "100.00"))
    _there(draft, "pay", client="partner", amount=amount)
    draft.do("start_operation", service=service.label)


def _set_licence(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    said = draft.choose.one(({"ip": "192.0.2.77"}, {"licence_name": "other"}))
    draft.do("set_licence", service=service.label, **said)


def _set_panel(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    if draft.choose.chance(1, 12):
        same = {"service": service.label, "resource": "control panel lite"}
        draft.do(draft.choose.one(("order_resource", "set_resource")), **same, amount="1")
        return
    value = draft.choose.one(("pro", "lite", "none"))
    draft.do("set_control_panel", service=service.label, value=value)


def _of_licence(verb: str) -> Deed:
    def deed(draft: HistoryDraft, service: Known) -> None:
        pass_time(draft, service)
        draft.do(verb, service=service.label, by=draft.choose.one((None, "staff")))

    return deed


def _new_key(draft: HistoryDraft, service: Known) -> None:
    """Have a licence get a new key, and show it."""
    pass_time(draft, service)
    draft.do("new_key", service=service.label)
    draft.do("show_licence", service=service.label)


def _closed(draft: HistoryDraft, service: Known) -> None:
    """Have the seller close a licence, and look what comes of it until its service expires."""
    there = next((each for each in (service, *draft.services) if each.bought), service)
    if there.bought:
        pass_time(draft, there, draft.choose.one(("some days", "half of what is bought")))
        _there(draft, "delete", service=there.label, by="staff")
    for _ in range(2):
        _settle(draft)
    pass_time(draft, there, "the expiry")
    _settle(draft)


def _done_there(verb: str) -> Deed:
    """Return the deed of an act on a service, and of what its seller is asked then."""

    def deed(draft: HistoryDraft, service: Known) -> None:
        pass_time(draft, service)
        draft.do(verb, service=service.label, by=draft.choose.one(("client", "staff")))
        _settle(draft)

    return deed


def _test(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    draft.do("test_seller", module="licences")
    draft.do("import_tariffs", module="licences", number=draft.choose.one((None, "55227", "99")))


_OF_SELLERS: Final[Mapping[str, Deed]] = {
    "the seller fails": _seller_fails,
    "an event": _event,
    "an event before its answer": _before_its_answer,
    "give up": _give_up,
    "an order beside a neighbour's": _beside,
    "behind the back": _behind,
    "closed there": _closed,
    "suspend there too": _done_there("suspend"),
    "delete there too": _done_there("delete"),
    "another price there": _price,
    "money there": _paid_there,
    "show the licence": _of_licence("show_licence"),
    "test the seller": _test,
}
#: What happens to a licence that a BILLmanager resells.
BY_BILLMANAGER: Final[Mapping[str, Deed]] = {
    **billmanager.DEEDS,
    **_OF_SELLERS,
    "renew twice while the seller is down": _renew_twice,
    "set the licence": _set_licence,
    "set the control panel": _set_panel,
    "a new key": _new_key,
    "list tasks": billmanager.list_tasks(("sales",), ("support", "sales")),
}
#: What happens to a licence that a HostBill resells.
BY_HOSTBILL: Final[Mapping[str, Deed]] = {**hostbill.DEEDS, **_OF_SELLERS}
_ORDERS: Final[Mapping[str, Callable[[HistoryDraft], object]]] = {
    "billmanager": order_tariff,
    "hostbill": order_product,
}
_DEEDS: Final = {"billmanager": BY_BILLMANAGER, "hostbill": BY_HOSTBILL}
_WHILE_TROUBLED: Final = ("order", "suspend", "resume", "delete", "change", "order")
_MORE: Final = ("the seller fails", "an event", "behind the back", "another price there")
OFTEN: Final = (
    *(("renew", "renew late", "change", "expire", "order", "suspend") * 2),
    *(("resume", "delete", "set the control panel", "set the licence", "money there") * 2),
    *(_MORE * 3),
    *("a new key", "enter the panel", "set a password", "show the licence"),
    *("test the seller", "list tasks", "restart", "wait"),
    *("renew by itself", "renew early", "pay", "start an operation", "set a tariff"),
)
OFTEN_BY_HOSTBILL: Final = (
    *(("pay", "pay for the next cycle", "change", "expire", "cancel", "suspend") * 2),
    *(_MORE * 2),
    *("renew", "change the cycle", "show the licence", "show the log", "test the seller", "order"),
    *("delete", "resume", "start an operation", "restart", "set a product", "accept", "wait"),
)
