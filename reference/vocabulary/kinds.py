"""What a field is, and what kinds of values there are.

>>> WEEKEND = Choice.of("a weekend policy", "suspend", "do not suspend")
>>> Field("weekend", WEEKEND, "What happens on Saturdays.", "suspend").kind.words
('suspend', 'do not suspend')
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Choice", "Each", "Field", "Kind", "Many", "Plain", "Record"]


class Plain(Enum):
    """A single value, by what it is called."""

    AMOUNT = "an amount"
    NUMBER = "a number"
    WHOLE = "a whole number"
    NATURAL = "a whole number from 1"
    DAYS = "a number of days"
    SOME_DAYS = "a number of days from 1"
    SOME_MONTHS = "a number of months from 1"
    DAY_OF_MONTH = "a day of the month"
    DATE = "a date"
    TIME = "a time of day"
    PERIOD = "a period"
    TEXT = "a text"
    YES_NO = "yes or no"


class Choice(NamedTuple):
    """One of some words, each alone or, where a kind stands beside it, with a value.

    `what` is what they are, as in "a late renewal fee": ``none``, or ``{fixed: "1.00"}``.
    """

    what: str
    options: tuple[tuple[str, Kind | None], ...]

    @classmethod
    def of(cls, what: str, *options: str | tuple[str, Kind]) -> Choice:
        """Return a choice of words; a pair is a word with the kind of its value."""
        return cls(what, tuple((one, None) if isinstance(one, str) else one for one in options))

    @property
    def words(self) -> tuple[str, ...]:
        """The words that stand alone."""
        return tuple(word for word, kind in self.options if kind is None)

    @property
    def valued(self) -> Mapping[str, Kind]:
        """The words that come with a value, and of which kind."""
        return {word: kind for word, kind in self.options if kind is not None}


class Each(NamedTuple):
    """A mapping of any number of keys, such as prices by period."""

    key: Kind
    value: Kind


class Many(NamedTuple):
    """A list."""

    of: Kind


@dataclass(frozen=True, eq=False)
class Record:
    """A mapping of declared fields; `name` is that of the class that stands for it."""

    name: str
    sentence: str
    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(field.name for field in self.fields)

    @cached_property
    def built(self) -> Mapping[str, Kind]:
        """The kinds of the fields that the reference has, by their names."""
        return {field.name: field.kind for field in self.fields if field.built}

    def field(self, name: str) -> Field:
        """Return a field by its name; `StopIteration` for none."""
        return next(field for field in self.fields if field.name == name)


Kind: TypeAlias = Plain | Choice | Each | Many | Record


class Field(NamedTuple):
    """One field, as a file and the protocol write it.

    `default` is what holds where nothing is said, None where that is nothing; a `needed` one must
    be said. `names` is the mapping of the whole billing that the value is a key of. What is not
    `built` is checked and sent, and the reference answers that it does not have it.
    """

    name: str
    kind: Kind
    sentence: str
    default: Any = None
    needed: bool = False
    names: str | None = None
    built: bool = True

    @property
    def unsaid(self) -> Any:
        """What holds where nothing is said, as a row would say it."""
        return _EMPTY.get(type(self.kind), self.default)


#: What has any number of parts has none where nothing is said.
_EMPTY: Final[Mapping[type, Any]] = MappingProxyType({Each: MappingProxyType({}), Many: ()})
