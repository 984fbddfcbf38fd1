"""`--dask`: a cluster of two workers judges the same, though one of them is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from prorata.harness.fuzz.court import HistoryCourt, OneDesk
from prorata.harness.fuzz.sources import SeededHistories
from prorata.harness.fuzz.sources import heads_of as fuzz_heads
from prorata.harness.fuzz.suiting import suiting
from prorata.harness.running.crew import CrewError
from prorata.harness.running.selection import select
from prorata.harness.simulate import SimulationPlan, load_catalogue, simulate
from prorata.harness.workers import dask as dask_module
from prorata.harness.workers import remote
from prorata.harness.workers.cluster import Cluster
from prorata.harness.workers.dask import Dask
from prorata.harness.workers.desk import FileShelf
from prorata.harness.workers.job import Batch, FileRef, Job, heads_of

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        print(*(worker.process.pid for worker in cluster.workers.values()), flush=True)
        sys.stdin.read()
"""


class Local(NamedTuple):
    """A cluster on this machine: its address, and the numbers of its workers' processes."""

    address: str
    workers: list[int]


@pytest.fixture(name="cluster", scope="module")
def _cluster(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Start a scheduler and two workers, in a folder without any scenario."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "cluster.py").write_text(CLUSTER, encoding="utf-8")
    with subprocess.Popen(
        (sys.executable, "cluster.py"),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        address, pids = (process.stdout.readline().strip() for _ in range(2))
        yield Local(address, [int(each) for each in pids.split()])
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)


@pytest.mark.sweep
def test_a_cluster_writes_the_same_log(run, many, timeless, cluster):
    """Own files travel as text: the workers run in another folder. Nothing of Dask is on stderr."""
    folder = many(70, wrong=frozenset({3}))
    alone = run(folder, "--log", "alone.jsonl")
    ran = run(folder, "--dask", cluster.address, "--log", "dask.jsonl")
    assert (1, "") == (ran.returncode, ran.stderr)
    assert timeless("alone.jsonl") == timeless("dask.jsonl")
    # but for the heading, which says where, and the seconds behind the counts
    assert alone.stdout.splitlines()[1:-1] == ran.stdout.splitlines()[1:-1]
    assert ran.stdout.splitlines()[0].endswith(f"panels on the workers of {cluster.address}")


@pytest.mark.sweep
def test_a_file_takes_its_products_along(many, cluster):
    """What a scenario takes from a JSON file beside it travels too."""
    Path("shop.json").write_text('{"small": {"prices": {"monthly": "10.00"}}}', encoding="utf-8")
    Path("own.yaml").write_text(
        "title: A month\nrules: [hostbill.order.forms]\nsource: ours\n"
        "given: {system: hostbill, products: shop.json, clients: {anna: {}}}\n"
        "timeline:\n"
        "  - at: 2025-06-01\n"
        "    order: {as: site, client: anna, product: small, cycle: monthly}\n"
        '    expect: {balance: {anna: "0.00"}}\n',
        encoding="utf-8",
    )
    (head,) = heads_of(select(["own.yaml"]), Path(), carried=True)
    assert ["own.yaml", "shop.json"] == [name for name, _ in head.file.texts]
    Path("own.yaml").unlink()
    Path("shop.json").unlink()
    assert ["own"] == [each.id for each in head.file.load()]


@pytest.mark.sweep
def test_a_file_takes_its_catalogue_along(many, cluster):
    """What it sells by a shared catalogue travels too, though it overrides a part of it."""
    Path("catalogues").mkdir()
    Path("catalogues/shop.yaml").write_text(
        'given: {system: billmanager, tariffs: {start: {prices: {1 month: "3.10"}}}}\n',
        encoding="utf-8",
    )
    Path("own.yaml").write_text(
        "title: A month\nrules: [billmanager.order.price]\nsource: ours\n"
        "given: {catalogue: shop, clients: {anna: {}}}\n"
        "timeline:\n"
        "  - at: 2025-06-01\n"
        '    expect: {balance: {anna: "0.00"}}\n',
        encoding="utf-8",
    )
    (head,) = heads_of(select(["own.yaml"]), Path(), carried=True)
    assert {"own.yaml", "catalogues/shop.yaml"} == {name for name, _ in head.file.texts}
    Path("own.yaml").unlink()
    Path("catalogues/shop.yaml").unlink()
    assert ["own"] == [each.id for each in head.file.load()]


@pytest.mark.sweep
def test_a_scenario_that_kills_its_process_is_its_error(run, many, deadly, events, cluster):
    """The others are judged, and no worker of the cluster is lost."""
    module = Path("deadly.py").read_text(encoding="utf-8")
    there = Path(f"/proc/{cluster.workers[0]}/cwd").readlink()
    (there / "deadly.py").write_text(module, encoding="utf-8")
    ran = run(many(10, deadly=4), "-i", deadly, "--dask", cluster.address, "--log", "log.jsonl")
    assert 1 == ran.returncode, ran.stderr
    found = events("log.jsonl")
    (error,) = (each for each in found if each.get("verdict") == "error")
    assert ("many/s004", "its worker was killed by SIGKILL, twice") == (
        error["scenario"],
        error["reason"],
    )
    assert 9 == found[-1]["failed"]


@pytest.mark.sweep
def test_a_program_that_a_worker_lacks_is_one_line(run, many, cluster):
    """It names the worker, and nothing is judged."""
    ran = run(many(3), "-i", "stdio:./nothing", "--dask", cluster.address)
    assert 2 == ran.returncode
    assert ran.stderr.startswith("cannot start the implementation: on tcp://127.0.0.1:")
    assert "cannot start './nothing': not found" in ran.stderr
    assert 1 == ran.stderr.count("\n")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere"])
def test_a_scheduler_that_is_not_there_is_one_line(run, many, address, monkeypatch):
    """Exit code 2, and nothing but that line on stderr."""
    ran = run(many(1), "--dask", address)
    assert 2 == ran.returncode
    assert ran.stderr.startswith(f"{address}: no Dask scheduler answers: ")
    assert 1 == ran.stderr.count("\n")


@pytest.mark.sweep
def test_versions_are_compared_first(cluster, monkeypatch):
    """A worker that has something else than this machine is named, before anything starts."""
    monkeypatch.setattr(remote, "version", lambda: "9.9")
    with pytest.raises(CrewError, match=r"tcp://\S+ has prorata \S+, here is 9\.9"):
        Dask(cluster.address)


def test_the_extra_is_named_where_it_is_missing(monkeypatch):
    """One line that says how to install it."""
    monkeypatch.setattr(dask_module, "find_spec", lambda _name: None)
    with pytest.raises(CrewError, match=r"--dask needs the extra dask: .* pip install .*\[dask\]"):
        Dask("tcp://127.0.0.1:1")


def test_a_batch_that_comes_too_late_is_not_judged(many):
    """When a run is over its worker starts nothing for it any more."""
    job = Job("reference", "inprocess", {}, 5.0, 60.0, whole=False)
    file = FileRef("documented/late-fee-half-of-five-days.yaml")
    batch = Batch((1,), tuple(FileShelf().heads(file)))
    (outcome,) = remote.judged(remote.BatchTask("run", job, batch))
    assert "pass" == outcome.verdict.verdict
    assert "" == remote.end("run")
    assert remote.Unable("the run is over") == remote.judged(remote.BatchTask("run", job, batch))


@pytest.mark.sweep
def test_a_simulated_book_is_the_same_on_a_cluster(cluster, monkeypatch):
    """Shards are done by whoever is free, and stand in their order."""
    monkeypatch.setattr("prorata.harness.simulate.run.SHARD", 20)
    catalogue = load_catalogue("shared-hosting")
    plan = SimulationPlan(catalogue, 50, date(2025, 1, 1), date(2025, 4, 1), 7)
    alone = simulate(plan, Path("alone"))
    assert alone == simulate(plan, Path("dask"), dask=cluster.address)
    assert Path("alone/ledger.csv").read_bytes() == Path("dask/ledger.csv").read_bytes()


@pytest.mark.sweep
def test_one_of_two_workers_is_killed_and_every_scenario_is_judged_once(many, cluster):
    """What it was at, the other does; what has arrived is not judged again."""
    folder = many(320)
    heads = heads_of(select([str(folder)]), Path(), carried=True)
    crew = Cluster(cluster.address)
    found = []
    try:
        crew.begin(Job("reference", "inprocess", {}, 5.0, 60.0, whole=False), heads)
        for verdict in crew.judged(lambda: False):
            if not found:
                os.kill(cluster.workers[0], signal.SIGKILL)
            found.append(verdict)
    finally:
        said = crew.close()
    assert "" == said
    assert [head.id for head in heads] == [each.scenario for each in found]
    assert {"pass"} == {each.verdict for each in found}


@pytest.mark.sweep
def test_generated_histories_are_the_same_on_a_cluster(cluster):
    """They are generated where they are judged, and what they reached comes back."""
    job = Job("reference", "inprocess", {}, 5.0, 60.0, whole=True)
    seen = []
    for bar in (OneDesk(job), Cluster(cluster.address)):
        if isinstance(bar, Cluster):
            bar.begin(job, ())
        heads = fuzz_heads(SeededHistories.of(5, suiting(bar.declared)), range(34))
        judged = HistoryCourt(bar).judged(heads)
        seen.append([(each.scenario, each.verdict, each.record) for each in judged])
        assert "" == bar.close()
    assert seen[0] == seen[1]
    assert ["fuzz/5/0", "fuzz/5/33"] == [seen[0][0][0], seen[0][-1][0]]
