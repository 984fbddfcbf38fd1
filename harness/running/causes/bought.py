"""Which rule sets what a service is that is bought from a seller: who asked, or what was heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.running.causes.invoicing import ended_now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.running.causes.scene import Scene
    from prorata.harness.running.places import Path

__all__ = ["bought"]

_OPERATION: Final = "resell.operation"
_EVENTS: Final = "resell.events"
_UNMADE: Final = "resell.operation.unmade"
#: What lifts a suspension for non-payment, and no other.
_PAYING: Final = frozenset({"renew", "pay"})
_OF_TASKS: Final = frozenset({_OPERATION, _EVENTS, "billmanager.task.department"})


def bought(path: Path, scene: Scene) -> str:
    """Return the rule of a place of a billing that buys; nothing where it is as any other's."""
    if not scene.scenario.given.sellers:
        return ""
    if path[0] in _SUBJECTS:
        return _SUBJECTS[path[0]](scene)
    label, name = path[0], path[1] if len(path) > 1 else ""
    return _FIELDS[name](label, scene) if name in _FIELDS and _is_bought(label, scene) else ""


def _is_bought(label: str, scene: Scene) -> bool:
    ours, sold = scene.ours(label), scene.scenario.catalogue()
    return ours is not None and "seller_tariff" in sold.get(ours.tariff or "", {})


def _status(label: str, scene: Scene) -> str:
    """Return the rule of a status: of what is not there yet, or of what the seller did."""
    ours, theirs = scene.ours(label), scene.their(label)
    if ours is None or theirs is None:
        return ""
    if "processing" in {ours.status, theirs.status}:
        unheard = theirs.status == "processing" and scene.by_itself
        return _EVENTS if unheard else _OPERATION
    if scene.verb in _PAYING and ours.status == "suspended" and _held(label, scene):
        return _EVENTS
    decided = any(scene.now("suspended", "deleted", "terminated", label=label))
    return "" if decided or not scene.by_itself else _EVENTS


def _held(label: str, scene: Scene) -> bool:
    """Tell whether a seller suspended last what is bought there, and nobody has resumed it."""
    others = scene.scenario.others
    sellers = (others[name] for name in scene.scenario.given.sellers if name in others)
    done = (
        step.act[0]
        for seller in sellers
        for step in seller.steps
        if step.act and step.at <= scene.theirs.at and getattr(step.act[1], "service", "") == label
    )
    told = [verb for verb in done if verb in {"suspend", "resume"}]
    return told[-1:] == ["suspend"]


def _as_it_was(label: str, scene: Scene) -> str:
    """Return the rule of a field that moves only where somebody pays, or the seller says so."""
    decided = any(scene.now("expires", "renewed", label=label)) or bool(scene.theirs.lines)
    ended = any(label == each for each, _ in ended_now(scene))
    return "" if not scene.by_itself or decided or ended else _EVENTS


def _charged(scene: Scene) -> str:
    """Return the rule by which nothing is charged where nobody did anything, and nothing due."""
    if scene.verb == "delete":
        return _UNMADE
    renewing = any(each and each.auto_renewal for each in scene.moment.seen.services.values())
    return "" if renewing or scene.moment.lines or not scene.by_itself else _EVENTS


def _tasks(scene: Scene) -> str:
    """Return the rule of a task: what the scenario is about of the trade."""
    about = (rule for rule in scene.scenario.rules if rule in _OF_TASKS)
    return next(about, _OPERATION)


_SUBJECTS: Final[Mapping[str, Callable[[Scene], str]]] = {"charged": _charged, "tasks": _tasks}
_FIELDS: Final[Mapping[str, Callable[[str, Scene], str]]] = {
    "status": _status,
    "expires": _as_it_was,
    "tariff": _as_it_was,
}
