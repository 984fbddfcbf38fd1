"""What all models of a scenario share: frozen, closed, built when first used, written as JSON."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationInfo
from pydantic_core import core_schema

__all__ = ["Part", "Read", "ReadIn", "json_value", "keys", "shape"]


class Read:
    """Marks a type as read by a function of ours alone, of some `words` where it is a closed list.

    pydantic's PlainValidator also builds the schema of the type itself, which nobody asks for and
    takes most of the time of building a model.
    """

    __slots__ = ("read", "words")

    def __init__(self, read: Callable[[Any], Any], *words: str) -> None:
        self.read = read
        self.words = words

    def __get_pydantic_core_schema__(self, *_: object) -> core_schema.CoreSchema:
        """Give pydantic the function."""
        return core_schema.no_info_plain_validator_function(self.read)


class ReadIn:
    """Marks a type as read by a function of ours that looks at the context, for its zone."""

    __slots__ = ("read",)

    def __init__(self, read: Callable[[Any, ValidationInfo], Any]) -> None:
        self.read = read

    def __get_pydantic_core_schema__(self, *_: object) -> core_schema.CoreSchema:
        """Give pydantic the function."""
        return core_schema.with_info_plain_validator_function(self.read)


class Part(BaseModel):
    """A part of a scenario."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,
        arbitrary_types_allowed=True,
    )


@cache
def keys(model: type[Part]) -> Mapping[str, str]:
    """Map the keys that a file uses to the names of the fields."""
    return MappingProxyType(
        {field.alias or name: name for name, field in model.model_fields.items()}
    )


_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def json_value(value: Any) -> Any:
    """Turn a value into JSON with the file's keys: only what was given, money as its digits."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, Part):
        given = value.model_fields_set
        return {
            key: json_value(getattr(value, field))
            for key, field in keys(type(value)).items()
            if field in given
        }
    if isinstance(value, dict):
        return {key: json_value(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [json_value(inner) for inner in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def shape(value: object) -> str:
    """Tell a mapping from a text, for values that may be either."""
    return "{mapping}" if isinstance(value, dict) else "{text}"
