"""What decides at which place: of each subject, its own module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.running.causes import lines, panel, services, told
from prorata.harness.running.causes.acts import act, main
from prorata.harness.running.causes.bought import bought
from prorata.harness.running.causes.elsewhere import elsewhere
from prorata.harness.running.causes.invoices import asks_nothing
from prorata.harness.running.places import QUOTED, SECOND, STRANGERS, UNORDERED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.running.causes.scene import Scene
    from prorata.harness.running.places import Path

__all__ = ["rule_at"]


def rule_at(path: Path, scene: Scene) -> str:
    """Return the id of the rule that sets what the reference shows at a place.

    ``always: …`` is none of the registry: it says what goes against what always holds.
    """
    if scene.at_another_hour and scene.system == "hostbill":
        return "hostbill.cron"
    if scene.system == "hostbill" and asks_nothing(scene):
        return "hostbill.invoice.zero"
    if path[0] in scene.scenario.others:
        return elsewhere(path[0], path[1:], scene) or main(scene)
    found = bought(path, scene) or _SUBJECTS.get(path[0], services.service)(path, scene)
    if scene.system == "hostbill" and found.startswith("billmanager."):
        found = ""
    return found or main(scene)


def _act(path: Path, scene: Scene) -> str:
    return services.hindered(scene) or act(path, scene)


_SUBJECTS: Final[Mapping[str, Callable[[Path, Scene], str]]] = {
    STRANGERS: lambda _path, _scene: "always: agreement with the panel",
    UNORDERED: lines.unordered,
    "accounts": told.accounts,
    "act": _act,
    SECOND: lambda _path, _scene: lines.TWICE,
    "balance": lines.balance,
    "charged": lines.charged,
    "client": lines.charged,
    "covers": lines.covers,
    "credit_notes": told.credit_notes,
    "entered": panel.entered,
    "functions": told.functions,
    "invoices": lines.invoices,
    "ispmanager": panel.panel,
    "ledger": lines.ledger,
    "notifications": told.notices,
    "posted": lines.charged,
    QUOTED: lines.charged,
    "shown": panel.shown,
    "tariffs": told.tariffs,
    "tasks": told.tasks,
}
