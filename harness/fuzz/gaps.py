"""The gap between what is right and what was seen, in units that speak."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from prorata.harness.report.console import place_text
from prorata.harness.running.places import NOTHING, SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.running.places import Path
    from prorata.harness.running.verdict import Mismatch

__all__ = ["gap", "telling", "without_name"]

_AMOUNT: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WHOLE: Final = re.compile(r"(?<![\d.])([1-9][0-9]{0,2})(?![\d.]| ×)")
#: How many days, or whatever else is counted, a charge may be out by to be told so.
_FEW: Final = 3
_NUMBERS: Final = {1: "one", 2: "two", 3: "three"}
_DAY: Final = timedelta(days=1)
_MUCH, _LITTLE = "too much", "too little"
_VAGUE: Final = frozenset({_MUCH, _LITTLE})


def gap(mismatch: Mismatch) -> str:
    """Say what is wrong at a place: ``charges one day too many``."""
    path = mismatch.path
    if path == ("always",):
        return f"breaks what always holds: {mismatch.got}"
    if path[0] == "act":
        return _act(mismatch)
    amounts = _number(mismatch.expected), _number(mismatch.got)
    if path[0] == "charged":
        return _charge(mismatch, *amounts)
    if path[0] == "balance" and None not in amounts:
        return f"leaves a balance of {mismatch.got} where {mismatch.expected} is right"
    dates = _date(mismatch.expected), _date(mismatch.got)
    if dates[0] is not None and dates[1] is not None:
        return f"sets {place_text(without_name(mismatch.path))} {_apart(dates[0], dates[1])}"
    return _otherwise(mismatch)


def telling(mismatch: Mismatch) -> str:
    """Return what is said of a gap whatever its amounts are: ``one day too many``, or nothing."""
    numbers = _number(mismatch.expected), _number(mismatch.got)
    if mismatch.path[0] == "charged" and numbers[0] is not None and numbers[1] is not None:
        said = next(_ratios(numbers[0], numbers[1], mismatch.derivation), "")
        return "" if said in _VAGUE else said
    dates = _date(mismatch.expected), _date(mismatch.got)
    if dates[0] is None or dates[1] is None:
        return ""
    # How many days exactly is an accident where they are many.
    many = abs(dates[1] - dates[0]) > _FEW * _DAY
    return _direction(dates[0], dates[1]) if many else _apart(dates[0], dates[1])


def _act(mismatch: Mismatch) -> str:
    if mismatch.expected == "done":
        return f"is {mismatch.got}"
    return f"is {mismatch.got} and should be {mismatch.expected}"


def _otherwise(mismatch: Mismatch) -> str:
    where = place_text(without_name(mismatch.path))
    if mismatch.got == NOTHING:
        return f"leaves out {where}, which is {mismatch.expected}"
    if mismatch.expected == NOTHING:
        return f"shows {where} {mismatch.got}, of which there is nothing"
    return f"shows {where} {mismatch.got} where {mismatch.expected} is right"


def without_name(path: Path) -> Path:
    """Return a place without the name of its service."""
    if path[0] not in SUBJECTS and len(path) > 1:
        return path[1:]
    return (path[0], *path[2:]) if path[0] == "ispmanager" and len(path) > 2 else path  # noqa: PLR2004  a label is between


def _charge(mismatch: Mismatch, wanted: Fraction | None, got: Fraction | None) -> str:
    """Say how a charge differs."""
    kind = mismatch.path[1].split(" of ")[0] if len(mismatch.path) > 1 else "amount"
    if mismatch.got == NOTHING:
        return f"charges no {kind}, which is {mismatch.expected}"
    if mismatch.expected == NOTHING:
        return f"charges a {kind} of {mismatch.got} that is not due"
    if wanted is None or got is None:
        return f"charges {mismatch.got} ({kind}) where {mismatch.expected} is right"
    told = next(_ratios(wanted, got, mismatch.derivation), "")
    return f"charges {told} ({kind} {mismatch.got}, not {mismatch.expected})"


def _ratios(wanted: Fraction, got: Fraction, derivation: Sequence[str]) -> Iterator[str]:
    """Yield what the relation of two amounts says, the most telling first."""
    if not got:
        yield "nothing"
    if got == -wanted:
        yield "with the other sign"
    if wanted and abs(got - wanted) * 100 <= 1:
        yield "what is rounded otherwise"
    yield from _days(wanted, got, derivation)
    if wanted:
        yield from (word for times, word in _TIMES.items() if got == wanted * times)
    yield _MUCH if got > wanted else _LITTLE


def _days(wanted: Fraction, got: Fraction, derivation: Sequence[str]) -> Iterator[str]:
    """Yield by how many days two amounts differ, where a count of days is in the derivation."""
    counts = dict.fromkeys(int(each) for line in derivation for each in _days_in(line))
    for count in counts:
        for more in (each for few in range(1, _FEW + 1) for each in (few, -few)):
            right = wanted * (count + more) / count
            if right > 0 and abs(right - got) * 200 <= 1:
                days = "day" if abs(more) == 1 else "days"
                yield f"{_NUMBERS[abs(more)]} {days} too {'many' if more > 0 else 'few'}"


def _days_in(line: str) -> list[str]:
    """Return the counts in a step of a derivation that is about days."""
    result = line.rpartition("=")[2] if "−" in line else line
    return _WHOLE.findall(result) if "posted" not in line else []


_TIMES: Final = {
    Fraction(2): "twice as much", Fraction(3): "three times as much", Fraction(1, 2): "half",
}  # fmt: skip


def _apart(wanted: datetime, got: datetime) -> str:
    """Say how far two dates are apart: ``one day too late``."""
    by, too = abs(got - wanted), _direction(wanted, got)
    if by % _DAY or not by:
        hours = by / timedelta(hours=1)
        return f"{hours:g} hour{'' if hours == 1 else 's'} {too}"
    days = by.days
    return f"{_NUMBERS.get(days, str(days))} day{'' if days == 1 else 's'} {too}"


def _direction(wanted: datetime, got: datetime) -> str:
    return "too late" if got > wanted else "too early"


def _number(text: str) -> Fraction | None:
    found = _AMOUNT.match(text)
    return Fraction(found.group()) if found and "," not in text else None


def _date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
