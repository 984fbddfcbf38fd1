"""The statements of the documents: each with its rules or panel functions and its scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.tracing.documents import FOLDER, documents, read
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["UNDOCUMENTED", "VERDICTS", "Statement", "statements"]

#: What the product makes of a statement; all but the first have a reason.
VERDICTS: Final = ("built", "differs", "outside")
#: Sources of rules that are none of the documents: their rules say what they say in the registry.
UNDOCUMENTED: Final = ("vendor", "ours")


@dataclass(frozen=True, slots=True)
class Statement:
    """What one section of one document says that a system does, in our own words.

    `functions` are of the panels, ``ispmanager user.add``; `scenarios` are ids or globs of them.
    """

    document: str
    section: str
    says: str
    rules: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    verdict: str = "built"
    reason: str = ""


@cache
def statements() -> tuple[Statement, ...]:
    """Return every statement, by document and section, in the order of reading."""
    found = [*_written(), *_registered()]
    place = {
        (name, section): number
        for name, document in documents().items()
        for number, section in enumerate(document.sections)
    }
    order = list(documents())
    return tuple(
        sorted(
            found,
            key=lambda each: (
                order.index(each.document),
                place.get((each.document, each.section), -1),
            ),
        )
    )


def _written() -> Iterator[Statement]:
    for path in sorted((FOLDER / "statements").glob("*.toml")):
        file = read(path)
        for section in file["section"]:
            for row in section["statement"]:
                for document in file["documents"]:
                    yield _statement(document, section["name"], row)


def _statement(document: str, section: str, row: dict[str, Any]) -> Statement:
    verdict = next((each for each in VERDICTS if each in row), VERDICTS[0])
    return Statement(
        document,
        section,
        row["says"],
        rules=tuple(row.get("rules", ())),
        functions=tuple(row.get("functions", ())),
        scenarios=tuple(row.get("scenarios", ())),
        verdict=verdict,
        reason=row.get(verdict, ""),
    )


def _registered() -> Iterator[Statement]:
    """Yield what rules say that no document has, in the registry's own words."""
    for rule in rules().values():
        for source in UNDOCUMENTED:
            if source in rule.documents:
                yield Statement(source, "", rule.sentence, (rule.id,))
