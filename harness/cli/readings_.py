"""`prorata readings`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from prorata.harness.cli.common import Mistake, bold, fitted
from prorata.harness.cli.meanings import MEANINGS
from prorata.harness.scenario.problems import meant
from prorata.reference.readings import READINGS
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.reference.readings import Reading

__all__ = ["command", "page"]

_INTRODUCTION: Final = """\
# Readings

Where the documents are silent or contradict themselves there is a *reading*: a question with a
closed list of answers. The first one is the default. A billing that reads otherwise is not wrong,
if it [declares](your-own-billing.md#declared-readings) so. This page is made by `prorata readings
--markdown`; `prorata readings NAME` tells of one, and a scenario is shown under another one by
`prorata explain --reading NAME=VALUE SCENARIO`.

Each answer but the default has a case that tells the two apart.
"""


@click.command("readings")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, help="Print the page of the documentation.")
def command(names: tuple[str, ...], as_json: bool, markdown: bool) -> None:
    """List the readings: where documents are silent or contradict themselves, what may be chosen.

    With NAME, explain each value, with numbers that tell it from the default. The first value of
    each is the default.
    """
    if as_json and markdown:
        raise click.UsageError("either --json or --markdown")
    for name in names:
        if name not in READINGS:
            near = meant(name, READINGS) or "; prorata readings lists them"
            raise Mistake(f'unknown reading "{name}"{near}')
    chosen = [READINGS[name] for name in dict.fromkeys(names) or READINGS]
    asking = _asking()
    if markdown:
        click.echo(page(chosen), nl=False)
    elif as_json:
        rows = [_row(reading, asking) for reading in chosen]
        click.echo(json.dumps({"readings": rows}, indent=2, ensure_ascii=False))
    else:
        for reading in chosen:
            for line in _explained(reading, asking) if names else _listed(reading):
                click.echo(line)


def _asking() -> Mapping[str, list[str]]:
    """Return the rules that ask for each reading; those that are not built ask for none."""
    asked = {rule.id: rule.readings for rule in rules().values()}
    return {name: [each for each in asked if name in asked[each]] for name in READINGS}


def _listed(reading: Reading) -> Iterator[str]:
    yield bold(reading.name)
    yield fitted(", ".join(reading.values))
    yield from _beside(reading)


def _beside(reading: Reading) -> Iterator[str]:
    yield fitted(f"applies to: {reading.applies_to}")
    yield fitted(f"decided by: {reading.decided_by}")


def _explained(reading: Reading, asking: Mapping[str, list[str]]) -> Iterator[str]:
    meaning = MEANINGS[reading.name]
    yield bold(reading.name)
    yield fitted(meaning.question)
    for name, value in meaning.values.items():
        yield f"  {bold(name)}{'' if value.apart else '  (default)'}"
        yield fitted(value.sentence, "    ")
        if value.apart:
            case, default, here = value.apart
            yield fitted(f"{case}: {here}, by default {default}", "    ")
    yield from _beside(reading)
    yield fitted(f"rules: {', '.join(asking[reading.name])}")


def _row(reading: Reading, asking: Mapping[str, list[str]]) -> dict[str, object]:
    meaning = MEANINGS[reading.name]
    return {
        "name": reading.name,
        "values": reading.values,
        "question": meaning.question,
        "meanings": {
            name: {"sentence": value.sentence, **(value.apart._asdict() if value.apart else {})}
            for name, value in meaning.values.items()
        },
        "applies_to": reading.applies_to,
        "decided_by": reading.decided_by,
        "rules": asking[reading.name],
    }


def page(readings: Iterable[Reading] = tuple(READINGS.values())) -> str:
    """Return the page of the documentation."""
    asking = _asking()
    return "\n".join(
        [_INTRODUCTION, *(line for each in readings for line in _section(each, asking))]
    )


def _section(reading: Reading, asking: Mapping[str, list[str]]) -> Iterator[str]:
    meaning = MEANINGS[reading.name]
    yield f"## {reading.name}"
    yield ""
    yield f"{meaning.question} Applies to: {reading.applies_to}. Decided by: {reading.decided_by}."
    yield ""
    yield "| value | means | in this case | gives | by default |"
    yield "|---|---|---|---|---|"
    for name, value in meaning.values.items():
        case, default, here = value.apart or ("", "", "")
        said = f"**`{name}`**" if value.apart is None else f"`{name}`"
        yield f"| {said} | {value.sentence} | {case} | {here} | {default} |"
    yield ""
    named = ", ".join(f"`{rule}`" for rule in asking[reading.name])
    yield f"Rules that ask: {named}." if named else "*No rule that asks is built yet.*"
    yield ""
