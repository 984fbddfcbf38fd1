"""Control functions: how one is declared, and how what was given is checked against that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.fakes.control.checking import expectation
from prorata.fakes.control.errors import ControlError
from prorata.fakes.meant import near
from prorata.fakes.mgr5.errors import Mgr5Error
from prorata.fakes.mgr5.params import Param, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.fakes.control.panels import Panels

__all__ = ["CHANGES", "READS", "Control", "Document", "arguments_of"]

READS: Final = "GET"
CHANGES: Final = "POST"
_MOST_ELEMENTS: Final = 1000


class Document(NamedTuple):
    """A parameter that is a document of its own: its name, its JSON Schema, what it is."""

    name: str
    schema: Mapping[str, Any]
    hint: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A control function: `GET` only reads, `POST` changes something.

    `answer` are the properties of what it answers, each with its JSON Schema. One that changes
    which sets there are is not done again after a restart: it `keeps` by itself what it did.
    """

    name: str
    method: str
    summary: str
    run: Callable[[Panels, Mapping[str, Any]], dict[str, Any]]
    params: tuple[Param, ...] = ()
    documents: tuple[Document, ...] = ()
    answer: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    keeps: bool = False

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return self.method == CHANGES

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all its parameters."""
        return (*(each.name for each in self.params), *(each.name for each in self.documents))


def arguments_of(function: Control, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check what was given against the declaration; ControlError names the field that is wrong."""
    for name in given:
        if name not in function.names:
            expected = ", ".join(function.names) or "no fields"
            message = f"{function.name} has no such field{near(name, function.names)}"
            raise ControlError(name, message, expected)
    texts = {param.name: _text(param, given[param.name]) for param in _given(function, given)}
    try:
        found: dict[str, Any] = dict(read(function.params, texts, needed=True))
    except Mgr5Error as error:
        value = f"{error.value!r} will not do" if error.value else "it is missing"
        raise ControlError(error.about, value, expectation(error)) from None
    return {**found, **_documents(function, given)}


def _given(function: Control, given: Mapping[str, Any]) -> list[Param]:
    return [param for param in function.params if given.get(param.name) is not None]


def _text(param: Param, value: Any) -> str:
    # Of JSON's own types each is taken for what it is; a text may stand for all, as in a query.
    if isinstance(value, bool) and param.type == "switch":
        return "on" if value else "off"
    if isinstance(value, int) and param.type == "integer" and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return value
    raise ControlError(param.name, f"a {type(value).__name__} is no value", _kind(param))


def _kind(param: Param) -> str:
    return {"integer": "a whole number", "switch": "true or false"}.get(param.type, "a text")


def _documents(function: Control, given: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for document in function.documents:
        value = given.get(document.name)
        if value is not None:
            if not isinstance(value, _TYPES[document.schema["type"]]):
                expected = f"{document.hint} ({document.schema['type']})"
                raise ControlError(document.name, "it has another shape", expected)
            if isinstance(value, list) and len(value) > _MOST_ELEMENTS:
                expected = f"at most {_MOST_ELEMENTS} elements"
                raise ControlError(document.name, "it is too long", expected)
            found[document.name] = value
        elif document.required:
            raise ControlError(document.name, "it is missing", document.hint)
    return found


_TYPES: Final[Mapping[str, type]] = {"object": dict, "array": list}
