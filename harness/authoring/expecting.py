"""What the reference shows after each step of a story, written as expectations."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from prorata.harness.authoring.writing import WrittenStep, scenario_text, shown_instant
from prorata.harness.protocol import RefusedAct
from prorata.harness.running.selection import load_text
from prorata.harness.running.story import play_reference
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from prorata.harness.protocol import LedgerLine
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario

__all__ = ["expected", "played", "with_expectations"]


def played(head: Mapping[str, Any], steps: Sequence[WrittenStep]) -> tuple[Scenario, list[Seen]]:
    """Play steps with the reference; return the scenario, and what was there after each.

    Raises `ScenarioErrors`, and what `play_reference` raises.
    """
    # A scenario expects something: what it expects here is not judged.
    first = steps[0]._replace(expect={"balance": {}, "charged": []})
    (scenario,) = load_text(scenario_text(head, [first, *steps[1:]]).encode(), "new.yaml")
    return scenario, play_reference(scenario, choose(scenario.readings, {})).whole


def with_expectations(head: Mapping[str, Any], steps: Sequence[WrittenStep]) -> list[WrittenStep]:
    """Return the steps with what the reference shows after each of them, as far as it is new."""
    scenario, seen = played(head, steps)
    rows = expected(scenario, seen)
    return [step._replace(expect=row) for step, row in zip(steps, rows, strict=True)]


def expected(scenario: Scenario, seen: Iterable[Seen]) -> Iterator[dict[str, Any]]:
    """Yield what is to be expected of each step by what the reference showed, as far as it is new.

    A refusal is always told, and that nothing was charged by an act.
    """
    zone = scenario.given.timezone
    told: dict[str, Any] = {}
    for step, there in zip(scenario.steps, seen, strict=True):
        now = dict(_shown(there, zone, scenario.given.system))
        new = {key: value for key, value in now.items() if told.get(key) != value}
        services = {key: new.pop(key) for key in there.services if key in new}
        lines = [_line(each, zone) for each in there.lines]
        charged = {"charged": lines} if lines or step.act else {}
        yield {**services, **_refused(there), **charged, **new}
        told |= now


def _refused(seen: Seen) -> dict[str, Any]:
    refused = isinstance(seen.answer, RefusedAct) and seen.answer.rule
    return {"refused": refused} if refused else {}


def _shown(seen: Seen, zone: Any, system: str) -> Iterator[tuple[str, Any]]:
    """Yield what stands: services, then invoices or balances, as the system has them."""
    for label, service in seen.services.items():
        if service is not None:
            dates = {"expires": service.expires} if service.status != "deleted" else {}
            written = {key: _instant(at, zone) for key, at in dates.items() if at}
            yield label, {"status": service.status, **written}
    if system == "hostbill":
        labels = seen.labels
        yield (
            "invoices",
            [
                {
                    "of": labels.get(str(each.service), ""),
                    "total": Decimal(each.total),
                    "status": each.status,
                }
                for each in seen.invoices
            ],
        )
    else:
        yield "balance", {name: Decimal(amount) for name, amount in seen.balances.items()}


def _line(line: LedgerLine, zone: Any) -> dict[str, Any]:
    covers = line.covers and " .. ".join(_instant(each, zone) for each in line.covers)
    row = {"kind": line.kind, "amount": Decimal(line.amount)}
    return {**row, "covers": covers} if covers else row


def _instant(at: datetime, zone: Any) -> str:
    return shown_instant(at.astimezone(zone))
