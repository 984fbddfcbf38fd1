"""Two billings with everything going wrong between them: in the end they agree."""

from __future__ import annotations

from fuzzing.budget import for_a_share
from fuzzing.tally import tried
from trading import HISTORIES, Trading, converges


def test_random_histories_converge():
    """Nothing is lost, and nothing doubled."""

    def lived(history, balance, ahead, zone):
        tried("reselling: histories of two billings")
        assert [] == converges(Trading(balance, ahead, zone), history)

    for_a_share(0.1, lived, **HISTORIES)
