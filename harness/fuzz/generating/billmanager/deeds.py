"""What is done to a BILLmanager: each deed lets time go on to where it matters, and acts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.generating.billmanager.ordering import ends, order, periods_of, sellable
from prorata.harness.fuzz.generating.billmanager.tariffs import RESOURCES, changed_fields, field_of
from prorata.harness.fuzz.generating.moments import pass_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.fuzz.generating.draft import Draft, Known

__all__ = ["DEEDS", "OFTEN"]

Deed = "Callable[[Draft, Known], None]"
_WHO: Final = ("client", "staff")


def _row(draft: Draft, service: Known) -> Mapping[str, Any]:
    row: Mapping[str, Any] = draft.given["tariffs"][service.sold]
    return row


def _renew(draft: Draft, service: Known) -> None:
    row = _row(draft, service)
    period = draft.choose.one((service.period, *periods_of(row)))
    period = "1 month" if period == "trial" else period
    if draft.do("renew", service=service.label, period=period):
        starts = max(service.expires, draft.today).astimezone(draft.zone).date()
        service.expires = ends(
            draft,
            {**row, "calendar": {"pro_rata_day": "31"}} if "calendar" in row else row,
            period,
            starts,
        )
        service.suspended = False


def _renewed(to: str) -> Callable[[Draft, Known], None]:
    """Return the deed of renewing a service at such a moment."""

    def deed(draft: Draft, service: Known) -> None:
        pass_time(draft, service, to)
        _renew(draft, service)

    return deed


def _change(draft: Draft, service: Known, *, to: str | None = None) -> None:
    choose = draft.choose
    others = [name for name in draft.given["tariffs"] if name != service.sold]
    tariff = to or choose.one(others or [service.sold])
    periods = periods_of(draft.given["tariffs"][tariff])
    period = choose.one((None, None, None, *periods))
    if draft.do("change_tariff", service=service.label, tariff=tariff, period=period):
        service.sold = tariff


def _change_later(draft: Draft, service: Known) -> None:
    pass_time(draft, service)
    _change(draft, service)


def _change_twice(draft: Draft, service: Known) -> None:
    """Change a tariff and, on the same day, once more: back, or on to another."""
    pass_time(draft, service)
    before = service.sold
    _change(draft, service)
    draft.mark("a second change on the same day")
    _change(draft, service, to=before if draft.choose.chance(1, 2) else None)


def _resource(draft: Draft, service: Known) -> str:
    own: tuple[str, ...] = tuple(_row(draft, service).get("resources", {}))
    return draft.choose.one((*own, *own, *RESOURCES[:1]))


def _amount(draft: Draft, service: Known, name: str) -> int:
    terms = _row(draft, service).get("resources", {}).get(name, {})
    return draft.choose.one((*sellable(terms), 1, 2, int(terms.get("included", 0))))


def _order_resource(draft: Draft, service: Known) -> None:
    pass_time(draft, service)
    name = _resource(draft, service)
    amount = max(_amount(draft, service, name), 1)
    draft.do("order_resource", service=service.label, resource=name, amount=str(amount))


def _set_resource(draft: Draft, service: Known) -> None:
    pass_time(draft, service)
    name = _resource(draft, service)
    amount = str(_amount(draft, service, name))
    draft.do("set_resource", service=service.label, resource=name, amount=amount)


def _cancel_resource(draft: Draft, service: Known) -> None:
    name = _resource(draft, service)
    if draft.choose.chance(1, 2):
        amount = str(max(_amount(draft, service, name), 1))
        draft.do("order_resource", service=service.label, resource=name, amount=amount)
    pass_time(draft, service)
    draft.do("cancel_resource", service=service.label, resource=name)


def _by(verb: str, **changed: bool) -> Callable[[Draft, Known], None]:
    def deed(draft: Draft, service: Known) -> None:
        pass_time(draft, service)
        draft.do(verb, service=service.label, by=draft.choose.one(_WHO))
        for name, value in changed.items():
            setattr(service, name, value)

    return deed


def _set_auto_renewal(draft: Draft, service: Known) -> None:
    pass_time(draft, service)
    period = draft.choose.one((*periods_of(_row(draft, service)), "no"))
    draft.do("set_auto_renewal", service=service.label, period=period)


def _auto_renewed(draft: Draft, service: Known) -> None:
    """Have a service renewed by itself, and look around its expiry."""
    period = periods_of(_row(draft, service))[0]
    draft.do("set_auto_renewal", service=service.label, period=period)
    pass_time(draft, service, draft.choose.one(("the expiry", "a second before the expiry")))
    draft.do("wait")
    pass_time(draft, service, draft.choose.one(("the same day", "some days")))
    draft.do("wait")


def _set_tariff(draft: Draft, service: Known) -> None:
    pass_time(draft, service)
    tariff = draft.choose.one((service.sold, *draft.given["tariffs"]))
    draft.do("set_tariff", tariff=tariff, by="staff", **changed_fields(draft))


def _set_weekend(draft: Draft, service: Known) -> None:
    value = field_of(draft, "weekend")
    pass_time(draft, service, "a weekend")
    draft.do("set_tariff", tariff=service.sold, by="staff", weekend=value)


def _wait(draft: Draft, service: Known) -> None:
    pass_time(draft, service)
    draft.do("wait")


def _expire(draft: Draft, service: Known) -> None:
    """Let a service expire, and look at it days later."""
    pass_time(draft, service, "the expiry")
    draft.do("wait")
    pass_time(draft, service, "days after the expiry")
    draft.do("wait")


def _pay(draft: Draft, service: Known) -> None:
    pass_time(draft, service)
    row = _row(draft, service)
    owed = row.get("prices", {}).get(service.period, "10.00")
    amount = draft.choose.one((owed, "100.00", "0.01", owed, "3.10", "0", "0.001"))
    draft.mark("exactly enough money" if amount == owed else "")
    payment = draft.choose.one((None, None, "p1", "p2")) if draft.focus.protocol else None
    draft.do("pay", client=service.client, amount=amount, payment=payment)


def _delete(draft: Draft, service: Known) -> None:
    _by("delete", ended=True)(draft, service)


def _plain(verb: str, **parameters: str) -> Callable[[Draft, Known], None]:
    """Return the deed of an act that says nothing but the service that it is about."""

    def deed(draft: Draft, service: Known) -> None:
        pass_time(draft, service)
        draft.do(verb, service=service.label, **parameters)

    return deed


def _alone(verb: str, **parameters: str) -> Callable[[Draft, Known], None]:
    """Return the deed of an act that is about no service."""

    def deed(draft: Draft, service: Known) -> None:
        pass_time(draft, service)
        draft.do(verb, **parameters)

    return deed


def _of_client(verb: str, **parameters: Any) -> Callable[[Draft, Known], None]:
    def deed(draft: Draft, service: Known) -> None:
        pass_time(draft, service)
        said = {name: draft.choose.one(each) for name, each in parameters.items()}
        draft.do(verb, client=service.client, **said)

    return deed


def _password(draft: Draft, service: Known) -> None:
    pass_time(draft, service)
    password = draft.choose.one((None, "sesame", "Сезам", "open sesame"))
    by = draft.choose.one(_WHO)
    draft.do("set_password", service=service.label, password=password, by=by)


def _on_panel(draft: Draft, service: Known) -> None:
    """Make something on the panel, show it and delete it."""
    pass_time(draft, service)
    what = draft.choose.one(("domain", "database", "mailbox", "ftp user"))
    name = f"{service.label}.example.org" if what == "domain" else f"{service.label}x"
    by = draft.choose.one((None, *_WHO))
    same = {"service": service.label, "what": what}
    draft.do("create_on_panel", **same, name=name, by=by)
    draft.do(
        "show_on_panel", **{**same, "what": draft.choose.one((what, "usage", "login details"))}
    )
    draft.do("delete_on_panel", **same, name=name, by=draft.choose.one((by, *_WHO)))


def _trouble(draft: Draft, service: Known) -> None:
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


def _currency(draft: Draft, service: Known) -> None:
    if draft.choose.chance(1, 2):
        draft.do("open_payment", client=service.client, amount="5.00")
    draft.do("set_currency", currency=draft.choose.one(("EUR", "USD")), by="staff")


def _order_more(draft: Draft, service: Known) -> None:
    pass_time(draft, service)
    order(draft)


#: What happens to a service, by name.
DEEDS: Final[Mapping[str, Callable[[Draft, Known], None]]] = {
    "wait": _wait,
    "renew": _renewed("the same instant"),
    "renew early": _renewed("days before the expiry"),
    "renew at the expiry": _renewed("the expiry"),
    "renew a second late": _renewed("a second after the expiry"),
    "renew late": _renewed("days after the expiry"),
    "expire": _expire,
    "order": _order_more,
    "pay": _pay,
    "change": _change_later,
    "change twice": _change_twice,
    "order a resource": _order_resource,
    "set a resource": _set_resource,
    "cancel a resource": _cancel_resource,
    "suspend": _by("suspend", suspended=True),
    "resume": _by("resume", suspended=False),
    "delete": _delete,
    "set auto-renewal": _set_auto_renewal,
    "renew by itself": _auto_renewed,
    "set a tariff": _set_tariff,
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
    "list tasks": _alone("tasks_for", department="support"),
    "change the currency": _currency,
    "recover a password": _of_client("recover_password"),
    "send an activation": _of_client("send_activation", of=("user", "payer")),
}
_WHILE_TROUBLED: Final = (
    *("order", "suspend", "resume", "delete", "change", "renew late", "set a resource"),
    *("set a password", "enter the panel", "test the connection", "import presets"),
)
#: Deeds by how often they are done: those that money depends on more than the rest.
OFTEN: Final = (
    *(("change", "renew", "renew late", "order a resource", "cancel a resource") * 3),
    *(("change twice", "set a resource", "set a tariff", "expire", "pay", "suspend") * 2),
    *(("wait", "renew early", "resume", "renew by itself", "set auto-renewal", "trouble") * 2),
    *DEEDS,
)
