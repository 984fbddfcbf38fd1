"""The judge: compares what was seen with what is expected, under the readings declared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import Refusal
from prorata.harness.running.facts import (
    INSIDE,
    NOTHING,
    Facts,
    Path,
    key_of,
    seen_facts,
    wanted_facts,
)
from prorata.harness.running.panels import Panels
from prorata.harness.running.play import LostError, Seen, UnsupportedError, play
from prorata.harness.running.verdict import Mismatch
from prorata.harness.scenario.expect import Expect
from prorata.reference.derivation import shown
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prorata.harness.scenario import Scenario, Step
    from prorata.reference.derivation import Step as Derived
    from prorata.reference.engine.decisions import Decision
    from prorata.reference.ledger import Line
    from prorata.reference.rules import Derivation

__all__ = ["Judge", "Played", "act_text", "derivation_lines", "play_reference"]


@dataclass(frozen=True, slots=True)
class Played:
    """The reference's run of a scenario: what was seen after each step, and how it came about.

    `lines` are those posted by each step, `decisions` the dates that rules decided, each with its
    derivation. `ended` is why it could not be played to its end: a `LostError`, an
    `UnsupportedError`, or whatever a rule, the engine or a panel raised.
    """

    seen: tuple[Seen, ...]
    lines: tuple[tuple[tuple[Line, Derivation], ...], ...]
    decisions: tuple[tuple[tuple[Decision, Derivation], ...], ...]
    ended: Exception | None = None

    def check(self) -> None:
        """Raise what broke in the reference; that it lacks something is no break."""
        if self.ended is not None and not isinstance(self.ended, LostError | UnsupportedError):
            raise self.ended


def play_reference(scenario: Scenario, readings: Mapping[str, str]) -> Played:
    """Play a scenario with the reference under `readings`, in process, with a panel of its own.

    Raises `UnsupportedError`, `LostError`, and whatever a rule, the engine or a panel raises.
    """
    played = _played(scenario, readings)
    if played.ended is not None:
        raise played.ended
    return played


def _played(scenario: Scenario, readings: Mapping[str, str]) -> Played:
    """Play a scenario with the reference as far as that goes."""
    panels = Panels()
    reference = Reference(version="", readings=readings, transport=panels.transport)
    seen, lines, decisions = [], [], []
    posted = decided = 0
    ended: Exception | None = None
    try:
        for each in play(scenario, reference, panels):
            billing = reference.billing
            new = tuple((line, billing.derive(line)) for line in billing.ledger.since(posted))
            dated = tuple((made, billing.derive(made)) for made in billing.decisions.since(decided))
            seen.append(each)
            lines.append(new)
            decisions.append(dated)
            posted, decided = posted + len(new), decided + len(dated)
    except ImplementationFault as fault:
        ended = RuntimeError(f"the reference {fault.reason}")
    except Exception as error:  # noqa: BLE001  kept, and raised by who needs what is missing
        ended = error
    return Played(tuple(seen), tuple(lines), tuple(decisions), ended)


class Judge:
    """Judges one scenario for an implementation that declares `declared` readings."""

    def __init__(
        self,
        scenario: Scenario,
        declared: Mapping[str, str],
        *,
        itemised: bool = True,
    ) -> None:
        self._scenario = scenario
        self._itemised = itemised
        self._effective = choose(declared, scenario.readings)
        file = choose(scenario.readings)
        self._others = {
            name: value for name, value in self._effective.items() if value != file[name]
        }

    @cached_property
    def _reference(self) -> Played:
        return _played(self._scenario, self._effective)

    def lost(self, index: int) -> tuple[Literal["pass", "error"], str]:
        """Return verdict and fault where a step could not be done for want of earlier ones.

        That conforms where the reference, under the readings declared, comes no further either.
        Raises what a rule raises.
        """
        ours = self._reference
        ours.check()
        if not isinstance(ours.ended, LostError) or len(ours.seen) != index:
            return "error", "implementation"
        return ("pass", "") if self._others else ("error", "suite")

    def step(self, index: int, seen: Seen) -> Iterator[Mismatch]:
        """Yield where a step shows something else than is expected.

        Raises what a rule raises when the reference explains it, after what was found.
        """
        expect = self._scenario.steps[index].expect or _unsaid()
        in_file = wanted_facts(expect, self._scenario)
        wanted = self._shown(index, expect) if self._others else in_file
        got = seen_facts(expect, seen, self._scenario)
        if isinstance(seen.answer, Refusal) and seen.answer.rule is None and _refused(wanted):
            got["act",] = wanted["act",]
        if not self._itemised:
            in_file, wanted, got = _summed(in_file), _summed(wanted), _summed(got)
        paths = dict.fromkeys((*wanted, *got))
        different = [path for path in paths if wanted.get(path, NOTHING) != got.get(path, NOTHING)]
        for path in different:
            expected, shown_now = wanted.get(path, NOTHING), got.get(path, NOTHING)
            by = self._by() if in_file.get(path, NOTHING) != expected else ""
            yield self._mismatch(index, path, expected, shown_now, by)
        if different and index >= len(self._reference.seen):
            self._reference.check()

    def _shown(self, index: int, expect: Expect) -> Facts:
        """Return what the reference shows under the readings declared."""
        ours = self._reference
        if index < len(ours.seen):
            return seen_facts(expect, ours.seen[index], self._scenario)
        if isinstance(ours.ended, LostError):
            return {("act",): f"{NOTHING}: {ours.ended}"}
        ours.check()
        raise ImplementationFault("suite", f"no expectation {self._by()}: {ours.ended}")

    def _by(self) -> str:
        others = ", ".join(f"{name}: {value}" for name, value in self._others.items())
        return f"by the reference under {others}"

    def _mismatch(self, index: int, path: Path, expected: str, got: str, by: str) -> Mismatch:
        scenario, step = self._scenario, self._scenario.steps[index]
        reference = self._reference
        lines = reference.lines[index] if index < len(reference.lines) else ()
        about = [
            pair
            for pair in lines
            if path[0] != "charged" or path[1:] in {(), (key_of(pair[0].kind, pair[0].inside),)}
        ]
        dates = reference.decisions[index] if index < len(reference.decisions) else ()
        return Mismatch(
            rule=_rule(scenario, expected, [derived.rule for _, derived in (*about, *dates)]),
            at=step.at.astimezone(scenario.given.timezone).strftime("%Y-%m-%d %H:%M"),
            act=act_text(step),
            path=path,
            expected=expected,
            got=got,
            place=_place(scenario, index, path),
            by=by,
            derivation=_derived(path, about, dates),
        )


@cache
def _unsaid() -> Expect:
    """Return what is expected of a step that says nothing: that its act is done."""
    return Expect.model_validate({}, context={"labels": frozenset()})


def _refused(facts: Facts) -> bool:
    return facts["act",].startswith("refused by ")


def _summed(facts: Facts) -> Facts:
    """Put the sum of a step for its lines."""
    from fractions import Fraction

    rest = {path: text for path, text in facts.items() if path[0] != "charged"}
    # What is inside another line is in the sum already.
    charged = [
        (path[1], text)
        for path, text in facts.items()
        if path[0] == "charged" and not path[1].endswith(INSIDE)
    ]
    if not charged:
        return rest
    total = Fraction(0)
    for kind, text in charged:
        for item in text.split(", ") if text != NOTHING else ():
            amount = Fraction(item.split(" ")[0])
            total += -abs(amount) if kind in TO_CLIENT else amount
    return {**rest, ("charged",): shown(total)}


def _rule(scenario: Scenario, expected: str, rules: list[str]) -> str:
    """Name the rule of a mismatch: the one that made the line, if the scenario is about it."""
    refused = expected.removeprefix("refused by ")
    if refused != expected:
        return refused
    return next((rule for rule in scenario.rules if rule in rules), scenario.rules[0])


_DATES = ("starts", "expires", "next_due")


def _derived(
    path: Path,
    lines: Sequence[tuple[Line, Derivation]],
    dates: Sequence[tuple[Decision, Derivation]],
) -> tuple[str, ...]:
    """Write how the reference comes to an amount or a date; what is the same is written once."""
    if path[-1] in _DATES:
        decided = (derivation for made, derivation in dates if not made.nothing)
        return tuple(text for derivation in decided for text in step_lines(derivation))
    if path[0] not in {"charged", "balance"}:
        return ()
    texts = Counter(derivation_lines(line, derivation) for line, derivation in lines)
    return tuple(
        text if count == 1 or part < len(steps) - 1 else f"{text} ({count} lines alike)"
        for steps, count in texts.items()
        for part, text in enumerate(steps)
    )


def _place(scenario: Scenario, index: int, path: Path) -> str:
    """Return the scenario's file, with line and column."""
    place = scenario.place(_in_file(scenario, index, path))
    return f"{scenario.id.removesuffix(scenario.variant)}.yaml:{place.line}:{place.column}"


