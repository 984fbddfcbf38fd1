"""From what is asked of `prorata run` to its scenarios, and to the workers that judge them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.cli.quick import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from prorata.harness.cli.worker_options import Hands
    from prorata.harness.scenario import Scenario
    from prorata.harness.workers import Cluster, Pool, ScenarioHead

__all__ = ["Gathered", "gathered"]


class Gathered(NamedTuple):
    """The scenarios of a run, and the workers that are to judge them: None for this process."""

    scenarios: Sequence[Scenario | ScenarioHead]
    workers: Pool | Cluster | None


def gathered(
    select: Callable[[], list[Scenario]],
    files: list[tuple[Path, Path]] | None,
    project: Path,
    hands: Hands,
    stack: ExitStack,
) -> Gathered:
    """Load what is selected, and start the workers that judge it, which the `stack` ends.

    `files` are those that are selected as a whole, each with its root; workers load them. None:
    they are loaded here, by `select`, and those of one's own count from `project`.
    """
    if hands.dask is not None:
        from prorata.harness.workers.cluster import Cluster

        cluster = Cluster(hands.dask)
        stack.callback(cluster.close)
        return Gathered(_heads(_loaded(select), project, carried=True), cluster)
    if files is None:
        scenarios = _loaded(select)
        number = hands.number(len(scenarios))
        if number == 1:
            return Gathered(scenarios, None)
        pool = _pool(number, stack)
        return Gathered(_heads(scenarios, project), pool)
    number = hands.number(len(files))
    if number == 1:
        return Gathered(_loaded(select), None)
    from prorata.harness.workers.job import FileRef

    pool = _pool(number, stack)
    return Gathered(pool.load([FileRef.of(*each) for each in files]), pool)


def _loaded(select: Callable[[], list[Scenario]]) -> list[Scenario]:
    with kept():
        return select()


def _pool(workers: int, stack: ExitStack) -> Pool:
    from prorata.harness.workers.pool import Pool

    pool = Pool(workers)
    stack.callback(pool.close)
    return pool


def _heads(
    scenarios: list[Scenario], project: Path, *, carried: bool = False
) -> list[ScenarioHead]:
    from prorata.harness.workers.job import heads_of

    return heads_of(scenarios, project, carried=carried)
