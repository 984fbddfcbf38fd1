"""Billings that read the documents otherwise than they say: one for each value of each reading.

One that has a value other than the default declares the default; one that has the default has it
whatever it is asked to read.
"""

from __future__ import annotations

from broken import B
from seams import Wrong

from prorata.reference import engine
from prorata.reference.readings import READINGS
from prorata.reference.rules import rules

__all__ = ["READ_OTHERWISE", "asking"]

#: The rules beside those that ask for a reading: a renewal at the price of a disabled period.
_BESIDE = {"disabled_period": (B + "order.renewal-price",)}


def asking(reading: str) -> tuple[str, ...]:
    """Return the rules that a person would name: those whose functions ask for the reading."""
    assert engine  # the functions beside rules are known once they are imported
    asked = tuple(name for name, rule in rules().items() if reading in rule.readings)
    return (*asked, *_BESIDE.get(reading, ()))


READ_OTHERWISE = [
    Wrong(f"reads {name}: {value}", asking(name), reads={name: value})
    for name, reading in READINGS.items()
    for value in reading.values
]
