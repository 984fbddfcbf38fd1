"""Which rule of HostBill has an invoice issued, or not: when, for whom, and what it is about."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from prorata.harness.running.causes.scene import WAITS
from prorata.harness.scenario.acts import OnService

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.protocol import ObservedInvoice
    from prorata.harness.running.causes.scene import Scene
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario.given import Product
    from prorata.reference.ledger import Line

__all__ = [
    "asked",
    "begins",
    "besides",
    "covered",
    "dated",
    "ended_now",
    "grouped",
    "paid_otherwise",
    "product_of",
    "same_but_tax",
    "services_of",
    "switched",
]

_ENDED: Final = frozenset({"terminated", "cancelled"})
_PAY: Final = "hostbill.invoice.pay"
_BUNDLE: Final = "hostbill.bundle"


def product_of(label: str, scene: Scene) -> Product | None:
    """Return the product that a service had before this moment, or has been ordered as."""
    service = scene.was(label) or scene.ours(label) or scene.their(label)
    return scene.scenario.given.products.get((service.tariff if service else None) or "")


def asked(kind: str, missing: Sequence[Line], extra: int, scene: Scene) -> str:
    """Return the rule by which lines of a kind are asked now or are not; nothing where they are.

    `missing` are those that lack, `extra` tells how many there are instead or besides.
    """
    if kind == "tax" and grouped(scene.moment.seen) != grouped(scene.theirs):
        return "hostbill.invoice.merge" if same_but_tax(scene) else ""
    label = _label(kind, missing, scene)
    if missing and extra:
        return _full_month(kind, label, scene)
    if missing:
        return _not_asked(kind, label, missing, scene)
    return _too_early(kind, label, scene) if extra else ""


def _label(kind: str, missing: Sequence[Line], scene: Scene) -> str:
    """Return the service that lines of a kind are of: of those that lack, else of one too many."""
    for line in missing:
        return scene.moment.seen.labels.get(str(line.service), "")
    ours = Counter(scene.moment.seen.labels.get(str(line.service)) for line in _of(kind, scene))
    for other in scene.theirs.lines:
        label = scene.theirs.labels.get(other.service or "")
        if other.kind == kind and ours[label] == 0:
            return label or ""
        ours[label] -= other.kind == kind
    return ""


def _of(kind: str, scene: Scene) -> Iterator[Line]:
    return (line for line in scene.moment.lines if line.kind == kind)


def _full_month(kind: str, label: str, scene: Scene) -> str:
    product = product_of(label, scene)
    full = product is not None and product.full_month and scene.verb == "order"
    return "hostbill.full-month" if full and kind == "period" else ""


def _not_asked(kind: str, label: str, missing: Sequence[Line], scene: Scene) -> str:
    """Return the rule by which there is a line that lacks."""
    if kind == "period" and missing[0].rule != _BUNDLE and _ends_beside(label, scene):
        return "hostbill.terminate"  # what it was on with is issued again without that
    theirs = scene.their(label)
    if kind == "credit" and scene.verb == "cancel":
        ended = theirs is not None and theirs.status in _ENDED
        return "" if ended else "hostbill.cancel"
    if kind == "tariff change" and scene.verb not in {"change_tariff", "pay"}:
        return _queued(label, scene)
    return issued(label, scene) if kind == "period" else ""


def _ends_beside(label: str, scene: Scene) -> bool:
    """Tell whether another service is terminated now, and this one does not end."""
    ended = dict(ended_now(scene))
    return label not in ended and "terminated" in ended.values()


def ended_now(scene: Scene) -> Iterator[tuple[str, str]]:
    """Yield the services that end at this moment, with their statuses in HostBill."""
    for label, ours in scene.moment.seen.services.items():
        was = scene.was(label)
        if ours and was and ours.status in _ENDED and was.status not in _ENDED:
            yield label, ours.status


def _queued(label: str, scene: Scene) -> str:
    """Return the rule by which the difference of a change has waited until now."""
    product = product_of(label, scene)
    hybrid = product is not None and product.billing_type == "hybrid" and not product.upgrade_queue
    return "hostbill.billing-type.hybrid" if hybrid else _QUEUE


def besides(kind: str, scene: Scene) -> str:
    """Return the rule by which a line of a kind is asked once, of one that is too many."""
    label = _label(kind, (), scene)
    if kind == "tariff change":
        waited = scene.by_itself and not any(_of(kind, scene))
        return _queued(label, scene) if waited else ""
    product = product_of(label, scene)
    if product is None or kind not in {"period", "setup", "upgrade fee"}:
        return ""
    return _ADDON if product.addon else f"hostbill.billing-type.{product.billing_type or 'prepaid'}"


_ADDON: Final = "hostbill.order.addons"


def _too_early(kind: str, label: str, scene: Scene) -> str:
    """Return the rule by which there is no line of a kind."""
    if kind == "credit":
        return _CREDIT.get(scene.verb, "")
    if kind == "period":
        beside = scene.verb == "delete" and _ends_beside(label, scene)
        return "hostbill.terminate" if beside else not_issued(label, scene)
    upgraded = scene.verb == "change_tariff" and _dearer(label, scene)
    return _waits(label, scene) if upgraded else ""


def _dearer(label: str, scene: Scene) -> bool:
    """Tell whether a service has become one of a product that costs more."""
    old, ours = product_of(label, scene), scene.ours(label)
    new = scene.scenario.given.products.get((ours.tariff if ours else None) or "")
    if old is None or new is None:
        return False
    return any(price > old.prices.get(cycle, price) for cycle, price in new.prices.items())


#: What gives nothing back, beside a downgrade.
_CREDIT: Final = {"cancel": "hostbill.cancel.pro-rata", "change_period": "hostbill.cycle.change"}


def _waits(label: str, scene: Scene) -> str:
    """Return the rule by which an upgrade that is carried out is not asked for yet."""
    product, ours, was = product_of(label, scene), scene.ours(label), scene.was(label)
    if product is None or ours is None or was is None or ours.tariff == was.tariff:
        return ""
    waits = product.upgrade_queue or product.billing_type in {"hybrid", "postpaid"}
    return _queued(label, scene) if waits else ""


_QUEUE: Final = "hostbill.upgrade.queue"
_UPGRADE: Final = "hostbill.upgrade.pro-rata"


def issued(label: str, scene: Scene) -> str:
    """Return the rule by which an invoice of a further cycle is issued at this moment."""
    if scene.verb == "pay":
        return "hostbill.invoice.continue"
    if scene.verb == "change_tariff":  # a renewal that was issued is issued again
        return switched(label, scene) if _other_product(label, scene) else _UPGRADE
    product = product_of(label, scene)
    if not scene.by_itself or product is None:
        return ""
    return _postpaid(product) or "hostbill.invoice.schedule"


def _postpaid(product: Product) -> str:
    return "hostbill.billing-type.postpaid" if product.billing_type == "postpaid" else ""


def not_issued(label: str, scene: Scene) -> str:
    """Return the rule by which no invoice of a cycle is issued at this moment."""
    product, ours = product_of(label, scene), scene.ours(label)
    if product is None or ours is None:
        return ""
    if scene.verb == "order":
        return _postpaid(product)
    if scene.verb not in {"", "wait", "pay", "cancel_invoice"} or ours.status in _ENDED:
        return ""
    why = {
        "hostbill.cancel": _to_be_cancelled(label, scene),
        "hostbill.auto-renewal": product.auto_renewal is False,
        "hostbill.invoice.continue": _owes(label, scene),
        "hostbill.billing-type.postpaid": product.billing_type == "postpaid",
    }
    return next((rule for rule, holds in why.items() if holds), "hostbill.invoice.schedule")


def _to_be_cancelled(label: str, scene: Scene) -> bool:
    done = (step.act for step in scene.scenario.steps if step.act and step.at <= scene.theirs.at)
    return any(
        verb == "cancel" and isinstance(act, OnService) and act.service == label
        for verb, act in done
    )


def _owes(label: str, scene: Scene) -> bool:
    """Tell whether an invoice of a service is unpaid, and no other may follow it."""
    invoicing = scene.scenario.given.invoicing
    return not (invoicing and invoicing.continued) and any(
        each.status == "unpaid" and label in services_of(each, scene.moment.seen)
        for each in scene.moment.seen.invoices
    )


def dated(label: str, name: str, scene: Scene) -> str:
    """Return the rule by which a date moves with an invoice or stays without it."""
    ours, theirs, was = scene.ours(label), scene.their(label), scene.was(label)
    if ours is None or theirs is None:
        return ""
    started = was is not None and was.status in WAITS and ours.status not in WAITS
    if was is None or (started and ours.starts != theirs.starts):
        product = product_of(label, scene)
        return "hostbill.full-month" if product is not None and product.full_month else _FIRST
    more = _asks(label, scene.theirs) - _asks(label, scene.moment.seen)
    if more and ours.status not in WAITS:
        return not_issued(label, scene) if more > 0 else issued(label, scene)
    one, other, before = (getattr(each, name) for each in (ours, theirs, was))
    if one == before and ours.tariff != was.tariff:  # an upgrade leaves dates as they are
        return _UPGRADE
    asks = name == "expires" and before in {one, other} and _asks(label, scene.theirs)
    return begins(label, scene, "hostbill.automation.renew") if asks else ""


_FIRST: Final = "hostbill.initial-period.adjust"


def covered(kind: str, scene: Scene) -> str:
    """Return the rule of the time that a line of a kind is for: the first, or a further one."""
    label = _otherwise_covered(kind, scene)
    ours, was = scene.ours(label), scene.was(label)
    if ours is None or was is None or was.status in WAITS:
        product = product_of(label, scene)
        return "hostbill.full-month" if product is not None and product.full_month else _FIRST
    return "hostbill.cycle.change" if ours.period != was.period else "hostbill.renew"


def _otherwise_covered(kind: str, scene: Scene) -> str:
    """Return the service of a line of a kind, of whose time no line is there; else of the first."""
    there = {
        (scene.theirs.labels.get(each.service or ""), tuple(each.covers or ()))
        for each in scene.theirs.lines
        if each.kind == kind
    }
    labels = scene.moment.seen.labels
    ours = [
        (labels.get(str(each.service), ""), each.covers) for each in _of(kind, scene) if each.covers
    ]
    other = (label for label, time in ours if (label, tuple(time)) not in there)
    return next(other, ours[0][0] if ours else "")


def _asks(label: str, seen: Seen) -> int:
    """Return how many cycles of a service are asked for at a moment."""
    return sum(
        line.kind == "period" and seen.labels.get(line.service or "") == label
        for line in seen.lines
    )


def _other_product(label: str, scene: Scene) -> bool:
    ours, theirs = scene.ours(label), scene.their(label)
    return ours is not None and theirs is not None and ours.tariff != theirs.tariff


def begins(label: str, scene: Scene, rule: str = "hostbill.automation.create") -> str:
    """Return the rule by which a service is made now, or not yet; nothing where one has ended."""
    shown = scene.ours(label), scene.their(label)
    if any(each is None or each.status in _ENDED for each in shown):
        return ""
    if scene.verb == "order" and _asks(label, scene.theirs) and not _asks(label, scene.moment.seen):
        return not_issued(label, scene)
    if scene.verb == "order" and _asks(label, scene.moment.seen) > _asks(label, scene.theirs):
        product = product_of(label, scene)
        return f"hostbill.billing-type.{product.billing_type or 'prepaid'}" if product else ""
    return _PAY if paid_otherwise(scene, label) or _paid_in_part(label, scene) else rule


def _paid_in_part(label: str, scene: Scene) -> bool:
    """Tell whether a service begins with a payment that leaves its invoice unpaid."""
    ours = scene.ours(label)
    waits = scene.verb == "pay" and ours is not None and ours.status in WAITS
    return waits and any(
        each.status == "unpaid" and label in services_of(each, scene.theirs)
        for each in scene.theirs.invoices
    )


def switched(label: str, scene: Scene) -> str:
    """Return the rule of the product that a service has, where the same is asked for it."""
    if scene.verb not in {"change_tariff", "pay"}:
        return ""
    if paid_otherwise(scene, label):
        return _PAY
    ours, was = scene.ours(label), scene.was(label)
    at_once = ours is not None and was is not None and ours.tariff != was.tariff
    waits = _waits(label, scene) if scene.verb == "change_tariff" and at_once else ""
    down = at_once and scene.verb == "change_tariff" and not scene.moment.lines
    return waits or ("" if down else "hostbill.automation.upgrade")


def paid_otherwise(scene: Scene, label: str = "") -> bool:
    """Tell whether invoices, of a service or of all, are paid in one run alone."""
    one, other = (_paid(seen, label) for seen in (scene.moment.seen, scene.theirs))
    return one != other


def _paid(seen: Seen, label: str) -> Counter[Decimal]:
    own = (each for each in seen.invoices if not label or label in services_of(each, seen))
    totals = (Decimal(each.total) for each in own if each.status == "paid")
    return Counter(total for total in totals if total)


def services_of(invoice: ObservedInvoice, seen: Seen) -> frozenset[str]:
    """Return the services that an invoice is for."""
    told = {line.service for line in invoice.lines} | {invoice.service}
    return frozenset(seen.labels.get(each or "", "") for each in told)


def grouped(seen: Seen) -> Counter[frozenset[str]]:
    """Return which services are on one invoice."""
    return Counter(services_of(each, seen) for each in seen.invoices)


def same_but_tax(scene: Scene) -> bool:
    """Tell whether the same is charged, but for the tax on it."""
    ours, theirs = (
        Counter((line.kind, Decimal(line.amount)) for line in seen.lines)
        for seen in (scene.moment.seen, scene.theirs)
    )
    rest = (ours - theirs) + (theirs - ours)
    return all(kind == "tax" for kind, _ in rest)
