"""What the reference does, put into a history as its expectations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.harness.authoring.expecting import expected
from prorata.harness.fuzz.plain import head_of, steps_of, text_of
from prorata.harness.fuzz.sources import bare
from prorata.harness.running.story import play_reference
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from prorata.harness.authoring.writing import WrittenStep
    from prorata.harness.fuzz.plain import Plain
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario

__all__ = ["filled"]


def filled(plain: Plain) -> tuple[dict[str, Any], list[WrittenStep]]:
    """Return the head and the steps of a history's file, with what the reference does at each.

    Raises what `play_reference` raises.
    """
    scenario = bare(text_of(plain), "found.yaml")
    seen = play_reference(scenario, choose(scenario.readings)).whole
    billings = plain["given"].get("billings", {})
    rows = _of_parties(scenario, seen, billings) if billings else _of_one(scenario, seen)
    steps = [step._replace(expect=row) for step, row in zip(steps_of(plain), rows, strict=True)]
    return head_of(plain), steps


def _of_one(scenario: Scenario, seen: Sequence[Seen]) -> Iterator[dict[str, Any]]:
    """Yield what is expected of a billing, and of its panel as far as that has changed."""
    told: dict[str, dict[str, Any]] = {}
    for row, there in zip(expected(scenario, seen), seen, strict=True):
        now = dict(_users(there))
        users = [user for label, user in now.items() if told.get(label) != user]
        yield {**row, **({"ispmanager": users} if users else {})}
        told |= now


def _users(seen: Seen) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the users that services have on the panel, by the labels of these."""
    for label, service in seen.services.items():
        if service is not None and service.user:
            has = seen.belongings.get(service.user)
            state = {"exists": False} if has is None else _state(has.user)
            yield label, {"user": label, **state}


def _state(user: Any) -> dict[str, Any]:
    return {"suspended": not user.active, **({"preset": user.preset} if user.preset else {})}


def _of_parties(
    scenario: Scenario, seen: Sequence[Seen], billings: Collection[str]
) -> Iterator[dict[str, Any]]:
    """Yield what is expected of each of the billings, below its name."""
    # The only one that is left has no name in the scenario.
    parties = {scenario.name or next(iter(billings)): list(expected(scenario, seen))}
    for name, other in scenario.others.items():
        parties[name] = list(expected(other, [each.others[name] for each in seen]))
    for rows in zip(*parties.values(), strict=True):
        yield {name: row for name, row in zip(parties, rows, strict=True) if row}
