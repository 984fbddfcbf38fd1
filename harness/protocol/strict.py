"""What protocol 1 asks of an answer beyond protocol 0.

Absent means that nothing is said of a thing, null that there is none: where there always is one,
null is refused. Every line of the ledger tells when it was posted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.harness.protocol.bodies import LedgerLine, Observation
from prorata.harness.protocol.problems import FieldProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.protocol.bodies import Body

__all__ = ["lacking"]

_NEVER_NOTHING = "must not be null, there always is one; what is not told is left out"
_NO_INSTANT = "is missing; from protocol 1 on a line tells when it was posted"


def lacking(body: Body, *, read: int) -> Iterator[FieldProblem]:
    """Yield what is wrong with an observation by protocol 1; `read` lines were looked at before."""
    if not isinstance(body, Observation):
        return
    for part in body.model_fields_set:
        if part in Observation.model_fields and getattr(body, part) is None:
            yield FieldProblem(f"result.{part}", _NEVER_NOTHING, "null")
    for number, line in enumerate((body.ledger or [])[read:], start=read):
        yield from _line(line, f"result.ledger.{number}")
    for number, told in enumerate(body.notifications or ()):
        if "at" in told.model_fields_set and told.at is None:
            yield FieldProblem(f"result.notifications.{number}.at", _NEVER_NOTHING, "null")


def _line(line: LedgerLine, place: str) -> Iterator[FieldProblem]:
    if "at" not in line.model_fields_set:
        yield FieldProblem(f"{place}.at", _NO_INSTANT, "missing")
    elif line.at is None:
        yield FieldProblem(f"{place}.at", _NEVER_NOTHING, "null")
