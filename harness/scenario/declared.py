"""The models of what the vocabulary declares."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from types import GenericAlias, MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Self

from pydantic import Discriminator, Field, Tag, create_model, model_validator
from pydantic_core import core_schema

from prorata.harness.scenario import words
from prorata.harness.scenario.model import Part, keys, shape
from prorata.reference.vocabulary.kinds import Choice, Each, Many, Plain, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import ValidationInfo

    from prorata.reference.vocabulary import kinds

__all__ = ["Declared", "ReadLater", "model_of", "type_of"]


class Declared(Part):
    """A part of a scenario whose fields the vocabulary declares."""

    #: What declares them.
    record: ClassVar[Record | None] = None

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Return a declared field."""


class _OneOf(Declared):
    """A word of a choice with its value: one, of those that there are."""

    also = MappingProxyType({"minProperties": 1, "maxProperties": 1})

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            *others, last = keys(type(self))
            raise words.refuse(f"expected either {', '.join(others)} or {last}")
        return self


class ReadLater:
    """Marks a type as a record whose model is made when the first value is read."""

    __slots__ = ("_record",)

    def __init__(self, record: Record) -> None:
        self._record = record

    @property
    def model(self) -> type[Declared]:
        """The model of the record."""
        return model_of(self._record)

    def __get_pydantic_core_schema__(self, *_: object) -> core_schema.CoreSchema:
        """Give pydantic what reads a value: its problems keep their places."""
        return core_schema.with_info_plain_validator_function(self._read)

    def _read(self, value: object, info: ValidationInfo) -> Declared:
        return self.model.model_validate(value, context=info.context)


def type_of(kind: kinds.Kind) -> Any:
    """Return the annotation of a field of this kind."""
    return _TYPES[type(kind)](kind)


@cache
def model_of(record: Record) -> type[Declared]:
    """Return the model of a record."""
    fields = {field.name: (type_of(field.kind), _default(field)) for field in record.fields}
    made = _model(record.name, Declared, fields, record.sentence)
    made.record = record
    return made


def _model(
    name: str, base: type[Declared], fields: Mapping[str, Any], sentence: str | None = None
) -> type[Declared]:
    return create_model(name, __base__=base, __module__=__name__, __doc__=sentence, **fields)


def _default(field: kinds.Field) -> Any:
    if field.needed:
        return ...
    if isinstance(field.kind, Each):
        return Field(default_factory=dict)
    is_money = field.kind is Plain.AMOUNT and field.default is not None
    return Decimal(field.default) if is_money else field.unsaid


def _choice(choice: Choice) -> Any:
    """A text for a word alone, a mapping for one with a value, told apart by their shapes."""
    alone = _ANNOTATED[str, words.word(choice.what, *choice.words)]
    if not choice.valued:
        return alone
    valued = _valued(choice)
    if not choice.words:
        return valued
    either = _ANNOTATED[alone, Tag("{text}")] | _ANNOTATED[valued, Tag("{mapping}")]
    return _ANNOTATED[either, Discriminator(shape)]


def _valued(choice: Choice) -> type[Declared]:
    """Return the model of the words with a value; where there is only one, it must be said."""
    default = None if len(choice.valued) > 1 else ...
    fields = {
        word.replace(" ", "_"): (type_of(kind), Field(default, alias=word))
        for word, kind in choice.valued.items()
    }
    return _model(choice.what.title().replace(" ", ""), _OneOf, fields)


#: Of types that are values here, which a checker of types does not follow.
_ANNOTATED: Final[Any] = Annotated
_PLAIN: Final[Mapping[Plain, Any]] = {
    Plain.AMOUNT: words.Amount,
    Plain.NUMBER: words.Number,
    Plain.WHOLE: words.Whole,
    Plain.NATURAL: words.Natural,
    Plain.DAYS: words.Days,
    Plain.SOME_DAYS: words.SomeDays,
    Plain.SOME_MONTHS: words.SomeMonths,
    Plain.DAY_OF_MONTH: words.DayOfMonth,
    Plain.DATE: words.Day,
    Plain.TIME: words.TimeOfDay,
    Plain.PERIOD: words.Period,
    Plain.TEXT: words.Name,
    Plain.YES_NO: words.YesNo,
}
_TYPES: Final[Mapping[type, Callable[[Any], Any]]] = {
    Plain: lambda kind: _PLAIN[kind],
    Choice: _choice,
    Each: lambda each: GenericAlias(dict, (type_of(each.key), type_of(each.value))),
    Many: lambda many: GenericAlias(tuple, (type_of(many.of), ...)),
    Record: lambda record: _ANNOTATED[Any, ReadLater(record)],
}
