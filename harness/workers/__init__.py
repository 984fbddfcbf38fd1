"""Workers: processes here or on a cluster, which judge batches of the scenarios of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.lazy import lazily

if TYPE_CHECKING:
    from prorata.harness.workers.cluster import Cluster
    from prorata.harness.workers.job import Job, ScenarioHead
    from prorata.harness.workers.pool import Pool

__all__ = ["Cluster", "Job", "Pool", "ScenarioHead"]

_HOMES = {"Cluster": "cluster", "ScenarioHead": "job", "Job": "job", "Pool": "pool"}

__getattr__ = lazily(__name__, _HOMES)
