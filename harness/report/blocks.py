"""Failures that are the same are told once: under one rule, at one kind of place, in one way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.running.places import NOTHING, SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prorata.harness.running.verdict import Mismatch, Verdict

__all__ = ["Block", "alike", "blocks", "families", "family", "shown_first"]


class Block(NamedTuple):
    """Verdicts that are told as one, the first of them as the example."""

    verdicts: tuple[Verdict, ...]

    @property
    def example(self) -> Verdict:
        """The first."""
        return self.verdicts[0]


def shown_first(verdict: Verdict) -> Mismatch | None:
    """Return the difference under which a failure is told."""
    return verdict.first or next(iter(verdict.mismatches), None)


def blocks(verdicts: Iterable[Verdict]) -> list[Block]:
    """Put failures and errors together that are the same, the greatest first, then as they came."""
    found: dict[tuple[str, ...], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.verdict in {"fail", "error"}:
            found.setdefault(alike(verdict), []).append(verdict)
    greatest = sorted((Block(tuple(each)) for each in found.values()), key=_greatest)
    return sorted(_by_one_reading(greatest), key=_greatest)


def _by_one_reading(found: Iterable[Block]) -> list[Block]:
    """Put together what would agree under one reading or convention, by one rule, in any way."""
    together: dict[object, Block] = {}
    for number, block in enumerate(found):
        first, reading = shown_first(block.example), block.example.agrees
        key = (first.rule, reading) if first is not None and reading else number
        known = together.get(key, Block(()))
        together[key] = Block((*known.verdicts, *block.verdicts))
    return list(together.values())


def _greatest(block: Block) -> int:
    return -len(block.verdicts)


def alike(verdict: Verdict) -> tuple[str, ...]:
    """Return what failures have in common that are told once."""
    if verdict.known:
        return ("known", verdict.scenario)
    if verdict.verdict == "error":
        return ("error", verdict.fault, re.sub(r"\d+", "", verdict.reason))
    mismatch = shown_first(verdict)
    if mismatch is None:
        return ("fail", verdict.rule)
    return ("fail", mismatch.rule, *_kind(mismatch), _shape(mismatch), mismatch.reference)


def _kind(mismatch: Mismatch) -> Sequence[str]:
    """Return the kind of a place: which service or client it is about does not matter."""
    subject, *rest = mismatch.path
    if subject not in SUBJECTS:
        return ("service", *rest)
    if subject in {"ispmanager", "balance", "accounts", "invoices"}:
        return (subject, *rest[1:])
    return mismatch.path


def _shape(mismatch: Mismatch) -> str:
    if mismatch.got == NOTHING:
        return "missing"
    return "too much" if mismatch.expected == NOTHING else "another"


def families(verdicts: Iterable[Verdict]) -> dict[str, tuple[int, int]]:
    """Return of each family of rules how many scenarios conform and how many were judged."""
    counted: dict[str, tuple[int, int]] = {}
    for verdict in verdicts:
        if verdict.verdict == "skipped":
            continue
        system, _, rest = family(verdict).partition(".")
        name = rest or system
        passed, judged = counted.get(name, (0, 0))
        counted[name] = passed + (verdict.verdict == "pass"), judged + 1
    return counted


def family(verdict: Verdict) -> str:
    """Return the family of a scenario's first rule: ``billmanager.renew``, or ``provision``."""
    system, _, rest = verdict.rules[0].partition(".")
    name = rest.partition(".")[0]
    return system if system == "provision" or not name else f"{system}.{name}"
