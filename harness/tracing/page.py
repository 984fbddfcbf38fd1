"""The page of the statements, docs/traceability.md."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from prorata.harness.tracing.documents import documents
from prorata.harness.tracing.statements import UNDOCUMENTED, VERDICTS, Statement, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["page"]

_PAGE: Final = """\
# Traceability

What each of the five documents says that a system does, statement by statement and in our own
words, with the rules or the panel functions that do it, the scenarios that show it, and what
became of it. What only tells where to click is no statement. This page is made by `prorata trace
--markdown`; `prorata trace 'Late renewal fee'` shows a part of it, and a rule's or a scenario's id
behind it the statements that these rest on.

- **built**: the reference or the panel does so.
- **differs**: it does otherwise, for the reason that is given.
- **outside**: it is no part of what is judged, for the reason that is given.

A function is one of the panels', as [Functions](functions.md) has it. A scenario's id stands for
all that its file makes. Where documents disagree, [Contradictions](contradictions.md) has what
either reading costs.

{table}
{sections}"""
_SOURCES: Final = """
No document says them; the registry of rules does, and its sentence stands here.
"""


def page() -> str:
    """Return the page, in Markdown."""
    parts = [
        line
        for name, rows in groupby(statements(), lambda each: each.document)
        for line in _document(name, list(rows))
    ]
    return _PAGE.format(table="\n".join(_counts()), sections="\n".join(parts))


def _counts() -> Iterator[str]:
    yield f"| document | {' | '.join(VERDICTS)} |"
    yield f"|---|{'---|' * len(VERDICTS)}"
    for name in documents():
        counts = Counter(each.verdict for each in statements() if each.document == name)
        yield f"| `{name}` | {' | '.join(str(counts[each]) for each in VERDICTS)} |"
    counts = Counter(each.verdict for each in statements())
    yield f"| together | {' | '.join(str(counts[each]) for each in VERDICTS)} |"


def _document(name: str, rows: Sequence[Statement]) -> Iterator[str]:
    document = documents()[name]
    yield f"\n## {name}\n"
    yield f"*{document.title}*" + _SOURCES * (name in UNDOCUMENTED)
    said = {section: list(each) for section, each in groupby(rows, lambda each: each.section)}
    for section in document.sections or ("",):
        if section:
            yield f"\n### {section}"
        if section in document.clicking:
            yield f"\nNo statement: {document.clicking[section]}."
        else:
            yield from _table(said[section])


def _table(rows: Iterable[Statement]) -> Iterator[str]:
    yield "\n| says | by | shown by | verdict |\n|---|---|---|---|"
    for each in rows:
        by = ", ".join(f"`{name}`" for name in (*each.rules, *each.functions))
        shown = ", ".join(f"`{name}`" for name in each.scenarios)
        reason = f": {each.reason}" if each.reason else ""
        yield f"| {each.says} | {by} | {shown} | {each.verdict}{reason} |"
