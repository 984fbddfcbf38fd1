"""What is done to a BILLmanager: each deed lets time go on to where it matters, and acts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.generating.billmanager.acts import (
    WHO,
    by_hand,
    change,
    resource_of,
    terms_of,
)
from prorata.harness.fuzz.generating.billmanager.corners import CORNERS
from prorata.harness.fuzz.generating.billmanager.episodes import EPISODES
from prorata.harness.fuzz.generating.billmanager.ordering import order, periods_of, sellable
from prorata.harness.fuzz.generating.billmanager.standing import come, ready, renew, row_of
from prorata.harness.fuzz.generating.billmanager.tariffs import changed_fields, field_of
from prorata.harness.fuzz.generating.moments import pass_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

    Deed = Callable[[HistoryDraft, Known], None]

__all__ = ["DEEDS", "OFTEN", "list_tasks"]


def _renewed(to: str) -> Deed:
    """Return the deed of renewing a service at such a moment."""

    def deed(draft: HistoryDraft, service: Known) -> None:
        come(draft, service, to)
        if "daily" in row_of(draft, service) and not service.suspended:
            draft.do("wait")
        else:
            renew(draft, service)

    return deed


def _renew_late(draft: HistoryDraft, service: Known) -> None:
    """Renew a service days after its expiry, which nobody did by itself."""
    if draft.choose.chance(5, 6):
        by_hand(draft, service)
    _renewed("days after the expiry")(draft, service)


def _change_later(draft: HistoryDraft, service: Known) -> None:
    ready(draft, service)
    change(draft, service)


def _change_twice(draft: HistoryDraft, service: Known) -> None:
    """Change a tariff and, on the same day, once more: back, or on to another."""
    ready(draft, service)
    before = service.sold
    change(draft, service)
    draft.mark("a second change on the same day")
    change(draft, service, to=before if draft.choose.chance(1, 2) else None)


def _more(draft: HistoryDraft, service: Known, name: str) -> str:
    """Return how much more of a resource is ordered: a step, or some."""
    step = int(terms_of(draft, service, name).get("step", 1))
    return str(step * draft.choose.one((1, 1, 2, 3)))


def _order_resource(draft: HistoryDraft, service: Known) -> None:
    ready(draft, service)
    name = resource_of(draft, service)
    amount = _more(draft, service, name)
    draft.do("order_resource", service=service.label, resource=name, amount=amount)


def _set_resource(draft: HistoryDraft, service: Known) -> None:
    ready(draft, service)
    name = resource_of(draft, service)
    terms = terms_of(draft, service, name)
    amount = draft.choose.one((*sellable(terms), *sellable(terms), int(terms.get("included", 0))))
    draft.do("set_resource", service=service.label, resource=name, amount=str(amount))


def _cancel_resource(draft: HistoryDraft, service: Known) -> None:
    name = resource_of(draft, service)
    if draft.choose.chance(3, 4):
        ready(draft, service, draft.choose.one(("the same instant", "the same day")))
        amount = _more(draft, service, name)
        draft.do("order_resource", service=service.label, resource=name, amount=amount)
    ready(draft, service, draft.choose.one((None, "half of what is bought", "some days")))
    draft.do("cancel_resource", service=service.label, resource=name)


def _suspend(draft: HistoryDraft, service: Known) -> None:
    ready(draft, service)
    by = draft.choose.one(WHO)
    draft.do("suspend", service=service.label, by=by)
    service.suspended = service.suspended or by


def _resume(draft: HistoryDraft, service: Known) -> None:
    come(draft, service)
    draft.do("resume", service=service.label, by=draft.choose.one(WHO))
    if service.suspended != "unpaid":
        service.suspended = ""


def _delete(draft: HistoryDraft, service: Known) -> None:
    come(draft, service)
    draft.do("delete", service=service.label, by=draft.choose.one(WHO))
    service.ended = True


def _set_auto_renewal(draft: HistoryDraft, service: Known) -> None:
    come(draft, service)
    period = draft.choose.one((*periods_of(row_of(draft, service)), "no"))
    draft.do("set_auto_renewal", service=service.label, period=period)
    service.auto = period != "no"


def _auto_renewed(draft: HistoryDraft, service: Known) -> None:
    """Have a service renewed by itself, and look around its expiry."""
    ready(draft, service, "the same day")
    service.period = periods_of(row_of(draft, service))[0]
    draft.do("set_auto_renewal", service=service.label, period=service.period)
    service.auto = True
    pass_time(draft, service, draft.choose.one(("the expiry", "a second before the expiry")))
    draft.do("wait")
    come(draft, service, draft.choose.one(("the same day", "some days")))
    draft.do("wait")


def _set_tariff(draft: HistoryDraft, service: Known) -> None:
    come(draft, service)
    tariff = draft.choose.one((service.sold, *draft.sold))
    _give(draft, tariff, changed_fields(draft))


def _overstep(draft: HistoryDraft, service: Known) -> None:
    """Have a client do what is for staff."""
    come(draft, service)
    draft.do("set_tariff", tariff=service.sold, by="client", **changed_fields(draft))


def _give(draft: HistoryDraft, tariff: str, fields: dict[str, Any]) -> None:
    kept = {"daily", "calendar"} & fields.keys()
    if draft.do("set_tariff", tariff=tariff, by="staff", **fields):
        draft.sold[tariff] |= {name: fields[name] for name in fields.keys() - kept}


def _set_weekend(draft: HistoryDraft, service: Known) -> None:
    value = field_of(draft, "weekend")
    come(draft, service, "a weekend")
    _give(draft, service.sold, {"weekend": value})


def list_tasks(*departments: tuple[str, ...]) -> Deed:
    """Return the deed of listing the tasks of one of some groups of departments."""

    def deed(draft: HistoryDraft, service: Known) -> None:
        pass_time(draft, service)
        for department in draft.choose.one(departments):
            draft.do("tasks_for", department=department)

    return deed


def _wait(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    draft.do("wait")


def _expire(draft: HistoryDraft, service: Known) -> None:
    """Let a service expire, and look at it days later."""
    pass_time(draft, service, "the expiry")
    draft.do("wait")
    come(draft, service, "days after the expiry")
    draft.do("wait")


def _pay(draft: HistoryDraft, service: Known) -> None:
    come(draft, service)
    row = row_of(draft, service)
    owed = row.get("prices", {}).get(service.period, "10.00")
    amount = draft.choose.one((owed, "100.00", "0.01", owed, "3.10", "100.00", "0", "0.001"))
    draft.mark("exactly enough money" if amount == owed else "")
    payment = draft.choose.one((None, None, "p1", "p2")) if draft.focus.protocol else None
    draft.do("pay", client=service.client, amount=amount, payment=payment)


def _plain(verb: str, **parameters: str) -> Deed:
    """Return the deed of an act that says nothing but the service that it is about."""

    def deed(draft: HistoryDraft, service: Known) -> None:
        ready(draft, service)
        draft.do(verb, service=service.label, **parameters)

    return deed


def _alone(verb: str, **parameters: str) -> Deed:
    """Return the deed of an act that is about no service."""

    def deed(draft: HistoryDraft, service: Known) -> None:
        pass_time(draft, service)
        draft.do(verb, **parameters)

    return deed


def _of_client(verb: str, **parameters: Any) -> Deed:
    def deed(draft: HistoryDraft, service: Known) -> None:
        pass_time(draft, service)
        said = {name: draft.choose.one(each) for name, each in parameters.items()}
        draft.do(verb, client=service.client, **said)

    return deed


def _password(draft: HistoryDraft, service: Known) -> None:
    ready(draft, service)
    password = draft.choose.one((None, "sesame", "Сезам", "open sesame"))
    by = draft.choose.one(WHO)
    draft.do("set_password", service=service.label, password=password, by=by)


def _on_panel(draft: HistoryDraft, service: Known) -> None:
    """Make something on the panel, show it and delete it."""
    ready(draft, service)
    what = draft.choose.one(("domain", "database", "mailbox", "ftp user"))
    name = f"{service.label}.example.org" if what == "domain" else f"{service.label}x"
    by = draft.choose.one((None, *WHO))
    same = {"service": service.label, "what": what}
    draft.do("create_on_panel", **same, name=name, by=by)
    draft.do(
        "show_on_panel", **{**same, "what": draft.choose.one((what, "usage", "login details"))}
    )
    draft.do("delete_on_panel", **same, name=name, by=draft.choose.one((by, *WHO)))


def _trouble(draft: HistoryDraft, service: Known) -> None:
    """Let something go wrong with the panel, do something, and mend it."""
    choose = draft.choose
    nth = str(choose.integer(1, 3))
    draft.do(
        "panel",
        **choose.one(
            (
                {"state": "down"},
                {"fail": nth},
                {"fail": nth, "effect": "yes"},
                {"slow": nth},
                {"disk": "50", "bandwidth": "70", "service": service.label},
            )
        ),
    )
    DEEDS[choose.one(_WHILE_TROUBLED)](draft, service)
    if choose.chance(3, 4):
        draft.now += timedelta(minutes=choose.one((1, 6, 61)))
        draft.do("panel", state="up")
        draft.do("wait")


def _currency(draft: HistoryDraft, service: Known) -> None:
    if draft.choose.chance(1, 2):
        draft.do("open_payment", client=service.client, amount="5.00")
    draft.do("set_currency", currency=draft.choose.one(("EUR", "USD")), by="staff")
    draft.ample, draft.money = False, dict.fromkeys(draft.money, Decimal(0))


def _order_more(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    order(draft)


def _order_oddly(draft: HistoryDraft, service: Known) -> None:
    come(draft, service)
    order(draft, odd=True)


_ANYWHERE: Final[Mapping[str, Deed]] = {
    "wait": _wait,
    "renew": _renewed("the same instant"),
    "renew early": _renewed("days before the expiry"),
    "renew at the expiry": _renewed("the expiry"),
    "renew a second late": _renewed("a second after the expiry"),
    "renew late": _renew_late,
    **EPISODES,
    "expire": _expire,
    "order": _order_more,
    "order oddly": _order_oddly,
    "pay": _pay,
    "change": _change_later,
    "change twice": _change_twice,
    "order a resource": _order_resource,
    "set a resource": _set_resource,
    "cancel a resource": _cancel_resource,
    "suspend": _suspend,
    "resume": _resume,
    "delete": _delete,
    "set auto-renewal": _set_auto_renewal,
    "renew by itself": _auto_renewed,
    "set a tariff": _set_tariff,
    "overstep": _overstep,
    "set the weekend": _set_weekend,
    "set a password": _password,
    "enter the panel": _plain("open_panel"),
    "work on the panel": _on_panel,
    "trouble": _trouble,
    "restart": _alone("restart"),
    "test the connection": _alone("test_connection"),
    "import presets": _alone("import_presets"),
    "start an operation": _plain("start_operation"),
    "list tariffs": _of_client(
        "tariffs_for", by=(None, "staff"), language=(None, "ru"), labels=(None, ["web"])
    ),
    "list tasks": list_tasks(("support",), ("sales", "support")),
    "change the currency": _currency,
    "recover a password": _of_client("recover_password"),
    "send an activation": _of_client("send_activation", of=("user", "payer")),
}
#: What happens to a service, by name.
DEEDS: Final[Mapping[str, Deed]] = {**_ANYWHERE, **CORNERS}
_WHILE_TROUBLED: Final = (
    *("order", "suspend", "resume", "delete", "change", "renew late", "set a resource"),
    *("set a password", "enter the panel", "test the connection", "import presets"),
)
#: Deeds by how often they are done: those that money depends on more than the rest.
OFTEN: Final = (
    *(("change", "renew", "renew late", "order a resource", "cancel a resource") * 3),
    *(("change twice", "set a resource", "set a tariff", "expire", "pay", "suspend") * 2),
    *(("wait", "renew early", "resume", "renew by itself", "set auto-renewal", "trouble") * 2),
    *_ANYWHERE,
)
