"""How acts, derivations and places are said."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from prorata.harness.running.places import QUOTED, SECOND, SUBJECTS, kind_of
from prorata.harness.running.selection import shown_file
from prorata.reference.derivation import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.running.places import Path
    from prorata.harness.running.story import Moment, Story
    from prorata.harness.scenario import Scenario, TimelineStep
    from prorata.reference.derivation import Step as DerivedStep
    from prorata.reference.engine.decisions import Decision
    from prorata.reference.ledger import Line
    from prorata.reference.rules import Derivation

__all__ = ["act_text", "derivation_lines", "derived", "place_in_file", "step_lines"]

_SAID: Final = {
    "period": "for", "tariff": "at", "product": "at", "client": "by", "by": "by", "amount": "",
}  # fmt: skip
#: What is answered beside an act, and the word of a step that asks for it.
_BESIDE: Final = {QUOTED: "quote", SECOND: "again"}
_DATES: Final = ("starts", "expires", "next_due")


def act_text(step: TimelineStep) -> str:
    """Write the act of a step as a person says it: ``renew site for 1 month``."""
    if step.act is None:
        return "wait"
    verb, act = step.act
    told = act.model_dump(exclude_unset=True, by_alias=False)
    words = {key: value for key, value in told.items() if value is not None}
    first = words.pop("service", None) or words.pop("label", None)
    rest = [_word(key, value) for key, value in words.items()]
    return " ".join(str(word) for word in (verb.replace("_", " "), first, *rest) if word)


def _word(key: str, value: object) -> str:
    return f"{_SAID.get(key, key.replace('_', ' '))} {_value(value)}".strip()


def _value(value: object) -> str:
    """Write a value of an act as a file has it, with its parts after each other."""
    if value is None or isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(each)}" for key, each in value.items()) or "none"
    if isinstance(value, tuple | list):
        return ", ".join(map(_value, value)) or "none"
    return str(value)


def step_lines(derivation: Derivation) -> tuple[str, ...]:
    """Write the steps of a derivation."""
    return tuple(map(_step_line, derivation.steps))


def _step_line(step: DerivedStep) -> str:
    numbers = " ".join(word for word in (step.of, step.numbers) if word)
    return f"{step.label}: {numbers} = {step.result}" if numbers else f"{step.label}: {step.result}"


def derivation_lines(line: Line, derivation: Derivation) -> tuple[str, ...]:
    """Write the steps of a line's derivation, and what was posted."""
    posted = f"{line.kind}: {shown(abs(derivation.result))} posted as {line.amount}"
    return (*step_lines(derivation), posted)


def derived(path: Path, moment: Moment, story: Story) -> tuple[str, ...]:
    """Write how the reference comes to an amount or a date; what is the same is written once."""
    if path[-1] == "starts" and path[0] not in SUBJECTS:
        return ()  # what is decided about a period is its end
    if path[-1] in _DATES or path[0] == "covers":
        made = (story.derive(each) for each in _expiries(path[0], moment))
        return tuple(dict.fromkeys(text for derivation in made for text in step_lines(derivation)))
    if path[0] not in {"charged", QUOTED, "balance"}:
        return ()
    about = (
        line
        for line in moment.lines
        if path[0] == "balance" or path[1:] in {(), (kind_of(line.kind, line.inside),)}
    )
    texts = Counter(derivation_lines(line, story.derive(line)) for line in about)
    return tuple(
        text if count == 1 or part < len(steps) - 1 else f"{text} ({count} lines alike)"
        for steps, count in texts.items()
        for part, text in enumerate(steps)
    )


def _expiries(label: str, moment: Moment) -> Iterator[Decision]:
    """Yield what decided on expiries: of a service by its label, of all by any other name."""
    labels = moment.seen.labels
    one = label in labels.values()
    for made in moment.decisions:
        if made.what == "expires" and (not one or labels.get(str(made.service)) == label):
            yield made


def place_in_file(scenario: Scenario, index: int, path: Path) -> str:
    """Return the scenario's file, with line and column of an expectation or of its step."""
    if path[0] in scenario.others and len(path) > 1:
        return place_in_file(scenario.others[path[0]], index, path[1:])
    place = scenario.place(_in_tree(scenario, index, path))
    return f"{shown_file(scenario)}:{place.line}:{place.column}"


def _in_tree(scenario: Scenario, index: int, path: Path) -> tuple[str | int, ...]:
    """Return where an expectation stands in the file's tree."""
    step, inner = scenario.steps[index], tuple(path)
    if path[0] in _BESIDE:
        return ("timeline", index, _BESIDE[path[0]])
    told: tuple[str | int, ...] = tuple(int(p) if p.isdecimal() else p for p in inner)
    if path[0] in {"charged", "covers"} and step.expect is not None and len(path) > 1:
        kinds = [line.kind for line in step.expect.charged or ()]
        told = ("charged", kinds.index(path[1])) if path[1] in kinds else ("charged",)
    if path[0] == "ispmanager" and step.expect is not None:
        users = [user.user for user in step.expect.ispmanager]
        at = users.index(path[1]) if path[1] in users else 0
        told = ("ispmanager", at, *path[2:])
    if path[0] == "act":
        told = ("refused",) if step.expect and step.expect.refused else ()
    return ("timeline", index, "expect", *told)
