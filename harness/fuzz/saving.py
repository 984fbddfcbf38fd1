"""What was found as a ready scenario file: expectations, and the reference's sums beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.authoring.commenting import commented
from prorata.harness.authoring.text import SourceText
from prorata.harness.authoring.writing import scenario_text
from prorata.harness.fuzz.filling import filled
from prorata.harness.fuzz.gaps import without_name
from prorata.harness.fuzz.saying import rule_sentence, title_of
from prorata.harness.report.blocks import shown_first
from prorata.harness.report.clean import clean
from prorata.harness.report.console import place_text, when
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from prorata.harness.fuzz.plain import Plain
    from prorata.harness.running.verdict import Verdict

__all__ = ["FailureNote", "file_text", "save"]

_LONGEST_TITLE = 100
_LONGEST_NAME = 80


class FailureNote(NamedTuple):
    """What is said of a failure above its history: the sentence, and how it was found."""

    sentence: str
    found: Sequence[str]


def file_text(plain: Plain, verdict: Verdict, note: FailureNote) -> str:
    """Return the text of the file of a history; raise what the reference raises in it."""
    rule = [verdict.rule] if verdict.rule in rules() else plain["rules"]
    title = title_of(note.sentence)
    if len(title) > _LONGEST_TITLE:
        title = f"{title[:_LONGEST_TITLE].rsplit(' ', 1)[0]} …"
    head, steps = filled({**plain, "title": title, "rules": rule, "source": "ours"})
    text = scenario_text(head, steps, "\n".join(map(clean, _said(verdict, note))))
    return commented(SourceText(text), "found.yaml").text


def _said(verdict: Verdict, note: FailureNote) -> Iterator[str]:
    """Yield what stands above a history: what is wrong, and how the reference comes to its own."""
    yield f"{title_of(note.sentence)}."
    first = shown_first(verdict)
    said = rule_sentence(verdict.rule) if first else ""
    yield from (f"{verdict.rule}: {each}" for each in [said] if each)
    if first is not None:
        yield ""
        yield f"{when(first)[:1].upper()}{when(first)[1:]}:"
        yield f"  {place_text(first.path)}: expected {first.expected}, got {first.got}"
        yield from (f"    {line}" for line in first.derivation)
    yield ""
    yield from note.found


def save(folder: Path, verdict: Verdict, text: str) -> Path:
    """Write a file below a folder, by the rule and the place of its failure, and return its path.

    One that says something else is left as it is. Raises `OSError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name, number = _name(verdict), 1
    while True:
        path = folder / f"{name}{f'-{number}' if number > 1 else ''}.yaml"
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            if path.read_text(encoding="utf-8") != text:
                number += 1
                continue
        return path


def _name(verdict: Verdict) -> str:
    """Return a name for a failure: ``billmanager-change-funds-tariff-change``."""
    first = shown_first(verdict)
    if first is None:
        said = f"{verdict.fault} {verdict.reason.partition(' (')[0]}"
    elif first.path == ("always",):
        said = f"always {verdict.rule.removeprefix('always: ')}"
    else:
        said = f"{verdict.rule} {place_text(without_name(first.path))}"
    return re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-")[:_LONGEST_NAME].strip("-")
