"""Which rule sets what stands in another billing of the scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prorata.harness.running.causes.scene import Scene
    from prorata.harness.running.places import Path

__all__ = ["elsewhere"]

#: What follows from what the judged billing asked of the other one, and when.
_ASKED: Final = frozenset({"licences", "calls", "balance"})
_CHARGED: Final = frozenset({"charged", "covers", "client", "posted"})


def elsewhere(name: str, path: Path, scene: Scene) -> str:
    """Return the rule of a place of another billing, as the reference's run shows it there."""
    shown = scene.moment.seen.others.get(name)
    if shown is None or not path:
        return ""
    if path[0] in _CHARGED:
        kinds = path[1:2]
        rules = (line.rule for line in shown.lines if not kinds or line.kind == kinds[0])
        return next(filter(None, rules), "resell.operation")
    return "resell.operation" if path[0] in _ASKED else "resell.events"
