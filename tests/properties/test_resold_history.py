"""Whatever goes wrong between two billings, in the end both agree: nothing is lost or doubled."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from trading import HISTORIES, Trading, converges

#: About as many as a core lives through in ten seconds; `tox -e fuzz` has more of them.
MANY = 800


@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(**HISTORIES)
def test_random_histories_converge(history: Any, balance: str, ahead: int, zone: str) -> None:
    """Two polls after the last try, and one more for each operation that waits, both agree."""
    assert [] == converges(Trading(balance, ahead, zone), history)
