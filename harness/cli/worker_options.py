"""The options of `prorata run` for who judges: workers, a shard of several, a cluster."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from prorata.harness.cli.common import Mistake
from prorata.harness.running.settings import MOST_WORKERS
from prorata.harness.running.shards import ShardOf, positions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["AUTO", "Hands", "dask_option", "hands_of", "worker_number", "worker_options"]

AUTO: Final = "auto"
#: For so many files, or scenarios, another worker is worth its start.
_WORTH: Final = 100
_SHARD: Final = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")


def worker_number(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> str | None:
    """Check how many workers there are to be: a number, or ``auto``; `BadParameter` for others."""
    if text in {None, AUTO} or (text.isdecimal() and 1 <= int(text) <= MOST_WORKERS):
        return text
    raise click.BadParameter(f"{text} is neither {AUTO} nor a number from 1 to {MOST_WORKERS}")


def _shard(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> ShardOf | None:
    if text is None:
        return None
    found = _SHARD.fullmatch(text)
    number, parts = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= parts:
        raise click.BadParameter(f"{text} is no part of several; 3/8 is")
    return ShardOf(number, parts)


def dask_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --dask ADDRESS."""
    return click.option(
        "--dask", metavar="ADDRESS",
        help="Use the workers of a Dask scheduler, as tcp://scheduler:8786; needs the extra dask.",
    )(command)  # fmt: skip


_OPTIONS: Final = (
    click.option(
        "-n", "--workers", metavar="N", callback=worker_number,
        help="How many processes judge, or auto; 1 by default. The log is the same for any number.",
    ),
    click.option(
        "--shard", metavar="K/N", callback=_shard,
        help="Only part K of N, one for each of N machines; `prorata report merge` joins the logs.",
    ),
    click.option(
        "--durations", metavar="LOG",
        help="A former log: shards then take as long as each other, by its seconds.",
    ),
    dask_option,
)  # fmt: skip


def worker_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options for who judges."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


class Hands(NamedTuple):
    """Who judges: a number of workers or ``auto``, which shard of all, or a cluster."""

    workers: str
    shard: ShardOf | None
    durations: str | None
    dask: str | None

    def number(self, files: int) -> int:
        """Return how many workers judge so many files, or scenarios."""
        if self.workers != AUTO:
            return int(self.workers)
        return max(1, min(_cores(), MOST_WORKERS, files // _WORTH))

    def positions(self, ids: Sequence[str]) -> list[int] | None:
        """Return where the scenarios of the shard stand; None where there is no shard."""
        if self.shard is None:
            return None
        return positions(ids, self.shard, _seconds(self.durations))


def hands_of(told: Callable[[str, Any], Any], alone: str | None) -> Hands:
    """Return who judges; `alone` says why that can only be one, `Mistake` where more are asked."""
    workers, dask = str(told("workers", "1")), told("dask", None)
    if alone is not None:
        if dask or workers not in {AUTO, "1"}:
            raise Mistake(f"{'--dask' if dask else '-n'}: {alone}")
        workers = "1"
    if dask and workers != "1":
        raise Mistake("-n is for workers on this machine, --dask for a cluster: say one of them")
    shard, durations = told("shard", None), told("durations", None)
    if durations and shard is None:
        raise Mistake("--durations is for --shard")
    return Hands(workers, shard, durations, dask)


def _seconds(log: str | None) -> Mapping[str, float]:
    if log is None:
        return {}
    from prorata.harness.running.reading_logs import LogError, read_events

    try:
        events = read_events(Path(log)).scenarios
    except LogError as error:
        raise Mistake(f"--durations: {error}") from None
    except OSError as error:
        raise Mistake(f"--durations: {log}: {error.strerror}") from None
    return {event["scenario"]: float(event["seconds"]) for event in events if event.get("seconds")}


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
