"""The record of a scenario: what was done, what was seen and expected, and how that comes about.

Its keys, all of plain data: ``title``, ``system``, ``currency``, ``source``, ``readings`` (those
that the file pins), ``file`` and ``text`` (of the scenario), ``steps``, ``got`` (and ``expected``,
where the scenario does not conform) as events, ``derived`` and ``calls``. What is empty is left
out.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.bounded import read_bounded
from prorata.harness.protocol import RefusedAct
from prorata.harness.running.recording.calls import calls_told
from prorata.harness.running.recording.derivations import derivations
from prorata.harness.running.recording.events import events, told_instant
from prorata.harness.running.selection import shown_file
from prorata.harness.running.wording import act_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.running.panels import PanelCall
    from prorata.harness.running.play import Stage
    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario, TimelineStep

__all__ = ["recorded"]

#: Of what an implementation says, so many characters are kept.
_LONGEST: Final = 400


def recorded(
    scenario: Scenario,
    stages: Sequence[Stage],
    calls: Sequence[PanelCall],
    ours: Story,
    *,
    conforms: bool,
) -> dict[str, Any]:
    """Return the record of a scenario that was played as far as `stages`.

    `ours` is the reference's own run, which explains the amounts and the dates; what it shows
    stands beside what was seen where the scenario does not conform.
    """
    zone = scenario.given.timezone
    found = {
        "title": scenario.title,
        "system": scenario.given.system,
        "currency": scenario.given.currency,
        "source": {
            name: value
            for name in ("document", "section")
            if (value := getattr(scenario.source, name))
        },
        "readings": dict(scenario.readings),
        "file": shown_file(scenario),
        "text": _text(scenario.place(()).file),
        "steps": list(_steps(scenario, stages)),
        "got": events([list(stage.moments) for stage in stages], scenario),
        "expected": [] if conforms else events([_seen(each) for each in ours.steps], scenario),
        "derived": derivations(ours, zone),
        "calls": calls_told(calls, zone),
    }
    return {key: value for key, value in found.items() if value}


def _seen(moments: Sequence[Any]) -> list[Any]:
    return [moment.seen for moment in moments]


@lru_cache(maxsize=8)
def _text(file: str) -> str:
    """Return the text of a scenario's file; nothing where it is no longer there."""
    try:
        return read_bounded(Path(file)).decode(errors="replace")
    except OSError:
        return ""


def _steps(scenario: Scenario, stages: Sequence[Stage]) -> Iterator[dict[str, Any]]:
    """Yield every step with its act, and what was answered where that is no plain yes."""
    for index, step in enumerate(scenario.steps):
        answer = stages[index].seen.answer if index < len(stages) else None
        told = {
            "at": told_instant(step.at, scenario.given.timezone),
            "act": _act(scenario, step),
            "verb": step.act[0] if step.act else "",
            "service": _about(step),
            "line": step.place.line,
            "refused": answer.reason[:_LONGEST] if isinstance(answer, RefusedAct) else "",
            "not played": index >= len(stages),
        }
        yield {key: value for key, value in told.items() if value}


def _act(scenario: Scenario, step: TimelineStep) -> str:
    """Say what is done at a step, by whichever billing."""
    others = (
        f"{name}: {act_text(other)}"
        for name, other in step.others.items()
        if other.act and name in scenario.others
    )
    return "; ".join([*([act_text(step)] if step.act else []), *others]) or "wait"


def _about(step: TimelineStep) -> str:
    """Return the label of the service that an act is about."""
    act = step.act[1] if step.act else None
    return str(getattr(act, "service", None) or getattr(act, "label", None) or "")
