"""Play the wrong billings through random histories, and write after how many each is caught.

Only what has not been played is, or what is named: the same seed gives the same histories. What
they do not catch is played once more, through histories steered to the rules that it breaks.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from seams import Wrong, WrongBilling
from table import TABLE

from prorata.harness.fuzz.court import HistoryCourt, OneDesk
from prorata.harness.fuzz.searching import Search, SearchLimits
from prorata.harness.fuzz.sources import SeededHistories
from prorata.harness.fuzz.suiting import suiting
from prorata.harness.report.blocks import shown_first
from prorata.harness.workers.job import Job
from prorata.reference.rules import ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.running.verdict import Verdict

__all__ = ["MOST", "PATH", "Sought", "caught_by_histories"]

PATH: Final = Path(__file__).with_name("histories.json")
#: So many histories are played at most, those of this seed.
MOST: Final = 2000
_SEED: Final = 1
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


def sought(name: str, most: int = MOST) -> tuple[str, Sought]:
    """Play a billing through histories until one catches it, then through those of its rules."""
    wrong = _BY_NAME[name]
    found = played(wrong, most)
    if found.rule:
        return name, found
    steered = played(wrong, most, [each for each in wrong.broken if each in ids()])
    return name, steered._replace(steered=True) if steered.rule else found


def played(wrong: Wrong, most: int, rules: Sequence[str] = ()) -> Sought:
    """Play a billing through histories, steered to rules where there are any."""

    def opened(panels: ScenarioPanels) -> WrongBilling:
        return WrongBilling(wrong, panels.transport)

    told: list[str] = []

    def judged(verdict: Verdict) -> None:
        if verdict.verdict in {"fail", "error"}:
            first = shown_first(verdict)
            told.append(first.rule if first else f"error: {verdict.fault}")
            raise _CaughtError

    desk = OneDesk(_JOB, opened)
    try:
        wanted = SeededHistories.of(_SEED, suiting(desk.declared, rules, vary=True))
        search = Search(HistoryCourt(desk), wanted, SearchLimits(most))
        try:
            search.run(judged)
        except _CaughtError:
            return Sought(search.judged, told[0])
        return Sought(search.judged)
    finally:
        desk.close()


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
    right = played(Wrong("nothing", ()), MOST)
    if right.rule:
        parser.error(f"history {right.histories} catches the right billing: {right.rule}")
    again = {*_BY_NAME} if said.all else {*said.billing}
    known = caught_by_histories()
    kept = {name: known[name] for name in known.keys() & _BY_NAME.keys() - again}
    with multiprocessing.get_context("fork").Pool(said.n) as pool:
        for name, found in pool.imap_unordered(sought, sorted(_BY_NAME.keys() - kept.keys())):
            kept[name] = found
            rows = (f"{json.dumps(each)}: {_row(kept[each])}" for each in sorted(kept))
            PATH.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
            sys.stderr.write(f"\r{len(kept)} of {len(_BY_NAME)} ")
    sys.stderr.write("\n")


def _row(found: Sought) -> str:
    return json.dumps(found if found.steered else found[:-1])


if __name__ == "__main__":
    main()
