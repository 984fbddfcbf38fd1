"""How far a run is: a bar on a terminal, a line every few seconds in CI, elsewhere nothing."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from rich.progress import Progress

    from prorata.harness.running.verdict import Verdict

__all__ = ["RunProgress"]

#: Seconds until a bar appears, and between two lines in CI.
_SOON: Final = 0.5
_OFTEN: Final = 5.0


class RunProgress:
    """Shows how far a run is, and how much has failed; `doing` is what is done, if not judging.

    Where no `total` is known, it shows how much there was so far.
    """

    def __init__(self, total: int | None, doing: str = "") -> None:
        self._total = total
        self._doing = f"{doing} " if doing else ""
        self._done = self._failed = 0
        streams = (sys.stderr, sys.stdout)
        self._terminal = all(stream is not None and stream.isatty() for stream in streams)
        self._lines = not self._terminal and os.environ.get("CI", "") not in {"", "0", "false"}
        self._next = monotonic() + (_SOON if self._terminal else _OFTEN)
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        """Start to show."""
        return self

    def advance(self, verdict: Verdict) -> None:
        """Take note of a verdict."""
        self._done += 1
        failed = verdict.verdict in {"fail", "error"} and not verdict.known
        self._failed += failed and not self._doing
        if not (self._terminal or self._lines):
            return
        with suppress(OSError):
            if self._bar is not None:
                self._bar.update(self._bar.task_ids[0], completed=self._done, failed=self._told())
            elif monotonic() >= self._next:
                self._show()

    def _told(self) -> str:
        return f"{self._failed} not as wanted" if self._failed else ""

    def _show(self) -> None:
        if self._terminal:
            self._bar = _bar(self._total)
            self._bar.start()
            return
        self._next = monotonic() + _OFTEN
        told = f" · {self._told()}" if self._failed else ""
        of = " so far" if self._total is None else f" of {self._total}"
        sys.stderr.write(f"{self._doing}{self._done}{of}{told}\n")
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        """Wipe what was shown."""
        if self._bar is not None:
            with suppress(OSError):
                self._bar.stop()


def _bar(total: int | None) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    bar = Progress(
        BarColumn(), MofNCompleteColumn(), TimeLeft(), TextColumn("[red]{task.fields[failed]}"),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    bar.add_task("scenarios", total=total, failed="")
    return bar
