"""The numbers of every step are worked out as on paper, and come to its result."""

from __future__ import annotations

import ast
import operator
import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import pytest
from bundled import SCENARIOS

from prorata.harness.running.endings import LostError
from prorata.harness.running.story import play_reference
from prorata.reference.derivation import Step, shown
from prorata.reference.engine.decisions import Decision
from prorata.reference.periods import add_months, nominal_days
from prorata.reference.readings import choose
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario
    from prorata.reference.ledger import Line
    from prorata.reference.rules import Derivation

_MOMENT = r"\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?"
_SPAN = r"(?P<count>\d+ (?:day|week|month|year)s?)?(?:, )?(?P<clock>\d+:\d\d:\d\d)?"
_LEFT = re.compile(rf"(?P<end>{_MOMENT}) − (?P<start>{_MOMENT})(?P<more> \+ 1)?")
_LATER = re.compile(rf"(?P<start>{_MOMENT}) \+ {_SPAN}")
_BEFORE = re.compile(rf"(?P<start>{_MOMENT}) − (?P<days>\d+) days?")
_EARLIER = re.compile(rf"earlier of ({_MOMENT}) and ({_MOMENT})")
_NUMBER = re.compile(r"[\d,]+(?:\.\d+)?…?")
_MONTHS = {"month": 1, "year": 12}
_SECONDS = {"seconds": 1, "hours": 3600, "days": 86400}
#: What a shown number with an ellipsis may lack.
_CUT = Fraction(1, 10**6)
#: Labels of a time that is counted in begun or whole units, as a reading says.
_COUNTED = {"left", "used", "cycle", "overdue"}
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
OTHERS = (
    {},
    {"rounding_place": "day_rate", "period_days": "nominal", "overdue_days": "started"},
    {"rounding_place": "ratio_9", "period_days": "calendar_month", "month_end": "overflow"},
    {"month": "thirty_days", "day_count": "elapsed_exact", "change_period_rounding": "exact"},
    {"month_end": "clamp_and_stay", "day_count": "elapsed_ceil", "daily_charge": "rate_from_month"},
)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _range(text: str) -> tuple[Fraction, Fraction]:
    """Return between what a shown number lies."""
    digits = text.replace(",", "").replace("−", "-")
    exact = Fraction(digits.rstrip("…"))
    if not digits.endswith("…"):
        return exact, exact
    return (exact - _CUT, exact) if digits.startswith("-") else (exact, exact + _CUT)


def _value(
    node: ast.expr, values: dict[str, tuple[Fraction, Fraction]]
) -> tuple[Fraction, Fraction]:
    """Return between what an expression lies, of which each number stands there once."""
    match node:
        case ast.BinOp():
            sides = (_value(side, values) for side in (node.left, node.right))
            ends = [_OPERATORS[type(node.op)](*corner) for corner in product(*sides)]
            return min(ends), max(ends)
        case ast.UnaryOp(op=ast.USub()):
            low, high = _value(node.operand, values)
            return -high, -low
        case ast.Name():
            return values[node.id]
    raise AssertionError(ast.dump(node))


def _sums(text: str) -> tuple[Fraction, Fraction]:
    """Return between what a formula lies whose numbers are cut."""
    values: dict[str, tuple[Fraction, Fraction]] = {}

    def named(match: re.Match[str]) -> str:
        name = f"n{len(values)}"
        values[name] = _range(match.group())
        return name

    signs = str.maketrans({"×": "*", "÷": "/", "−": "-"})
    text = text.strip("⌈⌉")  # what is counted is rounded up
    tree = ast.parse(_NUMBER.sub(named, text).translate(signs), mode="eval").body
    return _value(tree, values)


def _number_holds(step: Step, numbers: str) -> bool:
    low, high = _sums(numbers)
    if step.numbers.endswith(", at least 0"):
        low, high = max(low, Fraction(0)), max(high, Fraction(0))
    first, last = _range(step.result)
    if step.label in _COUNTED:
        return low <= last < high + 1
    return low <= last and first <= high


def _left_holds(step: Step, found: re.Match[str]) -> bool:
    count, _, unit = step.result.partition(" ")
    span = _moment(found["end"]) - _moment(found["start"])
    units = Fraction(int(span.total_seconds()), _SECONDS[unit or "days"])
    units += 1 if found["more"] else 0
    low, high = _range(count)
    return abs(units - low) < 1 if step.label in _COUNTED else low <= units <= high


def _months_later(step: Step, start: datetime, months: int, month: str, month_end: str) -> str:
    """Return the date some months later, on the day that the step says is kept, at its hour."""
    kept = re.search(r"day (\d+) kept", step.why)
    if month == "thirty_days":
        later = start.date() + timedelta(days=nominal_days(months))
    elif kept is None and month_end == "overflow":
        first = add_months(start.date().replace(day=1), months)
        later = first + timedelta(days=start.day - 1)
    else:
        later = add_months(start.date(), months, int(kept[1]) if kept else None)
    return shown(datetime.combine(later, start.time()))


def _later_holds(
    step: Step, found: re.Match[str], month: str, month_end: str, zone: tzinfo
) -> bool:
    start, (count, unit) = _moment(found["start"]), (found["count"] or "0 days").split()
    months = int(count) * _MONTHS.get(unit.removesuffix("s"), 0)
    if months:
        return step.result == _months_later(step, start, months, month, month_end)
    hours, minutes, seconds = map(int, (found["clock"] or "0:0:0").split(":"))
    span = timedelta(days=int(count), hours=hours, minutes=minutes, seconds=seconds)
    if step.why.endswith("in time that really passes"):
        passed = start.replace(tzinfo=zone).astimezone(UTC) + span
        return step.result == shown(passed.astimezone(zone))
    return step.result == shown(start + span)


