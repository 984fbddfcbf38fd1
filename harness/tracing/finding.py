"""Finding statements: by words, by rule, and by the scenario that rests on them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from prorata.harness.scenario.problems import globs, meant
from prorata.harness.tracing.documents import documents
from prorata.reference.rules import ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prorata.harness.scenario import Scenario
    from prorata.harness.tracing.statements import Statement

__all__ = ["UnfoundError", "found"]

_ALL: Final = "; prorata trace lists all that is said"


class UnfoundError(ValueError):
    """Words of no statement, with what was probably meant."""


def found(asked: Sequence[str], among: Sequence[Statement]) -> list[Statement]:
    """Return the statements that all of what is asked fits.

    Each is a rule's id or a glob of them, a scenario's id or a glob of those (the statements that
    its rules rest on), or words that stand in document, section, statement or rule, whatever their
    case. Raises `UnfoundError` where nothing fits, or a file that is named is no scenario.
    """
    kept = list(among)
    for text in asked:
        fits = _test(text)
        if not any(map(fits, among)):
            near = _scenarios(text)[1] or meant(text, _known(among)) or _ALL
            raise UnfoundError(f'nothing is said of "{text}"{near}')
        kept = [each for each in kept if fits(each)]
    if not kept:
        raise UnfoundError(f"nothing is said of all of {', '.join(asked)}")
    return kept


def _test(text: str) -> Callable[[Statement], bool]:
    if any(fnmatchcase(rule, text) for rule in ids()):
        return lambda each: any(fnmatchcase(rule, text) for rule in each.rules)
    about = {rule for scenario in _scenarios(text)[0] for rule in scenario.rules}
    if about:
        return lambda each: not about.isdisjoint(each.rules)
    words = text.casefold().split()
    return lambda each: bool(words) and all(word in _said(each) for word in words)


def _scenarios(text: str) -> tuple[Sequence[Scenario], str]:
    """Return the scenarios that a text names, else none and the tail of a message."""
    if "/" not in text:
        return (), ""
    # Words do without, and are found sooner.
    from prorata.harness.running.selection import SelectionError, select
    from prorata.harness.scenario import ScenarioErrors

    try:
        return select([text]), ""
    except SelectionError as error:
        _, between, near = str(error).partition("; did you mean")
        return (), f"{between}{near}"
    except ScenarioErrors as error:
        raise UnfoundError(str(error)) from None


def _said(each: Statement) -> str:
    title = documents()[each.document].title
    return " ".join((each.document, title, each.section, each.says, *each.rules)).casefold()


def _known(among: Iterable[Statement]) -> list[str]:
    """Return the words that may have been meant: sections with their parts, documents, rules."""
    sections = {each.section for each in among}
    parts = {part for section in sections for part in section.split(" / ")}
    return [*sections, *parts, *documents(), *ids(), *globs(ids(), ".")]
