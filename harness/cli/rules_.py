"""`prorata rules`."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

from prorata.harness.cli.common import Mistake, bold, fitted, mistakes
from prorata.harness.cli.rules_page import page
from prorata.harness.running.selection import about
from prorata.harness.scenario.problems import globs, meant
from prorata.harness.scenario.variants import parted
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["command"]


@click.command("rules")
@click.argument("selection", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--uncovered", is_flag=True, help="Only built rules that no scenario is about.")
@click.option("--markdown", is_flag=True, help="Print the page on what the reference does.")
def command(selection: tuple[str, ...], as_json: bool, uncovered: bool, markdown: bool) -> None:
    """List every rule with its documents, readings and scenarios.

    SELECTION is a rule's id or a glob, as in billmanager.renew.*
    """
    if markdown:
        if selection or as_json or uncovered:
            raise click.UsageError("--markdown stands alone")
        click.echo(page(), nl=False)
        return
    for glob in selection:
        if not any(fnmatchcase(rule, glob) for rule in rules()):
            near = meant(glob, [*rules(), *globs(rules(), ".")]) or "; prorata rules lists them"
            raise Mistake(f'unknown rule "{glob}"{near}')
    wanted = [
        rule
        for rule in rules().values()
        if not selection or any(fnmatchcase(rule.id, glob) for glob in selection)
    ]
    with mistakes():
        scenarios = _scenarios({rule.id for rule in wanted})
    shown = [rule for rule in wanted if not uncovered or (rule.built and not scenarios[rule.id])]
    if as_json:
        rows = [
            {
                "id": rule.id,
                "documents": rule.documents,
                "readings": rule.readings,
                "scenarios": scenarios[rule.id],
                "built": rule.built,
            }
            for rule in shown
        ]
        click.echo(json.dumps({"rules": rows}, indent=2))
        return
    for rule in shown:
        click.echo(bold(rule.id), nl=False)
        click.echo("" if rule.built else "  (not built yet)")
        click.echo(fitted(rule.sentence))
        click.echo(fitted(f"from {', '.join(rule.documents)}"))
        if rule.readings:
            click.echo(fitted(f"readings {', '.join(rule.readings)}"))
        if scenarios[rule.id]:
            click.echo(fitted(f"scenarios {', '.join(_files(scenarios[rule.id]))}"))
    built = sum(rule.built for rule in shown)
    click.echo(f"{len(shown)} rules, {built} built")


def _files(scenarios: list[str]) -> Iterator[str]:
    """Yield the files of scenarios, with how many of each file there are where it has several."""
    counts = Counter(parted(each)[0] for each in scenarios)
    return (file if count == 1 else f"{file} ({count})" for file, count in counts.items())


def _scenarios(wanted: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for scenario in about(wanted):
        for rule in scenario.rules:
            found[rule].append(scenario.id)
    return found