def _in_file(scenario: Scenario, index: int, path: Path) -> tuple[str | int, ...]:
    """Return where an expectation stands in the file's tree."""
    step = scenario.steps[index]
    inner: tuple[str | int, ...] = tuple(int(part) if part.isdecimal() else part for part in path)
    if path[0] == "charged" and step.expect is not None and len(path) > 1:
        kinds = [line.kind for line in step.expect.charged or ()]
        inner = ("charged", kinds.index(path[1])) if path[1] in kinds else ("charged",)
    if path[0] == "act":
        inner = ("refused",) if expected_refusal(step) else ()
    return ("timeline", index, "expect", *inner)


def expected_refusal(step: Step) -> bool:
    """Tell whether a step expects to be refused."""
    return step.expect is not None and step.expect.refused is not None


def act_text(step: Step) -> str:
    """Write the act of a step as a person says it: ``renew site for 1 month``."""
    if step.act is None:
        return "wait"
    verb, act = step.act
    words = act.model_dump(exclude_unset=True, exclude_none=True, by_alias=False)
    first = words.pop("service", None) or words.pop("label", None)
    rest = [_word(key, value) for key, value in words.items()]
    return " ".join(str(word) for word in (verb.replace("_", " "), first, *rest) if word)


_SAID = {"period": "for", "tariff": "at", "product": "at", "client": "by", "by": "by", "amount": ""}


def _word(key: str, value: object) -> str:
    said = _SAID.get(key, key.replace("_", " "))
    if isinstance(value, bool):
        return f"{'with' if value else 'without'} {said}"
    text = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
    return f"{said} {text}".strip()


def step_lines(derivation: Derivation) -> tuple[str, ...]:
    """Write the steps of a derivation."""
    return tuple(map(_step_line, derivation.steps))


def _step_line(step: Derived) -> str:
    numbers = " ".join(word for word in (step.of, step.numbers) if word)
    return f"{step.label}: {numbers} = {step.result}" if numbers else f"{step.label}: {step.result}"


def derivation_lines(line: Line, derivation: Derivation) -> tuple[str, ...]:
    """Write the steps of a line's derivation, and what was posted."""
    posted = f"{line.kind}: {shown(abs(derivation.result))} posted as {line.amount}"
    return (*step_lines(derivation), posted)
