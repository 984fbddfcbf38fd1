"""Which rule decides on an act: whether it is done, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.protocol import RefusedAct
from prorata.harness.scenario.acts import By
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.running.causes.scene import Scene
    from prorata.harness.running.places import Path

__all__ = ["BY_WHOM", "act", "by_act", "changed", "main"]


def main(scene: Scene) -> str:
    """Return the rule of what was done at a moment: of a refusal, a line, a date, or its act."""
    answer = scene.moment.seen.answer
    if isinstance(answer, RefusedAct) and answer.rule:
        return answer.rule
    told = [line.rule for line in scene.moment.lines if ".tax." not in line.rule]
    told += [made.rule for made in scene.moment.decisions]
    found = [rule for rule in told if rule in scene.scenario.rules]
    found += [by_act(scene), *told, *scene.scenario.rules]
    return next(filter(None, found), "")


def by_act(scene: Scene) -> str:
    """Return the rule of an act that left neither a line nor a date."""
    by_whom = BY_WHOM if scene.system == "billmanager" and isinstance(scene.act, By) else {}
    found = by_whom.get((scene.verb, getattr(scene.act, "by", "")), "")
    return found or _ACTS[scene.system].get(scene.verb, "")


def act(_path: Path, scene: Scene) -> str:
    """Return the rule by which an act is done or refused.

    Of one that is done by the reference it is the rule that it was refused under, but for a want
    of money, which may have any cause.
    """
    ours, theirs = scene.moment.seen.answer, scene.theirs.answer
    if isinstance(ours, RefusedAct) or not isinstance(theirs, RefusedAct):
        return ""
    asked = by_act(scene), changed("", scene) if scene.verb == "change_tariff" else ""
    known = theirs.rule in rules() and theirs.rule not in asked
    return (theirs.rule or "") if known else ""


def changed(label: str, scene: Scene) -> str:
    """Return the rule of a change: by the policy of the tariff that the service had."""
    label = getattr(scene.act, "service", "") or label
    for moment in reversed(scene.before):
        service = moment.seen.services.get(label)
        if service is not None:
            tariffs = scene.scenario.given.tariffs
            policy = getattr(tariffs.get(service.tariff or ""), "tariff_change", None)
            word = policy if isinstance(policy, str) else "full payment"
            return _POLICIES["add funds" if policy is None else word]
    return ""


#: What is done by its client or by staff, each under a rule of their own.
BY_WHOM: Final[Mapping[tuple[str, str], str]] = {
    ("suspend", "client"): "billmanager.suspend.client",
    ("suspend", "staff"): "billmanager.suspend.staff",
    ("resume", "client"): "billmanager.suspend.client",
    ("resume", "staff"): "billmanager.suspend.staff",
    ("delete", "client"): "billmanager.delete.client",
    ("delete", "staff"): "billmanager.delete.client",
}
_POLICIES: Final = {
    "add funds": "billmanager.change.funds",
    "change period": "billmanager.change.period",
    "extra charge only": "billmanager.change.extra-charge-only",
    "forbidden": "billmanager.change.forbidden",
    "full payment": "billmanager.change.full-payment",
}
_ON_PANEL: Final = {
    "set_password": "provision.ispmanager.password",
    "open_panel": "provision.ispmanager.login",
    "create_on_panel": "provision.ispmanager.manage",
    "delete_on_panel": "provision.ispmanager.manage",
    "show_on_panel": "provision.ispmanager.manage",
    "test_connection": "provision.ispmanager.connection",
    "import_presets": "provision.ispmanager.presets",
}
#: What is done with licences and their sellers.
_AT_SELLERS: Final = {
    "import_tariffs": "resell.import",
    "new_key": "resell.licence.separate",
    "set_licence": "resell.licence.separate",
    "show_licence": "resell.licence.separate",
    "show_log": "resell.licence.separate",
    "start_operation": "resell.operation",
    "test_seller": "resell.connection",
}
_ACTS: Final[Mapping[str, Mapping[str, str]]] = {
    "billmanager": {
        **_ON_PANEL,
        **_AT_SELLERS,
        "cancel_resource": "billmanager.resource.cancel.no-refund",
        "delete": "billmanager.delete.client",
        "import_tariffs": "resell.import",
        "new_key": "resell.licence.separate",
        "order": "billmanager.order.price",
        "order_resource": "billmanager.order.resources",
        "pay": "billmanager.pay",
        "renew": "billmanager.renew.plain",
        "set_auto_renewal": "billmanager.renew.auto",
        "set_currency": "billmanager.currency.change",
        "set_licence": "resell.licence.separate",
        "set_resource": "billmanager.order.resources",
        "show_licence": "resell.licence.separate",
        "start_operation": "resell.operation",
        "test_seller": "resell.connection",
    },
    "hostbill": {
        **_ON_PANEL,
        **_AT_SELLERS,
        "change_tariff": "hostbill.upgrade.pro-rata",
        "accept": "hostbill.automation.create",
        "answer_form": "hostbill.order.forms",
        "cancel": "hostbill.cancel",
        "cancel_invoice": "hostbill.invoice.pay",
        "change_period": "hostbill.cycle.change",
        "delete": "hostbill.terminate",
        "delete_order": "hostbill.order.delete",
        "import_form": "hostbill.import",
        "import_products": "hostbill.import",
        "order": "hostbill.billing-type.prepaid",
        "pay": "hostbill.invoice.pay",
        "functions_for": "hostbill.client-functions",
        "renew": "hostbill.renew.manual",
        "reset_password": "hostbill.client.password",
        "report_usage": "hostbill.metered",
        "resume": "hostbill.suspend",
        "suspend": "hostbill.suspend",
        "tariffs_for": "hostbill.show",
        "transfer": "hostbill.ownership",
    },
}
