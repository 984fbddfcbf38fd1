"""Which rule sets what a service is: its dates, its status, its tariff and its names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.protocol import RefusedAct
from prorata.harness.running.causes.acts import BY_WHOM, by_act, changed
from prorata.harness.running.causes.invoicing import (
    begins,
    dated,
    ended_now,
    product_of,
    switched,
)
from prorata.harness.running.causes.lines import too_much
from prorata.harness.running.causes.panel import made
from prorata.harness.running.causes.scene import WAITS
from prorata.harness.running.causes.together import ends_with
from prorata.harness.running.places.common import period
from prorata.harness.scenario.acts import By, Order

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from prorata.harness.running.causes.scene import Scene
    from prorata.harness.running.places import Path
    from prorata.reference.engine.decisions import Decision

__all__ = ["hindered", "service"]


def service(path: Path, scene: Scene) -> str:
    """Return the rule of a field of a service."""
    label, name = path[0], path[1] if len(path) > 1 else ""
    if not name:
        return _there(label, scene)
    if name in _BEGINS and _begins(label, scene):
        return _begins(label, scene)
    found = _FIELDS.get(name, "")
    return found if isinstance(found, str) else found(label, scene)


def hindered(scene: Scene) -> str:
    """Return the rule by which a service has another status, for which an act was refused."""
    theirs, label = scene.theirs.answer, getattr(scene.act, "service", "")
    ours, other, was = scene.ours(label), scene.their(label), scene.was(label)
    if not isinstance(theirs, RefusedAct) or ours is None or other is None:
        return ""
    if ours.status == other.status:
        return ""
    if scene.system == "hostbill":
        left = was is not None and ours.status == was.status
        return _of_hostbill(label, {ours.status, other.status}, scene) if left else ""
    ended = _ended(label, {other.status}, scene) if theirs.rule == _STATUS else None
    return ended.rule if ended else ""


def _there(label: str, scene: Scene) -> str:
    """Return the rule by which a service is told: what made it, or what ended it, last."""
    ours = scene.ours(label)
    if ours is None:
        return ""
    if scene.was(label) is None:
        return _begins(label, scene) or by_act(scene)
    ended = scene.decided(label, ours.status)
    if ended is None and ours.status == "deleted":
        return BY_WHOM["delete", "client"]
    return ended.rule if ended else _STATUS


def _begins(label: str, scene: Scene) -> str:
    """Return the rule by which a service is there and begins, where that is another one's."""
    ours, theirs = scene.ours(label), scene.their(label)
    if theirs is None and isinstance(scene.act, Order) and label != scene.act.label:
        return "billmanager.order.quantity"
    if ours is None or theirs is None or (ours.status in WAITS) == (theirs.status in WAITS):
        return ""
    if scene.system == "billmanager":
        return "billmanager.order.price"
    found = begins(label, scene)
    return _made_in_hostbill(label, scene) if found == _ACCOUNT else found


def _date(label: str, scene: Scene) -> str:
    """Return the rule of a date: what decided it now, else what was done now and left it."""
    if _outlives_its_trial(label, scene):
        return _TRIAL
    renewed = next((made.rule for made in scene.now("renewed", label=label)), "")
    invoiced = _of_invoice(label, scene) if scene.system == "hostbill" else ""
    if invoiced or (scene.idle and renewed):
        return invoiced or renewed
    now = next((made.rule for made in scene.now("expires", label=label)), "")
    if now:
        return renewed if renewed and _otherwise(label, scene) else now
    return _left(label, scene)


def _of_invoice(label: str, scene: Scene) -> str:
    """Return the rule by which an expiry moves with an invoice, or with the end of its service."""
    ended = dict(ended_now(scene)).get(label, "")
    return (ended and _of_hostbill(label, {ended}, scene)) or dated(label, "expires", scene)


def _left(label: str, scene: Scene) -> str:
    """Return the rule by which an expiry stays as it was."""
    ours = scene.ours(label)
    if scene.verb == "change_tariff":
        return changed(label, scene)
    if scene.verb == "pay" and scene.system == "billmanager":
        # What has begun is renewed by no payment.
        return _AUTO if ours is not None and ours.expires is not None else ""
    if not scene.by_itself or scene.charged(label):
        return ""
    theirs = scene.their_lines(label)
    decided = None if theirs else scene.decided(label, "expires")
    return too_much(theirs[0].kind, scene) if theirs else decided.rule if decided else ""


