"""The console's view of a run: what failed first and why, once, then one line of counts."""

from __future__ import annotations

import shlex
from collections import Counter
from typing import TYPE_CHECKING, Final

from prorata.harness.report.blocks import blocks, families, shown_first
from prorata.harness.report.clean import clean
from prorata.harness.scenario.grades import GRADES, SHOULD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prorata.harness.protocol import Started
    from prorata.harness.report.blocks import Block
    from prorata.harness.running.places import Path
    from prorata.harness.running.verdict import Mismatch, Results, Verdict

__all__ = [
    "Segment",
    "StyledLine",
    "agreeing",
    "failures",
    "heading",
    "place_text",
    "plain",
    "summary",
    "when",
    "write_plain",
    "writer",
]

#: A piece of a line: its style (of rich's) and its text.
Segment = tuple[str, str]
StyledLine = list[Segment]

_WIDTH: Final = 60
_STORY: Final = 6
_ALSO: Final = 2
#: No piece of a line is longer, wherever it comes from.
_LONGEST: Final = 1000
_COMMANDS: Final = ("again:", "file:")
#: How much deeper the rest of a line stands that is longer than a terminal, and its least room.
_DEEPER, _NARROWEST = "  ", 20
#: How it is told that something of a grade is not so.
_ADVICE: Final = {SHOULD: "what should be otherwise", "may": "what may be otherwise"}
#: How many blocks are told where nobody asks for all: what fits on a screen.
_BLOCKS: Final = 3
_NAMES: Final = {
    "act": "the act",
    "always": "always",
    "charged": "",
    "covers": "time covered by",
    "posted": "instant of",
    "ispmanager": "on the panel",
    "invoices": "invoice",
}


def heading(declared: Started, scenarios: int, panels: str) -> StyledLine:
    """Say what is run on what."""
    name = clean(f"{declared.name} {declared.version}".strip(), 80)
    counted = f"{scenarios} scenario{'' if scenarios == 1 else 's'}"
    where = panels if panels == "in process" else f"on {panels}"
    return [("bold", name), ("", f" (protocol {declared.protocol}) · {counted} · panels {where}")]


def failures(
    verdicts: Sequence[Verdict], again: Sequence[str] = (), *, verbose: bool = False
) -> Iterator[StyledLine]:
    """Tell of what failed or broke, what is the same once.

    `again` are the options under which it is run in the same way; `verbose` names every scenario,
    and all that its file found. How the file of a bundled scenario is seen is said once.
    """
    found, bundled = blocks(verdicts), ""
    for block in found if verbose else found[:_BLOCKS]:
        yield []
        tell = _broken if block.example.verdict == "error" else _failed
        yield from tell(block, verbose=verbose)
        if block.example.known:
            yield [("yellow", f"    known: {clean(block.example.known)}")]
        yield from _also(block, verbose=verbose)
        target = block.example.target
        yield [("dim", f"    again:  {shlex.join(['prorata', 'run', target, *again])}")]
        if not (bundled or block.example.file):
            bundled = shlex.join(["prorata", "scenarios", "show", target])
            yield [("dim", f"    file:   {bundled}")]
    if len(found) > _BLOCKS and not verbose:
        rest = found[_BLOCKS:]
        scenarios = sum(len(block.verdicts) for block in rest)
        yield []
        kinds = "kind" if len(rest) == 1 else "kinds"
        where = "1 scenario" if scenarios == 1 else f"{scenarios} scenarios"
        yield [("", f"… {len(rest)} more {kinds} of failure, in {where}: -v")]


def _heading_of(block: Block) -> Segment:
    count = len(block.verdicts)
    return ("bold", f"{f'{count} scenarios' if count > 1 else block.example.scenario:<{_WIDTH}}")


def _failed(block: Block, *, verbose: bool) -> Iterator[StyledLine]:
    verdict = block.example
    named, rule = _rule(verdict.rule)
    yield [_mark(verdict, "✗ "), _heading_of(block), ("", f" {named} "), ("cyan", rule)]
    mismatch = shown_first(verdict)
    if mismatch is not None:
        first = f"first: {verdict.scenario}, " if len(block.verdicts) > 1 else ""
        yield [("", f"    {first}{when(mismatch)}")]
        yield from _mismatch(mismatch, _note(verdict, mismatch))
        yield from _derivation(mismatch.derivation, verdict.target)
        yield from ([("yellow", f"      {said}")] for said in agreeing(verdict))
    yield from _unreconciled(verdict)
    if verbose:
        yield from _own(verdict, mismatch)


def _unreconciled(verdict: Verdict) -> Iterator[StyledLine]:
    """Show what has no counterpart on the other side when a scenario is over."""
    if verdict.unreconciled:
        yield [("", "      without a counterpart at the end:")]
    yield from ([("red", f"        {clean(text)}")] for text in verdict.unreconciled)


def _mark(verdict: Verdict, mark: str) -> Segment:
    return ("yellow", "~ ") if verdict.known else ("bold red", mark)


