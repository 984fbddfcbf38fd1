"""The page of what is caught: ``docs/mutation.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mutation.equivalents import REASONS
from mutation.files import OF_ALL, OF_FILE, RECORDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mutation.equivalents import Equivalent
    from mutation.mutants import Mutant
    from mutation.rates import Rate

__all__ = ["page"]

_HEAD: Final = f"""\
# Machine mutants of the rules

A mutant is the reference with one small mistake: another operator, number or condition, a statement
or an argument left out, an entry of a table left out or in its neighbour's place. `tox -e mutation`
makes them from the syntax trees of `reference/`, judges each against the bundled scenarios that
pass through the changed statement, and tells how many are caught: where a scenario no longer
conforms, raises, or lasts far longer than it does. What is only said (notes of a derivation, words
of a refusal) is left as it is.

Rules, rulebooks, proration and periods are to be caught by scenarios alone; the rest of the ground
floor, the engine below the rulebooks, `at_once`, `enrol` and `panels` by scenarios and tests
together. Of what is not recorded as equivalent at least {OF_ALL:.0%} of all and {OF_FILE:.0%} of
each file are to be caught; at most {RECORDED:.0%} of a file may be recorded, in
`mutation/equivalents.toml`. This page is written by `tox -e mutation -- --record`.
"""
_COLUMNS: Final = """\
| file | by | mutants | caught, raw | recorded | caught | open |
|---|---|---|---|---|---|---|"""


def page(rates: Sequence[Rate], entries: Sequence[Equivalent]) -> str:
    """Return the page."""
    whole = [rate for rate in rates if rate.whole]
    parts = [_HEAD, *_table(whole), *_unjudged(rates), *_recorded(entries), *_open(whole)]
    return "\n".join(parts)


def _table(rates: Sequence[Rate]) -> Iterator[str]:
    yield "## By file\n"
    yield _COLUMNS
    for rate in rates:
        yield _row(rate)
    if rates:
        total = sum(rates[1:], rates[0])
        yield _row(total).replace(f"`{total.shown}` | {total.by}", "**all of these** |", 1)
    yield ""


def _row(rate: Rate) -> str:
    return (
        f"| `{rate.shown}` | {rate.by} | {rate.made} | {rate.raw:.1%} | {rate.recorded} "
        f"| {rate.counted:.1%} | {len(rate.open)} |"
    )


def _unjudged(rates: Iterable[Rate]) -> Iterator[str]:
    left = [rate for rate in rates if not rate.whole]
    if left:
        yield "## Not judged whole\n"
        yield f"Of {len(left)} files not every mutant has been judged; none of them counts above:\n"
        for rate in left:
            yield (
                f"- `{rate.shown}`: {rate.judged} of {rate.made} judged, {rate.caught} caught"
                f" and {rate.recorded} recorded"
            )
        yield ""


def _recorded(entries: Sequence[Equivalent]) -> Iterator[str]:
    yield "## Recorded as equivalent\n"
    for reason, meaning in REASONS.items():
        number = sum(entry.reason == reason for entry in entries)
        yield f"- {reason}, {meaning}: {number}"
    yield ""


def _open(rates: Iterable[Rate]) -> Iterator[str]:
    yield "## Open\n"
    for rate in rates:
        if rate.open:
            yield f"### `{rate.shown}`\n"
            yield "| function | line | operator | before | after |\n|---|---|---|---|---|"
            yield from map(_survivor, rate.open)
            yield ""


def _survivor(mutant: Mutant) -> str:
    before, after = _cell(mutant.before), _cell(mutant.after)
    return f"| `{mutant.function}` | {mutant.line} | {mutant.operator} | {before} | {after} |"


def _cell(text: str) -> str:
    if not text:
        return "left out"
    escaped = " ".join(text.split()).replace("|", "\\|")
    return f"`{escaped}`"
