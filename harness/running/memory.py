"""What failed last time, for `--failed`: kept per folder and implementation in the user's cache."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.harness.running.verdict import Verdict

__all__ = ["failed_last_time", "keep_failed", "remember"]


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


def keep_failed(implementation: str, verdicts: Iterable[Verdict]) -> None:
    """Remember what failed in a run; of what it did not judge the former failures stay."""
    judged = {each.target: each.verdict in {"fail", "error"} for each in verdicts}
    before = failed_last_time(implementation) or []
    stay = [name for name in before if name not in judged]
    remember(implementation, [*stay, *(name for name, bad in judged.items() if bad)])