def _rule(rule: str) -> tuple[str, str]:
    """Return how a rule is called: one of the registry, or what always holds."""
    named, _, against = rule.partition(": ")
    return ("what always holds:", against) if named == "always" else ("rule", rule)


def when(mismatch: Mismatch) -> str:
    """Say when something was seen, and after what: ``at 2025-09-05 12:00, renew site``."""
    return f"at {clean(mismatch.at)}{f', {clean(mismatch.act)}' if mismatch.act else ''}"


def _note(verdict: Verdict, mismatch: Mismatch) -> str:
    """Say where the expectation stands, or that the file does not check it and what it does."""
    if mismatch.reference:
        return f"{mismatch.place}; the reference shows {clean(mismatch.reference)} here"
    if mismatch.by:
        return mismatch.by
    own = next(iter(verdict.mismatches), None)
    if verdict.first is None or (own and (own.path, own.at) == (mismatch.path, mismatch.at)):
        return own.place if own else mismatch.place
    if own is None:
        return "not checked by the file"
    where = f"{place_text(own.path)} at {own.at}"
    if own.path == ("always",):
        return f"not checked by the file; at {own.at} {clean(own.got)}"
    return f"not checked by the file, which first misses {where}, {own.place}"


def _own(verdict: Verdict, shown: Mismatch | None = None) -> Iterator[StyledLine]:
    """Show all that the file of a scenario found, but what is `shown` already."""
    before = ""
    for mismatch in verdict.mismatches:
        if shown is not None and (mismatch.path, mismatch.at) == (shown.path, shown.at):
            continue
        moment = when(mismatch)
        if moment != before:
            yield [("", f"    its file, {moment}")]
            before = moment
        said = mismatch.by or mismatch.place
        if mismatch.reference:
            said += f"; the reference shows {clean(mismatch.reference)} here"
        yield from _mismatch(mismatch, said)


def _broken(block: Block, *, verbose: bool) -> Iterator[StyledLine]:
    verdict = block.example
    whose = f"the fault of the {verdict.fault}"
    yield [_mark(verdict, "! "), _heading_of(block), ("", " "), ("red", whose)]
    if verdict.at:
        first = f"first: {verdict.scenario}, " if len(block.verdicts) > 1 else ""
        act = f", {clean(verdict.act)}" if verdict.act else ""
        yield [("", f"    {first}at {verdict.at}{act}"), ("dim", f"   {verdict.place}")]
    yield [("red", f"      {clean(verdict.reason)}")]
    yield from ([("dim", f"      stderr  {clean(line)}")] for line in verdict.stderr)
    if verbose:
        yield from ([("dim", f"      {clean(line)}")] for line in verdict.traceback)
        yield from _own(verdict)


def _also(block: Block, *, verbose: bool) -> Iterator[StyledLine]:
    others = [verdict.scenario for verdict in block.verdicts[1:]]
    if not others:
        return
    if verbose:
        yield from ([("", f"    also: {name}")] for name in others)
        return
    more = len(others) - _ALSO
    named = ", ".join(others[:_ALSO])
    yield [("", f"    also: {named}{f', {more} more (-v)' if more > 0 else ''}")]


def _derivation(texts: tuple[str, ...], scenario: str) -> Iterator[StyledLine]:
    """Show how the reference comes to its amounts; of a long story the beginning."""
    yield from ([("dim", f"        {text}")] for text in texts[:_STORY])
    if len(texts) > _STORY:
        rest = f"{len(texts) - _STORY} more lines: prorata explain {shlex.quote(scenario)}"
        yield [("dim", f"        … {rest}")]


def _mismatch(mismatch: Mismatch, note: str) -> Iterator[StyledLine]:
    if mismatch.path == ("always",):
        yield [("", "      "), ("red", clean(mismatch.got))]
        return
    yield [
        ("", f"      {place_text(mismatch.path):<12} expected "),
        ("green", clean(mismatch.expected)),
        ("", "   got "),
        ("red", clean(mismatch.got)),
        ("dim", f"   ({note})"),
    ]


def agreeing(verdict: Verdict) -> list[str]:
    """Say under what a scenario that fails would conform, where that is known."""
    if not verdict.agrees:
        return []
    return [f"agrees with the reference under {clean(verdict.agrees, _LONGEST)}"]


def place_text(path: Path) -> str:
    """Say what a place is: ``late fee``, ``balance anna``."""
    words = [_NAMES.get(path[0], path[0]), *path[1:]]
    return clean(" ".join(word for word in words if word).replace("_", " ")) or "charged"


