"""What is said of a verdict in plain text, the same in every view that is no terminal's."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from prorata.harness.report.blocks import shown_first
from prorata.harness.report.clean import clean
from prorata.harness.report.console import agreeing, place_text, when

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.running.verdict import Mismatch, Verdict

__all__ = ["advice", "again", "details", "difference", "headline"]


def again(verdict: Verdict, options: Sequence[str]) -> str:
    """Return the command that runs a scenario once more, in the same way."""
    return clean(shlex.join(["prorata", "run", verdict.target, *options]), 1000)


def difference(mismatch: Mismatch) -> str:
    """Say a difference: ``late fee expected 0.25 got 0.20``."""
    if mismatch.path == ("always",):
        return clean(mismatch.got)
    where = place_text(mismatch.path)
    return f"{where} expected {clean(mismatch.expected)} got {clean(mismatch.got)}"


def headline(verdict: Verdict) -> str:
    """Say what is wrong in one line: the first difference, or whose fault an error is."""
    if verdict.verdict == "skipped":
        return clean(f"{verdict.why}: {verdict.reason}")
    if verdict.verdict == "error":
        return clean(f"the fault of the {verdict.fault}: {verdict.reason}")
    mismatch = shown_first(verdict)
    return f"{difference(mismatch)} ({when(mismatch)})" if mismatch else clean(verdict.reason)


def advice(verdict: Verdict) -> list[str]:
    """Say what should be otherwise, or may be, of a scenario that conforms."""
    return [f"{each.grade}: {difference(each)} ({when(each)})" for each in verdict.advice]


def details(verdict: Verdict, options: Sequence[str]) -> Iterator[str]:
    """Yield all that helps with a failure, line by line: rule, place, derivation, command."""
    yield headline(verdict)
    yield f"rule: {clean(verdict.rule)}"
    mismatch = shown_first(verdict)
    if verdict.verdict == "error":
        yield from (f"at: {clean(verdict.at)}, {clean(verdict.act)}" for _ in verdict.at[:1])
        yield from (f"place: {clean(verdict.place)}" for _ in verdict.place[:1])
        yield from (f"stderr: {clean(line)}" for line in (*verdict.stderr, *verdict.traceback))
    elif mismatch is not None:
        yield f"place: {clean(mismatch.place)}"
        yield from (f"  {clean(line)}" for line in mismatch.derivation)
        yield from agreeing(verdict)
    shown = mismatch and (mismatch.path, mismatch.at)
    others = [each for each in verdict.mismatches if (each.path, each.at) != shown]
    yield from (f"also: {difference(each)} ({when(each)})" for each in others)
    yield from advice(verdict)
    yield from (f"without a counterpart: {clean(each)}" for each in verdict.unreconciled)
    yield f"again: {again(verdict, options)}"
