"""`time.sleep` for the interpreters that libfaketime is loaded into.

Python sleeps until an instant of the clock of durations. libfaketime 0.9.10, that of Debian 12,
takes this for an instant of the clock that it fakes, and the sleep fails: EINVAL. Each interpreter
finds a copy of this file as its `sitecustomize`, before the billing begins.
"""

import os
import sys
import time
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from select import select


def _sleep(seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    until = time.monotonic() + seconds
    # A long one in parts, as select takes no more; a signal ends none of them early.
    while (left := until - time.monotonic()) > 0:
        select((), (), (), min(left, 3600.0))


def mend() -> None:
    """Put another sleep in the place of one that fails."""
    try:
        time.sleep(0)
    except OSError:
        time.sleep = _sleep  # type: ignore[assignment]  # typing is slow to import


def go_on() -> None:
    """Run the `sitecustomize` that would have been found without this one."""
    here = os.path.dirname(__file__)  # noqa: PTH120  # pathlib is slow to import
    others = [folder for folder in sys.path if folder != here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


if __name__ == "sitecustomize":
    mend()
    go_on()
