"""`prorata trace`."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import click

from prorata.harness.cli.common import Mistake, bold, fitted
from prorata.harness.tracing import UnfoundError, documents, found, statements
from prorata.harness.tracing.page import page
from prorata.harness.tracing.statements import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.harness.tracing import Statement

__all__ = ["command"]


@click.command("trace")
@click.argument("words", nargs=-1, metavar="[WORDS | RULE | SCENARIO]...")
@click.option(
    "--document",
    type=click.Choice([*documents()]),
    metavar="NAME",
    help=f"Only what this document says: {', '.join(documents())}.",
)
@click.option(
    "--outside", "verdict", flag_value="outside", help="Only what is no part of what is judged."
)
@click.option(
    "--differs", "verdict", flag_value="differs", help="Only what is built otherwise than said."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, help="Print the page of the documentation.")
def command(
    words: tuple[str, ...],
    document: str | None,
    verdict: str | None,
    as_json: bool,
    markdown: bool,
) -> None:
    """Show what the documents say a system does, by which rules it is built, and what shows it.

    WORDS stand in a document's name, a section, a statement or a rule, as in 'Late renewal fee'. A
    rule's id or a glob (billmanager.renew.*), and a scenario's id, give the statements that they
    rest on. Of several all must fit.
    """
    if markdown:
        if words or document or verdict or as_json:
            raise click.UsageError("--markdown stands alone")
        click.echo(page(), nl=False)
        return
    try:
        chosen = found(words, statements())
    except UnfoundError as error:
        raise Mistake(str(error)) from None
    shown = [
        each
        for each in chosen
        if each.document == (document or each.document)
        and each.verdict == (verdict or each.verdict)
    ]
    if as_json:
        rows = [_row(each) for each in shown]
        click.echo(json.dumps({"statements": rows}, indent=2, ensure_ascii=False))
        return
    for each in shown:
        _tell(each)
    click.echo(_counted(shown))


def _tell(each: Statement) -> None:
    click.echo(bold(f"{each.document}{', ' * bool(each.section)}{each.section}"))
    click.echo(fitted(each.says))
    for name, told in (
        ("rules", each.rules),
        ("panel functions", each.functions),
        ("scenarios", each.scenarios),
    ):
        if told:
            click.echo(fitted(f"{name} {', '.join(told)}"))
    click.echo(fitted(f"{each.verdict}{': ' * bool(each.reason)}{each.reason}"))


def _row(each: Statement) -> dict[str, object]:
    return {
        "document": each.document,
        "section": each.section,
        "says": each.says,
        "rules": each.rules,
        "functions": each.functions,
        "scenarios": each.scenarios,
        "verdict": each.verdict,
        "reason": each.reason,
    }


def _counted(shown: Iterable[Statement]) -> str:
    """Say how many statements there are, and of which verdict: ``2 statements, 2 built``."""
    counts = Counter(each.verdict for each in shown)
    number = counts.total()
    verdicts = [f"{counts[each]} {each}" for each in VERDICTS if counts[each]]
    return ", ".join([f"{number} statement{'s' * (number != 1)}", *verdicts])
