"""What is done with any service: renewed, its tariff changed, its panel opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import (
    act,
    by,
    cost,
    itemtype_of,
    new_expiry,
    quote,
    service_of,
    services_of,
    tariff_of,
)
from prorata.fakes.billmanager.codes import code_of
from prorata.fakes.billmanager.costs import priced_text
from prorata.fakes.billmanager.ordering import words_of
from prorata.fakes.billmanager.orders import renewal_choices
from prorata.fakes.billmanager.refusals import BillingError, refused
from prorata.fakes.billmanager.rows import service_fields
from prorata.fakes.billmanager.texts import day, moment, with_currency
from prorata.fakes.mgr5.errors import bad_value, missed
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.billmanager.lifecycle import status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["FUNCTIONS"]


def _service(context: CallContext[BillmanagerHost]) -> tuple[Service, Tariff]:
    number = context.args.get("elid") or context.request.params.get("elid", "")
    service = service_of(context, number)
    return service, context.panel.billing.book.catalogue[service.tariff]


def _period(
    context: CallContext[BillmanagerHost], service: Service, tariff: Tariff
) -> tuple[str, str]:
    """Return the period that is asked for, else the service's own: its number and its words."""
    own = code_of(service.period, trial=service.trial)
    code = context.args.get("period") or context.request.params.get("period") or own
    if code in {"null", own}:
        return own, str(service.period)
    return code, words_of(tariff, code)


