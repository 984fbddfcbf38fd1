"""What changed between two runs: newly failing, newly passing, other amounts."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.report.amounts import amount_text
from prorata.harness.report.clean import clean
from prorata.harness.report.sentences import headline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.report.reading import Judged, RunLog

__all__ = ["Changed", "changes", "compared_data", "compared_lines", "got_worse"]

#: The kinds of change, in the order in which they are told, and whether one is for the worse.
KINDS: Final = {
    "newly failing": True,
    "newly passing": False,
    "fails otherwise": False,
    "other amounts": False,
    "no longer judged": False,
    "newly judged": False,
    "known by now": False,
}
#: Of the amounts that are others so many are told.
_AMOUNTS: Final = 6


@dataclass(frozen=True, slots=True)
class Changed:
    """A scenario of which the second run says something else: what kind of change, and what."""

    kind: str
    scenario: str
    said: tuple[str, ...] = ()


def changes(before: RunLog, after: RunLog) -> list[Changed]:
    """Return what changed, by kind and in the order of the second run."""
    first = {each.verdict.scenario: each for each in before.judged}
    second = {each.verdict.scenario: each for each in after.judged}
    found = [
        changed
        for name in {**second, **first}
        if (changed := _change(name, first.get(name), second.get(name)))
    ]
    order = list(KINDS)
    return sorted(found, key=lambda each: order.index(each.kind))


def got_worse(found: list[Changed]) -> bool:
    """Tell whether something fails that did not."""
    return any(KINDS[each.kind] for each in found)


def _standing(judged: Judged | None) -> str:
    """Return how a scenario stands: pass, bad, known, or nothing where it was not judged."""
    if judged is None or judged.verdict.verdict == "skipped":
        return ""
    if judged.verdict.verdict == "pass":
        return "pass"
    return "known" if judged.verdict.known else "bad"


def _change(name: str, first: Judged | None, second: Judged | None) -> Changed | None:
    was, now = _standing(first), _standing(second)
    if second is not None and now == "bad" and was != "bad":
        return Changed("newly failing", name, (headline(second.verdict),))
    if first is not None and not now and was:
        reason = headline(second.verdict) if second else "not in the second run"
        return Changed("no longer judged", name, (reason,))
    if (was, now) in _TURNED:
        return Changed(_TURNED[was, now], name)
    if first is None or second is None or not now:
        return None
    return _otherwise(name, first, second)


_TURNED: Final = {
    ("bad", "pass"): "newly passing",
    ("known", "pass"): "newly passing",
    ("bad", "known"): "known by now",
    ("", "pass"): "newly judged",
    ("", "known"): "newly judged",
}


def _otherwise(name: str, first: Judged, second: Judged) -> Changed | None:
    """Tell what is another amount, or another failure, where a verdict is the same."""
    was, now = headline(first.verdict), headline(second.verdict)
    amounts = tuple(_amounts(first, second))
    if first.verdict.verdict != "pass" and was != now:
        return Changed("fails otherwise", name, (f"was {was}", f"now {now}", *amounts))
    return Changed("other amounts", name, amounts) if amounts else None


def _lines(judged: Judged) -> Counter[str]:
    """Count the lines of a run by their instant, service, kind and amount."""
    return Counter(
        clean(f"{each.at:%Y-%m-%d %H:%M} {each.billing} {each.service} {each.kind}")
        + f" {amount_text(each.amount)}"
        for each in judged.record.got
        if each.what == "line"
    )


def _amounts(first: Judged, second: Judged) -> Iterator[str]:
    """Yield the lines of one run that the other does not have; of very many the first."""
    was, now = _lines(first), _lines(second)
    told = [*(f"− {' '.join(each.split())}" for each in (was - now).elements())]
    told += [f"+ {' '.join(each.split())}" for each in (now - was).elements()]
    yield from told[:_AMOUNTS]
    if len(told) > _AMOUNTS:
        yield f"… {len(told) - _AMOUNTS} more lines"


def compared_lines(before: RunLog, after: RunLog, found: list[Changed]) -> Iterator[str]:
    """Tell of the changes in lines of text, and count them in the last."""
    yield f"{clean(before.name)} ({before.file}) → {clean(after.name)} ({after.file})"
    counted = Counter(each.kind for each in found)
    for kind in KINDS:
        if counted[kind]:
            yield from ("", f"{kind}: {counted[kind]}")
        for each in found:
            if each.kind == kind:
                yield f"  {clean(each.scenario)}"
                yield from (f"    {said}" for said in each.said)
    yield ""
    yield " · ".join(f"{count} {kind}" for kind, count in counted.items()) or "nothing changed"


def compared_data(before: RunLog, after: RunLog, found: list[Changed]) -> dict[str, Any]:
    """Return the changes as data."""
    sides = {"before": before, "after": after}
    return {
        **{side: {"file": run.file, "name": run.name} for side, run in sides.items()},
        "changes": [asdict(each) for each in found],
    }
