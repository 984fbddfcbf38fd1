"""Which rule sets what stands at a place: by the lines, dates and acts of the reference's run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.protocol import RefusedAct
from prorata.harness.running.places import INSIDE, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.harness.running.places import Path
    from prorata.harness.running.seen import Seen
    from prorata.harness.running.story import Moment
    from prorata.harness.scenario import Scenario, TimelineStep
    from prorata.reference.engine.decisions import Decision

__all__ = ["Scene", "rule_at"]


class Scene(NamedTuple):
    """What the reference did at a moment, and before; `step` is None on the way to a step."""

    scenario: Scenario
    step: TimelineStep | None
    moment: Moment
    before: Sequence[Moment]
    #: What the implementation under test shows at this moment.
    theirs: Seen

    @property
    def verb(self) -> str:
        """The act of the step, nothing where something fell due."""
        return self.step.act[0] if self.step and self.step.act else ""

    def number(self, label: str) -> int | None:
        """Return the number that the reference gave a service."""
        labels = self.moment.seen.labels
        return next((int(own) for own, known in labels.items() if known == label), None)

    def decided(self, label: str, what: str) -> Decision | None:
        """Return the last decision about a date of a service, None where there was none."""
        number = self.number(label)
        for moment in (self.moment, *reversed(self.before)):
            for made in reversed(moment.decisions):
                if made.service == number and made.what == what:
                    return made
        return None


def rule_at(path: Path, scene: Scene) -> str:
    """Return the id of the rule that sets what the reference shows at a place."""
    found = _SUBJECTS.get(path[0], _service)(path, scene)
    if scene.scenario.given.system == "hostbill" and found.startswith("billmanager."):
        found = ""
    return found or _main(scene)


def _main(scene: Scene) -> str:
    """Return the rule of what was done at a moment: of a refusal, a line, a date, or its act."""
    answer = scene.moment.seen.answer
    if isinstance(answer, RefusedAct) and answer.rule:
        return answer.rule
    told = [line.rule for line in scene.moment.lines if ".tax." not in line.rule]
    told += [made.rule for made in scene.moment.decisions]
    by_act = _ACTS.get(scene.verb, "")
    own = [rule for rule in told if rule in scene.scenario.rules]
    return next(iter((*own, *((by_act,) if by_act else ()), *told, *scene.scenario.rules)), "")


def _act(path: Path, scene: Scene) -> str:
    """Return the rule by which an act was refused that is none of the refused ones.

    Otherwise it is left to what was done.
    """
    theirs = scene.theirs.answer
    refused = theirs.rule if path == ("act",) and isinstance(theirs, RefusedAct) else None
    return refused if refused in scene.scenario.rules and not _refused(scene) else ""


def _refused(scene: Scene) -> bool:
    return isinstance(scene.moment.seen.answer, RefusedAct)


def _charged(path: Path, scene: Scene) -> str:
    kind = path[1] if len(path) > 1 else ""
    lines = [line for line in scene.moment.lines if kind_of(line.kind, line.inside) == kind]
    if path[0] == "covers":
        return _covered(scene) or next((line.rule for line in lines), "")
    if _idle(scene):
        by_itself = [made.rule for made in scene.moment.decisions if made.what == "renewed"]
        return next(iter(by_itself), next((line.rule for line in lines), ""))
    more = sum(line.kind == kind for line in scene.theirs.lines) > len(lines)
    if lines and more and _by_itself(scene):
        return _BY_ITSELF.get(kind.removesuffix(INSIDE), lines[0].rule)
    if lines:
        own = (line.rule for line in lines if line.rule in scene.scenario.rules)
        return next(own, lines[0].rule)
    return _too_much(kind.removesuffix(INSIDE), scene)


def _idle(scene: Scene) -> bool:
    """Tell whether nothing was charged at a moment at which something should have been."""
    return _by_itself(scene) and not scene.theirs.lines and bool(scene.moment.lines)


def _by_itself(scene: Scene) -> bool:
    """Tell whether nobody did anything at a moment: what happened fell due."""
    return scene.verb in {"", "wait"}


def _covered(scene: Scene) -> str:
    return next((made.rule for made in scene.moment.decisions if made.what == "expires"), "")


def _too_much(kind: str, scene: Scene) -> str:
    """Return the rule by which there is no line of a kind at this moment."""
    if scene.verb == "change_tariff":
        return _changed(scene)
    if scene.verb in _BY_ACT.get(kind, {}):
        return _BY_ACT[kind][scene.verb]
    if _by_itself(scene) or scene.verb == "pay":
        return _BY_ITSELF.get(kind, "")
    return _KINDS.get(kind, "")


def _service(path: Path, scene: Scene) -> str:
    label, name = path[0], path[1] if len(path) > 1 else ""
    if name in {"expires", "next_due", "starts"}:
        return _date(label, scene)
    if name == "status":
        return _status(label, scene)
    if name == "tariff":
        return _changed(scene)
    return _FIELDS.get(name, "")


def _date(label: str, scene: Scene) -> str:
    """Return the rule of a date: what decided it now, else what was done now and left it."""
    number = scene.number(label)
    if _idle(scene):
        by_itself = [made.rule for made in scene.moment.decisions if made.what == "renewed"]
        if by_itself:
            return by_itself[0]
    now = [m for m in scene.moment.decisions if m.service == number and m.what == "expires"]
    if now:
        return now[-1].rule
    if scene.verb == "change_tariff":
        return _changed(scene)
    if _by_itself(scene) and scene.theirs.lines and not scene.moment.lines:
        return _too_much(scene.theirs.lines[0].kind, scene)
    if scene.moment.lines or not _by_itself(scene):
        return ""
    made = scene.decided(label, "expires")
    return made.rule if made else ""


def _status(label: str, scene: Scene) -> str:
    service = scene.moment.seen.services.get(label)
    status = service.status if service else ""
    if scene.verb in {"suspend", "resume", "delete"}:
        by = getattr(scene.step.act[1], "by", None) if scene.step and scene.step.act else None
        return _BY_WHOM.get((scene.verb, by or "client"), "")
    theirs = scene.theirs.services.get(label)
    shown = {status, theirs.status if theirs else ""}
    ended = next((each for each in ("deleted", "suspended") if each in shown), "")
    made = scene.decided(label, ended)
    if made is not None:
        return made.rule
    if "processing" in shown:
        panels = (rule for rule in scene.scenario.rules if rule.startswith("provision."))
        return next(panels, "provision.ispmanager.create")
    if status == "active":
        made = next((m for m in scene.moment.decisions if m.what == "renewed"), None)
        return made.rule if made else _STATUSES.get(scene.verb, "billmanager.lifecycle.status")
    return {"ordered": "billmanager.order.price"}.get(status, "billmanager.lifecycle.status")


def _changed(scene: Scene) -> str:
    """Return the rule of a change: by the policy of the tariff that the service had."""
    act = scene.step.act[1] if scene.step and scene.step.act else None
    label = getattr(act, "service", "")
    for moment in reversed(scene.before):
        service = moment.seen.services.get(label)
        if service is not None:
            tariffs = scene.scenario.given.tariffs
            policy = getattr(tariffs.get(service.tariff or ""), "tariff_change", None)
            word = policy if isinstance(policy, str) else "full payment"
            return _POLICIES["add funds" if policy is None else word]
    return ""


def _panel(path: Path, scene: Scene) -> str:
    name = path[2] if len(path) > 2 else ""  # noqa: PLR2004  ispmanager, label, what
    if name == "exists":
        return f"provision.ispmanager.{_of_existence(path[1], scene)}"
    if name == "suspended":
        service = scene.moment.seen.services.get(path[1])
        off = service is not None and service.status == "suspended"
        return f"provision.ispmanager.{'suspend' if off else 'resume'}"
    if name == "has":
        return f"provision.ispmanager.{'domain' if path[3:] == ('domain',) else 'manage'}"
    return _ON_PANEL.get(name, "provision.ispmanager.create")


def _of_existence(label: str, scene: Scene) -> str:
    """Return what makes or ends a user: who was there before was deleted, whatever was meant."""
    service = scene.moment.seen.services.get(label)
    if service is not None and service.status == "deleted":
        return "delete"
    before = scene.before[-1].seen.services.get(label) if scene.before else None
    if service is not None and before is not None and before.status == "active":
        return "suspend" if service.status == "suspended" else "delete"
    return "create"


def _shown(_path: Path, scene: Scene) -> str:
    return _SHOWN.get(scene.verb, "provision.ispmanager.manage")


def _always(rule: str) -> Callable[[Path, Scene], str]:
    return lambda _path, _scene: rule


def _entered(path: Path, _scene: Scene) -> str:
    return f"provision.ispmanager.{'return' if path[1:] == ('returns',) else 'login'}"


def _notices(_path: Path, scene: Scene) -> str:
    """Return the rule of what is told, or of who tells it, where the scenario is about that."""
    senders = [rule for rule in scene.scenario.rules if rule == _SENDER]
    return next(iter(senders), "billmanager.notify.activation")


def _listed(path: Path, _scene: Scene) -> str:
    """Return the rule of a list of tariffs: of its order, or of what it shows of one."""
    return "billmanager.sort" if len(path) == 1 else "billmanager.show"


def _balance(path: Path, scene: Scene) -> str:
    if scene.verb == "pay" and not scene.moment.lines:
        return "billmanager.pay" if scene.scenario.given.system == "billmanager" else ""
    lines = [line for line in scene.moment.lines if line.client == path[1]]
    return lines[0].rule if lines else ""


_SUBJECTS: Final[Mapping[str, Callable[[Path, Scene], str]]] = {
    "act": _act,
    "charged": _charged,
    "covers": _charged,
    "balance": _balance,
    "accounts": _always("billmanager.currency.change"),
    "ispmanager": _panel,
    "entered": _entered,
    "shown": _shown,
    "notifications": _notices,
    "tasks": _always("billmanager.task.department"),
    "tariffs": _listed,
    "ledger": _act,
    "invoices": _act,
}
_SENDER: Final = "billmanager.notify.sender"
_ON_PANEL: Final = {
    "preset": "provision.ispmanager.change-preset",
    "limits": "provision.ispmanager.resources",
    "password": "provision.ispmanager.password",
    "backup": "provision.ispmanager.overrides",
    "address": "billmanager.name.free-zone",
    "name": "billmanager.name.username",
}
_SHOWN: Final = {
    "test_connection": "provision.ispmanager.connection",
    "import_presets": "provision.ispmanager.presets",
}
_FIELDS: Final = {
    "resources": "billmanager.order.resources",
    "auto_renewal": "billmanager.renew.auto",
    "user": "billmanager.name.username",
    "domain": "billmanager.name.domain",
    "points_to": "billmanager.name.free-zone",
}
_STATUSES: Final = {
    "order": "billmanager.order.price",
    "pay": "billmanager.order.price",
    "renew": "billmanager.renew.plain",
}
_BY_WHOM: Final = {
    ("suspend", "client"): "billmanager.suspend.client",
    ("suspend", "staff"): "billmanager.suspend.staff",
    ("resume", "client"): "billmanager.suspend.client",
    ("resume", "staff"): "billmanager.suspend.staff",
    ("delete", "client"): "billmanager.delete.client",
    ("delete", "staff"): "billmanager.delete.client",
}
#: The rule of an act that left neither a line nor a date.
_ACTS: Final = {
    "cancel_resource": "billmanager.resource.cancel.no-refund",
    "delete": "billmanager.delete.client",
    "order": "billmanager.order.price",
    "order_resource": "billmanager.order.resources",
    "pay": "billmanager.pay",
    "renew": "billmanager.renew.plain",
    "set_auto_renewal": "billmanager.renew.auto",
    "set_currency": "billmanager.currency.change",
    "set_password": "provision.ispmanager.password",
    "set_resource": "billmanager.order.resources",
}
_POLICIES: Final = {
    "add funds": "billmanager.change.funds",
    "change period": "billmanager.change.period",
    "extra charge only": "billmanager.change.extra-charge-only",
    "forbidden": "billmanager.change.forbidden",
    "full payment": "billmanager.change.full-payment",
}
#: By which rule there is no line of a kind, where nobody did anything.
_BY_ITSELF: Final = {
    "period": "billmanager.renew.auto",
    "resource": "billmanager.renew.auto",
    "daily": "billmanager.charge.daily.suspension",
    "late fee": "billmanager.renew.late-policy",
    "setup": "billmanager.order.price",
    "refund": "billmanager.delete.client",
}
_KINDS: Final = {
    "setup": "billmanager.order.price",
    "resource": "billmanager.order.resources",
    "daily": "billmanager.charge.daily",
    "late fee": "billmanager.renew.late-policy",
    "tax": "billmanager.tax.on-top",
}
_BY_ACT: Final = {
    "refund": {
        "cancel_resource": "billmanager.resource.cancel.no-refund",
        "set_resource": "billmanager.resource.cancel.no-refund",
        "delete": "billmanager.delete.client",
    },
    "period": {"renew": "billmanager.renew.weekend"},
}
