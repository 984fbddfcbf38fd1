"""Putting outcomes together: in the order of the scenarios, as if one had judged them all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prorata.harness.running.crew import ENDS
from prorata.harness.workers.job import Batch, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from prorata.harness.running.verdict import Verdict
    from prorata.harness.workers.job import ScenarioHead

__all__ = ["assembled", "in_order", "parted"]

#: How many scenarios are judged once more together.
_AGAIN = 16


def in_order(outcomes: Iterable[Outcome], numbers: Iterable[int]) -> Iterator[Outcome]:
    """Yield outcomes, as they arrive, in the order of these numbers.

    What has arrived before an end that was not foreseen is told after the gaps.
    """
    arrived: dict[int, Outcome] = {}
    wanted = iter(numbers)
    number = next(wanted, None)
    try:
        for outcome in outcomes:
            arrived[outcome.number] = outcome
            while number in arrived:
                yield arrived.pop(number)
                number = next(wanted, None)
    except ENDS:
        yield from (arrived[each] for each in sorted(arrived))
        raise


def assembled(
    heads: Sequence[ScenarioHead],
    outcomes: Iterable[Outcome],
    again: Callable[[Sequence[Batch]], Iterator[Outcome]],
    enough: Callable[[], bool],
) -> Iterator[Verdict]:
    """Yield verdicts as they become final, as `judge_all` does, until there is `enough`.

    Those come last in which something was not told; where it was told elsewhere, the scenario is
    judged `again`.
    """
    told: set[str] = set()
    untold: list[Outcome] = []
    ended: BaseException | None = None
    try:
        for outcome in outcomes:
            told |= outcome.told
            verdict = outcome.verdict
            if verdict.not_told and verdict.verdict == "pass":
                untold.append(outcome)
            else:
                yield verdict
            if enough():
                break
    except ENDS as error:
        ended = error
    other = [each.number for each in untold if not told.isdisjoint(each.verdict.not_told)]
    found: dict[int, Verdict] = {}
    if other and ended is None:
        judged = again(_once_more(other, heads, frozenset(told)))
        found = {each.number: each.verdict for each in judged}
    for each in untold:
        yield found.get(each.number, each.verdict)
    if ended is not None:
        raise ended


def _once_more(
    numbers: Sequence[int], heads: Sequence[ScenarioHead], told: frozenset[str]
) -> Sequence[Batch]:
    """Return batches of scenarios that are judged with what the whole run told."""
    whole = Batch(tuple(numbers), tuple(heads[number - 1] for number in numbers), told, again=True)
    cut = range(0, len(numbers), _AGAIN)
    return [
        replace(whole, numbers=whole.numbers[at : at + _AGAIN], heads=whole.heads[at : at + _AGAIN])
        for at in cut
    ]


def parted(batch: Batch, how: str, put: Callable[[Batch], None]) -> Iterator[Outcome]:
    """Judge alone what a worker ended over; where another ended over it too, it has its error."""
    if batch.numbers and not batch.parted:
        rest = replace(batch.rest(1), careful=True)
        put(replace(batch.alone(), parted=True, then=rest if rest.numbers else None))
        return
    if batch.numbers:
        yield Outcome(batch.numbers[0], batch.heads[0].error(f"its worker {how}, twice"))
    if batch.then is not None:
        put(batch.then)
