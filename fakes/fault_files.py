"""Rules of faults from a YAML or JSON file, or from the control API."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.fakes.bounded import read_bounded
from prorata.fakes.fault_words import meant, wrong_function, wrong_kind, wrong_panel
from prorata.fakes.faults import CALLS, EVENTS, Fault, FaultRule, Faults
from prorata.fakes.unusable import UnusableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = [
    "FIELDS",
    "FaultField",
    "FaultProblem",
    "FaultsError",
    "check_rule",
    "load_faults",
    "read_faults",
]

FaultPath = tuple[str | int, ...]


class FaultField(NamedTuple):
    """What a field of a rule holds: text, a whole number or a number, and between which bounds."""

    kind: type[str | int | float]
    least: float = 0
    most: float = 1_000_000_000


FIELDS: Final[Mapping[str, FaultField]] = {
    "kind": FaultField(str),
    "func": FaultField(str),
    "panel": FaultField(str),
    "nth": FaultField(int, 1),
    "every": FaultField(int, 1),
    "first": FaultField(int, 1),
    "last": FaultField(int, 1),
    "probability": FaultField(float, 0, 1),
    "times": FaultField(int, 1),
    "status": FaultField(int, 400, 599),
    "milliseconds": FaultField(int, 0, 3_600_000),
    "seconds": FaultField(int),
    "type": FaultField(str),
    "object": FaultField(str),
    "text": FaultField(str),
}
"""The fields of a rule, for whoever describes them."""

_FAULT_FIELDS: Final = {each.name for each in fields(Fault)}
#: The conditions that are not set where they are 0.
_UNSET: Final = {"nth", "every", "last", "times"}
# What a description adds to a rule; it is not asked for, and not minded.
_COUNTED: Final = {"seen", "happened"}
_WORDS_OF: Final = {"kind": wrong_kind, "panel": wrong_panel}
_WORDS: Final = {str: "text", int: "a whole number", float: "a number"}


class FaultProblem(NamedTuple):
    """What is wrong, and where: `("faults", 0, "kind")`."""

    place: FaultPath
    text: str


class FaultsError(UnusableError, ValueError):
    """The rules cannot be used. `problems` are all that was found, not only the first."""

    def __init__(self, problems: list[FaultProblem], lines: list[str] | None = None) -> None:
        self.problems = problems
        shown = lines or [f"{_dotted(problem.place)}{problem.text}" for problem in problems]
        super().__init__("\n".join(shown))


def read_faults(data: object) -> Faults:
    """Return the rules in `{"seed": 7, "faults": [{"kind": "slow", "milliseconds": 50}, ...]}`.

    Raises FaultsError with every problem found.

    >>> read_faults({"faults": [{"kind": "slow", "milliseconds": 50}]}).decide("user").milliseconds
    50
    """
    problems = list(_problems(data))
    if problems or not isinstance(data, dict):
        raise FaultsError(problems)
    return Faults([_rule(row) for row in data.get("faults", ())], data.get("seed", 0))


def check_rule(kind: str, about: Mapping[str, Any]) -> None:
    """Raise FaultsError with all that is wrong in a rule of that kind; 0 sets no condition."""
    said = {name: value for name, value in about.items() if value != 0 or name not in _UNSET}
    row = {"kind": kind, **said}
    problems = [FaultProblem(each.place[2:], each.text) for each in _row_problems(("", 0), row)]
    if problems:
        raise FaultsError(problems)


def load_faults(path: Path) -> Faults:
    """Return the rules in a file of YAML or JSON.

    Raises FaultsError, whose text has a line `FILE:LINE:COLUMN: what is wrong` for each problem,
    and OSError where the file cannot be read.
    """
    import yaml

    raw = read_bounded(path)
    try:
        data = yaml.safe_load(raw)
        tree = yaml.compose(raw, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        text = getattr(fault, "problem", None) or "this is neither YAML nor JSON"
        line = f"{path}:{_position(mark)}: {text}"
        raise FaultsError([FaultProblem((), text)], [line]) from None
    try:
        return read_faults(data)
    except FaultsError as fault:
        lines = [
            f"{path}:{_position(_mark(tree, problem.place))}: {problem.text}"
            for problem in fault.problems
        ]
        raise FaultsError(fault.problems, lines) from None


def _rule(row: Mapping[str, Any]) -> FaultRule:
    about = {name: value for name, value in row.items() if name not in _COUNTED}
    fault = Fault(**{name: about.pop(name) for name in _FAULT_FIELDS & about.keys()})
    return FaultRule(fault, **about)


def _problems(data: object) -> Iterator[FaultProblem]:
    if not isinstance(data, dict):
        yield FaultProblem((), "expected `faults`, a list of rules")
        return
    for name in map(str, data):
        if name not in {"seed", "faults"}:
            yield FaultProblem((name,), f"unknown key {name!r}; there are seed and faults")
    if not _is(data.get("seed", 0), int):
        yield FaultProblem(("seed",), "expected a whole number")
    rows = data.get("faults", [])
    if not isinstance(rows, list):
        yield FaultProblem(("faults",), "expected a list of rules")
        return
    for number, row in enumerate(rows):
        yield from _row_problems(("faults", number), row)


def _row_problems(place: FaultPath, row: object) -> Iterator[FaultProblem]:
    if not isinstance(row, dict):
        yield FaultProblem(place, "expected a rule, such as {kind: slow, milliseconds: 50}")
        return
    if "kind" not in row:
        yield FaultProblem(place, f"a rule needs a kind: one of {', '.join((*CALLS, *EVENTS))}")
    for name, value in row.items():
        if name in _COUNTED:
            continue
        if name not in FIELDS:
            named = str(name)
            yield FaultProblem((*place, named), f"unknown key {named!r}{meant(named, FIELDS)}")
        elif wrong := _wrong(name, value):
            yield FaultProblem((*place, name), wrong)
    if wrong := wrong_function(row):
        yield FaultProblem((*place, "func"), wrong)
    if not _wrong("first", row.get("first", 1)) and not _wrong("last", row.get("last", 1)):
        first, last = row.get("first", 1), row.get("last")
        if last is not None and last < first:
            yield FaultProblem((*place, "last"), f"{last} is before first, which is {first}")


def _wrong(name: str, value: object) -> str:
    """Return what is wrong with a value, or nothing."""
    asked = FIELDS[name]
    if not _is(value, asked.kind):
        return f"{name} is {_WORDS[asked.kind]}, not {value!r}"
    if name in _WORDS_OF:
        return _WORDS_OF[name](str(value))
    if isinstance(value, int | float) and not asked.least <= value <= asked.most:
        return f"{name} is from {asked.least:g} to {asked.most:g}, not {value}"
    return ""


def _is(value: object, kind: type) -> bool:
    # A switch is a number in Python, but in no file that people write.
    if isinstance(value, bool):
        return False
    return isinstance(value, (int, float) if kind is float else kind)


def _dotted(place: FaultPath) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return f"{text.removeprefix('.')}: " if text else ""


def _mark(tree: Any, place: FaultPath) -> Any:
    """Return where the key or the row at `place` stands, or as near to it as the file goes."""
    shown = node = tree
    for part in place:
        if isinstance(part, int):
            shown = node = node.value[part]
            continue
        # A name that is no text, such as a number, is found by no key: its rule is shown.
        shown, node = next((pair for pair in node.value if pair[0].value == part), (shown, node))
    return getattr(shown, "start_mark", None)


def _position(mark: Any) -> str:
    return f"{mark.line + 1}:{mark.column + 1}" if mark is not None else "1:1"
