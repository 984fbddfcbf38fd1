"""The page of what is caught: ``docs/detection.md``, from the matrix."""

from __future__ import annotations

from statistics import median_high
from typing import TYPE_CHECKING, NamedTuple

from bundled import SCENARIOS
from by_histories import MOST
from matrix import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from by_histories import Sought
    from matrix import Matrix
    from seams import Wrong

__all__ = ["Found", "found", "page"]

_HEAD = """\
# Detection: which wrong billings the scenarios catch

A suite is worth what it catches. `tests/wrong/` holds billings that are each the reference but for
one small mistake, at least one for every rule and for every value of a reading; beside each stand
the rules that a person would name for it, from what the mistake breaks. Bundled scenarios are
played on them, and this page is what came of it.

A scenario can catch a mistake only where the reference comes by it, and where it matters there: so
each billing is played through those scenarios alone, which a run of the reference itself shows. A
billing that reads the documents otherwise declares the default reading; `reads NAME: VALUE` of a
default ignores that another is asked for. The panels and sellers that it asks are right.

```
tox -e detection                        # what is new: billings, and files of scenarios
tox -e detection -- 'no setup fee'      # a billing that was changed
tox -e detection -- --told              # tell anew what is caught, where the judge has changed
tox -e detection -- --all -n 8          # everything, by eight processes
tox -e detection -- --most 140          # each billing by so many scenarios at most
```

It renews `tests/wrong/matrix.json` and this page. The tests play a sample of it, and fail where
a billing is caught by less than two scenarios, or a rule or a reading has no wrong billing.

## What came of it
"""
_HISTORIES = """
## By random histories

Scenarios aside, `prorata fuzz` has to come by each mistake by itself. `tox -e histories` plays the
billings through random histories of one seed, steered to nothing, until one catches them, and keeps
in `tests/wrong/histories.json` after how many that was. What they do not catch is played through
histories that are steered to the rules it breaks, as `--rules` does, which come by corners of them
that the others leave out; the right billing agrees in all of those that are steered to nothing.

"""
_TABLE = """
## Each of them

What is named otherwise than it should be is set in bold. The first failure is that of the first
block of a report, which most scenarios share. A number with a + is of a billing played in part:
half of the scenarios were those of its own rules.

| wrong billing | breaks | scenarios that catch it | the first failure names |
|---|---|---|---|
"""
#: So many rules are named in a cell.
_SHOWN = 2


class Found(NamedTuple):
    """What came of a wrong billing: how many scenarios catch it, and the rule named first."""

    wrong: Wrong
    scenarios: int
    first: str

    @property
    def right(self) -> bool:
        """Whether the first failure names what the billing breaks."""
        return self.first in self.wrong.broken


def found(matrix: Matrix, table: Sequence[Wrong]) -> Iterator[Found]:
    """Yield what came of each wrong billing; what ended in an error of ours caught none."""
    for wrong in table:
        blocks = matrix.blocks(wrong.name)
        scenarios = sum(len(each.scenarios) for each in blocks if not each.rule.startswith("error"))
        yield Found(wrong, scenarios, blocks[0].rule if blocks else "")


def page(matrix: Matrix, table: Sequence[Wrong], sought: Mapping[str, Sought]) -> str:
    """Return the page as Markdown."""
    results = sorted(found(matrix, table), key=lambda each: each.wrong.name)
    figures = "\n".join(f"- {line}" for line in _figures(matrix, results))
    rows = "\n".join(_row(each, more=each.wrong.name in matrix.in_part) for each in results)
    histories = "\n".join(f"- {line}" for line in _histories(table, sought))
    return f"{_HEAD}\n{figures}\n{_HISTORIES}{histories}\n{_TABLE}{rows}\n"


def _histories(table: Sequence[Wrong], sought: Mapping[str, Sought]) -> Iterator[str]:
    known = [(wrong, sought[wrong.name]) for wrong in table if wrong.name in sought]
    caught = sorted(each.histories for _, each in known if each.rule and not each.steered)
    steered = sorted(each.histories for _, each in known if each.steered)
    right = sum(each.rule in wrong.broken for wrong, each in known if not each.steered)
    yield f"{len(known)} of {len(table)} were played so: **{len(caught)} are caught**"
    if caught:
        yield f"half of those within {median_high(caught)} histories, the last after {caught[-1]:,}"
        yield f"{right} under a rule that they break in the very first history that catches them"
    if steered:
        within = f"the last after {steered[-1]:,}"
        yield f"{len(steered)} more where the search is steered to the rules they break, {within}"
    missed = sorted(wrong.name for wrong, each in known if not each.rule)
    if missed:
        yield f"not within {MOST:,}: {', '.join(missed)}"


def _figures(matrix: Matrix, results: Sequence[Found]) -> Iterator[str]:
    count, right = len(results), sum(each.right for each in results)
    caught, once = (sum(test(each.scenarios) for each in results) for test in (bool, (1).__eq__))
    told = [
        (each.wrong, named(under))
        for each in results
        for under in matrix.billings[each.wrong.name].values()
    ]
    good = sum(rule in wrong.broken for wrong, rule in told)
    yield f"**{count} wrong billings**, played through {len(SCENARIOS):,} scenarios"
    yield f"**{caught} caught** by scenarios alone, {once} of them by one scenario only"
    yield f"**{right} named first** by a rule that they break: {100 * right / count:.1f} %"
    yield f"{len(matrix.in_part)} played in part, by some of the scenarios in which they may show"
    yield f"{len(told):,} failures in all, {100 * good / len(told):.1f} % under such a rule"


def _row(result: Found, *, more: bool) -> str:
    broken = [f"`{rule}`" for rule in result.wrong.broken]
    rest = len(broken) - _SHOWN
    breaks = ", ".join(broken[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
    first = f"`{result.first}`" if result.right else f"**`{result.first}`**"
    return f"| {result.wrong.name} | {breaks} | {result.scenarios}{'+' * more} | {first} |"
