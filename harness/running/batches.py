"""Batches: what is judged together, by itself, whoever judges it and however many there are.

What an implementation was found to tell, and what is known of its failures, is gathered within a
batch, and put together when the run is over. So the verdicts are the same for any number of
workers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["FILES", "batch_numbers"]

#: How many files are read together, and how many scenarios of them are judged together at most:
#: of the reference's some 50 ms.
FILES: Final = 32
_SCENARIOS: Final = 64


def batch_numbers(files: Iterable[str]) -> Iterator[int]:
    """Yield the number of its batch for each scenario, by the file that it is in.

    >>> list(batch_numbers(["a.yaml", "a.yaml", "b.yaml"]))
    [0, 0, 0]
    """
    number = 0
    scenarios = seen = 0
    last: str | None = None
    for file in files:
        new = file != last
        if scenarios == _SCENARIOS or (new and seen == FILES):
            number += 1
            scenarios = 0
            seen = seen % FILES if new else seen
        seen += new
        scenarios += 1
        last = file
        yield number
