"""Play the wrong billings through random histories, and write after how many each is caught.

Only what has not been played is, or what is named: the same seed gives the same histories. The
right billing is played through all of them first, and agrees; what is wrong is played through those
in which that run comes by the mistake. What they do not catch is played once more, through
histories that are steered to the rules that it breaks.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from passing import may_show, names_told, passed_by
from seams import Wrong, WrongBilling
from table import TABLE

from prorata.harness.fuzz.court import HistoryCourt, OneDesk
from prorata.harness.fuzz.searching import Search, SearchLimits
from prorata.harness.fuzz.sources import GeneratedSource, SeededHistories, heads_of
from prorata.harness.fuzz.suiting import suiting
from prorata.harness.report.blocks import shown_first
from prorata.harness.workers.job import Job
from prorata.reference.rules import ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.harness.running.verdict import Verdict

__all__ = ["MOST", "PATH", "Sought", "caught_by_histories"]

PATH: Final = Path(__file__).with_name("histories.json")
#: So many histories are played at most, those of this seed.
MOST: Final = 2000
_SEED: Final = 1
#: So many are looked through at once.
_CHUNK: Final = 25
_JOB: Final = Job("reference", "inprocess", {}, 5.0, 60.0, whole=True)
_BY_NAME: Final = {wrong.name: wrong for wrong in TABLE}


class Sought(NamedTuple):
    """How many histories were played, and the rule that the last names; none where all agree.

    `steered` tells that those that were steered to nothing did not catch it.
    """

    histories: int
    rule: str = ""
    steered: bool = False


class _CaughtError(Exception):
    """A history caught the billing: the search is over."""


def caught_by_histories() -> Mapping[str, Sought]:
    """Return what came of each billing that was played."""
    rows = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}
    return {name: Sought(*row) for name, row in rows.items()}


def sought(asked: tuple[str, tuple[int, ...], frozenset[str]]) -> tuple[str, Sought]:
    """Play a billing through those histories in which it may show, then through some of its rules.

    `asked` is its name, the numbers of those histories, and what is told in all there are.
    """
    name, numbers, told = asked
    wrong = _BY_NAME[name]
    found = first_of(wrong, numbers, told)
    if found.rule:
        return name, found
    steered = played(wrong, MOST, [each for each in wrong.broken if each in ids()])
    return name, steered._replace(steered=True) if steered.rule else found


def first_of(wrong: Wrong, numbers: Sequence[int], told: frozenset[str]) -> Sought:
    """Play a billing through the histories with some numbers, of those that are steered to nothing.

    What it changes itself of what it tells is told only where it has told it.
    """
    desk = _desk(wrong)
    try:
        court = HistoryCourt(desk, set() if wrong.told else set(told))
        verdicts = court.judged(heads_of(_histories(desk), numbers))
        for number, verdict in zip(numbers, verdicts, strict=False):
            if verdict.verdict in {"fail", "error"}:
                return Sought(number + 1, _named(verdict))
        return Sought(MOST)
    finally:
        desk.close()


def played(wrong: Wrong, most: int, rules: Sequence[str] = ()) -> Sought:
    """Play a billing through histories as a search does, steered to rules where there are any."""
    told: list[str] = []

    def judged(verdict: Verdict) -> None:
        if verdict.verdict in {"fail", "error"}:
            told.append(_named(verdict))
            raise _CaughtError

    desk = _desk(wrong)
    try:
        search = Search(HistoryCourt(desk), _histories(desk, rules), SearchLimits(most))
        try:
            search.run(judged)
        except _CaughtError:
            return Sought(search.judged, told[0])
        return Sought(search.judged)
    finally:
        desk.close()


def _desk(wrong: Wrong) -> OneDesk:
    return OneDesk(_JOB, lambda panels: WrongBilling(wrong, panels.transport))


def _histories(desk: OneDesk, rules: Sequence[str] = ()) -> SeededHistories:
    return SeededHistories.of(_SEED, suiting(desk.declared, rules, vary=True))


def _named(verdict: Verdict) -> str:
    first = shown_first(verdict)
    return first.rule if first else f"error: {verdict.fault}"


def passed(numbers: range) -> list[tuple[int, frozenset[str], frozenset[str]]]:
    """Return which billings may show in each of some histories, and what is told there.

    Raises `AssertionError` where one catches the right billing.
    """
    desk = _desk(Wrong("nothing", ()))
    wanted = _histories(desk)
    desk.close()
    found = []
    for number in numbers:
        (scenario,) = GeneratedSource(wanted, number).load()
        ((_, keys),) = passed_by([scenario], TABLE, whole=True)
        shown = frozenset(each.name for each in TABLE if may_show(each, scenario, keys))
        found.append((number, shown, frozenset(names_told(keys))))
    return found


def main() -> None:
    """Play what is new, and write what came of it."""
    parser = argparse.ArgumentParser(prog="tox -e histories --", description=__doc__)
    parser.add_argument("billing", nargs="*", help="play these again")
    parser.add_argument("--all", action="store_true", help="play all again")
    parser.add_argument("-n", type=int, default=2, help="so many processes")
    said = parser.parse_args()
    unknown = sorted({*said.billing} - _BY_NAME.keys())
    if unknown:
        parser.error(f"no wrong billing is called {unknown[0]!r}")
    again = {*_BY_NAME} if said.all else {*said.billing}
    known = caught_by_histories()
    kept = {name: known[name] for name in known.keys() & _BY_NAME.keys() - again}
    lacking = sorted(_BY_NAME.keys() - kept.keys())
    with multiprocessing.get_context("fork").Pool(said.n) as pool:
        each = pool.imap_unordered
        rows = sorted(chain.from_iterable(each(passed, _chunks(MOST))))
        told = frozenset().union(*(names for _, _, names in rows))
        wanted = [
            (name, tuple(number for number, shown, _ in rows if name in shown), told)
            for name in lacking
        ]
        for name, found in each(sought, wanted):
            kept[name] = found
            written = (f"{json.dumps(own)}: {_row(kept[own])}" for own in sorted(kept))
            PATH.write_text("{\n" + ",\n".join(written) + "\n}\n", encoding="utf-8")
            sys.stderr.write(f"\r{len(kept)} of {len(_BY_NAME)} ")
    sys.stderr.write("\n")


def _chunks(count: int) -> list[range]:
    return [range(at, min(at + _CHUNK, count)) for at in range(0, count, _CHUNK)]


def _row(found: Sought) -> str:
    return json.dumps(found if found.steered else found[:-1])


if __name__ == "__main__":
    main()
