"""What all models of a scenario share: frozen, closed, built when first used, written as JSON."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationInfo
from pydantic_core import core_schema

__all__ = ["Listed", "Part", "Read", "ReadIn", "Short", "json_value", "keys", "shape"]


class Read:
    """Marks a type as read by a function of ours alone; `schema` says in JSON Schema what it takes.

    pydantic's PlainValidator also builds the schema of the type itself, which nobody asks for and
    takes most of the time of building a model.
    """

    __slots__ = ("read", "schema")

    def __init__(self, read: Callable[[Any], Any], schema: Mapping[str, Any]) -> None:
        self.read = read
        self.schema = schema

    def __get_pydantic_core_schema__(self, *_: object) -> core_schema.CoreSchema:
        """Give pydantic the function."""
        return core_schema.no_info_plain_validator_function(self.read)


class ReadIn:
    """Marks a type as read by a function of ours that looks at the context, for its zone."""

    __slots__ = ("read", "schema")

    def __init__(
        self, read: Callable[[Any, ValidationInfo], Any], schema: Mapping[str, Any]
    ) -> None:
        self.read = read
        self.schema = schema

    def __get_pydantic_core_schema__(self, *_: object) -> core_schema.CoreSchema:
        """Give pydantic the function."""
        return core_schema.with_info_plain_validator_function(self.read)


class Short:
    """Marks a mapping for which the text of one of its keys may stand alone."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Give pydantic what makes the mapping of the text."""
        return core_schema.no_info_before_validator_function(self._whole, handler(source))

    def _whole(self, value: Any) -> Any:
        return {self.key: value} if isinstance(value, str) else value


class Listed:
    """Marks a list for which its only mapping may stand alone."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Give pydantic what makes the list."""
        return core_schema.no_info_before_validator_function(self._list, handler(source))

    @staticmethod
    def _list(value: Any) -> Any:
        return [value] if isinstance(value, dict) else value


class Part(BaseModel):
    """A part of a scenario."""

    #: What a JSON Schema says of it beside its keys.
    also: ClassVar[Mapping[str, Any]] = MappingProxyType({})

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
