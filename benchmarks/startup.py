"""The time to the first verdict, and to the help, beside importing the libraries they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.child import prorata, python
from benchmarks.rows import beside, in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Row, Size

__all__ = ["measure"]

SCENARIO = "documented/late-fee-half-of-five-days"
_LIBRARIES = "import httpx, pydantic, yaml, rich.console"
_RUN, _HELP = 1.5, 2.0


def measure(size: Size) -> Iterator[Row]:
    """Measure whole processes."""
    runs = in_turns(size.runs, lambda: prorata("run", SCENARIO), lambda: python(_LIBRARIES))
    yield beside("prorata run, one scenario", _LIBRARIES, runs, target=_RUN)
    helps = in_turns(size.runs, lambda: prorata("--help"), lambda: python("import click"))
    yield beside("prorata --help", "import click", helps, target=_HELP)
