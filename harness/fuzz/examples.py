"""What failed before: the least history of each failure is kept, and tried first next time."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prorata.harness.fuzz.sources import head_of_text
from prorata.harness.scenario import ScenarioErrors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.harness.workers.job import ScenarioHead

__all__ = ["Examples"]

_FOLDER: Final = Path(".prorata") / "examples"


class Examples:
    """The examples of an implementation below the current folder; where none can be, none are."""

    def __init__(self, implementation: str) -> None:
        self._folder = _FOLDER / _hash(implementation)

    def heads(self) -> list[ScenarioHead]:
        """Return what failed before; what can no longer be read is forgotten."""
        found = []
        with suppress(OSError):
            for path in sorted(self._folder.glob("*.yaml")):
                try:
                    text = path.read_text(encoding="utf-8")
                    found.append(head_of_text(f"example/{path.stem}", text))
                except (ScenarioErrors, ValueError):
                    path.unlink()
        return found

    def renew(self, texts: Iterable[str]) -> None:
        """Keep the histories that fail now, and no others: what failed before was tried."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            # As the caches of other tools do: whoever keeps the folder in git does not see it.
            (_FOLDER.parent / ".gitignore").write_text("*\n", encoding="utf-8")
            for path in self._folder.glob("*.yaml"):
                path.unlink()
            for text in texts:
                (self._folder / f"{_hash(text)}.yaml").write_text(text, encoding="utf-8")


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
