"""What is wrong with a message, by field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prorata.harness.protocol.fields import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

__all__ = ["FieldProblem", "MalformedError", "problems_of"]

_LISTED = 3
_QUOTED: Final = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One fault of one field.

    `field` is its path (``result.balances.anna``), empty for the line as a whole. `kind` sorts
    faults for smoke: ``json``, ``seq``, ``keys``, ``amount``, ``instant``, or pydantic's name.
    """

    field: str
    said: str
    kind: str

    def __str__(self) -> str:
        """Return the field and what is wrong with it."""
        return f"{self.field}: {self.said}" if self.field else self.said


class MalformedError(ValueError):
    """A message that is not of the protocol; `problems` holds every fault found."""

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = tuple(problems)
        listed = "; ".join(map(str, self.problems[:_LISTED]))
        more = len(self.problems) - _LISTED
        super().__init__(f"{listed}; and {more} more" if more > 0 else listed)


def problems_of(error: ValidationError, place: str = "") -> tuple[FieldProblem, ...]:
    """Return the faults that pydantic found, their fields below `place`."""
    return tuple(_problem(detail, place) for detail in error.errors(include_url=False))


def _problem(detail: ErrorDetails, place: str) -> FieldProblem:
    inside = detail.get("ctx", {}).get("place", "")
    path = [part for part in (place, *map(str, detail["loc"]), inside) if part]
    said = _WORDS.get(detail["type"], detail["msg"]).replace("{got}", shown(detail["input"]))
    if detail["type"] == "literal_error":
        said = _unknown(detail)
    return FieldProblem(".".join(path), said[:1].lower() + said[1:], detail["type"])


def _unknown(detail: ErrorDetails) -> str:
    """Say what a word of a closed list was, and which was probably meant."""
    from prorata.harness.scenario.problems import nearest

    words = _QUOTED.findall(detail["ctx"]["expected"])
    return f"unknown word {shown(detail['input'])}{nearest(str(detail['input']), words)}"


_OBJECT = "must be an object, not {got}"
_WORDS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of this message",
    "string_type": "must be a string, not {got}",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false, not {got}",
    "int_type": "must be a whole number, not {got}",
    "list_type": "must be a list, not {got}",
    "tuple_type": "must be a list of two instants, not {got}",
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "union_tag_not_found": "type is missing",
}
