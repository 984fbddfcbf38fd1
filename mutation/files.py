"""Which files have to be caught by scenarios alone, and how much of each has to be."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

__all__ = ["OF_ALL", "OF_FILE", "RECORDED", "by_tests_too"]

#: How much has to be caught of what is not recorded as equivalent: of all, and of each file.
OF_ALL: Final = 0.95
OF_FILE: Final = 0.90
#: How much of a file may be recorded as equivalent.
RECORDED: Final = 0.15

#: Rules, rulebooks, proration, periods and tables: what a scenario can show.
_BY_SCENARIOS: Final = (
    "reference/billmanager/*",
    "reference/hostbill/*",
    "reference/resell/*",
    "reference/engine/billmanager/*",
    "reference/engine/hostbill/*",
    "reference/engine/resell/*",
    "reference/periods.py",
    "reference/proration.py",
)
#: What does the same as the rulebooks in another way.
_TWICE: Final = ("*/at_once.py", "*/enrol.py")


def by_tests_too(shown: str) -> bool:
    """Tell whether tests may catch what scenarios do not, in the file with this path."""
    if any(fnmatchcase(shown, glob) for glob in _TWICE):
        return True
    return not any(fnmatchcase(shown, glob) for glob in _BY_SCENARIOS)
