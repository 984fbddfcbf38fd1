"""What `prorata fuzz` is to do: by the command line, else by the settings, else by default."""

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase
from pathlib import Path
from secrets import randbelow
from typing import TYPE_CHECKING, Any, Final

import click

from prorata.harness.cli.common import Mistake
from prorata.harness.cli.server_options import starting
from prorata.harness.cli.worker_options import hands_of, worker_number
from prorata.harness.clocks.wishes import MOVED, clock_wish
from prorata.harness.fuzz.searching import SearchLimits
from prorata.harness.implementations.opening import ADDRESSES
from prorata.harness.running.api import PANEL, panels_for, patience
from prorata.harness.running.known import KnownError, read_known
from prorata.harness.running.settings import SettingsError, read_settings
from prorata.harness.scenario.problems import globs, meant
from prorata.harness.workers.job import Job
from prorata.reference.readings import choose
from prorata.reference.rules import ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.harness.cli.server_options import Starting
    from prorata.harness.cli.worker_options import Hands
    from prorata.harness.running.known import KnownFailure

__all__ = ["FuzzOptions", "duration", "workers_option"]

_EXAMPLES: Final = 1000
_TIMEOUT: Final = 5.0
_LASTING: Final = re.compile(r"([0-9]{1,6})([smh]?)")
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}
_SEEDS: Final = 10**6


def duration(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> float | None:
    """Read a duration as seconds; `BadParameter` for one that is none, or nothing."""
    found = _LASTING.fullmatch(text or "1")
    if found is None or not int(found[1]):
        raise click.BadParameter(f"{text} is no duration; 90s, 10m and 2h are")
    return int(found[1]) * _SECONDS[found[2]] if text else None


def workers_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option -n N."""
    return click.option(
        "-n", "--workers", metavar="N", callback=worker_number,
        help="How many processes judge, or auto; 1 by default. They find the same.",
    )(command)  # fmt: skip


class FuzzOptions:
    """The options of a search."""

    def __init__(self, options: dict[str, Any]) -> None:
        try:
            found = read_settings(Path())
        except SettingsError as error:
            raise Mistake(str(error)) from None

        def told(name: str, default: Any = None) -> Any:
            given = options.get(name)
            return found.values.get(name, default) if given in {None, ()} else given

        self.implementation: str = told("implementation", "reference")
        self.readings: dict[str, str] = {**found.values.get("readings", {}), **options["readings"]}
        self.rules: Sequence[str] = options["rules"]
        self.seed: int = _seed(options["seed"])
        self.limits = _limits(options["examples"], options["lasting"])
        self.folder: Path = options["save"]
        self.by_hypothesis: bool = options["by_hypothesis"]
        self.verbose: bool = options["verbose"]
        self.as_json: bool = options["as_json"]
        self.known: Mapping[str, KnownFailure] = _known(told("known_failures"))
        self.clock: str | None = told("clock")
        self.timeout: float = float(told("timeout", _TIMEOUT))
        named = options["implementation"] is not None
        self.runs_in: Path | None = None if named else found.folder
        # The server of the settings is that of the implementation there.
        self.starting: Starting | None = starting(
            self.implementation, options.get if named else told
        )
        self._check()
        self.hands: Hands = hands_of(told, self._alone)

    def _check(self) -> None:
        choose(self.readings)
        if self.readings and self.implementation != "reference":
            raise Mistake("--reading is for the reference; other implementations declare their own")
        if self.implementation.startswith(f"{PANEL}:"):
            raise Mistake(
                f"fuzz is for billings that begin anew thousands of times; {self.implementation}"
                " is judged by prorata run, which reads what fuzz has saved"
            )
        for glob in self.rules:
            if not any(fnmatchcase(rule, glob) for rule in ids()):
                near = meant(glob, [*ids(), *globs(sorted(ids()), ".")])
                raise Mistake(
                    f'--rules: unknown rule "{glob}"{near or "; prorata rules lists them"}'
                )

    @property
    def _alone(self) -> str | None:
        """Why one process judges, None where there may be several."""
        if self.by_hypothesis:
            return "--hypothesis chooses one history after the other, and is for one process"
        if self.implementation.partition(":")[0] in ADDRESSES:
            return f"{self.implementation} has one conversation, and is judged by one process"
        if self.starting is not None:
            return "--start starts one server, for one process"
        if clock_wish(self.clock).word in MOVED:
            return f"--clock {self.clock} moves one clock, for one process"
        return None

    @property
    def workers(self) -> int:
        """How many processes judge."""
        return self.hands.number(self.limits.histories or _EXAMPLES)

    @property
    def job(self) -> Job:
        """What is the same for all that judges."""
        return Job(
            self.implementation,
            panels_for(self.implementation, None),
            self.readings,
            self.timeout,
            patience(self.timeout),
            whole=True,
            cwd=self.runs_in,
            clock=self.clock,
        )

    @property
    def again(self) -> list[str]:
        """The words that follow `prorata run FILE` to judge one history in the same way."""
        words = [] if self.runs_in is not None else ["-i", self.implementation]
        for name, value in self.readings.items():
            words += ["--reading", f"{name}={value}"]
        words += ["--clock", self.clock] if self.clock else []
        words += self.starting.again if self.starting and self.runs_in is None else []
        return words + (["--timeout", f"{self.timeout:g}"] if self.timeout != _TIMEOUT else [])

    @property
    def once_more(self) -> list[str]:
        """The words that search in the same way."""
        steered = [word for glob in self.rules for word in ("--rules", glob)]
        chosen = ["--hypothesis"] if self.by_hypothesis else []
        many = ["--examples", str(self.limits.histories)] if self.limits.histories else []
        seed = ["--seed", str(self.seed)]
        return ["prorata", "fuzz", *self.again, *steered, *chosen, *many, *seed]


def in_ci() -> bool:
    """Tell whether this is a CI job, where a search is the same each time."""
    return os.environ.get("CI", "") not in {"", "0", "false"}


def _seed(said: int | None) -> int:
    if said is not None:
        return said
    return 0 if in_ci() else randbelow(_SEEDS)


def _limits(examples: int | None, lasting: float | None) -> SearchLimits:
    if examples and lasting:
        raise Mistake("--examples is how many histories, --for how long: say one of them")
    return SearchLimits(None if lasting else examples or _EXAMPLES, lasting)


def _known(file: str | None) -> Mapping[str, KnownFailure]:
    try:
        return read_known(Path(file)) if file else {}
    except KnownError as error:
        raise Mistake(str(error)) from None
