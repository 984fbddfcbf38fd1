"""A summary in Markdown, for a pull request or the page of a CI job."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from prorata.harness.report.blocks import blocks, families, shown_first
from prorata.harness.report.clean import clean
from prorata.harness.report.console import agreeing, when
from prorata.harness.report.sentences import advice, again, difference, headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.report.blocks import Block
    from prorata.harness.report.reading import RunLog
    from prorata.harness.running.verdict import Results

__all__ = ["escaped", "fenced", "markdown"]

#: So many kinds of failure are told, and so many reasons of what was skipped.
_BLOCKS: Final = 20
_ALSO: Final = 10
#: What has a meaning in a line of Markdown, or to a table, or to GitHub.
_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>&|~$!:()]|(?<=www)\.")
#: What GitHub makes links of after all escapes: an account, an issue.
_LINKED: Final = re.compile(r"(?<=[@#])")


def escaped(text: str) -> str:
    """Return a text as it is shown in a line of Markdown: whatever it says, it formats nothing."""
    return _LINKED.sub("\N{ZERO WIDTH SPACE}", _SPECIAL.sub(r"\\\g<0>", clean(text)))


def fenced(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines as a block of code that none of them can end."""
    shown = [clean(line, 1000) for line in lines]
    ticks = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, ticks + 1)
    yield from (fence, *shown, fence)


def markdown(runs: Sequence[RunLog]) -> str:
    """Return the runs, one below the other."""
    return "\n".join(line for run in runs for line in _run(run))


def _run(run: RunLog) -> Iterator[str]:
    results = run.results
    bad = len(results.unexpected)
    red = bad or results.complaints or results.ended
    yield f"### {'❌' if red else '✅'} {escaped(run.name)}: {_said(results)}"
    yield ""
    for said in (*results.complaints, *results.ended):
        yield from (f"> {escaped(said)}", "")
    yield "| conform | do not | errors | known | skipped | seconds |"
    yield "|---:|---:|---:|---:|---:|---:|"
    failed = sum(each.verdict == "fail" for each in results.unexpected)
    known = sum(bool(each.known) for each in results.verdicts)
    numbers = (results.count("pass"), failed, bad - failed, known, results.count("skipped"))
    yield f"| {' | '.join(map(str, numbers))} | {results.seconds:.1f} |"
    yield ""
    found = blocks(results.verdicts)
    for block in found[:_BLOCKS]:
        yield from _block(block, run)
    if len(found) > _BLOCKS:
        yield from (f"… {len(found) - _BLOCKS} more kinds of failure", "")
    yield from _advised(results)
    yield from _families(results)


def _advised(results: Results) -> Iterator[str]:
    """Tell what should be otherwise, as the terminal does; what may be is left to the log."""
    for verdict in results.advised[:_BLOCKS]:
        for said in advice(verdict):
            yield from (f"🟡 {escaped(verdict.scenario)}: {escaped(said)}", "")
    if len(results.advised) > _BLOCKS:
        yield from (f"… {len(results.advised) - _BLOCKS} more should be otherwise", "")


def _said(results: Results) -> str:
    judged = len(results.verdicts) - results.count("skipped")
    bad = len(results.unexpected)
    if not judged:
        return "nothing was judged"
    if not bad:
        return f"{results.count('pass')} of {judged} scenarios conform"
    return f"{bad} of {judged} scenarios {'does' if bad == 1 else 'do'} not conform"


def _block(block: Block, run: RunLog) -> Iterator[str]:
    verdict, count = block.example, len(block.verdicts)
    mark = "🟡" if verdict.known else "❌"
    scenarios = f"{count} scenarios" if count > 1 else _html(verdict.scenario)
    yield f"<details><summary>{mark} {scenarios}: <b>{_html(verdict.rule)}</b></summary>"
    yield ""
    mismatch = shown_first(verdict) if verdict.verdict == "fail" else None
    told = difference(mismatch) if mismatch else headline(verdict)
    yield f"**{escaped(told)}**  "
    yield f"{escaped(verdict.scenario)}{f', {escaped(when(mismatch))}' if mismatch else ''}"
    if verdict.known:
        yield from ("", f"known: {escaped(verdict.known)}")
    derived = mismatch.derivation if mismatch else ()
    lines = (*derived, *agreeing(verdict), *verdict.stderr)
    yield ""
    yield from fenced([*lines, *([""] if lines else []), again(verdict, run.header.again)])
    others = [each.scenario for each in block.verdicts[1:]]
    if others:
        more = f", {len(others) - _ALSO} more" if len(others) > _ALSO else ""
        yield from ("", f"also: {', '.join(map(escaped, others[:_ALSO]))}{more}")
    yield from ("", "</details>", "")


def _html(text: str) -> str:
    """Return a text for a line of HTML: there a backslash escapes nothing."""
    from html import escape

    # The links first: the # of an escape such as &#x27; makes none.
    return escape(_LINKED.sub("\N{ZERO WIDTH SPACE}", clean(text)))


def _families(results: Results) -> Iterator[str]:
    yield "<details><summary>By family of rules</summary>"
    yield from ("", "| family | conform | judged |", "|---|---:|---:|")
    for name, (passed, judged) in families(results.verdicts).items():
        yield f"| {escaped(name)} | {passed} | {judged} |"
    yield from ("", "</details>", "")
