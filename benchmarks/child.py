"""Whole processes: Python as it starts from an installed package, with its bytecode at hand."""

from __future__ import annotations

import os
import subprocess
import sys
from tempfile import TemporaryDirectory

__all__ = ["UNLIKE_INSTALLED", "prorata", "python"]

# Without bytecode every import compiles, which an installed package never does.
UNLIKE_INSTALLED = {"PYTHONDONTWRITEBYTECODE", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"}
#: What the console script does.
_MAIN = "from prorata.harness.cli import main; main()"


def python(code: str, *arguments: str) -> str:
    """Run `code` in a new interpreter, in an empty folder, and return what it prints.

    Raise RuntimeError if that fails.
    """
    environment = {k: v for k, v in os.environ.items() if k not in UNLIKE_INSTALLED}
    with TemporaryDirectory() as folder:
        ran = subprocess.run(  # noqa: S603  this interpreter, on code of ours
            (sys.executable, "-c", code, *arguments),
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    # 1 is a scenario that does not conform: that is told elsewhere, and takes its time as well.
    if ran.returncode not in {0, 1} or "Traceback" in ran.stderr:
        message = f"python -c {code!r} {' '.join(arguments)}: {ran.stderr.strip()}"
        raise RuntimeError(message)
    return ran.stdout


def prorata(*arguments: str) -> None:
    """Run the command line."""
    python(_MAIN, *arguments)
