"""Where scenarios are, without a look into them."""

from __future__ import annotations

import os
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["bundled_root", "files_in"]


def files_in(folder: str) -> Iterator[str]:
    """Yield the files below a folder, sorted; what cannot be looked into has none."""
    # As texts: of all that come with prorata a run often needs one. Entries know what they are.
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=attrgetter("name"))
    except OSError:
        return
    for entry in inside:
        if entry.is_dir(follow_symlinks=False):
            yield from files_in(entry.path) if entry.name != "catalogues" else ()
        elif entry.name.endswith(".yaml") and entry.is_file():
            yield entry.path


@cache
def bundled_root() -> Path:
    """Return the folder of the scenarios that come with prorata."""
    # It has no code, and lies beside the packages that have.
    return Path(__file__).parents[2] / "scenarios"
