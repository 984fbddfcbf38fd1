"""Which rule sets what is charged: by the lines that lack, that are other ones or too many."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from prorata.harness.running.causes import invoicing
from prorata.harness.running.causes.acts import by_act, changed
from prorata.harness.running.causes.invoices import invoices as of_invoices
from prorata.harness.running.places import INSIDE, kind_of
from prorata.reference.engine.decisions import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.running.causes.scene import Scene
    from prorata.harness.running.places import Path
    from prorata.reference.ledger import Line

__all__ = ["TWICE", "balance", "charged", "covers", "invoices", "ledger", "too_much", "unordered"]

#: What goes against an act that was delivered twice, and done twice.
TWICE: Final = "always: what is delivered twice is done once"
_BY_DAY: Final = "billmanager.charge.daily"
_DOWNTIME: Final = "billmanager.charge.daily.suspension"


def charged(path: Path, scene: Scene) -> str:
    """Return the rule of lines of a kind."""
    kind = path[1] if len(path) > 1 else ""
    ours = [line for line in scene.moment.lines if kind_of(line.kind, line.inside) == kind]
    missing, extra = _apart(kind, ours, scene)
    if scene.system == "hostbill":
        found = invoicing.asked(kind, missing, len(extra), scene)
        if found:
            return found
    if scene.idle:
        by_itself = (made.rule for made in scene.now("renewed"))
        return next(by_itself, _lacking(kind, ours, scene))
    if missing:
        return _told(missing, scene) if extra else _lacking(kind, missing, scene)
    amounts = {Decimal(str(line.amount)) for line in ours}
    if extra and not amounts.isdisjoint(extra):
        return _once_more(kind, ours, scene)
    return too_much(kind, scene) if extra or not ours else _told(ours, scene)


def _apart(kind: str, ours: Sequence[Line], scene: Scene) -> tuple[list[Line], list[Decimal]]:
    """Return the lines of a kind that lack, and the amounts that there are besides."""
    theirs = Counter(
        Decimal(line.amount)
        for line in scene.theirs.lines
        if kind_of(line.kind, line.included) == kind
    )
    missing = []
    for line in ours:
        amount = Decimal(str(line.amount))
        if theirs[amount] > 0:
            theirs[amount] -= 1
        else:
            missing.append(line)
    return missing, [amount for amount, count in theirs.items() if count > 0]


def _told(lines: Sequence[Line], scene: Scene) -> str:
    """Return the rule of the first line, or rather of one that the scenario is about."""
    rules = [line.rule for line in lines]
    return next((rule for rule in rules if rule in scene.scenario.rules), next(iter(rules), ""))


def _lacking(kind: str, lines: Sequence[Line], scene: Scene) -> str:
    """Return the rule by which there is a line of a kind."""
    if kind == "daily" and _stands_still(lines, scene):
        return _DOWNTIME
    if kind == "daily" and _has_less(lines, scene):
        return "billmanager.order.resources"
    return _told(lines, scene)


def _has_less(lines: Sequence[Line], scene: Scene) -> bool:
    """Tell whether lines are of resources that a service is told not to have."""
    for line in lines:
        label = scene.moment.seen.labels.get(str(line.service), "")
        name, ours, their = line.arguments["terms"].resource, scene.ours(label), scene.their(label)
        if name and ours and their and ours.resources.get(name) != their.resources.get(name):
            return True
    return False


def _stands_still(lines: Sequence[Line], scene: Scene) -> bool:
    """Tell whether a line is of a service that is suspended, or was until now."""
    if scene.verb == "resume":
        return True
    labels = {scene.moment.seen.labels.get(str(line.service), "") for line in lines}
    services = (scene.ours(label) for label in labels)
    return any(each is not None and each.status == "suspended" for each in services)


def _once_more(kind: str, lines: Sequence[Line], scene: Scene) -> str:
    """Return the rule by which something is charged once."""
    if scene.step is not None and scene.step.again:
        return TWICE
    if scene.by_itself and kind in {"period", "resource"}:
        return next((made.rule for made in scene.now("renewed")), _told(lines, scene))
    return _told(lines, scene)


def too_much(kind: str, scene: Scene) -> str:
    """Return the rule by which there is no line of a kind at this moment."""
    plain = kind.removesuffix(INSIDE)
    if scene.system == "hostbill":
        none = next((made.rule for made in scene.now(f"{NOTHING}: {plain}")), "")
        return none or invoicing.besides(plain, scene) or _HOSTBILL.get(plain, "")
    if plain in {"tax", "tax refund"}:
        tax = scene.scenario.given.tax
        return f"billmanager.tax.{'included' if tax and tax.included else 'on-top'}"
    if scene.verb == "change_tariff":
        return _BY_DAY if plain == "daily" else changed("", scene)
    if scene.verb in _BY_ACT.get(plain, {}):
        by_day = plain == "refund" and _by_day(getattr(scene.act, "service", ""), scene)
        return _BY_DAY if by_day else _BY_ACT[plain][scene.verb]
    if scene.by_itself or scene.verb == "pay":
        return _not_running(kind, scene) or _nothing(scene) or _BY_ITSELF.get(plain, "")
    return _KINDS.get(plain, "")


def _by_day(label: str, scene: Scene) -> bool:
    """Tell whether a service is charged by the day."""
    ours = scene.ours(label)
    tariff = scene.scenario.given.tariffs.get((ours.tariff if ours else None) or "")
    return tariff is not None and tariff.daily is not None


def _nothing(scene: Scene) -> str:
    """Return the rule by which what fell due was not charged, where one decided that."""
    made = next((made for made in scene.moment.decisions if made.nothing), None)
    if made is None:
        return ""
    refused = made.arguments.get("refused")
    return made.rule if refused is None or refused.short_of_money else str(refused.rule)


def _not_running(kind: str, scene: Scene) -> str:
    """Return the rule by which a service that is charged is not there: not yet, or no more."""
    for line in scene.theirs.lines:
        label = scene.theirs.labels.get(line.service or "", "")
        ours = scene.ours(label) if kind_of(line.kind, line.included) == kind else None
        if ours is not None and ours.status == "processing":
            return "billmanager.lifecycle.status"
        if ours is not None and scene.on_trial(label):
            return "billmanager.order.trial"
        if ours is not None and ours.status == "deleted":
            made = scene.decided(label, "deleted")
            return made.rule if made else "billmanager.delete.client"
    return ""


def covers(path: Path, scene: Scene) -> str:
    """Return the rule of the time that lines cover."""
    if scene.system == "hostbill":
        return invoicing.covered(path[1] if len(path) > 1 else "period", scene)
    dates = (made.rule for made in scene.now("expires"))
    return next(dates, "") or charged(path, scene)


def balance(path: Path, scene: Scene) -> str:
    """Return the rule of a balance; where all lines are right it is not what they come to."""
    if scene.theirs is scene.moment.seen:
        lines = [line for line in scene.moment.lines if line.client == path[1]]
        return by_act(scene) if scene.verb == "pay" and not lines else _told(lines, scene)
    if scene.system == "hostbill" and any(scene.now("credit applied", "paid", "given back")):
        return "hostbill.invoice.pay"
    return by_act(scene) if scene.verb in {"pay", "set_currency"} else "always: conservation"


def unordered(_path: Path, scene: Scene) -> str:
    """Return what services go against that nobody ordered: an order that was done twice."""
    if scene.step is not None and scene.step.again and scene.verb == "order":
        return TWICE
    return "always: services are those that were ordered"


def ledger(_path: Path, _scene: Scene) -> str:
    """Return what lines go against that are changed after they were posted."""
    return "always: lines stay as they were posted"


def invoices(path: Path, scene: Scene) -> str:
    """Return the rule of an invoice: of whose it is or when it is due, else of what it is for."""
    if path[2:] == ("client",):
        return "hostbill.ownership"
    return of_invoices(int(path[1]) if len(path) > 1 else 0, scene)


#: By which rule there is no line of a kind, where nobody did anything.
_BY_ITSELF: Final = {
    "period": "billmanager.renew.auto",
    "resource": "billmanager.renew.auto",
    "daily": _DOWNTIME,
    "late fee": "billmanager.renew.late-policy",
    "setup": "billmanager.order.price",
    "refund": "billmanager.delete.client",
}
_KINDS: Final = {
    "setup": "billmanager.order.price",
    "resource": "billmanager.order.resources",
    "daily": "billmanager.charge.daily",
    "late fee": "billmanager.renew.late-policy",
}
_BY_ACT: Final = {
    "refund": {
        "cancel_resource": "billmanager.resource.cancel.no-refund",
        "set_resource": "billmanager.resource.cancel.no-refund",
        "delete": "billmanager.delete.client",
    },
    "period": {"renew": "billmanager.renew.weekend"},
    "daily": {"resume": _DOWNTIME, "suspend": _DOWNTIME},
}
_HOSTBILL: Final = {
    "credit": "hostbill.downgrade.credit",
    "late fee": "hostbill.late-fee",
    "period": "hostbill.billing-type.prepaid",
    "setup": "hostbill.billing-type.prepaid",
    "upgrade fee": "hostbill.billing-type.prepaid",
    "tariff change": "hostbill.upgrade.pro-rata",
    "tax": "hostbill.tax",
    "usage": "hostbill.metered",
}
