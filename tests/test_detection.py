"""Renewing the matrix of wrong billings: only what is new is played, and what is played stays."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from bundled import SCENARIOS

sys.path[:0] = [str(Path(__file__).parent / "wrong")]
import detection  # noqa: E402  from the folder above
from by_histories import MOST, caught_by_histories, passed, played, sought  # noqa: E402
from matrix import Matrix, file_of  # noqa: E402
from seams import Wrong  # noqa: E402

pytestmark = pytest.mark.sweep

NOTE = "edge/credit-note-of-a-downgrade[without]"
FEE = "documented/late-fee-half-of-five-days"
NONE = Matrix({}, frozenset(), {})


@pytest.fixture(name="each")
def _each(monkeypatch):
    """Have two billings and two scenarios, and take note of what is asked for."""
    names = ("no credit notes", "one overdue day less")
    monkeypatch.setattr(detection, "_BY_NAME", {name: detection._BY_NAME[name] for name in names})
    monkeypatch.setattr(detection, "SCENARIOS", {name: SCENARIOS[name] for name in (FEE, NOTE)})

    def each(do, asked):
        each.played += [one[:2] for one in asked if do is detection._played and one[1]]
        return map(do, asked)

    each.played = []
    return each


def renewed(matrix, each, again=(), most=0):
    """Return what a matrix is in the end, and what was played for it."""
    each.played = []
    *_, last = detection.renewed(matrix, frozenset(again), each, most)
    return last, each.played


def test_all_is_played_where_a_mistake_may_show(each):
    """Each billing by the scenario that comes by its mistake, and catches it."""
    matrix, played = renewed(NONE, each)
    assert {"no credit notes": [NOTE], "one overdue day less": [FEE]} == {
        name: [*row] for name, row in matrix.billings.items()
    }
    assert {("no credit notes", (NOTE,)), ("one overdue day less", (FEE,))} == {*played}
    (block,) = matrix.blocks("one overdue day less")
    assert ("billmanager.renew.late-fee.percent", (FEE,)) == (block.rule, block.scenarios)


def test_only_what_is_new_is_played(each):
    """Nothing, a billing that is named, or what a file has that has changed."""
    matrix, _ = renewed(NONE, each)
    assert (matrix, []) == renewed(matrix, each)
    assert (matrix, [("no credit notes", (NOTE,))]) == renewed(matrix, each, ["no credit notes"])
    old = {**matrix.files, file_of(FEE): "another"}
    assert (matrix, [("one overdue day less", (FEE,))]) == renewed(matrix._replace(files=old), each)


def test_what_is_played_in_part_is_lacking_still(each):
    """It is played whole where no most is said."""
    matrix, _ = renewed(NONE, each)
    part = matrix._replace(in_part=frozenset({"no credit notes"}))
    assert (part, []) == renewed(part, each, most=1)
    assert (matrix, [("no credit notes", (NOTE,))]) == renewed(part, each)


def test_what_was_caught_is_told_anew(each):
    """By the scenarios that caught it, whatever else may."""
    matrix, _ = renewed(NONE, each)
    stale = {**matrix.billings, "one overdue day less": {FEE: "another"}}
    *_, last = detection.retold(matrix._replace(billings=stale), frozenset(stale), each)
    assert matrix == last


def test_what_is_written_is_read(tmp_path, each):
    """The same matrix, and the same text again."""
    matrix, _ = renewed(NONE, each)
    path = tmp_path / "matrix.json"
    path.write_text(matrix.written(), encoding="utf-8")
    assert matrix == Matrix.read(path)
    assert matrix.written() == Matrix.read(path).written()


def test_random_histories_catch_what_they_come_by():
    """The first orders something for a time; bundles at a fixed price are met where steered to."""
    rows = passed(range(4))
    told = frozenset().union(*(names for _, _, names in rows))
    longer, twice = "a first period a day too long", "a bundle at twice its price"
    shown = {name: tuple(n for n, names, _ in rows if name in names) for name in (longer, twice)}
    assert (0, ()) == (shown[longer][0], shown[twice])
    _, found = sought((longer, shown[longer], told))
    assert (1, "billmanager") == (found.histories, found.rule.partition(".")[0])
    _, found = sought((twice, shown[twice], told))
    assert ("hostbill.bundle", True) == (found.rule, found.steered)


def test_random_histories_do_not_catch_the_right_billing():
    """What they would find in it says nothing of a wrong one."""
    assert (30, "", False) == played(Wrong("nothing", ()), 30)


def test_what_histories_caught_is_of_billings_that_there_are():
    """And no search went on for longer than it says."""
    found = caught_by_histories()
    assert {*found} <= {*detection._BY_NAME}
    assert {each.histories for each in found.values() if not each.rule} <= {MOST}
    assert all(0 < each.histories <= MOST for each in found.values())