@cache
def _holds(step: Step, month: str = "", month_end: str = "", zone: tzinfo = UTC) -> bool:
    """Tell whether the numbers of a step come to its result; of no numbers nothing is asked."""
    numbers = step.numbers.removesuffix(", at least 0")
    if not numbers or numbers == step.result:
        return True
    if found := _EARLIER.fullmatch(numbers):
        return step.result == min(found.groups())
    if found := _LEFT.fullmatch(numbers):
        return _left_holds(step, found)
    if found := _BEFORE.fullmatch(numbers):
        return step.result == shown(_moment(found["start"]) - timedelta(days=int(found["days"])))
    if found := _LATER.fullmatch(numbers):
        return _later_holds(step, found, month, month_end, zone)
    return _number_holds(step, numbers)


def _end(derivation: Derivation) -> object:
    """Return what the last step has to come to: an amount without its sign, or the expiry."""
    result = derivation.result
    if isinstance(result, tuple):
        return result[-1]
    return abs(result) if isinstance(result, Fraction) else result


def _wrong(derivation: Derivation, zone: tzinfo) -> Iterator[str]:
    month, month_end = (derivation.readings.get(name, "") for name in ("month", "month_end"))
    for step in derivation.steps:
        if not _holds(step, month, month_end, zone):
            yield f"{derivation.rule}: {step}"
    end = _end(derivation)
    told = end is not None and not isinstance(end, bool | Refusal) and derivation.steps
    ends = {shown(end), "0"} if end == 0 else {shown(end)}
    if told and derivation.steps[-1].result.removeprefix("−") not in ends:
        yield f"{derivation.rule}: {derivation.steps[-1]} does not come to {shown(end)}"


def _in_folder(folder: str) -> list[Scenario]:
    return [each for name, each in SCENARIOS.items() if name.startswith(f"{folder}/")]


@cache
def _edges() -> list[tuple[Scenario, Story]]:
    """Return the corners as the reference plays them under the defaults."""
    return [(each, play_reference(each, choose(each.readings))) for each in _in_folder("edge")]


def _made(story: Story) -> tuple[Line | Decision, ...]:
    assert story.billing is not None
    return (*story.billing.ledger, *story.billing.decisions)


def _plays(folder: str, others: dict[str, str]) -> Iterator[tuple[Scenario, Story]]:
    """Play the scenarios of a folder; of the corners a part where readings are others."""
    if folder == "edge" and not others:
        yield from _edges()
        return
    for scenario in _in_folder(folder)[:: 18 if folder == "edge" else 1]:
        try:
            yield scenario, play_reference(scenario, choose(scenario.readings, others))
        except LostError:
            assert others, scenario.id


@pytest.mark.sweep
@pytest.mark.parametrize(
    "others", OTHERS, ids=lambda others: " ".join(others.values()) or "defaults"
)
@pytest.mark.parametrize("folder", ["documented", "worked", "edge"])
def test_numbers_come_to_their_result(folder: str, others: dict[str, str]) -> None:
    """In every line and date under the defaults, in many of them under other readings."""
    count, wrong = 0, {}
    for scenario, story in _plays(folder, others):
        for made in _made(story):
            count += 1
            # The same day after day is one mistake.
            told = _wrong(story.derive(made), scenario.given.timezone)
            wrong |= dict.fromkeys(told, scenario.id)
    assert {} == wrong
    assert count > 50


@pytest.mark.sweep
def test_decisions_are_dates_and_lines_that_there_are_not() -> None:
    """What a decision is of the service, or the kind of the line that there is not."""
    whats: set[str] = set()
    for _, story in _edges():
        whats |= {made.what for made in _made(story) if isinstance(made, Decision)}
    dates = {what for what in whats if not what.startswith("nothing: ")}
    hostbill = {
        "cancelled", "credit applied", "deletion planned", "given back", "invoice due",
        "expiry notice", "late fee planned", "next due", "next invoice", "paid", "reminder", "run",
        "suspension planned", "terminated",
        "share",
    }  # fmt: skip
    assert {"expires", "renewed", "suspended", "deleted", *hostbill} == dates
    assert {"period", "resource", "tariff change", "tax", "daily", "renewal", "order"} <= {
        what.removeprefix("nothing: ") for what in whats - dates
    }


@pytest.mark.parametrize(
    ("label", "numbers", "result", "why"),
    [
        ("part", "3.10 × 5 ÷ 31", "0.51", ""),
        ("sum", "6.451612… + 10.00", "16.451614…", ""),
        ("days left", "2025-10-01 − 2025-09-16", "14", ""),
        ("invoice", "2025-10-01 − 7 days", "2025-09-23", ""),
        ("left", "2025-10-01 − 2025-09-16 12:00", "16 days", ""),
        ("expires", "2025-02-28 + 1 month", "2025-03-28", "counted from it; day 31 kept"),
        ("expires", "earlier of 2025-10-01 and 2025-09-16", "2025-10-01", ""),
        ("back", "5.00 − 10.00, at least 0", "5.00", ""),
    ],
)
def test_a_wrong_number_is_found(label: str, numbers: str, result: str, why: str) -> None:
    """The check itself can fail."""
    assert not _holds(Step(label, "", numbers, result, why=why))
