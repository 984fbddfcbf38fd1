"""What a run is to do: by the command line, else by the settings, else by default."""

from __future__ import annotations

from datetime import date
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prorata.harness.cli.apart import keep_apart
from prorata.harness.cli.common import (
    Mistake,
    today,
)
from prorata.harness.cli.panel_options import (
    again,
    listening,
    target,
    wishes_of,
)
from prorata.harness.cli.report_options import (
    reports_of,
)
from prorata.harness.cli.server_options import starting
from prorata.harness.cli.worker_options import hands_of
from prorata.harness.clocks.wishes import MOVED, clock_wish
from prorata.harness.running.api import patience

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.cli.server_options import Starting
    from prorata.harness.cli.worker_options import Hands
    from prorata.harness.implementations.billmanager import PanelWishes, Target
    from prorata.harness.report.writing import Reports
    from prorata.harness.running.settings import RunSettings

__all__ = ["RunOptions"]

_TIMEOUT = 5.0


class RunOptions:
    """The options of a run: what the command line says, else the settings, else the default."""

    def __init__(self, found: RunSettings, options: dict[str, Any], runs: int = 1) -> None:
        settings = found.values

        def told(name: str, default: Any = None) -> Any:
            given = options[name]
            return settings.get(name, default) if given in {None, ()} else given

        self.project = found.folder
        self.selection: list[str] = list(told("selection", []))
        self.complete: bool = not options["selection"] and not options["failed"]
        #: What the settings select is named as seen from where they stand.
        self.from_: Path = found.folder if self.complete else Path()
        self.implementation: str = told("implementation", "reference")
        #: Where the implementation runs, and whether whoever runs it again need not name it.
        self.runs_in: Path | None = found.folder if options["implementation"] is None else None
        self.panels: str | None = told("panels")
        self.wishes: PanelWishes = wishes_of(self.implementation, told)
        self.target: Target | None = target(self.implementation, self.wishes)
        remote = self.wishes.allow_remote
        self.ispmanager: str | None = told("ispmanager")
        self.listens: tuple[str, int] = listening(self.ispmanager, allow_remote=remote)
        # The server of the settings is that of the implementation there.
        own = told if options["implementation"] is None else options.get
        self.starting: Starting | None = starting(self.implementation, own)
        self.timeout: float = float(told("timeout", _TIMEOUT))
        self.known_failures: str | None = told("known_failures")
        self.update_known: bool = options["update_known_failures"]
        self.log: str | None = told("log")
        self.strict: bool = bool(told("strict"))
        self.readings: dict[str, str] = {**settings.get("readings", {}), **options["readings"]}
        self.trace: str | None = options["trace"]
        self.today: date = _date(options["today"]) or today()
        self.most: int | None = 1 if options["exit_first"] else told("max_failures")
        self.whole: bool = options["whole"]
        self.verbosity: int = options["verbose"] - options["quiet"]
        self.failed: bool = options["failed"]
        self.reports: Reports = reports_of(options, runs)
        self.hands: Hands = hands_of(told, self._alone)
        if self.hands.shard is not None:
            self.complete = False
        written = [("--log", self.log), ("--trace", self.trace), *self.reports.named]
        keep_apart(written, self._read)

    @property
    def _read(self) -> Iterator[Path]:
        """Yield the files that the run reads, as far as they are named."""
        yield from (self.from_ / each for each in self.selection)
        yield from (self.project / each for each in ("prorata.toml", "pyproject.toml"))
        yield from (Path(each) for each in (self.known_failures, self.hands.durations) if each)

    @property
    def _alone(self) -> str | None:
        """Why one process judges, None where there may be several."""
        if self.target is not None:
            return f"{self.implementation} is one, and is judged by one process"
        if self.implementation.startswith(("http://", "https://")):
            return f"{self.implementation} has one conversation, and is judged by one process"
        if clock_wish(self.wishes.clock).word in MOVED:
            return f"--clock {self.wishes.clock} moves one clock, for one process"
        return "--trace follows one scenario after the other" if self.trace else None

    @property
    def records(self) -> bool:
        """Whether each verdict is to have the record of its scenario."""
        return self.log is not None or self.reports.draws

    @property
    def patience(self) -> float:
        """How many seconds a scenario may take: none where a machine or a person moves time."""
        clock = self.target.clock if self.target else self.wishes.clock
        slow = clock_wish(clock).word in MOVED
        return inf if slow else patience(self.timeout)

    @property
    def again(self) -> list[str]:
        """The words that follow `prorata run SCENARIO` to run it in the same way."""
        words = [] if self.runs_in is not None else ["-i", self.implementation]
        for name, value in self.readings.items():
            words += ["--reading", f"{name}={value}"]
        words += again(self.wishes)
        words += self.starting.again if self.starting and self.runs_in is None else []
        if self.ispmanager:
            words += ["--ispmanager", self.ispmanager]
        if self.panels:
            words += ["--panels", self.panels]
        if self.timeout != _TIMEOUT:
            words += ["--timeout", f"{self.timeout:g}"]
        if self.whole:
            words.append("--whole")
        return words


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Mistake(f"--today: {text} is not a date; 2026-03-01 is") from None
