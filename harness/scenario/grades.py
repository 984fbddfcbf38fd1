"""Grades: what it means that an expectation is missed, strictest first.

`required`: the scenario fails. `should`: it conforms and is told of; a strict run is red. `may`:
one or the other is right, and which it is, is told to who asks.
"""

from typing import Annotated, Final, Literal, TypeAlias, cast, get_args

from prorata.harness.scenario.words import word

__all__ = ["GRADES", "REQUIRED", "SHOULD", "Grade", "GradeField", "read_grade"]

Grade: TypeAlias = Literal["required", "should", "may"]

GRADES: Final[tuple[Grade, ...]] = get_args(Grade)
REQUIRED: Final[Grade] = "required"
SHOULD: Final[Grade] = "should"

_WORD: Final = word("a grade", *GRADES)

GradeField: TypeAlias = Annotated[Grade, _WORD]


def read_grade(value: object) -> Grade:
    """Read a grade; raise pydantic's error for another word."""
    return cast("Grade", _WORD.read(value))
