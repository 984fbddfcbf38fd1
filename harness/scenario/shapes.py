"""What the annotation of a model means: a value, a mapping of keys or of names, a list, a choice.

The schemas that editors use follow from it, and so does what `check --fix` knows of a file.
"""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias, Union, get_args, get_origin

from prorata.harness.scenario.declared import ReadLater
from prorata.harness.scenario.model import Listed, Part, Read, ReadIn, Short, keys

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Choices", "Items", "Keys", "Named", "Shape", "Single", "fields_of", "shape_of"]


class Single(NamedTuple):
    """A single value, and what reads it; None for any text. `most` is the greatest number."""

    read: Read | ReadIn | None
    most: int | None = None


class Keys(NamedTuple):
    """A mapping of the keys of a model; the text of the key `short` may stand for it."""

    model: type[Part]
    short: str | None = None


class Named(NamedTuple):
    """A mapping of names of one's own."""

    key: Shape
    value: Shape


class Items(NamedTuple):
    """A list; its only item may stand for it where that is said."""

    of: Shape
    alone: bool = False


class Choices(NamedTuple):
    """One of several."""

    among: tuple[Shape, ...]


Shape: TypeAlias = Single | Keys | Named | Items | Choices


@cache
def fields_of(model: type[Part]) -> dict[str, Shape]:
    """Return the shape of each key of a model, by the words of a file."""
    found = {key: model.model_fields[name] for key, name in keys(model).items()}
    return {key: shape_of(field.annotation, field.metadata) for key, field in found.items()}


def shape_of(annotation: Any, marks: Iterable[object] = ()) -> Shape:
    """Return the shape of a type, with the marks that pydantic keeps beside it."""
    marks = [*marks]
    if get_origin(annotation) is Annotated:
        annotation, *inner = get_args(annotation)
        return shape_of(annotation, [*inner, *marks])
    reads = [each for each in marks if isinstance(each, Read | ReadIn)]
    if reads:
        return Single(reads[0], next((m for e in marks if (m := getattr(e, "le", None))), None))
    later = next((each for each in marks if isinstance(each, ReadLater)), None)
    if later is not None:
        return Keys(later.model)
    return _of_type(annotation, marks)


def _of_type(annotation: Any, marks: list[object]) -> Shape:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        some = tuple(shape_of(each, marks) for each in inner if each is not NoneType)
        return some[0] if len(some) == 1 else Choices(some)
    if origin is dict:
        return Named(shape_of(inner[0]), shape_of(inner[1]))
    if origin is tuple:
        return Items(shape_of(inner[0]), any(isinstance(each, Listed) for each in marks))
    if isinstance(annotation, type) and issubclass(annotation, Part):
        short = next((each.key for each in marks if isinstance(each, Short)), None)
        return Keys(annotation, short)
    return Single(None)