def summary(results: Results, *, verbose: bool = False) -> Iterator[StyledLine]:
    """Count the verdicts, by family where not all conform, with the reasons of what was skipped."""
    bad = bool(results.count("fail") or results.count("error"))
    for complaint in results.complaints:
        yield [("bold red", "✗ "), ("", clean(complaint))]
    if bad or results.complaints:
        yield []
    if bad:
        told = (f"{name} {ok} of {all_}" for name, (ok, all_) in families(results.verdicts).items())
        yield from ([("", line)] for line in _wrapped(told))
    not_told = Counter(name for verdict in results.verdicts for name in verdict.not_told)
    if not_told:
        told = (f"{name} ({count})" for name, count in not_told.most_common())
        lines = _wrapped(told, between=", ")
        yield from ([("yellow", line)] for line in _headed("not told, and so not judged: ", lines))
    yield from _parted(results, verbose=verbose)
    yield from _advised(results, verbose=verbose)
    if verbose:
        yield from _reasons(results)
    yield _counts(results)


def _parted(results: Results, *, verbose: bool) -> Iterator[StyledLine]:
    """Tell of the scenarios that conform, and at whose end both sides part: as they are to."""
    parted = [each for each in results.verdicts if each.unreconciled and each.verdict == "pass"]
    if not parted:
        return
    many = len(parted) > _BLOCKS and not verbose
    where = "1 scenario" if len(parted) == 1 else f"{len(parted)} scenarios"
    end = "; all of them: -v" if many else ""
    yield [("", f"both sides part at the end of {where}, as expected there{end}")]
    for verdict in parted[:_BLOCKS] if many else parted:
        yield [("", f"  {verdict.scenario}")]
        yield from ([("dim", f"    {clean(text)}")] for text in verdict.unreconciled)


def _advised(results: Results, *, verbose: bool) -> Iterator[StyledLine]:
    """Tell of what should be otherwise; of what may be so or so where somebody asks for all."""
    for grade in GRADES[1:] if verbose else (SHOULD,):
        said = [(v, m) for v in results.verdicts for m in v.advice if m.grade == grade]
        if said:
            yield [("yellow", f"{_ADVICE[grade]}:")]
        for verdict, mismatch in said if verbose else said[:_BLOCKS]:
            yield [("", f"  {verdict.scenario}, {when(mismatch)}")]
            yield from _mismatch(mismatch, mismatch.by or mismatch.place)
        if len(said) > _BLOCKS and not verbose:
            yield [("", f"  … {len(said) - _BLOCKS} more: -v")]


def _counts(results: Results) -> StyledLine:
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
    if results.advised:
        counts += [("", " · "), ("yellow", f"{len(results.advised)} should do otherwise")]
    known = sum(bool(each.known) for each in results.verdicts)
    if known:
        counts += [("", " · "), ("yellow", f"{known} known")]
    for why, count, reason in _skips(results):
        counts += [("", " · "), ("yellow", f"{count} skipped: {why} ({reason})")]
    return [*counts, ("dim", f"        {results.seconds:.1f} s")]


def _headed(head: str, lines: Iterator[str]) -> Iterator[str]:
    for index, line in enumerate(lines):
        yield f"{head if index == 0 else '  '}{line}"


def _wrapped(parts: Iterator[str], between: str = " · ", width: int = 90) -> Iterator[str]:
    line = ""
    for part in parts:
        if line and len(line) + len(part) + len(between) > width:
            yield line + between.rstrip() if between == ", " else line
            line = ""
        line += f"{between}{part}" if line else part
    if line:
        yield line


def _skips(results: Results) -> Iterator[tuple[str, int, str]]:
    skipped = [each for each in results.verdicts if each.verdict == "skipped"]
    for why in dict.fromkeys(each.why for each in skipped):
        reasons = [each.reason for each in skipped if each.why == why]
        (most, _), *rest = Counter(reasons).most_common()
        more = f"; {len(rest)} more reason{'' if len(rest) == 1 else 's'}: -v" if rest else ""
        yield why, len(reasons), clean(most, 80) + more


def _reasons(results: Results) -> Iterator[StyledLine]:
    """List what was skipped by reason."""
    skipped = (each for each in results.verdicts if each.verdict == "skipped")
    counted = Counter((each.why, each.reason) for each in skipped)
    for (why, reason), count in counted.most_common():
        yield [("yellow", f"{count} skipped: {why} ({clean(reason)})")]


def plain(line: StyledLine) -> str:
    """Return a line without any style."""
    return "".join(clean(text, _LONGEST) for _, text in line).rstrip()


def write_plain(line: StyledLine) -> None:
    """Write a line without any style."""
    import click

    click.echo(plain(line))


def writer(*, styled: bool) -> Callable[[StyledLine], None]:
    """Return what writes a line: with style on a terminal and as wide as that, plain elsewhere.

    Commands stay in one piece, to be copied.
    """
    if not styled:
        return write_plain
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)

    def write(line: StyledLine) -> None:
        text = Text.assemble(*((clean(text, _LONGEST), style) for style, text in line))
        if text.cell_len <= console.width or text.plain.lstrip().startswith(_COMMANDS):
            console.print(text)
            return
        indent = len(text.plain) - len(text.plain.lstrip())
        room = max(console.width - indent - len(_DEEPER), _NARROWEST)
        for index, part in enumerate(text[indent:].wrap(console, room)):
            part.rstrip()
            console.print(Text(" " * indent + _DEEPER * (index > 0)) + part)

    return write
