"""Batches hang on the scenarios alone, and outcomes are put together in their order."""

from __future__ import annotations

import pytest

from prorata.harness.running.batches import batch_numbers
from prorata.harness.running.verdict import Verdict
from prorata.harness.workers.assembling import assembled, in_order, parted
from prorata.harness.workers.job import Batch, FileRef, Outcome, ScenarioHead

HEADS = [ScenarioHead(f"s{number}", ("a.b",), "", FileRef("s.yaml")) for number in range(1, 6)]


def outcome(number, verdict="pass", told=(), **more):
    """Return the outcome of a scenario."""
    return Outcome(number, Verdict(f"s{number}", ("a.b",), verdict, 0.0, **more), frozenset(told))


def test_batches_are_of_32_files_and_64_scenarios_at_most():
    """The 33rd file begins another, and so does the 65th scenario of one file."""
    one_each = list(batch_numbers(f"{number}.yaml" for number in range(65)))
    assert [0] * 32 + [1] * 32 + [2] == one_each
    one_file = list(batch_numbers("a.yaml" for _ in range(130)))
    assert [0] * 64 + [1] * 64 + [2] * 2 == one_file


def test_a_large_file_moves_no_later_batch_off_its_files():
    """Files 0 to 31 are read together, whatever is in them: the 33rd file begins a batch."""
    files = ["0.yaml"] * 70 + [f"{number}.yaml" for number in range(1, 33)]
    numbers = list(batch_numbers(files))
    assert [0, 1] == numbers[63:65]
    assert [1, 2] == numbers[-2:]


def test_outcomes_come_in_the_order_of_scenarios():
    """What arrives early waits for those before it."""
    arriving = [outcome(2), outcome(3), outcome(1)]
    assert [1, 2, 3] == [each.number for each in in_order(arriving, [1, 2, 3])]


def test_what_arrived_before_an_interrupt_is_kept():
    """After Ctrl-C what has been judged behind a gap is told as well."""

    def arriving():
        yield outcome(3)
        raise KeyboardInterrupt

    found = in_order(arriving(), [1, 2, 3])
    assert 3 == next(found).number
    with pytest.raises(KeyboardInterrupt):
        next(found)


def test_what_was_told_elsewhere_is_judged_again_at_the_end():
    """Scenario 1 was not judged by its covers, which scenario 3 tells: it comes last, judged."""
    asked = []

    def again(batches):
        asked.extend(batches)
        return iter([outcome(1, "fail")])

    arriving = [outcome(1, not_told=("covers",)), outcome(2), outcome(3, told={"covers"})]
    found = list(assembled(HEADS, arriving, again, lambda: False))
    assert [("s2", "pass"), ("s3", "pass"), ("s1", "fail")] == [
        (each.scenario, each.verdict) for each in found
    ]
    (batch,) = asked
    assert ((1,), frozenset({"covers"}), True) == (batch.numbers, batch.told, batch.again)


def test_what_is_told_nowhere_keeps_its_verdict():
    """Nothing is judged again where nobody told it."""
    arriving = [outcome(1, not_told=("covers",)), outcome(2)]
    found = list(assembled(HEADS, arriving, lambda _: iter(()), lambda: False))
    assert ["s2", "s1"] == [each.scenario for each in found]


def test_enough_failures_end_it_whatever_has_arrived():
    """After the first failure nothing more is told, though more has been judged."""
    told = []
    arriving = [outcome(1), outcome(2, "fail"), outcome(3, "fail")]
    enough = lambda: "s2" in told  # noqa: E731  a word for it
    told += (each.scenario for each in assembled(HEADS, arriving, lambda _: iter(()), enough))
    assert ["s1", "s2"] == told


def test_a_batch_is_parted_where_its_worker_ended():
    """The first is judged alone, then the rest; over it again, it has its error."""
    put = []
    batch = Batch((1, 2, 3), tuple(HEADS[:3]))
    assert [] == list(parted(batch, "ended", put.append))
    (alone,) = put
    assert ((1,), True, (2, 3)) == (alone.numbers, alone.parted, alone.then.numbers)
    (error,) = parted(alone, "was killed by SIGKILL", put.append)
    assert ("error", "suite") == (error.verdict.verdict, error.verdict.fault)
    assert "its worker was killed by SIGKILL, twice" == error.verdict.reason
    assert (2, 3) == put[-1].numbers
