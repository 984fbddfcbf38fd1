"""Changing what a service has: its renewal by itself, and its resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import ActPlan, act, by, quote, quote_all
from prorata.fakes.billmanager.codes import OFF, auto_renewal
from prorata.fakes.billmanager.ordering import renewal_words
from prorata.fakes.billmanager.orders import renewal_choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.fakes.mgr5.functions import CallContext
    from prorata.reference.engine.state import Service

__all__ = ["apply_changes", "autoprolong_choices", "planned"]


def planned(
    context: CallContext[BillmanagerHost], service: Service, amounts: Mapping[str, int]
) -> ActPlan:
    """Return the acts that make a service as a form has it; what would be refused is refused here.

    What the form repeats as it is makes no act.
    """
    panel, who = context.panel, {"service": str(service.number), "by": by(context)}
    tariff = panel.billing.book.catalogue[service.tariff]
    has = {**tariff.included_amounts, **service.resources}
    plan: ActPlan = [
        ("set_resource", {**who, "resource": name, "amount": amount})
        for name, amount in amounts.items()
        if amount != has[name]
    ]
    quote_all(panel, plan)
    code = context.args.get("autoprolong", "")
    if code and code not in {auto_renewal(service), *(OFF if not service.auto_renewal else ())}:
        wanted = {**service.resources, **amounts}
        period = "no" if code in OFF else renewal_words(panel, tariff, code, wanted)
        wish = {**who, "period": period}
        if service.trial:  # it is not renewed, whatever is sold
            quote(panel, "set_auto_renewal", **wish)
        plan.append(("set_auto_renewal", wish))
    return plan


def apply_changes(panel: BillmanagerHost, plan: ActPlan) -> None:
    """Carry a plan out."""
    for verb, parameters in plan:
        act(panel, verb, **parameters)


def autoprolong_choices(panel: BillmanagerHost, service: Service) -> list[tuple[str, str]]:
    """Return the periods for which a service can renew itself, and that it need not."""
    tariff = panel.billing.book.catalogue[service.tariff]
    return [("null", "Disable"), *renewal_choices(panel, tariff, service.resources)]
