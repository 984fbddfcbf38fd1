"""What failed last time, for `--failed`: kept per folder and implementation in the user's cache."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["failed_last_time", "remember"]


def _file(implementation: str) -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    name = sha256(f"{Path.cwd()}\0{implementation}".encode()).hexdigest()[:16]
    return Path(base) / "prorata" / f"failed-{name}.json"


def failed_last_time(implementation: str) -> list[str] | None:
    """Return the scenarios that failed in the last run here, None where none is remembered."""
    try:
        found = json.loads(_file(implementation).read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError):
        return None
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else None


def remember(implementation: str, failed: Iterable[str]) -> bool:
    """Remember what failed; tell whether that could be written."""
    try:
        file = _file(implementation)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(list(failed)), encoding="utf-8")
    except (OSError, RuntimeError):
        return False
    return True
