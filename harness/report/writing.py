"""Writing the views of runs to the files that were asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prorata.harness.running.whole import can_be_written, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.harness.report.reading import RunLog

__all__ = ["SUMMARY", "Reports", "ReportsError"]

#: The variable that names the file of which GitHub makes the page of a job.
SUMMARY: Final = "GITHUB_STEP_SUMMARY"
#: A larger one GitHub refuses.
_LARGEST: Final = 1 << 20


class ReportsError(ValueError):
    """A report that cannot be written as it was asked for."""


def _html(runs: Sequence[RunLog], _file: str) -> str:
    from prorata.harness.report.page import page

    return page(runs)


def _junit(runs: Sequence[RunLog], _file: str) -> str:
    from prorata.harness.report.junit import junit

    return junit(runs)


def _markdown(runs: Sequence[RunLog], _file: str) -> str:
    from prorata.harness.report.markdown import markdown

    return markdown(runs)


def _badge(runs: Sequence[RunLog], file: str) -> str:
    from prorata.harness.report.badge import badge_json, badge_svg

    return (badge_json if file.endswith(".json") else badge_svg)(runs[0])


def _json(runs: Sequence[RunLog], _file: str) -> str:
    from prorata.harness.report.data import results_json

    return results_json([run.results for run in runs])


#: What writes each view of some runs; `file` is where it goes.
_VIEWS: Final[Mapping[str, Callable[[Sequence[RunLog], str], str]]] = {
    "html": _html,
    "junit": _junit,
    "markdown": _markdown,
    "badge": _badge,
    "json": _json,
}
#: Those that are of one run.
_OF_ONE: Final = ("badge",)


@dataclass(frozen=True, slots=True)
class Reports:
    """The files that are wanted, by their views; `-` is stdout. `summary` is GitHub's, if any."""

    files: Mapping[str, Sequence[str]] = field(default_factory=dict)
    summary: str = ""

    @property
    def wanted(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.summary or any(self.files.values()))

    @property
    def draws(self) -> bool:
        """Whether a view needs the records of the scenarios."""
        return bool(self.files.get("html"))

    @property
    def named(self) -> list[tuple[str, str]]:
        """Each file with the option that names it."""
        return [(f"--{view}", file) for view, files in self.files.items() for file in files]

    @property
    def on_stdout(self) -> bool:
        """Whether stdout belongs to a view."""
        return any("-" in files for files in self.files.values())

    def check(self, runs: int = 1) -> None:
        """Raise `ReportsError` for what cannot be written: better before a run than after it."""
        named = [file for files in self.files.values() for file in files]
        for view in _OF_ONE:
            if runs > 1 and self.files.get(view):
                raise ReportsError(f"--{view} is of one run, and {runs} logs are given")
        for file in named:
            if named.count(file) > 1:
                raise ReportsError(f"{file} is named for two reports")
            if file != "-" and not Path(file).parent.is_dir():
                raise ReportsError(f"{file}: there is no folder {Path(file).parent}")
            if Path(file).is_dir() or file.endswith("/"):
                raise ReportsError(f"{file}: is a folder")
            if file != "-" and not can_be_written(Path(file)):
                raise ReportsError(f"{file}: cannot be written: Permission denied")

    def write(self, runs: Sequence[RunLog]) -> str:
        """Write every view; raise `OSError` where a file cannot be written.

        Return why GitHub's summary has nothing of it, if so: nobody has asked for that by name.
        """
        for view, files in self.files.items():
            for file in files:
                _put(_VIEWS[view](runs, file), file)
        return self._add(_VIEWS["markdown"](runs, "")) if self.summary else ""

    def _add(self, text: str) -> str:
        """Append to GitHub's summary, unless that would be refused as too large."""
        path = Path(self.summary)
        data = text.encode(errors="backslashreplace")
        try:
            there = path.stat().st_size if path.exists() else 0
            if there + len(data) >= _LARGEST:
                return f"{path}: has no room for the summary of this run"
            with path.open("ab") as file:
                file.write(data)
        except OSError as error:
            return f"{path}: {error.strerror}"
        return ""


def _put(text: str, file: str) -> None:
    if file == "-":
        if sys.stdout is not None:  # None where it was closed from the start
            sys.stdout.write(text)
        return
    write_whole(Path(file), text.encode(errors="backslashreplace"))
