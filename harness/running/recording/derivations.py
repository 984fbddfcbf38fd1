"""How the reference comes to each amount and each date of a scenario, as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.harness.running.recording.events import told_instant
from prorata.harness.running.wording import step_lines
from prorata.reference.derivation import shown
from prorata.reference.ledger import Line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from prorata.harness.running.story import Story
    from prorata.reference.engine.decisions import Decision

__all__ = ["derivations"]

#: So many derivations that differ are kept.
_MOST: Final = 60


def derivations(ours: Story, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the derivations of a run in order; what is alike is told once, with how often.

    Each has ``at``, ``service``, ``what`` (a kind of line, or a date), ``result``, ``rule`` and
    ``steps``, lines of text.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for made, label in _made(ours):
        told = _told(ours, made, label)
        if told is None:
            continue
        key = (label, told["what"], told["result"], *told["steps"])
        if key in found:
            found[key]["alike"] = found[key].get("alike", 1) + 1
        elif len(found) < _MOST:
            found[key] = {"at": told_instant(made.at, zone), **told}
    return list(found.values())


def _made(ours: Story) -> Iterator[tuple[Line | Decision, str]]:
    """Yield the dates and the lines of each moment, with the labels of their services."""
    for moment in (moment for moments in ours.steps for moment in moments):
        both: tuple[Line | Decision, ...] = (*moment.decisions, *moment.lines)
        for made in both:
            yield made, moment.seen.labels.get(str(made.service), f"service {made.service}")


def _told(ours: Story, made: Line | Decision, label: str) -> dict[str, Any] | None:
    """Derive a line or a date; None where nothing was worked out, or nothing came of it."""
    if not isinstance(made, Line) and made.nothing:
        return None
    derivation = ours.derive(made)
    if not derivation.steps:
        return None
    if isinstance(made, Line):
        what, result = made.kind, f"{made.amount} {made.amount.currency}"
    elif derivation.result is None:
        return None  # never, say
    else:
        what, result = made.what, _date(derivation.result)
    told = {"service": label, "what": what, "result": result, "rule": derivation.rule}
    reasons = tuple(dict.fromkeys(step.why for step in derivation.steps if step.why))
    return {**told, "steps": [*step_lines(derivation), *reasons]}


def _date(result: Any) -> str:
    days = result if isinstance(result, tuple) else (result,)
    return " .. ".join(shown(day) for day in days if day is not None)
