"""Whatever goes wrong between two billings, in the end both agree: nothing is lost or doubled."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from trading import HISTORIES, Trading, converges

#: How many histories are lived through, in parts that may run beside each other; `tox -e fuzz` has
#: more of them.
MANY, PARTS = 2000, 4


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(PARTS))
def test_random_histories_converge(part: int) -> None:
    """Two polls after the last try, and one more for each operation that waits, both agree."""

    @seed(part)
    @settings(max_examples=MANY // PARTS, deadline=None, suppress_health_check=list(HealthCheck))
    @given(**HISTORIES)
    def lived(history: Any, balance: str, ahead: int, zone: str) -> None:
        assert [] == converges(Trading(balance, ahead, zone), history)

    lived()
