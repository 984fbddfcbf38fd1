"""The eight requests of the protocol, from the harness to an implementation."""

# Annotations are evaluated as the classes are made: pydantic would compile each string again,
# which doubles the time of importing this module.

from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from prorata.harness.protocol.fields import AmountText, ExactInstant, PlainObject, plain
from prorata.harness.protocol.words import OLDEST, PROTOCOL, Observable, System

__all__ = [
    "Advance",
    "Close",
    "Observe",
    "Open",
    "OpeningClient",
    "PanelAccess",
    "Perform",
    "Quote",
    "Request",
    "Start",
    "Stop",
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class _Numbered(_Model):
    """What every request has: `seq`, which the connection gives when it sends (0: not sent)."""

    seq: int = Field(default=0, ge=0)

    def numbered(self, seq: int) -> Self:
        """Return this request with its place in the conversation."""
        return self.model_copy(update={"seq": seq})


class Start(_Numbered):
    """The first message of a process: who speaks, and in which versions, from oldest to newest."""

    type: Literal["start"] = "start"
    protocol: int = OLDEST
    newest: int = PROTOCOL
    suite: str


def _without_nothing(written: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in written.items() if value is not None}


def _without(written: dict[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in written.items() if name != key}


class OpeningClient(_Model):
    """A client who exists before the scenario begins; `balance` in the currency.

    `group` is the group of clients, where there are any.
    """

    balance: AmountText = "0"
    group: str | None = None

    @model_serializer(mode="wrap")
    def _as_given(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        return _without_nothing(write(self))


class PanelAccess(_Model):
    """Where a panel answers, and as whom the billing may speak to it.

    The rest is what staff enter beside: the name of the connection, the server's own name and
    cost a month, and how many accounts it takes.
    """

    url: str
    login: str
    password: str
    name: str | None = None
    hostname: str | None = None
    monthly_cost: AmountText | None = None
    maximum_accounts: int | None = None

    @model_serializer(mode="wrap")
    def _given(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out what nobody entered."""
        return _without_nothing(write(self))


class Open(_Numbered):
    """A new, empty billing: forget everything, then make this catalogue and these clients."""

    type: Literal["open"] = "open"
    scenario: int
    at: ExactInstant
    system: System
    currency: str
    timezone: str
    catalogue: dict[str, PlainObject]
    clients: dict[str, OpeningClient]
    first_ids: dict[str, int] = Field(default_factory=dict)
    panels: dict[str, PanelAccess] = Field(default_factory=dict)
    settings: PlainObject = Field(default_factory=dict)

    @model_serializer(mode="wrap")
    def _as_given(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        written: dict[str, object] = write(self)
        return written if self.settings else _without(written, "settings")


class Advance(_Numbered):
    """Time moves on to `to`: do everything that falls due until then, and at it."""

    model_config = ConfigDict(title="Clock")

    type: Literal["clock"] = "clock"
    to: ExactInstant


class _Acting(_Numbered):
    """An act by its name; its parameters lie beside `act`."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Any]

    type: str  # where it stands in the message
    act: str = Field(min_length=1)
    reserved: ClassVar = frozenset({"seq", "type", "act", "id", "again"})

    @classmethod
    def named(cls, act: str, **parameters: object) -> Self:
        """Return the act with its parameters; `ValueError` for one called as a key of the message.

        >>> Perform.named("renew", service="1", period="1 month").parameters
        {'service': '1', 'period': '1 month'}
        """
        clash = cls.reserved & parameters.keys()
        if clash:
            problem = f"{min(clash)} is no parameter of an act: the message uses the word"
            raise ValueError(problem)
        return cls.model_validate({"act": act, **parameters})

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters by name."""
        return self.__pydantic_extra__

    def model_post_init(self, _context: object, /) -> None:
        """Refuse a fraction among the parameters; wherever digits matter they are strings."""
        plain(self.__pydantic_extra__)


class Perform(_Acting):
    """Something that a client or the staff does.

    `id` tells the acts of a scenario apart. `again` says that the act with this id was sent before,
    and that its answer may have been lost: it is done if it was not, and answered as it was then.
    """

    model_config = ConfigDict(title="Act")

    type: Literal["act"] = "act"
    id: str | None = Field(default=None, min_length=1)
    again: bool = False

    def delivered(self, id: str) -> Self:  # noqa: A002  # the message's own word
        """Return the act as it is sent under an id."""
        return self.model_copy(update={"id": id})

    def repeated(self) -> Self:
        """Return the same act as it is sent again."""
        return self.model_copy(update={"again": True})

    @model_serializer(mode="wrap")
    def _as_sent(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out what protocol 0 does not have."""
        written: dict[str, object] = write(self)
        written = written if self.id is not None else _without(written, "id")
        return written if self.again else _without(written, "again")


class Quote(_Acting):
    """What would this act cost now? Nothing is done."""

    type: Literal["quote"] = "quote"


class Observe(_Numbered):
    """Tell what there is, as it stands now."""

    type: Literal["observe"] = "observe"
    of: list[Observable] = Field(min_length=1)


class Close(_Numbered):
    """The scenario is over."""

    type: Literal["close"] = "close"


class Stop(_Numbered):
    """The last message: answer, then exit with code 0."""

    type: Literal["stop"] = "stop"


Request: TypeAlias = Annotated[
    Start | Open | Advance | Perform | Quote | Observe | Close | Stop,
    Field(discriminator="type"),
]
