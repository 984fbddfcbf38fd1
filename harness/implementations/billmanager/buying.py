"""Orders, payments, renewals and changes of tariff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.harness.implementations.billing import Unsupported
from prorata.harness.implementations.billmanager.desk import PanelSaidNo, listed
from prorata.harness.implementations.billmanager.setting_up import addon_of, begin, saved
from prorata.harness.implementations.billmanager.tariff_forms import code_of
from prorata.harness.protocol import Done

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.implementations.billmanager.scene import PanelScene

__all__ = ["change_tariff", "open_payment", "order", "pay", "renew"]

Params = dict[str, Any]


def order(scene: PanelScene, params: Params) -> Done:
    """Order a service; raise `Unsupported` for one that waits for its payment."""
    sold = scene.tariff(params["tariff"])
    account = scene.clients[params["client"]]
    period = params["period"]
    code = code_of(period, what="an order")
    told = {
        "pricelist": sold.id,
        "period": code,
        "autoprolong": code if params.get("auto_renewal") in {True, "yes"} else "null",
        "licence_agreement": "on" if params.get("consent") in {True, "yes"} else "off",
        "skipbasket": "on",
        "clicked_button": "finish",
    }
    if params.get("domain"):
        told["domain"] = params["domain"]
    if int(params.get("quantity", 1)) > 1:
        told["order_count"] = str(params["quantity"])
    for name, amount in (params.get("resources") or {}).items():
        told[f"addon_{addon_of(scene, params['tariff'], name)}"] = str(amount)
    caller = account.desk
    if params.get("by") == "staff":
        caller, told["account"] = scene.staff, account.id
    try:
        answer = caller.act("vhost.order.param", **told)
    except PanelSaidNo as refused:
        if refused.kind == "not_enough_money":
            raise Unsupported(f"an order that waits for its payment: {refused.reason}") from None
        raise
    ids = [saved(answer), *_more(answer)]
    scene.services |= {number: str(params["client"]) for number in ids}
    return Done(service=ids[0], services=ids) if len(ids) > 1 else Done(service=ids[0])


def _more(answer: Mapping[str, Any]) -> list[str]:
    """Return the numbers of the further services of an order."""
    return [each["$"] for each in listed(answer, "item")]


def pay(scene: PanelScene, params: Params) -> Done:
    """Pay to the balance, by a payment that has begun or by a new one."""
    client, amount = params["client"], params["amount"]
    begun = next((each for each in scene.payments if each[:2] == (client, amount)), None)
    if begun is not None:
        scene.payments.remove(begun)
    number = begun[2] if begun else begin(scene, client, amount)
    scene.staff.act("payment.setpaid", elid=number)
    return Done()


def open_payment(scene: PanelScene, params: Params) -> Done:
    """Begin a payment."""
    client, amount = params["client"], params["amount"]
    scene.payments.append((client, amount, begin(scene, client, amount)))
    return Done()


def renew(scene: PanelScene, params: Params) -> Done:
    """Renew a service."""
    service = params["service"]
    code = code_of(params["period"], what="a renewal")
    scene.caller(service, params.get("by")).act("service.prolong", elid=service, period=code)
    return Done()


def change_tariff(scene: PanelScene, params: Params) -> Done:
    """Take a service to another tariff."""
    service = params["service"]
    told = {"pricelist": scene.tariff(params["tariff"]).id}
    if params.get("period"):
        told["period"] = code_of(params["period"], what="a change of tariff")
    caller = scene.caller(service, params.get("by"))
    caller.act("service.changepricelist", elid=service, **told)
    return Done()
