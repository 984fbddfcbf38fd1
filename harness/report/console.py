"""The console's view of a run: what failed and why, then one line of counts."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prorata.harness.protocol import Started
    from prorata.harness.running.texts import FactPath
    from prorata.harness.running.verdict import Mismatch, Results, Verdict

__all__ = ["Segment", "heading", "summary", "told", "write_plain", "writer"]

#: A piece of a line: its style (of rich's) and its text.
Segment = tuple[str, str]
StyledLine = list[Segment]

_WIDTH = 60
_STORY = 12
_NAMES = {"act": "the act", "charged": "", "ispmanager": "on the panel", "invoices": "invoice"}


def heading(declared: Started, scenarios: int, panels: str) -> StyledLine:
    """Say what is run on what."""
    name = f"{declared.name} {declared.version}".strip()
    counted = f"{scenarios} scenario{'' if scenarios == 1 else 's'}"
    where = panels if panels == "in process" else f"on {panels}"
    return [("bold", name), ("", f" (protocol {declared.protocol}) · {counted} · panels {where}")]


def told(verdict: Verdict, again: Sequence[str] = ()) -> Iterator[StyledLine]:
    """Tell of a scenario that failed or broke; of any other, nothing.

    `again` are the options under which it is run in the same way.
    """
    if verdict.verdict not in {"fail", "error"}:
        return
    mark = ("yellow", "~ ") if verdict.known else ("bold red", "✗ ")
    rule = verdict.mismatches[0].rule if verdict.mismatches else ", ".join(verdict.rules)
    yield []
    yield [mark, ("bold", f"{verdict.scenario:<{_WIDTH}}"), ("", " rule "), ("cyan", rule)]
    before, explained = "", None
    for mismatch in verdict.mismatches:
        step = f"{mismatch.at}, {mismatch.act}"
        if step != before:
            yield [("", f"    at {step}")]
            before, explained = step, None
        yield from _mismatch(mismatch, rule)
        told_already = mismatch.path[0] == "balance" and explained is not None
        if mismatch.derivation and mismatch.derivation != explained and not told_already:
            yield from _derivation(mismatch.derivation, verdict.target)
            explained = mismatch.derivation
    if verdict.verdict == "error":
        yield [("red", f"    error, the fault of the {verdict.fault}: {verdict.reason}")]
        yield from ([("dim", f"      stderr: {line}")] for line in verdict.stderr)
    if verdict.known:
        yield [("yellow", f"    known: {verdict.known}")]
    yield [("dim", f"    again:  {shlex.join(['prorata', 'run', verdict.target, *again])}")]


def _derivation(texts: tuple[str, ...], scenario: str) -> Iterator[StyledLine]:
    """Show how the reference comes to its amounts; of a long story the beginning."""
    yield from ([("dim", f"        {text}")] for text in texts[:_STORY])
    if len(texts) > _STORY:
        rest = f"{len(texts) - _STORY} more lines: prorata explain {shlex.quote(scenario)}"
        yield [("dim", f"        … {rest}")]


def _mismatch(mismatch: Mismatch, rule: str) -> Iterator[StyledLine]:
    place = _place(mismatch.path)
    yield [
        ("", f"      {place:<12} expected "),
        ("green", mismatch.expected),
        ("", "   got "),
        ("red", mismatch.got),
        ("dim", f"   {mismatch.by or mismatch.place}"),
    ]
    if mismatch.rule != rule:
        yield [("", "      rule "), ("cyan", mismatch.rule)]


def _place(path: FactPath) -> str:
    words = [_NAMES.get(path[0], path[0]), *path[1:]]
    return " ".join(word for word in words if word).replace("_", " ") or "charged"


def summary(results: Results) -> Iterator[StyledLine]:
    """Count the verdicts, with the reasons of what was skipped."""
    for complaint in results.complaints:
        yield [("bold red", "✗ "), ("", complaint)]
    if results.count("fail") or results.count("error") or results.complaints:
        yield []
    passed = results.count("pass")
    failed, errors = (
        sum(each.verdict == verdict for each in results.unexpected) for verdict in ("fail", "error")
    )
    counts: StyledLine = [
        ("bold green" if passed else "", f"{passed} conform{'s' if passed == 1 else ''}"),
    ]
    if failed:
        counts += [("", " · "), ("bold red", f"{failed} {'does' if failed == 1 else 'do'} not")]
    if errors:
        counts += [("", " · "), ("bold red", f"{errors} error{'' if errors == 1 else 's'}")]
    known = sum(bool(each.known) for each in results.verdicts)
    if known:
        counts += [("", " · "), ("yellow", f"{known} known")]
    for why, count, reason in _skips(results):
        counts += [("", " · "), ("yellow", f"{count} skipped: {why} ({reason})")]
    yield [*counts, ("dim", f"        {results.seconds:.1f} s")]


def _skips(results: Results) -> Iterator[tuple[str, int, str]]:
    skipped = [each for each in results.verdicts if each.verdict == "skipped"]
    for why in dict.fromkeys(each.why for each in skipped):
        reasons = [each.reason for each in skipped if each.why == why]
        several = list(dict.fromkeys(reasons))
        others = len(several) - 1
        more = f"; {others} more reason{'' if others == 1 else 's'}" if others else ""
        yield why, len(reasons), several[0] + more


def write_plain(line: StyledLine) -> None:
    """Write a line without any style."""
    import click

    click.echo("".join(text for _, text in line).rstrip())


def writer(*, styled: bool) -> Callable[[StyledLine], None]:
    """Return what writes a line: with style on a terminal, plain elsewhere."""
    if not styled:
        return write_plain
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    return lambda line: console.print(Text.assemble(*((text, style) for style, text in line)))
