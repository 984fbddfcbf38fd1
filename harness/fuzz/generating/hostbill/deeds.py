"""What is done to a HostBill: each deed lets time go on to where it matters, and acts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.generating.hostbill.corners import CORNERS
from prorata.harness.fuzz.generating.hostbill.episodes import EPISODES
from prorata.harness.fuzz.generating.hostbill.ordering import after, order
from prorata.harness.fuzz.generating.hostbill.products import changed_fields
from prorata.harness.fuzz.generating.hostbill.standing import WHO, mend
from prorata.harness.fuzz.generating.moments import pass_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

    Deed = Callable[[HistoryDraft, Known], None]

__all__ = ["DEEDS", "OFTEN"]

_FORMS: Final = (
    '{"seats": {"kind": "number"}}',
    '{"disk": {"kind": {"choice": ["ssd", "hdd"]}}, "company": {"required": true}}',
    "[1]",
    "{",
)


def _ready(draft: HistoryDraft, service: Known, to: str | None = None) -> None:
    """Let time go on to where something happens, and mostly make the service run there."""
    pass_time(draft, service, to)
    if draft.choose.chance(7, 8):
        mend(draft, service)


def _prices(draft: HistoryDraft, product: str) -> Mapping[str, str]:
    prices: Mapping[str, str] = draft.sold.get(product, {}).get("prices", {})
    return prices


def _wait(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    draft.do("wait")


def _expire(draft: HistoryDraft, service: Known) -> None:
    """Let a service come to the end of its cycle, and look at it days later."""
    pass_time(draft, service, "the expiry")
    draft.do("wait")
    pass_time(draft, service, "days after the expiry")
    draft.do("wait")


def _order(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    made = order(draft)
    if made is not None and made.invoiced and draft.choose.chance(2, 3):
        draft.do("pay", invoice=made.label)


def _order_oddly(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    order(draft, odd=True)


def _twin(draft: HistoryDraft, service: Known) -> None:
    """Order one more of a product on the same day, and pay it: both are invoiced together."""
    mend(draft, service)
    made = order(draft, service.sold, cycle=service.period)
    if made is not None:
        mend(draft, made)


def _suspended(draft: HistoryDraft, service: Known) -> None:
    """Let a service be suspended for what is not paid, and pay that."""
    mend(draft, service)
    pass_time(draft, service, "the expiry")
    draft.do("wait")
    pass_time(draft, service, "days after the expiry")
    for _ in range(draft.choose.integer(1, 2)):
        if service.invoiced:
            draft.do("pay", invoice=service.label)
    service.expires = after(draft, service.period, service.expires)


def _pay(draft: HistoryDraft, service: Known) -> None:
    """Pay the oldest invoice of a service: whole, in part, or more than it asks."""
    pass_time(draft, service)
    if not service.invoiced:
        return
    price = _prices(draft, service.sold).get(service.period)
    amount = draft.choose.one((None, None, None, price, "1.00", "50.00", "0.01", "0"))
    if amount is not None and amount == price:
        draft.mark("exactly enough money")
    payment = draft.choose.one((None, None, None, "p1")) if draft.focus.protocol else None
    draft.do("pay", invoice=service.label, amount=amount, payment=payment)
    service.waits = service.waits and amount is not None


def _paid(draft: HistoryDraft, service: Known) -> None:
    """Pay what is asked, let the next invoice come, and pay that: early, in time or late."""
    mend(draft, service)
    moment = draft.choose.one(
        ("days before the expiry", "the expiry", "a second after the expiry",
         "days after the expiry", "a second before the expiry")
    )  # fmt: skip
    pass_time(draft, service, moment)
    if service.invoiced:
        draft.do("pay", invoice=service.label)
    service.expires = after(draft, service.period, service.expires)


def _change(draft: HistoryDraft, service: Known) -> None:
    choose = draft.choose
    products = [name for name in draft.sold if name != service.sold]
    product = choose.one(products or [service.sold])
    cycle = choose.one((*[None] * 12, *_prices(draft, product)))
    same = {"service": service.label, "product": product}
    if draft.do("change_tariff", **same, cycle=cycle, by=choose.one(WHO)):
        service.sold = product
    if service.invoiced and choose.chance(1, 2):
        pass_time(draft, service, choose.one(("the same instant", "the same day", "some days")))
        draft.do("pay", invoice=service.label)


def _change_later(draft: HistoryDraft, service: Known) -> None:
    _ready(draft, service)
    _change(draft, service)


def _change_twice(draft: HistoryDraft, service: Known) -> None:
    _ready(draft, service)
    _change(draft, service)
    draft.mark("a second change on the same day")
    _change(draft, service)


def _change_cycle(draft: HistoryDraft, service: Known) -> None:
    _ready(draft, service, draft.choose.one((None, "half of what is bought")))
    others = [each for each in _prices(draft, service.sold) if each != service.period]
    cycle = draft.choose.one((*others, *others, "monthly"))
    by = draft.choose.one(WHO)
    if draft.do("change_period", service=service.label, cycle=cycle, by=by):
        service.period = cycle
    if service.invoiced and draft.choose.chance(1, 2):
        draft.do("pay", invoice=service.label)


def _renew(draft: HistoryDraft, service: Known) -> None:
    _ready(draft, service)
    draft.do("renew", service=service.label, by=draft.choose.one(WHO))
    if service.invoiced and draft.choose.chance(2, 3):
        draft.do("pay", invoice=service.label)


def _cancel(draft: HistoryDraft, service: Known) -> None:
    _ready(draft, service)
    when = draft.choose.one(("immediately", "end of period"))
    by = draft.choose.one(WHO)
    draft.do("cancel", service=service.label, when=when, by=by)
    service.ended = when == "immediately"


def _cancel_at_once(draft: HistoryDraft, service: Known) -> None:
    """Cancel what is paid and not over, of which a part is left."""
    _ready(draft, service, draft.choose.one(("half of what is bought", "some days", "midnight")))
    draft.do("cancel", service=service.label, when="immediately", by=draft.choose.one(WHO))
    service.ended = True


def _suspend(draft: HistoryDraft, service: Known) -> None:
    _ready(draft, service)
    by = draft.choose.one(WHO[1:])
    draft.do("suspend", service=service.label, by=by)
    service.suspended = by if by == "staff" else ""


def _resume(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    draft.do("resume", service=service.label, by=draft.choose.one(WHO[1:]))
    service.suspended = ""


def _delete(draft: HistoryDraft, service: Known) -> None:
    _ready(draft, service)
    draft.do("delete", service=service.label, by=draft.choose.one(WHO[1:]))
    service.ended = True


def _said(verb: str, **parameters: tuple[Any, ...]) -> Deed:
    """Return the deed of an act on a service that says one of some things of each parameter."""

    def deed(draft: HistoryDraft, service: Known) -> None:
        pass_time(draft, service)
        said = {name: draft.choose.one(values) for name, values in parameters.items()}
        draft.do(verb, service=service.label, **said)

    return deed


def _alone(verb: str) -> Deed:
    def deed(draft: HistoryDraft, service: Known) -> None:
        pass_time(draft, service)
        draft.do(verb)

    return deed


def _use(draft: HistoryDraft, service: Known) -> None:
    """Report usage: now, or as of an instant before."""
    choose = draft.choose
    mend(draft, service)
    for _ in range(choose.integer(1, 3)):
        pass_time(draft, service, choose.one(("the same day", "some days", "the expiry")))
        hours = choose.one((None, None, None, 1, 100, 24 * 40))
        back = draft.now - timedelta(hours=hours) if hours else None
        at = None if back is None else back.astimezone(draft.zone).isoformat(" ", "seconds")
        variable = choose.one(("traffic", "traffic", "mail"))
        amount = choose.one(("20", "10", "9.5", "55", "1000", "0", "50.5", "-1"))
        draft.do("report_usage", service=service.label, variable=variable, amount=amount, at=at)


def _transfer(draft: HistoryDraft, service: Known) -> None:
    _ready(draft, service)
    to = draft.choose.one(list(draft.money))
    draft.do("transfer", service=service.label, to=to, by=draft.choose.one(("staff", "client")))
    service.client = to


def _set_product(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    fields = changed_fields(draft)
    if draft.do("set_tariff", product=service.sold, by="staff", **fields):
        draft.sold[service.sold] |= {**fields, "unsure": "yes"}


def _cancel_invoice(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    if service.invoiced:
        draft.do("cancel_invoice", invoice=service.label, by=draft.choose.one(("staff", "client")))


def _import(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    choose = draft.choose
    if choose.chance(1, 2):
        text = choose.one(_FORMS)
        kind = choose.one(("json", "yaml"))
        said = {kind: "company: {required: yes}" if kind == "yaml" else text}
        draft.do("import_form", product=service.sold, **said, by=choose.one(("staff", "client")))
        draft.sold[service.sold]["unsure"] = "yes"
    else:
        text = choose.one(
            (
                '{"huge": {"prices": {"monthly": "40.00"}, "upgrades": ["small"]}}',
                '{"small": {"prices": {"monthly": "1.00"}}}',
                '{"huge": {}}',
            )
        )
        draft.do("import_products", json=text, by=choose.one(("staff", "client")))


def _answer(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    answers = draft.choose.one(({"company": "Acme"}, {"seats": "4"}, {"disk": "tape"}))
    by = draft.choose.one(WHO)
    draft.do("answer_form", service=service.label, answers=answers, by=by)


def _list(draft: HistoryDraft, service: Known) -> None:
    pass_time(draft, service)
    draft.do("tariffs_for", client=service.client, by=draft.choose.one((None, "staff")))


def _trouble(draft: HistoryDraft, service: Known) -> None:
    """Let something go wrong with the panel, do something, and mend it."""
    choose = draft.choose
    nth = str(choose.integer(1, 3))
    kinds = ({"state": "down"}, {"fail": nth}, {"fail": nth, "effect": "yes"}, {"slow": nth})
    draft.do("panel", **choose.one(kinds))
    DEEDS[choose.one(_WHILE_TROUBLED)](draft, service)
    if choose.chance(3, 4):
        draft.now += timedelta(minutes=choose.one((1, 6, 61)))
        draft.do("panel", state="up")
        draft.do("wait")


def _on_panel(draft: HistoryDraft, service: Known) -> None:
    """Make something on the panel, show it and delete it."""
    _ready(draft, service)
    what = draft.choose.one(("database", "mailbox", "ftp user", "domain"))
    name = f"{service.label}.example.org" if what == "domain" else f"{service.label}x"
    same = {"service": service.label, "what": what}
    by = draft.choose.one(WHO)
    draft.do("create_on_panel", **same, name=name, by=by)
    shown = draft.choose.one((what, "usage", "login details"))
    draft.do("show_on_panel", **{**same, "what": shown})
    draft.do("delete_on_panel", **same, name=name, by=by)


_ANYWHERE: Final[Mapping[str, Deed]] = {
    "wait": _wait,
    "expire": _expire,
    "order": _order,
    "order oddly": _order_oddly,
    "order a twin": _twin,
    "pay": _pay,
    "pay when suspended": _suspended,
    "pay for the next cycle": _paid,
    "change": _change_later,
    "change twice": _change_twice,
    "change the cycle": _change_cycle,
    "renew": _renew,
    "cancel": _cancel,
    "cancel at once": _cancel_at_once,
    "cancel an invoice": _cancel_invoice,
    "accept": _said("accept", by=(None, "staff", "client")),
    "suspend": _suspend,
    "resume": _resume,
    "delete": _delete,
    "delete the order": _said("delete_order", data=(None, "yes")),
    **EPISODES,
    "use": _use,
    "pass on": _transfer,
    "set a product": _set_product,
    "import": _import,
    "answer the form": _answer,
    "list products": _list,
    "list functions": _said("functions_for"),
    "reset a password": _said("reset_password", password=("sesame", "x"), by=WHO),
    "set a password": _said("set_password", password=(None, "sesame", "Сезам"), by=WHO),
    "enter the panel": _said("open_panel", by=WHO),
    "work on the panel": _on_panel,
    "show the log": _said("show_log", by=WHO),
    "start an operation": _said("start_operation"),
    "trouble": _trouble,
    "restart": _alone("restart"),
    "test the connection": _alone("test_connection"),
    "import presets": _alone("import_presets"),
}
#: What happens to a service, by name.
DEEDS: Final[Mapping[str, Deed]] = {**_ANYWHERE, **CORNERS}
_WHILE_TROUBLED: Final = (
    *("order", "suspend", "resume", "delete", "change", "pay", "renew", "cancel"),
    *("set a password", "enter the panel", "test the connection"),
)
#: Deeds by how often they are done: those that money depends on more than the rest.
OFTEN: Final = (
    *(("pay", "pay for the next cycle", "change", "pay", "expire", "use") * 3),
    *(("change twice", "change the cycle", "cancel", "set a product", "renew", "trouble") * 2),
    *_ANYWHERE,
)
