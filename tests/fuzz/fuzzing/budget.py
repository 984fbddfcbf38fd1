"""How long is tried: FUZZ_MINUTES, of which each kind of abuse has its share."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, seed, settings

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MINUTES", "SEED", "examples", "for_a_share"]

MINUTES = float(os.environ.get("FUZZ_MINUTES") or 1)
#: What the examples are drawn from: the same number draws the same ones.
SEED = int(os.environ.get("FUZZ_SEED") or 0)

_EXAMPLES = 100


def examples(a_minute: int) -> int:
    """Return how many examples to draw where it is their number that is limited."""
    return max(1, int(a_minute * MINUTES))


def for_a_share(share: float, said: Callable[..., None], /, **strategies: Any) -> None:
    """Draw examples for `said` in rounds until a share of the time is over.

    A round that fails says by which seed it is drawn again.
    """
    end = time.monotonic() + share * MINUTES * 60
    number = SEED
    while True:
        try:
            seed(number)(_PATIENT(given(**strategies)(said)))()
        except BaseException as error:
            error.add_note(f"Again: FUZZ_SEED={number}")
            raise
        if time.monotonic() > end:
            return
        number += 1


_PATIENT = settings(
    max_examples=_EXAMPLES,
    database=None,
    deadline=None,
    derandomize=False,
    suppress_health_check=list(HealthCheck),
)
