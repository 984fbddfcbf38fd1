"""Places: where something is wanted and something is seen, and what stands there as text.

A place is a path such as ``("site", "expires")``, ``("charged", "late fee")`` or ``("balance",
"anna")``. What a file expects, what an implementation shows and what the reference shows are read
at places by one table, and compared there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from prorata.harness.running.places import lines, money, panel, services, sold, told
from prorata.harness.running.places.beside import own_word
from prorata.harness.running.places.common import (
    DONE,
    NOT_TOLD,
    NOTHING,
    QUOTED,
    SECOND,
    STRANGERS,
    SUBJECTS,
    UNORDERED,
    Path,
    Wanted,
    Writer,
)
from prorata.harness.running.places.lines import INSIDE, Shape, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import TimelineStep

    Texts = dict[Path, str]

__all__ = [
    "DONE",
    "INSIDE",
    "NOTHING",
    "NOT_TOLD",
    "QUOTED",
    "SECOND",
    "STRANGERS",
    "SUBJECTS",
    "UNORDERED",
    "Path",
    "Shape",
    "Wanted",
    "Writer",
    "at_places",
    "everything",
    "kind_of",
    "own_word",
    "wanted_by_file",
]

_SUBJECTS: Final = (told, services, lines, money, panel, sold)


def wanted_by_file(step: TimelineStep, writer: Writer) -> Wanted:
    """Return what a file expects of a step, with the way in which its lines are compared."""
    texts: Texts = {}
    others = {name: wanted_by_file(each, writer.of(name)) for name, each in step.others.items()}
    for name, each in others.items():
        texts |= _below(name, each.texts)
    if step.expect is None:
        return Wanted({("act",): DONE, **texts}, others=others)
    for subject in _SUBJECTS:
        texts |= subject.wanted(step.expect, writer)
    return Wanted(texts, lines.shapes(step.expect), told.details(step.expect), others=others)


def _below(name: str, texts: Mapping[Path, str]) -> Texts:
    """Return the places of another billing, below its name."""
    return {(name, *place): text for place, text in texts.items()}


def at_places(wanted: Wanted, seen: Seen, writer: Writer) -> Texts:
    """Return what was seen at the places where something is wanted, and lines of other kinds.

    A text is `NOT_TOLD` where the implementation says nothing of such a thing at this place.
    """
    texts: Texts = {}
    for subject in _SUBJECTS:
        texts |= subject.seen(wanted, seen, writer)
    for name, other in wanted.others.items():
        texts |= _below(name, at_places(other, seen.others[name], writer.of(name)))
    if seen.rewritten:
        texts["ledger",] = "; ".join(lines.rewritten(each, seen, writer) for each in seen.rewritten)
    return texts


def everything(ours: Seen, writer: Writer, others: Seen) -> Wanted:
    """Return all that the reference shows, to be wanted of another, which shows `others`.

    What is the very same in both at first sight is left out: nothing can differ there.
    """
    full = lines.Full(several=len(ours.services) > 1)
    places: dict[Path, str] = {}
    for subject in _SUBJECTS:
        places |= dict.fromkeys(subject.everything(ours, others, writer), "")
    known = {
        name: everything(each, writer.of(name), others.others[name])
        for name, each in ours.others.items()
        if name in others.others
    }
    wanted = Wanted(places, full, told.compared(ours, writer), services.tariffs(ours), known)
    return replace(wanted, texts=at_places(wanted, ours, writer))
