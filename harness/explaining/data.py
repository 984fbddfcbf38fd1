"""An explanation as data: all that the text has, and every reading that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.reference.derivation import shown
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from prorata.harness.explaining.deciding import Explained
    from prorata.harness.explaining.moments import ExplainedMoment, ToldService
    from prorata.harness.explaining.sides import Resale, SideCharge
    from prorata.reference.derivation import Step
    from prorata.reference.engine.decisions import Decision
    from prorata.reference.engine.state import Notification, Operation
    from prorata.reference.ledger import Line

__all__ = ["data"]


def data(moments: Iterable[ExplainedMoment], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return moments as plain data, with instants in the zone of the scenario."""
    return [_moment(each, zone) for each in moments]


def _moment(moment: ExplainedMoment, zone: ZoneInfo) -> dict[str, Any]:
    refused = moment.refused
    return {
        "at": moment.at.astimezone(zone).isoformat(),
        "title": moment.title,
        "step": moment.step,
        "refused": refused and {"reason": refused.reason, **_rule(refused.rule)},
        "services": [_told(each, zone) for each in moment.told],
        "notices": [_notice(each, zone) for each in moment.notices],
        "purchases": [_purchase(each, zone) for each in moment.purchases],
    }


def _purchase(purchase: Resale, zone: ZoneInfo) -> dict[str, Any]:
    here, margin = purchase.here, purchase.margin
    return {
        "seller": purchase.seller,
        "service": purchase.service,
        "charged": here and _charge(here, zone),
        "cost": _charge(purchase.cost, zone),
        "margin": None if margin is None else str(margin),
        "lines": [_line(each, zone) for each in purchase.lines],
    }


def _charge(charge: SideCharge, zone: ZoneInfo) -> dict[str, Any]:
    at = charge.at.astimezone(zone).isoformat()
    return {"at": at, "amount": str(charge.amount), "currency": charge.currency}


def _told(told: ToldService, zone: ZoneInfo) -> dict[str, Any]:
    why, waits = told.unposted, told.waits
    return {
        "service": told.service,
        "dates": [_date(each) for each in told.decided if not each.made.nothing],
        "lines": [_line(each, zone) for each in told.lines],
        "nothing": [_nothing(each) for each in told.decided if each.made.nothing],
        "unposted": why and {"reason": why.why, **_rule(why.rule)},
        "waits": waits and {"tariff": waits[0], "until": waits[1].astimezone(zone).isoformat()},
        "panel": [_operation(each) for each in told.operations],
    }


def _rule(rule: str | None) -> dict[str, Any]:
    if rule is None:
        return {"rule": None}
    found = rules()[rule]
    return {"rule": rule, "documents": list(found.documents), "section": found.section}


def _explained(each: Explained[Any]) -> dict[str, Any]:
    return {
        **_rule(each.derivation.rule),
        "steps": [_step(step) for step in each.derivation.steps],
        "reasons": [step.why for step in each.derivation.steps if step.why],
        "readings": dict(each.derivation.readings),
        "deciding": list(each.deciding),
    }


def _step(step: Step) -> dict[str, Any]:
    side = {"side": step.label} if step.label in {"old", "new"} else {}
    return {
        "label": step.label,
        **side,
        "of": step.of,
        "formula": step.formula,
        "numbers": step.numbers,
        "result": step.result,
        "why": step.why,
    }


_STARTS = ("starts", "suspended", "renewed", "ordered", "day", "now", "expires")


def _date(each: Explained[Decision]) -> dict[str, Any]:
    arguments, result = each.made.arguments, each.derivation.result
    start = next((arguments[name] for name in _STARTS if name in arguments), None)
    return {
        "what": each.kind,
        "start": None if start is None else shown(start),
        "anchor": arguments.get("anchor"),
        "result": [shown(day) for day in result] if isinstance(result, tuple) else _shown(result),
        **_explained(each),
    }


def _shown(result: object) -> str | None:
    return None if result is None else shown(result)


def _line(each: Explained[Line], zone: ZoneInfo) -> dict[str, Any]:
    line = each.made
    covers = line.covers and [moment.astimezone(zone).isoformat() for moment in line.covers]
    return {
        "at": line.at.isoformat(),
        "kind": line.kind,
        "amount": str(line.amount),
        "currency": line.amount.currency,
        "covers": covers,
        "inside": line.inside,
        "exact": str(each.derivation.result),
        **_explained(each),
    }


def _nothing(each: Explained[Decision]) -> dict[str, Any]:
    result = each.derivation.result
    return {"kind": each.kind, "exact": _exact(result), **_explained(each)}


def _exact(result: object) -> str | None:
    return None if result is None or isinstance(result, bool) else str(result)


def _operation(operation: Operation) -> dict[str, Any]:
    return {"action": operation.action, "status": operation.status, "error": operation.error}


def _notice(notice: Notification, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "at": notice.at.astimezone(zone).isoformat(),
        "kind": notice.kind,
        "to": notice.to,
        "from": notice.sender,
        "way": notice.way,
    }
