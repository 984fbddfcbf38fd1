"""Which rule sets what stands in another billing of the scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.running.causes.acts import by_act
from prorata.reference.resell.trial import trial

if TYPE_CHECKING:
    from prorata.harness.running.causes.scene import Scene
    from prorata.harness.running.places import Path

__all__ = ["elsewhere"]

_CHARGED: Final = frozenset({"charged", "covers", "client", "posted"})
#: What is asked of a seller beside what is bought.
_ASKED: Final = frozenset({"resell.connection", "resell.import", "resell.licence.separate"})
#: The functions by which a seller is asked what happened, and what there is.
_LISTS: Final = frozenset({"itemevent", "soft"})
#: The form of a licence: who does nothing looks at it.
_LOOK: Final = "soft.edit"


def elsewhere(name: str, path: Path, scene: Scene) -> str:
    """Return the rule of a place of another billing, as the reference's run shows it there.

    A seller does what it is asked: what it shows otherwise was asked otherwise of it.
    """
    shown, theirs = (each.others.get(name) for each in (scene.moment.seen, scene.theirs))
    if shown is None or theirs is None or not path:
        return ""
    looked = path[0] == "calls" and (path[1] in _LISTS or (scene.by_itself and path[1] == _LOOK))
    if looked or name not in scene.scenario.given.sellers:
        return "resell.events"
    if path[0] in _CHARGED and shown.lines == theirs.lines:
        kinds = path[1:2]
        rules = (line.rule for line in shown.lines if not kinds or line.kind == kinds[0])
        return next(filter(None, rules), "resell.operation")
    asked = by_act(scene)
    return _until(path, scene) or (asked if asked in _ASKED else "resell.operation")


def _until(path: Path, scene: Scene) -> str:
    """Return the rule by which a licence is there, and until when, where that is one of selling."""
    service = scene.ours(path[0])
    if service is None or path[1:] not in {(), ("expires",)}:
        return ""
    sold = scene.scenario.catalogue().get(service.tariff or "", {})
    if "trial" in sold or trial(number=sold.get("seller_tariff", "")):
        return "resell.trial"
    limited = (made.rule for made in scene.now("expires") if path[1:])
    return next((rule for rule in limited if rule.startswith("resell.")), "")
