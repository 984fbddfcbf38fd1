"""Names in which the number of a service stands: another billing counts from another number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prorata.harness.scenario.acts import Ordering, ThingOnPanel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario

__all__ = ["chosen_texts", "renumbered", "several_renumbered"]


def chosen_texts(scenario: Scenario, label: str) -> tuple[str, ...]:
    """Return what a client chose of a service: their own name, its domain, what is made in it."""
    return tuple(dict.fromkeys(text for text in _chosen(scenario, label) if text))


def _chosen(scenario: Scenario, label: str) -> Iterator[str | None]:
    for step in scenario.steps:
        act = step.act[1] if step.act else None
        if isinstance(act, Ordering):
            yield from act.chosen(label)
        elif isinstance(act, ThingOnPanel) and act.service == label:
            yield act.name


def renumbered(found: str, hoped: str, label: str, shown: Seen, chosen: Sequence[str]) -> str:
    """Return a name as the reference has it where only the number of the service is another.

    The number that the implementation gave the service stands for the reference's at that very
    place; what a client has `chosen` in a name stays as it is.
    """
    own = next((own for own, known in shown.labels.items() if known == label), "")
    if found == hoped or not own:
        return found
    number = shown.numbers[own]
    fixed = sorted(chosen, key=len, reverse=True)
    parts = re.split("(" + "|".join(map(re.escape, (*fixed, number))) + ")", hoped)
    either = f"(?:{re.escape(number)}|{re.escape(own)})"
    alike = "".join(
        either if part == number and part not in fixed else re.escape(part) for part in parts
    )
    return hoped if re.fullmatch(alike, found) else found


def several_renumbered(
    found: Sequence[str], hoped: str, label: str, shown: Seen, chosen: Sequence[str]
) -> Iterator[str]:
    """Yield names, each as the reference has it where only the number is another."""
    missing = [name for name in hoped.split(", ") if name not in found]
    for name in found:
        same = (m for m in missing if renumbered(name, m, label, shown, chosen) == m)
        yield next(same, name)
