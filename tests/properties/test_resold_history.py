"""Whatever goes wrong between two billings, in the end both agree: nothing is lost or doubled."""

from __future__ import annotations

from os import environ
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from trading import ACTS, GAPS, TROUBLES, Trading, converges

if TYPE_CHECKING:
    from trading import Step

#: How many histories are lived through; `tox -e fuzz` has more of them.
HISTORIES = int(environ.get("PRORATA_HISTORIES", "1000"))
#: Orders and renewals more often than the rest: without a licence nothing goes wrong.
OFTEN = ["order", "order", "order", "order", "renew", "renew", "renew", "to pro", "to pro"]
STEPS = st.tuples(
    st.sampled_from(GAPS),
    st.sampled_from([*["none"] * 8, *TROUBLES]),
    st.sampled_from([*OFTEN, *ACTS]),
    st.integers(0, 11),
)


@settings(
    max_examples=HISTORIES,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
@given(
    history=st.lists(STEPS, min_size=1, max_size=12),
    balance=st.sampled_from(["5.00", "12.00", "1000.00", "1000.00"]),
    ahead=st.sampled_from([0, 0, -7, 3, 600]),
    zone=st.sampled_from(["UTC", "UTC", "Asia/Tokyo"]),
)
def test_random_histories_converge(
    history: list[Step], balance: str, ahead: int, zone: str
) -> None:
    """Two polls after the last try, and one more for each operation that waits, both agree."""
    assert [] == converges(Trading(balance, ahead, zone), history)
