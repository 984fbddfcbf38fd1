"""A diagnosis finds what a billing follows, by few probes, and concludes nothing else."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from following import Following, diagnosis

from prorata.harness.diagnosing.conventions import CONVENTIONS
from prorata.harness.diagnosing.telling import lines
from prorata.reference.readings import READINGS

OTHERS = [(name, value) for name, reading in READINGS.items() for value in reading.values[1:]]
#: With the days left counted otherwise, these are one thing.
ALIKE = ["730 hours to a month", "price × 12 ÷ 365"]
#: Of all other pairs of conventions that are about different things, so many are drawn.
TOGETHER = Random(14).sample(
    [
        (one, other)
        for one, other in combinations(CONVENTIONS, 2)
        if CONVENTIONS[one].about != CONVENTIONS[other].about
        and not (one in ALIKE and other == "an inclusive end")
    ],
    5,
)
#: Of all pairs of values of two readings, so many are drawn, the same each time.
PAIRS = Random(14).sample(
    [(one, other) for one, other in combinations(OTHERS, 2) if one[0] != other[0]], 16
)


def found(readings=None, *conventions, **declared):
    """Return the diagnosis of a billing that follows these."""
    return diagnosis(lambda transport: Following(transport, readings, *conventions, **declared))


def named(told):
    """Return the names of the conventions that were found."""
    return [each.name for each in told.conventions]


def test_a_billing_at_all_defaults():
    """Every reading is concluded, at its default, and nothing is left open."""
    told = found()
    assert {name: reading.default for name, reading in READINGS.items()} == {
        each.name: each.value for each in told.readings
    }
    assert ({}, [], (), {}) == (told.block, named(told), told.open, told.odd)
    assert told.asked <= 26


@pytest.mark.sweep
@pytest.mark.parametrize(("name", "value"), OTHERS)
def test_every_value_of_every_reading(name, value):
    """It is found, with what tells it from the default, and nothing else is."""
    told = found({name: value})
    assert ({name: value}, [], {}) == (told.block, named(told), told.odd)
    (finding,) = [each for each in told.readings if each.name == name]
    assert READINGS[name].default in finding.proofs[0].others
    assert finding.proofs[0].showed not in finding.proofs[0].others.values()
    # What is open can make no difference beside it.
    assert {"makes no difference"} >= {each.why for each in told.open}
    assert told.asked <= 30


@pytest.mark.sweep
@pytest.mark.parametrize("name", CONVENTIONS)
def test_every_convention(name):
    """It is named, with what would be shown without it, and no reading is taken for it."""
    told = found({}, name)
    assert ({}, [name], {}) == (told.block, named(told), told.odd)
    assert all("without" in each.others for each in told.conventions[0].proofs)


@pytest.mark.sweep
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_pairs_of_readings(one, other):
    """Both are found, where each makes a difference beside the other."""
    told = found(dict([one, other]))
    moot = {each.name for each in told.open if each.why == "makes no difference"}
    several = {each.name: each.values for each in told.open if each.name not in moot}
    left = {name: value for name, value in (one, other) if name not in moot | several.keys()}
    assert (left, [], {}) == (told.block, named(told), told.odd)
    assert all(
        dict([one, other]).get(name, values[0]) in values for name, values in several.items()
    )


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("readings", "convention"),
    [
        ({"rounding": "down", "month_end": "overflow"}, "30/360"),
        ({"overdue_days": "started"}, "credit and charge as two legs"),
    ],
)
def test_readings_beside_a_convention(readings, convention):
    """Each is found beside the other."""
    told = found(readings, convention)
    assert (readings, [convention], {}) == (told.block, named(told), told.odd)


@pytest.mark.sweep
@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_two_conventions(one, other):
    """Both are named, and no reading is taken for one."""
    told = found({}, one, other)
    assert ({}, [one, other], {}) == (told.block, named(told), told.odd)


@pytest.mark.sweep
def test_two_of_which_one_is_another_as_well():
    """What is sure is told apart from what is one of two."""
    told = found({}, ALIKE[0], "an inclusive end")
    assert ([*ALIKE, "an inclusive end"], {}) == (named(told), told.odd)
    assert [False, False, True] == [each.sure for each in told.conventions]
    assert (
        "  730 hours to a month or price × 12 ÷ 365: no probe tells them apart by what the"
        " billing tells"
    ) in lines(told, {})


def test_what_declares_its_readings_is_asked_all_the_same():
    """A declaration is no evidence: the billing says the one thing and does the other."""
    told = diagnosis(
        lambda transport: Following(
            transport, {"rounding": "down"}, readings_told={"rounding": "half_even"}
        )
    )
    assert {"rounding": "down"} == told.block


@pytest.mark.sweep
def test_a_billing_that_tells_sums():
    """One that does not itemise is known by its sums."""
    told = found({"rounding": "down", "overdue_days": "started"}, itemised=False)
    assert {"rounding": "down", "overdue_days": "started"} == told.block
