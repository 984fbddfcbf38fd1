"""Mutants of the reference are judged by scenarios, here and on a cluster."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mutation.cluster import Cluster
from mutation.local import Workers
from mutation.making import mutants_of
from mutation.modules import REFERENCE, modules_of
from mutation.passing import recorded
from mutation.planning import Plan
from mutation.work import Task

pytestmark = pytest.mark.sweep

#: Half of five days' price is charged late: 50 % of 5 × 3.10/31 are 0.25.
FIVE_DAYS = "documented/late-fee-half-of-five-days.yaml"
CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(name="cache", scope="module")
def _cache(tmp_path_factory):
    """Return where what one scenario passes through is kept."""
    return tmp_path_factory.mktemp("recorded")


@pytest.fixture(name="plan", scope="module")
def _plan(cache):
    """Record what the scenario passes through."""
    modules = modules_of(REFERENCE)
    scenarios = modules[0].file.parents[1] / "scenarios"
    passing = recorded(modules, scenarios, cache, [FIVE_DAYS])
    return Plan({module.name: module for module in modules}, passing, {})


@pytest.fixture(name="chosen")
def _chosen(plan):
    """Return a mutant that shows, one that does not here, and one of a table."""
    names = ("prorata.reference.billmanager.renew", "prorata.reference.periods")
    made = [mutant for name in names for mutant in mutants_of(plan.modules[name])]
    of = {(mutant.function, mutant.after): mutant for mutant in made}
    return [
        of["late_fee_percent", "cost * percent * 100"],
        of["_past", "isinstance(expires, datetime)"],
        of["_MONTHS", "{'month': 12, 'year': 1}"],
        of["_next_charge", "6"],  # the hour of a weekend that this service does not have
    ]


def _outcomes(crew, chosen, plan):
    try:
        found = crew.judged(iter(chosen), plan.task)
        return {mutant.after: outcome for mutant, outcome in found}
    finally:
        crew.close()


def _expected(chosen):
    caught, *rest = (mutant.after for mutant in chosen)
    unseen, table, unread = rest
    by = FIVE_DAYS.removesuffix(".yaml")
    return {
        caught: ("differs", by), unseen: ("survived", ""), table: ("differs", by),
        unread: ("survived", ""),
    }  # fmt: skip


def test_a_worker_tells_what_shows(chosen, plan, cache):
    """What the scenario passes through and shows is caught, what it does not show is not."""
    assert _expected(chosen) == _outcomes(Workers(cache, 2), chosen, plan)


def test_a_cluster_tells_the_same(chosen, plan, cache, tmp_path):
    """The package and what was recorded travel to workers that have neither."""
    (tmp_path / "cluster.py").write_text(CLUSTER, encoding="utf-8")
    with subprocess.Popen(
        (sys.executable, "cluster.py"), cwd=tmp_path, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        found = _outcomes(Cluster(cache, address), chosen, plan)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)

    assert _expected(chosen) == found


def test_histories_tell_a_mistake_and_no_equivalent(chosen, cache):
    """Random histories are played whole: whatever shows there is no equivalent.

    Whether the reference agrees with itself in many histories is asked elsewhere.
    """
    _, equivalent, table, _ = chosen

    def task(mutant):
        how = "put" if mutant.loading else "swap"
        return Task(mutant.identity, how, (), histories=40)

    crew = Workers(cache, 2)
    try:
        found = {mutant.after: outcome for mutant, outcome in
                 crew.judged(iter([equivalent, table]), task)}  # fmt: skip
    finally:
        crew.close()

    assert ("survived", "") == found[equivalent.after]
    assert "differs" == found[table.after].how
    assert found[table.after].by.startswith("fuzz/1/")


def test_what_is_recorded_is_kept_and_added_to(plan, cache):
    """A file that is new is recorded alone, one that is not named any more is forgotten."""
    modules = [*plan.modules.values()]
    scenarios = modules[0].file.parents[1] / "scenarios"
    other = "edge/late-fee-fixed.yaml"
    more = recorded(modules, scenarios, cache / "more", [FIVE_DAYS])
    both = recorded(modules, scenarios, cache / "more", [FIVE_DAYS, other])
    less = recorded(modules, scenarios, cache / "more", [other])

    assert {FIVE_DAYS} == set(more.files)
    assert {FIVE_DAYS, other} == set(both.files)
    assert more.seconds[0] == both.seconds[0]
    assert {other} == set(less.files)
    fee = "prorata.reference.billmanager.renew"
    assert set(more.runs[fee]) < set(both.runs[fee])
