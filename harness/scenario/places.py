"""Where something stands in a scenario file."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Place", "TreePath"]

#: The way to a value from the top of a file: keys of mappings and indexes of lists.
TreePath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A file with a line and a column, both counted from 1 as editors count them."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        """Write it as editors and terminals read it."""
        return f"{self.file}:{self.line}:{self.column}"
