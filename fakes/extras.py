"""How an extra is installed that something here needs and does not find."""

from __future__ import annotations

import json
import shlex
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["how_to_install"]


def how_to_install(extra: str) -> str:
    """Return the command that installs an extra into this very environment.

    It names the folder where prorata was installed from one: by its name alone pip would look for
    it elsewhere.
    """
    return shlex.join(
        [_shown(Path(sys.executable)), "-m", "pip", "install", f"{_source()}[{extra}]"]
    )


def _source() -> str:
    """Return what prorata was installed from, if that is still there, or its name."""
    path = _path()
    if path is None or not path.exists():
        return "prorata"
    return "." if path == Path.cwd() else str(path)


def _path() -> Path | None:
    try:
        told = distribution("prorata").read_text("direct_url.json")
        url = urlsplit(str(json.loads(told or "{}")["url"]))
    except (PackageNotFoundError, ValueError, KeyError, TypeError):
        return None
    return Path(unquote(url.path)) if url.scheme == "file" else None


def _shown(path: Path) -> str:
    """Return how a path is named from here, where that is shorter."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
