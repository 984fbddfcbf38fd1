"""What `prorata fuzz` prints: what was found, once each, what was reached, and the counts."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.report.blocks import shown_first
from prorata.harness.report.clean import clean
from prorata.harness.report.console import place_text, when

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prorata.harness.cli.fuzz_options import FuzzOptions
    from prorata.harness.fuzz.court import BatchJudges
    from prorata.harness.fuzz.coverage import CoverageRow
    from prorata.harness.fuzz.finding import FuzzFinding
    from prorata.harness.fuzz.searching import Search
    from prorata.harness.report.console import StyledLine

__all__ = ["again", "beginning", "coverage", "data_of", "finding_lines", "summary"]

_WIDTH: Final = 60
_REASONS: Final = 3


def beginning(bar: BatchJudges, options: FuzzOptions) -> StyledLine:
    """Say what is searched on what."""
    declared, limits = bar.declared, options.limits
    name = clean(f"{declared.name} {declared.version}".strip(), 80)
    many = f"{limits.histories} histories" if limits.histories else f"{limits.seconds:g} s"
    where = bar.address if bar.address == "in process" else f"on {bar.address}"
    told = f" (protocol {declared.protocol}) · {many}, seed {options.seed} · panels {where}"
    return [("bold", name), ("", told)]


def again(finding: FuzzFinding, options: FuzzOptions) -> str:
    """Return the command that judges a finding's file in the same way."""
    whole = [] if finding.by_file else ["--whole"]
    return shlex.join(["prorata", "run", str(finding.path), *options.again, *whole])


def finding_lines(finding: FuzzFinding, options: FuzzOptions) -> Iterator[StyledLine]:
    """Tell of a failure: how many histories show it, the sentence, the difference, the file."""
    verdict, count = finding.verdict, finding.found.count
    first = shown_first(verdict)
    broken = verdict.verdict == "error"
    many = f"{count} histories" if count > 1 else "1 history"
    yield []
    whose = f"the fault of the {verdict.fault}" if broken else f"rule {clean(verdict.rule)}"
    yield [("bold red", "! " if broken else "✗ "), ("bold", f"{many:<{_WIDTH}}"), ("cyan", whose)]
    yield [("bold", f"    {clean(finding.sentence, 400)}")]
    if first is not None:
        yield [("", f"    {when(first)}")]
        yield [
            ("", f"      {place_text(first.path):<12} expected "),
            ("green", clean(first.expected)),
            ("", "   got "),
            ("red", clean(first.got)),
        ]
        yield from ([("dim", f"        {clean(line)}")] for line in first.derivation)
        if broken:
            yield [("red", f"      {'then':<12} {clean(verdict.reason, 400)}")]
    yield from ([("dim", f"      stderr  {clean(line)}")] for line in verdict.stderr)
    if finding.not_least:
        yield [("yellow", f"    {finding.not_least}")]
    if finding.unsaved:
        yield [("yellow", f"    not saved: {clean(finding.unsaved)}")]
    if finding.path is not None:
        yield [("dim", f"    again:  {again(finding, options)}")]


def coverage(rows: Sequence[CoverageRow], *, verbose: bool) -> Iterator[StyledLine]:
    """Tell what was reached: by family, or by rule; and the rules that were not."""
    named = [(row.rule if verbose else _family(row.rule), row) for row in rows]
    yield []
    yield [
        ("bold", f"{'reached':<44}{'rules':>10}{'histories':>11}{'readings':>11}{'boundaries':>12}")
    ]
    for name in dict.fromkeys(name for name, _ in named):
        yield [("", _line(name, [row for each, row in named if each == name]))]
    yield [("", _line("all", rows))]
    missed = [row.rule for row in rows if not row.histories]
    if missed:
        shown = missed if verbose else missed[: 2 * _REASONS]
        more = f", {len(missed) - len(shown)} more (-v)" if len(missed) > len(shown) else ""
        yield [("yellow", f"not reached: {', '.join(shown)}{more}")]


def _line(name: str, rows: Sequence[CoverageRow]) -> str:
    reached = f"{sum(row.histories > 0 for row in rows)} of {len(rows)}"
    values = [row.values for row in rows]
    readings = f"{sum(a for a, _ in values)} of {sum(b for _, b in values)}"
    histories = sum(row.histories for row in rows)
    boundaries = sum(len(row.boundaries) for row in rows)
    return f"{name:<44}{reached:>10}{histories:>11}{readings:>11}{boundaries:>12}"


def _family(rule: str) -> str:
    return ".".join(rule.split(".")[:2])


def summary(search: Search, found: int, *, verbose: bool) -> Iterator[StyledLine]:
    """Count: how many histories agreed, how many did not, and why others were not judged."""
    counts = search.counts
    failed = counts["fail"] + counts["error"]
    line: StyledLine = [("bold green", f"{counts['pass']} agree")]
    if failed:
        kinds = "1 kind" if found == 1 else f"{found} kinds"
        line.append(("bold red", f" · {failed} do not, of {kinds}"))
    if counts["known"]:
        line.append(("yellow", f" · {counts['known']} known"))
    reasons = search.skipped.most_common(None if verbose else 1)
    if verbose:
        yield from ([("yellow", f"{n} not for it: {clean(why)}")] for why, n in reasons)
    if counts["skipped"]:
        why = f" ({clean(reasons[0][0], 80)}{', …' if len(search.skipped) > 1 else ''})"
        line.append(("yellow", f" · {counts['skipped']} not for it{'' if verbose else why}"))
    yield [*line, ("dim", f"        {search.seconds:.1f} s")]


def data_of(
    search: Search,
    findings: Iterable[FuzzFinding],
    rows: Iterable[CoverageRow],
    options: FuzzOptions,
    bar: BatchJudges,
) -> Mapping[str, Any]:
    """Return all of it as JSON data."""
    return {
        "implementation": {
            "name": bar.declared.name,
            "version": bar.declared.version,
            "spec": options.implementation,
        },
        "seed": options.seed,
        "histories": search.judged,
        "seconds": round(search.seconds, 3),
        "counts": {
            name: search.counts[name] for name in ("pass", "fail", "error", "known", "skipped")
        },
        "skipped": dict(search.skipped.most_common()),
        "lacking": search.lacking.names(),
        "found": [_found(each, options) for each in findings],
        "coverage": [row._asdict() for row in rows],
    }


def _found(finding: FuzzFinding, options: FuzzOptions) -> Mapping[str, Any]:
    verdict, first = finding.verdict, shown_first(finding.verdict)
    return {
        "sentence": finding.sentence,
        "rule": verdict.rule,
        "verdict": verdict.verdict,
        "fault": verdict.fault,
        "reason": verdict.reason,
        "at": first.at if first else verdict.at,
        "act": first.act if first else verdict.act,
        "path": list(first.path) if first else [],
        "expected": first.expected if first else "",
        "got": first.got if first else "",
        "derivation": list(first.derivation) if first else [],
        "histories": finding.found.count,
        "after": {"histories": finding.found.after, "seconds": round(finding.found.seconds, 3)},
        "history": finding.found.way[1].head.id,
        "least": not finding.not_least,
        "file": str(finding.path) if finding.path else None,
        "unsaved": finding.unsaved or None,
        "again": again(finding, options) if finding.path else None,
    }