def _outlives_its_trial(label: str, scene: Scene) -> bool:
    """Tell whether a service goes on by itself after its trial."""
    ours, theirs = scene.ours(label), scene.their(label)
    if not scene.by_itself or not scene.on_trial(label) or ours is None or theirs is None:
        return False
    return bool(ours.expires and theirs.expires and theirs.expires > ours.expires)


def _next_due(label: str, scene: Scene) -> str:
    """Return the rule of the date of the next invoice."""
    invoiced = dated(label, "next_due", scene) if scene.system == "hostbill" else ""
    if invoiced:
        return invoiced
    now = next((made.rule for made in scene.now("next due", label=label)), "")
    return now or _date(label, scene)


def _otherwise(label: str, scene: Scene) -> bool:
    """Tell whether a service did not renew by itself, or for another period."""
    ours, theirs, was = scene.ours(label), scene.their(label), scene.was(label)
    if ours is None or theirs is None or was is None:
        return False
    told = "period" in theirs.model_fields_set
    other = told and period(theirs.period) != period(ours.period)
    return theirs.expires == was.expires or other


def _of_hostbill(label: str, statuses: set[str], scene: Scene) -> str:
    """Return the rule of a status in HostBill, of two that differ."""
    along = ends_with(label, scene) if statuses & _STOPPED else ""
    if along:
        return along
    if "cancelled" in statuses:
        asked = scene.verb == "cancel" or not scene.decided(label, "cancelled")
        return "hostbill.cancel" if asked else "hostbill.order.auto-cancel"
    if "terminated" in statuses:
        return by_act(scene) if scene.verb == "delete_order" else "hostbill.terminate"
    if "suspended" in statuses:
        return "hostbill.unsuspend" if scene.verb == "pay" else "hostbill.suspend"
    return _made_in_hostbill(label, scene) if "pending" in statuses else ""


def _made_in_hostbill(label: str, scene: Scene) -> str:
    """Return the rule by which an account is made now, or not yet: by what was done, or again."""
    ours, was, product = scene.ours(label), scene.was(label), product_of(label, scene)
    by_panel = made(label, scene) if ours is not None and ours.status == "active" else _CREATE
    by_cron = product is not None and product.create_account == "by cron"
    again = scene.by_itself and was is not None and was.status == "pending" and not by_cron
    return by_panel if again or by_panel != _CREATE else _ACCOUNT


def _status(label: str, scene: Scene) -> str:
    """Return the rule of a status: who suspended or deleted it, or when it fell due."""
    ours, theirs = scene.ours(label), scene.their(label)
    one, other = (each.status if each else "" for each in (ours, theirs))
    if scene.system == "hostbill":
        return _of_hostbill(label, {one, other}, scene)
    if "processing" in {one, other}:
        waits = one == "active" or scene.scenario.given.ipmanager is not None
        return made(label, scene) if waits else _STATUS
    if isinstance(scene.act, By) and scene.act.service == label:
        return BY_WHOM.get((scene.verb, scene.act.by), "")
    if scene.verb == "renew":
        return _suspended_by(label, scene) if one == "suspended" else _STATUSES["renew"]
    if _outlives_its_trial(label, scene):
        return _TRIAL
    ended = _ended(label, {one, other}, scene)
    return ended.rule if ended else _by_itself(label, scene)


def _by_itself(label: str, scene: Scene) -> str:
    """Return the rule of a status that nobody set and that nothing ended."""
    if _stopped(label, scene):
        return _UNPAID
    renewed = next((made.rule for made in scene.now("renewed")), "")
    return renewed or _STATUSES.get(scene.verb, _STATUS)


def _stopped(label: str, scene: Scene) -> bool:
    """Tell whether a service is suspended by itself that is paid for as long as it should be."""
    ours, theirs = scene.ours(label), scene.their(label)
    if ours is None or theirs is None or scene.scenario.given.sellers or not scene.by_itself:
        return False
    expires = theirs.expires
    return theirs.status == "suspended" and expires is not None and expires == ours.expires


def _ended(label: str, shown: Collection[str], scene: Scene) -> Decision | None:
    """Return what decided that a service is suspended or deleted, where one shows it so."""
    # What was not even suspended is not deleted.
    first = next(scene.now("suspended", label=label), None) if "active" in shown else None
    ends = (scene.decided(label, end) for end in ("deleted", "suspended") if end in shown)
    return first or next(filter(None, ends), None)


