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
#: Runs the command line, and prints at its end what was imported.
_LOADED = """
import atexit, sys
found = lambda: [name for name, module in sys.modules.items() if getattr(module, "__spec__", None)]
atexit.register(lambda: print("", *found()))
from prorata.harness.cli import main
main()
"""
_IMPORTS = """
import sys
from importlib import import_module
from prorata.harness.cli.quick import start_quickly
start_quickly()
for name in sys.argv[1:]:
    import_module(name)
"""
_RUN, _HELP = 1.5, 2.0


def measure(size: Size) -> Iterator[Row]:
    """Measure whole processes."""
    imports = _imported("run", SCENARIO)
    runs = in_turns(size.runs, lambda: prorata("run", SCENARIO), lambda: python(_IMPORTS, *imports))
    yield beside("prorata run, one scenario", "all that it imports", runs, target=_RUN)
    runs = in_turns(size.runs, lambda: prorata("run", SCENARIO), lambda: python(_LIBRARIES))
    yield beside("the same", _LIBRARIES, runs)
    helps = in_turns(size.runs, lambda: prorata("--help"), lambda: python("import click"))
    yield beside("prorata --help", "import click", helps, target=_HELP)


def _imported(*arguments: str) -> list[str]:
    """Return the modules of the command line and of what it uses, in the order of their import."""
    return python(_LOADED, *arguments).splitlines()[-1].split()
