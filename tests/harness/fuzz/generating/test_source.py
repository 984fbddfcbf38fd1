"""The same choices make the same history: of a seed, from a list, or drawn by hypothesis."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from prorata.harness.fuzz.generating import Focus, Replayed, Seeded, history
from prorata.harness.fuzz.generating.source import drawn

_PRINT = """\
import json
from prorata.harness.fuzz.generating import Focus, Seeded, history
made = [history(Seeded(7, number), name=str(number), focus=Focus()) for number in range(8)]
print(json.dumps([each.scenario.tree.plain for each in made], ensure_ascii=True))
"""


def test_choices_lie_between_their_bounds_and_both_are_chosen() -> None:
    """A seed chooses every number between two bounds, and keeps what it chose."""
    source = Seeded(1, 1)
    chosen = [source.integer(3, 6) for _ in range(200)]
    assert {3, 4, 5, 6} == set(chosen)
    assert chosen == source.choices


def test_other_numbers_and_other_seeds_choose_otherwise() -> None:
    """The histories of a seed differ, and so do those of two seeds."""
    drew = {tuple(_choices(seed, number)) for seed in range(3) for number in range(3)}
    assert 9 == len(drew)


def _choices(seed: int, number: int) -> list[int]:
    source = Seeded(seed, number)
    for _ in range(8):
        source.integer(0, 99)
    return source.choices


def test_kept_choices_are_replayed_and_the_low_bound_stands_for_others() -> None:
    """Past its end, and where it has a number out of bounds, a list chooses the simplest."""
    source = Replayed([5, 9, 1])
    assert [5, 2, 1, 4] == [source.integer(low, 6) for low in (0, 2, 1, 4)]


def test_a_history_is_made_again_from_its_choices() -> None:
    """What a seed chose makes the same history where it is replayed."""
    for number in range(30):
        seeded = Seeded(4, number)
        made = history(seeded, name="again", focus=Focus())
        again = history(Replayed(seeded.choices), name="again", focus=Focus())
        assert made.scenario.tree.plain == again.scenario.tree.plain
        assert made.classes == again.classes


def test_no_choices_make_the_simplest_history() -> None:
    """The low bounds alone make a history: a first service is ordered, and that is nearly all."""
    made = history(Replayed(()), name="least", focus=Focus())
    assert ["order"] == [step.act[0] for step in made.scenario.steps if step.act]
    assert 2 == len(made.scenario.given.tariffs)


def test_another_process_makes_the_same_histories_byte_for_byte() -> None:
    """Whatever the salt of hashes is, a seed and a number are the same history."""
    told = {
        subprocess.run(
            [sys.executable, "-c", _PRINT],
            env={**os.environ, "PYTHONHASHSEED": salt},
            capture_output=True,
            check=True,
        ).stdout
        for salt in ("1", "2")
    }
    assert 1 == len(told)
    here = [history(Seeded(7, number), name=str(number), focus=Focus()) for number in range(8)]
    assert json.loads(told.pop()) == [each.scenario.tree.plain for each in here]


@st.composite
def histories(draw: Any, focus: Focus) -> Any:
    """Draw a history."""
    return history(drawn(draw), name="drawn", focus=focus)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(histories(Focus()))
def test_hypothesis_draws_histories(made: Any) -> None:
    """The generator is the same where hypothesis chooses."""
    assert made.scenario.steps
    assert not made.scenario.expects


@pytest.mark.sweep
def test_hypothesis_finds_the_least_history_of_a_kind() -> None:
    """Shrinking goes towards the low bounds: little is left beside what is looked for."""
    focus = Focus(systems=("billmanager",), vary=False)
    least = find(
        histories(focus),
        lambda made: any(
            step.act and step.act[0] == "change_tariff" for step in made.scenario.steps
        ),
        settings=settings(max_examples=50, deadline=None, database=None, derandomize=True),
    )
    verbs = [step.act[0] for step in least.scenario.steps if step.act]
    assert "change_tariff" == verbs[-1]
    assert len(verbs) <= 5
