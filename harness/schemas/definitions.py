"""From the models of files to JSON Schemas, as editors understand them: draft 07."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.scenario.declared import Declared
from prorata.harness.scenario.model import keys
from prorata.harness.scenario.shapes import Choices, Items, Keys, Named, Single, fields_of
from prorata.harness.scenario.texts import ANY_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.scenario.model import Part
    from prorata.harness.scenario.shapes import Shape

__all__ = ["VARIABLE", "Definitions", "document", "one_of", "referring"]

_DIALECT: Final = "http://json-schema.org/draft-07/schema#"
#: A text or a key that a row of a table completes.
VARIABLE: Final = r"\$"


class Definitions:
    """The schemas of models, each made once and referred to by its name.

    With `variables` any text may have one in it, as in a file that has rows.
    """

    def __init__(self, *, variables: bool) -> None:
        self.schemas: dict[str, Any] = {}
        self._variables = variables
        self._names: dict[type[Part], str] = {}

    def of(self, shape: Shape) -> dict[str, Any]:
        """Return the schema of a value of a shape."""
        return _SCHEMAS[type(shape)](self, shape)

    def reference(self, model: type[Part]) -> dict[str, Any]:
        """Return a reference to the schema of a model."""
        if model not in self._names:
            alike = sum(each.__name__ == model.__name__ for each in self._names)
            self._names[model] = f"{model.__name__}{alike + 1 if alike else ''}"
            self.schemas[self._names[model]] = self.mapping(model)
        return referring(self._names[model])

    def mapping(self, model: type[Part], *without: str) -> dict[str, Any]:
        """Return the schema of a model, `without` some of its keys."""
        shapes = {key: s for key, s in fields_of(model).items() if key not in without}
        names = keys(model)
        needed = [key for key in shapes if model.model_fields[names[key]].is_required()]
        return {
            "description": _sentence(model),
            "type": "object",
            "properties": {key: self._field(model, key, shape) for key, shape in shapes.items()},
            **({"required": needed} if needed else {}),
            **self.closed(),
            **model.also,
        }

    def closed(self) -> dict[str, Any]:
        """Return what says that a mapping has no other keys."""
        named: dict[str, Any] = {"patternProperties": {VARIABLE: {}}} if self._variables else {}
        return {**named, "additionalProperties": False}

    def single(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return the schema of a text, which may have a variable in it."""
        if not self._variables:
            return dict(schema)
        if "pattern" in schema:
            return {**schema, "pattern": f"{schema['pattern']}|{VARIABLE}"}
        return {"anyOf": [dict(schema), {"type": "string", "pattern": VARIABLE}]}

    def _field(self, model: type[Part], key: str, shape: Shape) -> dict[str, Any]:
        found = self.of(shape)
        record = model.record if issubclass(model, Declared) else None
        sentence = next((f.sentence for f in record.fields if f.name == key), "") if record else ""
        if not sentence:
            return found
        # Beside a reference nothing else is read.
        return {"description": sentence, **({"allOf": [found]} if "$ref" in found else found)}

    def _value(self, value: Single) -> dict[str, Any]:
        schema = value.read.schema if value.read is not None else {**ANY_TEXT, "pattern": ""}
        most = {} if value.most is None else {"maximum": value.most}
        return self.single({**schema, **most})

    def _keys(self, shape: Keys) -> dict[str, Any]:
        whole = self.reference(shape.model)
        short = shape.short and self.of(fields_of(shape.model)[shape.short])
        return one_of(short, whole) if short else whole

    def _names_of(self, shape: Named) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": self.of(shape.key),
            "additionalProperties": self.of(shape.value),
        }

    def _items(self, shape: Items) -> dict[str, Any]:
        found = self.of(shape.of)
        several = {"type": "array", "items": found}
        return one_of(several, found) if shape.alone else several

    def _choices(self, shape: Choices) -> dict[str, Any]:
        return one_of(*map(self.of, shape.among))


_SCHEMAS: Final[Mapping[type, Callable[[Definitions, Any], dict[str, Any]]]] = {
    Single: Definitions._value,  # noqa: SLF001  the table of its own methods
    Keys: Definitions._keys,  # noqa: SLF001  the same
    Named: Definitions._names_of,  # noqa: SLF001  the same
    Items: Definitions._items,  # noqa: SLF001  the same
    Choices: Definitions._choices,  # noqa: SLF001  the same
}


def _sentence(model: type[Part]) -> str:
    said = cleandoc(model.__doc__ or "").partition("\n\n")[0]
    return " ".join(said.split())


def referring(name: str) -> dict[str, Any]:
    """Return a reference to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def one_of(*schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of what is of one of some schemas, each of them once."""
    different = [each for nth, each in enumerate(schemas) if each not in schemas[:nth]]
    return {"anyOf": different} if len(different) > 1 else dict(different[0])


def document(
    title: str, schema: Mapping[str, Any], definitions: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the schema of a whole file."""
    return {"$schema": _DIALECT, "title": title, **schema, "definitions": dict(definitions)}
