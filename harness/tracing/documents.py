"""The documents with their sections, in the order in which they are read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FOLDER", "SourceDocument", "documents", "read"]

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document by its name in the project; `clicking` are sections that only tell how to click.

    The two sources of rules that are no documents, ``vendor`` and ``ours``, have no sections.
    """

    name: str
    title: str
    sections: tuple[str, ...]
    clicking: Mapping[str, str]


def read(path: Path) -> dict[str, Any]:
    """Return what is in a file of the table."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def documents() -> Mapping[str, SourceDocument]:
    """Return every document by its name."""
    return MappingProxyType(
        {
            name: SourceDocument(
                name,
                row["title"],
                tuple(row.get("sections", ())),
                MappingProxyType(row.get("clicking", {})),
            )
            for name, row in read(FOLDER / "documents.toml").items()
        }
    )
