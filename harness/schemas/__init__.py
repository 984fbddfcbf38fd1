"""JSON Schemas of the files that people write, for editors: printed from what reads the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.harness.schemas.beside import (
    catalogue_schema,
    faults_schema,
    seed_schema,
    settings_schema,
)
from prorata.harness.schemas.scenario import scenario_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["SCHEMAS", "PrintedSchema"]


class PrintedSchema(NamedTuple):
    """A schema: what it is of, how it is made, and how a file of that kind names it.

    `line` is the first line of such a file, with the place of the schema as `{}`.
    """

    of: str
    made: Callable[[], dict[str, Any]]
    line: str


_YAML: Final = "# yaml-language-server: $schema={}"
_TOML: Final = "#:schema {}"

SCHEMAS: Final[Mapping[str, PrintedSchema]] = {
    "scenario": PrintedSchema("a scenario", scenario_schema, _YAML),
    "catalogue": PrintedSchema(
        "a catalogue, as several scenarios share it", catalogue_schema, _YAML
    ),
    "seed": PrintedSchema("a seed of panels (serve --seed)", seed_schema, _YAML),
    "faults": PrintedSchema("rules of faults (serve --faults)", faults_schema, _YAML),
    "settings": PrintedSchema("prorata.toml", settings_schema, _TOML),
}
