"""What is wrong with a scenario file: values with a place, raised together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.harness.scenario.places import Place

__all__ = ["Problem", "ScenarioErrors", "globs", "listed", "meant", "nearest", "summary"]

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct, and where."""

    place: Place
    message: str

    def __str__(self) -> str:
        """Write the line that a person reads."""
        return f"{self.place}: {self.message}"


class ScenarioErrors(Exception):  # noqa: N818 - it carries many errors and is no single one
    """Some scenario files cannot be used; `problems` says why, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Write every problem on its line, and how many there are."""
        return "\n".join([*map(str, self.problems), summary(self.problems)])


def summary(problems: Iterable[Problem]) -> str:
    """Count problems and their files.

    >>> from prorata.harness.scenario.places import Place
    >>> summary([Problem(Place("fee.yaml", 2, 9), "2025-02-30 is not a date")])
    '1 problem in 1 file'
    """
    found = tuple(problems)
    files = {problem.place.file for problem in found}
    return f"{_counted(len(found), 'problem')} in {_counted(len(files), 'file')}"


def nearest(word: str, known: Iterable[str], *, alike: float = 0.6) -> str:
    """Say which known word was probably meant, or which there are: the tail of a message.

    `alike` is how much of the two words must agree, from 0 to 1.
    """
    words = sorted(set(known))
    close = meant(word, words, alike=alike)
    if close:
        return close
    return f"; known here: {listed(words)}" if words else "; there are none here"


def meant(word: str, known: Iterable[str], *, alike: float = 0.6) -> str:
    """Say which of many known words was probably meant: the tail of a message, or nothing.

    >>> meant("bilmanager", ["billmanager", "hostbill"])
    '; did you mean "billmanager"?'
    """
    from difflib import get_close_matches

    words = {each.casefold(): each for each in sorted(set(known))}
    # What is longer is no mistyped word, and would take long to compare.
    close = get_close_matches(word[:_LONGEST].casefold(), words, n=1, cutoff=alike)
    return f'; did you mean "{words[close[0]]}"?' if close else ""


def globs(ids: Iterable[str], between: str) -> list[str]:
    """Return the globs that name several ids by what they begin with.

    >>> globs(["edge/one", "edge/two"], "/")
    ['edge/*']
    """
    parts = (name.split(between) for name in ids)
    ends = ((each, end) for each in parts for end in range(1, len(each)))
    return sorted({between.join([*each[:end], "*"]) for each, end in ends})


def listed(words: Iterable[str], most: int = 20) -> str:
    """Join words with commas, the first `most` of them."""
    every = list(words)
    return ", ".join(every[:most]) + (", ..." if len(every) > most else "")


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
