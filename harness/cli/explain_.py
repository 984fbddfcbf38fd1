"""`prorata explain`."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import click

from prorata.harness.cli.common import Mistake, mistakes, reading_option, set_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario
    from prorata.reference.ledger import Line
    from prorata.reference.rules import Derivation

__all__ = ["command"]


@click.command("explain")
@click.argument("scenario")
@set_option()
@reading_option()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    scenario: str,
    changes: dict[str, str],
    readings: dict[str, str],
    as_json: bool,
) -> int:
    """Derive every amount of SCENARIO, step by step with numbers.

    SCENARIO is a bundled scenario's id or a file; its values and readings may be changed.
    """
    from prorata.harness.running import breakage
    from prorata.harness.running.play import LostError, UnsupportedError
    from prorata.harness.running.selection import select
    from prorata.harness.running.story import play_reference
    from prorata.reference.readings import choose

    with mistakes():
        found = select([scenario], changes)
        if len(found) != 1:
            raise Mistake(_several(scenario, found))
        chosen = choose(found[0].readings, readings)
        try:
            played = play_reference(found[0], chosen)
        except UnsupportedError as lacking:
            raise Mistake(f"the reference does not have this yet: {lacking}") from None
        except LostError as lost:
            raise Mistake(f"{lost}, so the rest cannot be played") from None
        except Exception as error:
            raise Mistake(f"a fault of prorata itself: {breakage.told(error)}") from error
    if as_json:
        click.echo(
            json.dumps({"scenario": found[0].id, "steps": _steps(found[0], played)}, indent=2),
        )
        return 0
    for line in _told(found[0], played):
        click.echo(line)
    return 0


def _several(said: str, found: list[Scenario]) -> str:
    message = f"{said} names {len(found)} scenarios; explain takes one"
    if len({each.place(()).file for each in found}) > 1:
        return message
    from prorata.harness.running.selection import own_file

    names = [own_file(each) or each.id for each in found]
    listed = "".join(f"\n  prorata explain {shlex.quote(name)}" for name in names)
    return f"{message} of its rows and branches:{listed}"


def _told(scenario: Scenario, played: Story) -> Iterator[str]:
    from prorata.harness.protocol import RefusedAct
    from prorata.harness.running.wording import act_text

    for index, (step, seen) in enumerate(zip(scenario.steps, played.whole, strict=True)):
        lines, decisions = played.of_step(index)
        yield f"{step.at:%Y-%m-%d %H:%M}  {act_text(step)}"
        if isinstance(seen.answer, RefusedAct):
            yield f"  refused   {seen.answer.reason} ({seen.answer.rule})"
        for decision in decisions:
            yield f"  {decision.at:%Y-%m-%d %H:%M}  {decision.what}"
            yield from _derived(played.derive(decision))
        for line in lines:
            derivation = played.derive(line)
            yield f"  {line.at:%Y-%m-%d %H:%M}  {line.kind}  {line.amount} {line.amount.currency}"
            yield from _derived(derivation, _posting(line, derivation))


def _derived(derivation: Derivation, posting: str = "") -> Iterator[str]:
    from prorata.reference.rules import rules

    for each in derivation.steps:
        formula = "" if each.formula == each.numbers else f"   ({each.formula})"
        yield f"    {each.label:<12} {each.numbers}  =  {each.result}{formula}"
    if posting:
        yield f"    {'posted':<12} {posting}"
    documents = ", ".join(rules()[derivation.rule].documents)
    yield f"    {'':<12} {derivation.rule}, {documents}{_readings(derivation)}"


def _posting(line: Line, derivation: Derivation) -> str:
    from prorata.reference.derivation import shown

    return f"{shown(abs(derivation.result))}  as  {line.amount} {line.amount.currency}"


def _readings(derivation: Derivation) -> str:
    told = ", ".join(f"{name}: {value}" for name, value in derivation.readings.items())
    return f"; {told}" if told else ""


def _steps(scenario: Scenario, played: Story) -> list[dict[str, Any]]:
    from prorata.harness.running.wording import act_text

    return [
        {
            "at": step.at.isoformat(),
            "act": act_text(step),
            "lines": [_row(line, played.derive(line)) for line in played.of_step(index)[0]],
        }
        for index, step in enumerate(scenario.steps)
    ]


def _row(line: Line, derivation: Derivation) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "kind": line.kind,
        "amount": str(line.amount),
        "currency": line.amount.currency,
        "rule": line.rule,
        "exact": str(derivation.result),
        "readings": dict(derivation.readings),
        "steps": [
            {"label": s.label, "formula": s.formula, "numbers": s.numbers, "result": s.result}
            for s in derivation.steps
        ],
    }
