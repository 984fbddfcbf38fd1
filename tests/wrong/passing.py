"""Where a mistake can show: in scenarios in which the reference comes by it, and it matters."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from seams import Wrong, WrongBilling

from prorata.harness.running.comparing import ToldNames
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all
from prorata.reference.engine.turn import Turn
from prorata.reference.money import POSTING_DIGITS, ROUNDING, Money, minor_digits
from prorata.reference.readings import READINGS, asked_by
from prorata.reference.rules import Rulings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from prorata.harness.scenario import Scenario
    from prorata.harness.scenario.scenario import TimelineStep

    Keys = frozenset[tuple[str, Any]]

__all__ = ["may_show", "names_told", "passed_by", "telling_all"]

#: The seams that hold functions by their names.
_BY_NAME = ("panel", "due", "acts", "turn", "seller", "trade", "code")
_TOLD = "told"
#: Where the rules are.
_FAMILIES = tuple(f"prorata.reference.{each}." for each in ("billmanager", "hostbill", "resell"))


class _Passed:
    """Takes note of what one run comes by: names, mistakes that matter, readings that do."""

    def __init__(self, table: Sequence[Wrong]):
        self.keys: set[tuple[str, Any]] = set()
        #: Names of what is no function, and is come by unnoticed.
        self.always: set[tuple[str, Any]] = set()
        self._mistaken: dict[Any, list[Wrong]] = defaultdict(list)
        for wrong in table:
            for rule in wrong.rules:
                self._mistaken[rule].append(wrong)

    def spy(self, seam: str, name: Any) -> Callable[[Any], Any]:
        """Return what puts a function that takes note of its calls in the place of another."""
        key = (seam, name)

        def instead(right):
            if not callable(right):
                self.always.add(key)
                return right

            @wraps(right)
            def pass_on(*arguments, **named):
                self.keys.add(key)
                return right(*arguments, **named)

            return pass_on

        return instead

    def ruled(self, rulings: Rulings, rule: Any, arguments: Mapping[str, Any], answer: Any) -> None:
        """Take note of who would answer otherwise: mistakes in this rule, and other readings."""
        for wrong in self._mistaken.get(rule, ()):
            key = ("rules", wrong.name)
            if key not in self.keys and answer != _tried(
                wrong.rules[rule], rule, rulings, arguments
            ):
                self.keys.add(key)
        for name in asked_by(rule):
            for value in READINGS[name].values:
                key = ("reads", (name, value))
                if value == rulings.chosen[name] or key in self.keys or _whole(name, rulings, rule):
                    continue
                other = Rulings({**rulings.chosen, name: value}, rulings.digits)
                if answer != _answered(other, rule, arguments):
                    self.keys.add(key)

    def digits(self, turn: Turn, kind: str, exact: Any) -> None:
        """Take note of by which readings an amount would be posted with other digits.

        The tax on it has as many, though the amount may be the same.
        """
        minor, rounding = minor_digits(turn.book.currency), ROUNDING[turn.rule.chosen["rounding"]]
        posted = {
            value: Money.post(exact, turn.book.currency, digits(kind, minor), rounding)
            for value, digits in POSTING_DIGITS.items()
        }
        taxed = turn.book.settings.tax is not None
        amounts = {value: (each.exact, taxed and each.digits) for value, each in posted.items()}
        self._others("posting_digits", amounts, turn)

    def rounded(self, turn: Turn, exact: Any, digits: int) -> None:
        """Take note of by which readings an amount would be rounded otherwise."""
        amounts = {
            value: Money.post(exact, turn.book.currency, digits, rounding).exact
            for value, rounding in ROUNDING.items()
        }
        self._others("rounding", amounts, turn)

    def _others(self, name: str, amounts: Mapping[str, Any], turn: Turn) -> None:
        own = amounts[turn.rule.chosen[name]]
        others = (value for value, amount in amounts.items() if amount != own)
        self.keys |= {("reads", (name, value)) for value in others}


_RIGHT = Rulings.__call__


def _whole(reading: str, rulings: Rulings, rule: Any) -> bool:
    """Tell whether what counts parts is asked for, which rounds nothing but by another reading."""
    counts = not rule.__module__.startswith(_FAMILIES)
    return counts and reading == "rounding" and rulings.chosen["rounding_place"] == "line"


def _answered(rulings: Rulings, rule: Any, arguments: Mapping[str, Any]) -> Any:
    """Return the answer of a rule; what it raises is another answer than any."""
    try:
        return _RIGHT(rulings, rule, **arguments)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        return error


def _tried(mistake: Any, rule: Any, rulings: Rulings, arguments: Mapping[str, Any]) -> Any:
    try:
        return mistake(lambda **told: _RIGHT(rulings, rule, **told), arguments)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        return error


@contextmanager
def _noted(passed: _Passed, thinks: Callable[[], object]) -> Iterator[None]:
    """Take note while a billing thinks for itself."""
    note, money, post = ToldNames.note, Turn.money, Turn._posted

    def ask(rulings, rule, /, **arguments):
        answer = _RIGHT(rulings, rule, **arguments)
        if thinks():
            passed.ruled(rulings, rule, arguments, answer)
        return answer

    def told(names, seen):
        note(names, seen)
        passed.keys |= {(_TOLD, name) for name in names.names}

    def posted(turn, kind, exact):
        if thinks():
            passed.digits(turn, kind, exact)
        return money(turn, kind, exact)

    def rounded(turn, exact, digits):
        if thinks():
            passed.rounded(turn, exact, digits)
        return post(turn, exact, digits)

    places = (
        (Rulings, "__call__", ask),
        (ToldNames, "note", told),
        (Turn, "money", posted),
        (Turn, "_posted", rounded),
    )
    with ExitStack() as stack:
        for where, name, other in places:
            stack.enter_context(patch.object(where, name, other))
        yield


def passed_by(
    scenarios: Iterable[Scenario], table: Sequence[Wrong], *, whole: bool = False
) -> Iterator[tuple[str, Keys]]:
    """Yield the id of each scenario, and what of a table the reference comes by in it.

    Raises `AssertionError` where the reference itself does not conform; `whole` compares it with
    itself in everything.
    """
    passed = _Passed(table)
    spies = {
        seam: {name: passed.spy(seam, name) for wrong in table for name in getattr(wrong, seam)}
        for seam in _BY_NAME
    }
    spying = Wrong("nothing", (), seen=passed.spy("seen", ""), **spies)
    panels = ScenarioPanels()

    def thinks() -> object:
        return billing.thinks

    # What spies stand before takes note too.
    with _noted(passed, thinks):
        billing = WrongBilling(spying, panels.transport)
    for scenario in scenarios:
        passed.keys = set()
        with _noted(passed, thinks):
            (verdict,) = judge_all([scenario], billing, panels, whole=whole)
        assert verdict.verdict == "pass", verdict
        yield scenario.id, frozenset(passed.keys | passed.always)


def _comes_again(step: TimelineStep) -> bool:
    """Tell whether an act is delivered twice, or is a payment that may be told twice."""
    act = step.act and step.act[1]
    return step.again or getattr(act, "payment", None) is not None


def may_show(wrong: Wrong, scenario: Scenario, passed: Keys) -> bool:
    """Tell whether a mistake can show in a scenario, from what the reference comes by in it."""
    rows, settings = scenario.catalogue(), scenario.settings()
    return bool(
        wrong.told
        or wrong.after
        or (wrong.asked and any(map(_comes_again, scenario.steps)))
        or (wrong.quoted and any(step.quote for step in scenario.steps))
        or ("rules", wrong.name) in passed
        or any(("reads", reading) in passed for reading in wrong.reads.items())
        or any((seam, name) in passed for seam in _BY_NAME for name in getattr(wrong, seam))
        or (wrong.seen is not Wrong.seen and ("seen", "") in passed)
        or (wrong.rows and any(wrong.rows(dict(row)) != row for row in rows.values()))
        or (wrong.settings and wrong.settings(dict(settings)) != settings)
    )


def names_told(passed: Keys) -> set[str]:
    """Return the names of what was told in a run."""
    return {name for seam, name in passed if seam == _TOLD}


def telling_all(passed: Mapping[str, Keys]) -> frozenset[str]:
    """Return a few scenarios that together have all told that one of those passed has told.

    What a billing tells nowhere in a run is not judged.
    """
    told = {each: names_told(keys) for each, keys in passed.items()}
    lacking = set().union(*told.values())
    found: set[str] = set()
    while lacking:
        most = max(sorted(told), key=lambda each: len(told[each] & lacking))
        found.add(most)
        lacking -= told[most]
    return frozenset(found)