def _prolong_form(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    """Return the renewal as it would be: until when, for how much."""
    service, tariff = _service(context)
    code, words = _period(context, service, tariff)
    who = {"service": str(service.number), "by": by(context)}
    turn = quote(context.panel, "renew", period=words, **who)
    return {"elid": str(service.number), **_renewal(context.panel, service, code, turn)}


def _renewal(panel: BillmanagerHost, service: Service, code: str, turn: Turn) -> dict[str, str]:
    row = service_fields(panel, service)
    return {
        "title_name": row["name"],
        "expiredate": day(service.expires),
        "newexpiredate": day(new_expiry(turn, service)),
        "status": row["status"],
        "period": code,
        "cost": with_currency(cost(turn)),
    }


def _prolong(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    service, tariff = _service(context)
    code, words = _period(context, service, tariff)
    who = {"service": str(service.number), "by": by(context)}
    turn = quote(context.panel, "renew", period=words, **who)
    told = _renewal(context.panel, service, code, turn)
    act(context.panel, "renew", period=words, **who)
    # The form is answered again, inside of the answer: there clients look for the new date.
    nested = {**told, "newexpiredate": day(service.expires)}
    return saved(str(service.number), Node("doc", "", {}, fields(nested)))


def _periods(context: CallContext[BillmanagerHost]) -> Mapping[str, Sequence[tuple[str, str]]]:
    service, tariff = _service(context)
    return {"period": renewal_choices(context.panel, tariff, service.resources)}


def _wanted(context: CallContext[BillmanagerHost]) -> dict[str, str]:
    """Return the parameters of a change of tariff."""
    service, _ = _service(context)
    number = context.args.get("pricelist") or context.request.params.get("pricelist", "")
    if not number:
        raise bad_value("pricelist", "", "Name a tariff")
    listing, tariff = tariff_of(context.panel, number, itemtype_of(context.panel, service))
    if listing.name == service.tariff and service.next_tariff is None:
        why = "It is the tariff that the service has"
        raise BillingError("value", "pricelist", why, "billmanager.change.forbidden")
    code = context.args.get("period") or context.request.params.get("period", "")
    period = {"period": words_of(tariff, code)} if code and code != "null" else {}
    who = {"service": str(service.number), "by": by(context)}
    return {**who, "tariff": listing.name, **period}


def _change_form(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    service, _ = _service(context)
    row = service_fields(context.panel, service)
    shown = {"title_name": row["name"], "status": row["status"], "period": row["period"]}
    return {"elid": row["id"], **shown, "pricelist": row["pricelist_id"]}


def _change(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    service, _ = _service(context)
    act(context.panel, "change_tariff", **_wanted(context))
    row = service_fields(context.panel, service)
    shown = {"pricelist": row["pricelist_id"], "newexpiredate": row["real_expiredate"]}
    return saved(str(service.number), Node("doc", "", {}, fields(shown)))


def _tariffs(context: CallContext[BillmanagerHost]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return the tariffs to which a service can be changed."""
    service, _ = _service(context)
    panel, kind = context.panel, itemtype_of(context.panel, service)
    offered = act(panel, "tariffs_for", client=service.client, by="client")["tariffs"]
    names = [row["tariff"] for row in offered if row["tariff"] != service.tariff]
    listings = [panel.listings.by_name[name] for name in names]
    return {"pricelist": [(str(each.id), each.name) for each in listings if each.itemtype == kind]}


def _change_terms(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    """Return what a change would cost or give back, and its dates."""
    panel = context.panel
    service, old = _service(context)
    wanted = _wanted(context)
    turn = quote(panel, "change_tariff", **wanted)
    new = panel.billing.book.catalogue[wanted["tariff"]]
    return {
        "elid": str(service.number),
        "pricelist": str(panel.listings.by_name[new.name].id),
        "money_info": _money_info(turn),
        "oldpricelist": old.name,
        "newpricelist": new.name,
        "oldprice": priced_text(panel, old, service),
        "newprice": priced_text(panel, new, service),
        "oldexpiredate": day(service.expires),
        "newexpiredate": day(new_expiry(turn, service)),
    }


def _money_info(turn: Turn) -> str:
    asked = cost(turn)
    if asked.units > 0:
        return f"You will be charged with {with_currency(asked)} upon plan update"
    if asked.units < 0:
        return f"{with_currency(-asked)} will be refunded upon plan update"
    return "Nothing is charged or refunded upon plan update"


def _history(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return what was posted for a service. The documents name the function only; columns ours."""
    panel, (service, _) = context.panel, _service(context)
    lines = [line for line in panel.billing.ledger if line.service == service.number]
    return [
        Node("elem", "", {}, fields({
            "id": str(number),
            "changedate": moment(line.at),
            "user": line.client,
            "desc": line.kind,
            "amount": with_currency(line.amount),
            "rule": line.rule,
        }))
        for number, line in enumerate(lines, 1)
    ]  # fmt: skip


def _password(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    args, (service, _) = context.args, _service(context)
    if "passwd" not in args:
        raise bad_value("passwd", "", "It is required")
    if args.get("confirm", args["passwd"]) != args["passwd"]:
        raise bad_value("confirm", "", "The passwords differ")
    who = {"service": str(service.number), "by": by(context)}
    act(context.panel, "set_password", password=args["passwd"], **who)
    context.panel.state.passwords[service.number] = args["passwd"]
    return saved(str(service.number))


def _no_password(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    service, _ = _service(context)
    return {"elid": str(service.number), "passwd": "", "confirm": ""}


def _goto(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    service, _ = _service(context)
    url = act(context.panel, "open_panel", service=str(service.number), by=by(context))["url"]
    return [Node("ok", url, {"type": "url"})]


def _reboot(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Start servers again: no machine is behind them, so that it is over at once."""
    for service in services_of(context):
        if itemtype_of(context.panel, service) not in _MACHINES:
            raise missed("vds", str(service.number))
        refusal = status(has=service.status, needs=("active",))
        if refusal:
            raise refused(refusal)
    return [Node("ok")]


def _stat(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    service, _ = _service(context)
    who = {"service": str(service.number), "by": by(context)}
    used = act(context.panel, "show_on_panel", what="usage", **who)["shown"]
    return [
        Node("elem", "", {}, fields({"id": name, "name": name, "value": text, "measure": "MiB"}))
        for name, text in used.items()
    ]


_MACHINES = frozenset({"vds", "dedic"})
_ONE = ELID._replace(required=True, hint="the number of a service")
_PERIOD = Param("period", longest=15)
_PRICELIST = Param("pricelist", longest=15)
_SECRET = Param("passwd", required=True, secret=True, longest=128)

FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function(
        "service.prolong", "form", "Renew a service", _prolong, (_ONE, _PERIOD), _prolong_form,
        level=USER, options=_periods,
    ),
    Function(
        "service.changepricelist", "form", "Change the tariff of a service", _change,
        (_ONE, _PRICELIST, _PERIOD), _change_form, level=USER, options=_tariffs,
    ),
    Function(
        "service.changepricelist.pricelist", "form", "What a change of tariff comes to",
        lambda context: fields(_change_terms(context)), (_ONE, _PRICELIST, _PERIOD), _change_terms,
        level=USER,
    ),
    Function(
        "service.changepricelist.getmoney", "form", "Confirm a change of tariff", _change,
        (_ONE, _PRICELIST, _PERIOD), _change_terms, level=USER,
    ),
    Function(
        "service.history", "list", "What was posted for a service", _history, (_ONE,), level=USER,
        key="id", columns=("id", "changedate", "user", "desc", "amount", "rule"),
    ),
    Function(
        "service.changepassword", "form", "Change the password on the panel", _password,
        (_ONE, _SECRET, _SECRET._replace(name="confirm", required=False)), _no_password, level=USER,
    ),
    Function(
        "service.stat", "list", "What a service uses", _stat, (_ONE,), level=USER, key="id",
        columns=("id", "name", "value", "measure"),
    ),
    Function("service.reboot", "group", "Start servers again", _reboot, (ELIDS,), level=USER),
    Function(
        "service.hardreboot", "group", "Start servers again, the hard way", _reboot, (ELIDS,),
        level=USER,
    ),
    Function("gotoserver", "action", "A link into the panel", _goto, (_ONE,), level=USER),
)  # fmt: skip
