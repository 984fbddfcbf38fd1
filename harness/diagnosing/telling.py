"""A diagnosis as it is told: a table with the evidence, what is open, a block to paste; or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.diagnosing.concluding import SEVERAL, difference
from prorata.harness.diagnosing.conventions import CONVENTIONS
from prorata.harness.report.clean import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.harness.diagnosing.concluding import Conclusion, Diagnosis, LeftOpen, Proof

__all__ = ["as_data", "lines"]

#: How much of the evidence is given where nobody asks for all.
_PROOFS: Final = 1
#: So many differences that nothing explains are told then.
_ODD: Final = 3
_WIDTH: Final = 32
_LONGEST: Final = 1000


def lines(found: Diagnosis, declared: Mapping[str, str], *, verbose: bool = False) -> Iterator[str]:
    """Tell a diagnosis line by line; `declared` are the readings that the billing declares.

    `verbose` gives all the evidence, that of the defaults too.
    """
    other = [each for each in found.readings if verbose or each.value != each.default]
    for each in other:
        yield from _reading(each, declared.get(each.name), verbose=verbose)
    yield from (line for each in found.conventions for line in _convention(each, verbose=verbose))
    either = [each.name for each in found.conventions if not each.sure]
    if either:
        yield f"  {' or '.join(either)}: no probe tells them apart by what the billing tells"
    usual = [each.name for each in found.readings if each.value == each.default]
    if usual and not verbose:
        yield f"at their defaults (evidence: -v): {', '.join(usual)}"
    if found.open:
        yield from ("", "open")
    yield from _opens(found.open)
    yield from _odd(found, verbose=verbose)
    yield from ("", "to declare, in the answer to start", f"  {_block(found)}")


def _odd(found: Diagnosis, *, verbose: bool) -> Iterator[str]:
    """Tell what nothing explains, of much the beginning."""
    if not found.odd:
        return
    yield from ("", "no reading and no convention explains")
    told = [clean(difference(name, proof), _LONGEST) for name, proof in found.odd.items()]
    yield from (f"  {each}" for each in (told if verbose else told[:_ODD]))
    if len(told) > _ODD and not verbose:
        yield f"  … {len(told) - _ODD} more: -v"


def _reading(found: Conclusion, declared: str | None, *, verbose: bool) -> Iterator[str]:
    usual = "the default" if found.value == found.default else f"by default {found.default}"
    said = f", declares {declared}" if declared not in {None, found.value} else ""
    yield f"{f'{found.name} = {found.value}':<{_WIDTH}} {usual}{said}"
    yield from _proofs(found, verbose=verbose)


def _convention(found: Conclusion, *, verbose: bool) -> Iterator[str]:
    known = CONVENTIONS[found.name]
    yield str(known)
    yield f"  {known.sentence}"
    yield from _proofs(found, verbose=verbose)


def _proofs(found: Conclusion, *, verbose: bool) -> Iterator[str]:
    for proof in found.proofs if verbose else found.proofs[:_PROOFS]:
        yield f"  {proof.scenario}, at {proof.at}{f', {clean(proof.act)}' if proof.act else ''}"
        others = "; ".join(f"{value}: {clean(shown)}" for value, shown in proof.others.items())
        yield f"    {proof.place} {clean(proof.showed)}   ({others})"


def _opens(found: Iterable[LeftOpen]) -> Iterator[str]:
    """Tell what is open, what is so for one reason in one line."""
    by_reason: dict[str, list[str]] = {}
    for each in found:
        values = f" {' or '.join(each.values)}" if each.why == SEVERAL else ""
        said = f"{each.why}{values} ({clean(each.reason, _LONGEST)})"
        by_reason.setdefault(said, []).append(each.name)
    for said, names in by_reason.items():
        yield f"  {', '.join(names)}: {said}"


def _block(found: Diagnosis) -> str:
    return f'"readings": {json.dumps(found.block)}'


def as_data(found: Diagnosis, declared: Mapping[str, str]) -> dict[str, Any]:
    """Return a diagnosis as JSON data."""
    return {
        "readings": [_with_proofs(each) for each in found.readings],
        "conventions": [
            {
                "name": each.name,
                "about": each.value,
                "sentence": CONVENTIONS[each.name].sentence,
                "documents": CONVENTIONS[each.name].told,
                "sure": each.sure,
                "evidence": _evidence(each),
            }
            for each in found.conventions
        ],
        "open": [each._asdict() for each in found.open],
        "unexplained": [_proof(each) for each in found.odd.values()],
        "declared": dict(declared),
        "declare": found.block,
        "asked": found.asked,
        "probes": found.probes,
    }


def _with_proofs(found: Conclusion) -> dict[str, Any]:
    return {
        "name": found.name,
        "value": found.value,
        "default": found.default,
        "evidence": _evidence(found),
    }


def _evidence(found: Conclusion) -> list[dict[str, Any]]:
    return [_proof(each) for each in found.proofs]


def _proof(proof: Proof) -> dict[str, Any]:
    return {**proof._asdict(), "others": dict(proof.others)}
