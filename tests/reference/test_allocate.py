"""Splitting an amount so that nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.money import allocate

weights = st.lists(st.integers(0, 400), min_size=1, max_size=40).filter(sum)


@given(st.integers(-(10**9), 10**9), weights)
def test_nothing_is_lost(units, weights):
    """The parts add up to the whole."""
    assert units == sum(allocate(units, weights))


@given(st.integers(-(10**9), 10**9), weights)
def test_each_part_is_near_its_share(units, weights):
    """A part is at most one unit from its exact share."""
    total = sum(weights)
    for given_part, weight in zip(allocate(units, weights), weights, strict=True):
        assert abs(given_part * total - units * weight) <= total


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1], [-1]])
def test_weights_must_say_something(weights):
    """Negative weights, or none at all, split nothing."""
    with pytest.raises(ValueError, match="weights must not be negative"):
        allocate(100, weights)