def _suspended_by(label: str, scene: Scene) -> str:
    """Return the rule by which somebody's suspension stays."""
    for step in reversed(scene.scenario.steps):
        act = step.act[1] if step.act and step.at <= scene.theirs.at else None
        if isinstance(act, By) and act.service == label and step.act and step.act[0] == "suspend":
            return BY_WHOM["suspend", act.by]
    return _STATUSES["renew"]


def _user(label: str, scene: Scene) -> str:
    """Return the rule of the name of a user, or that of making it where it was made twice."""
    ours = scene.ours(label)
    left = {*scene.theirs.strangers} - {*scene.moment.seen.strangers}
    given = scene.scenario.given.ispmanager
    there, theirs = (given.users or {}) if given is not None else {}, scene.their(label)
    if ours is not None and ours.user in left:
        return _CREATE
    if theirs is not None and theirs.user in there:
        return _CREATE  # it is somebody else's
    return _NAMES[scene.system][0]


def _tariff(label: str, scene: Scene) -> str:
    """Return the rule of what a service is sold as."""
    return switched(label, scene) if scene.system == "hostbill" else changed(label, scene)


def _resources(label: str, scene: Scene) -> str:
    """Return the rule of an amount of a resource: of its order, or of what ended it."""
    if scene.verb == "change_tariff":
        return changed(label, scene)
    if scene.verb == "cancel_resource":
        ours = scene.ours(label)
        tariff = scene.scenario.given.tariffs.get((ours.tariff if ours else None) or "")
        policy = getattr(tariff, "resource_cancel", None) or "no refund"
        return f"billmanager.resource.cancel.{policy.replace(' ', '-')}"
    return f"billmanager.{'tariff' if _by_themselves(label, scene) else 'order'}.resources"


def _by_themselves(label: str, scene: Scene) -> bool:
    """Tell whether only such resources differ as come with a tariff by themselves."""
    ours, theirs = scene.ours(label), scene.their(label)
    if ours is None or theirs is None:
        return False
    names = {*ours.resources, *theirs.resources}
    other = {name for name in names if ours.resources.get(name) != theirs.resources.get(name)}
    row = scene.scenario.catalogue().get(ours.tariff or "", {})
    asked = getattr(scene.act, "resources", None) or {}
    return other.isdisjoint({*row.get("resources", {}), *asked, getattr(scene.act, "resource", "")})


_STATUS: Final = "billmanager.lifecycle.status"
_UNPAID: Final = "billmanager.suspend.non-payment"
_AUTO: Final = "billmanager.renew.auto"
_TRIAL: Final = "billmanager.order.trial"
_CREATE: Final = "provision.ispmanager.create"
_ACCOUNT: Final = "hostbill.automation.create"
#: What a service of HostBill is that does not run any more, or not now.
_STOPPED: Final = frozenset({"cancelled", "terminated", "suspended"})
#: The rules of the name of a user and of a domain.
_NAMES: Final = {
    "billmanager": ("billmanager.name.username", "billmanager.name.domain"),
    "hostbill": ("hostbill.username.pattern", "hostbill.hostname.validation"),
}
#: The rule of whose a service is.
_OWNED: Final = {"billmanager": "billmanager.order.price", "hostbill": "hostbill.ownership"}
_BEGINS: Final = frozenset({"expires", "next_due", "starts", "status"})
_FIELDS: Final[Mapping[str, str | Callable[[str, Scene], str]]] = {
    "expires": _date,
    "next_due": _next_due,
    "starts": _date,
    "status": _status,
    "tariff": _tariff,
    "resources": _resources,
    "auto_renewal": _AUTO,
    "user": _user,
    "domain": lambda _label, scene: _NAMES[scene.system][1],
    "domain_option": "hostbill.order.domain",
    "answers": "hostbill.order.forms",
    "agreement": "hostbill.order.agreement",
    "points_to": "billmanager.name.free-zone",
    "usage": "hostbill.metered",
    "usage_costs": "hostbill.metered",
    "client": lambda _label, scene: _OWNED[scene.system],
}
_STATUSES: Final = {
    "order": "billmanager.order.price",
    "pay": "billmanager.order.price",
    "renew": _UNPAID,
}
