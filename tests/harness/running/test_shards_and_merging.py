"""Shards of a run for several machines, and their logs put together again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prorata.harness.running.merging import merged, write_events
from prorata.harness.running.reading_logs import LogError, read_events
from prorata.harness.running.shards import ShardOf, positions

IDS = [f"edge/s{number}" for number in range(200)]


def of(number, parts, ids=IDS, seconds=None):
    """Return the ids of a shard."""
    return [ids[at] for at in positions(ids, ShardOf(number, parts), seconds or {})]


def test_every_scenario_is_in_one_shard():
    """All shards together are the whole run."""
    parts = [of(number, 8) for number in range(1, 9)]
    assert sorted(IDS) == sorted(name for part in parts for name in part)
    assert all(parts)


def test_a_scenario_stays_in_its_shard_whatever_else_is_run():
    """Its shard hangs on its id alone."""
    assert of(2, 3, IDS[:50]) == [name for name in of(2, 3) if name in IDS[:50]]
    assert of(2, 3) == sorted(of(2, 3, IDS[::-1]), key=IDS.index)


def test_shards_share_the_seconds_of_a_former_log():
    """One of ten seconds weighs as much as ten of one second: 10 + 2, 4 + 4 + 2 + 2 = 12 each."""
    seconds = {"a": 10.0, "b": 4.0, "c": 4.0, "d": 2.0, "e": 2.0, "f": 2.0}
    parts = [of(number, 2, list(seconds), seconds) for number in (1, 2)]
    assert [12.0, 12.0] == [sum(seconds[name] for name in part) for part in parts]


def test_a_scenario_that_is_not_in_the_log_goes_by_its_id():
    """What is new moves nobody else."""
    seconds = {"a": 10.0, "b": 4.0}
    ids = ["a", "b", *IDS]
    for number in (1, 2):
        added = [name for name in of(number, 2, ids, seconds) if name in IDS]
        assert of(number, 2) == added


HEADER = {
    "event": "header", "version": "1", "protocol": 0, "suite": {"hash": "x"},
    "implementation": {"spec": "reference"}, "readings": {}, "panels": "inprocess",
}  # fmt: skip


def log(name, scenarios, **header):
    """Write a log with these scenarios, all of which conform in half a second each."""
    events = [
        {**HEADER, "scenarios": len(scenarios), **header},
        *({"event": "scenario", "scenario": each, "verdict": "pass"} for each in scenarios),
        {"event": "footer", "passed": len(scenarios), "failed": 0, "errors": 0, "skipped": 0,
         "seconds": 0.5 * len(scenarios)},
    ]  # fmt: skip
    path = Path(name)
    path.write_text("".join(json.dumps(each) + "\n" for each in events), encoding="utf-8")
    return path


def shard(number, of, **at):
    """Return what a header says of a shard."""
    return {"number": number, "of": of, "at": at}


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_logs_of_shards_become_the_log_of_the_run():
    """Scenarios stand in the order of the whole run; counts and seconds are added up."""
    one = log("1.jsonl", ["a", "d"], shard=shard(1, 2, a=0, d=3))
    two = log("2.jsonl", ["b", "c"], shard=shard(2, 2, b=1, c=2))
    header, *found, footer = merged([read_events(two), read_events(one)])
    assert ["a", "b", "c", "d"] == [each["scenario"] for each in found]
    assert {**HEADER, "scenarios": 4} == header
    assert (4, 2.0) == (footer["passed"], footer["seconds"])
    with Path("whole.jsonl").open("w", encoding="utf-8") as file:
        write_events(merged([read_events(one), read_events(two)]), file)
    assert 4 == len(read_events(Path("whole.jsonl")).scenarios)


def test_logs_that_are_no_shards_follow_each_other():
    """In the order in which they are named."""
    logs = [read_events(log("1.jsonl", ["z", "y"])), read_events(log("2.jsonl", ["a"]))]
    assert ["z", "y", "a"] == [each["scenario"] for each in list(merged(logs))[1:-1]]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"shard": shard(1, 2, b=1)}, "1.jsonl and 2.jsonl are both shard 1/2"),
        ({"shard": shard(2, 3, b=1)}, "2.jsonl is no shard of 2"),
        ({}, "2.jsonl is no shard of 2"),
        ({"shard": shard(2, 2, b=1), "readings": {"rounding": "down"}}, "different readings"),
        ({"shard": shard(2, 2, b=1), "suite": {"hash": "y"}}, "different suites of scenarios"),
    ],
)
def test_logs_that_are_not_of_one_run_are_refused(second, said):
    """It says which, and what is not alike."""
    one = log("1.jsonl", ["a"], shard=shard(1, 2, a=0))
    with pytest.raises(LogError, match=said):
        list(merged([read_events(one), read_events(log("2.jsonl", ["b"], **second))]))


def test_a_missing_shard_is_named():
    """A whole run has all of them."""
    one = log("1.jsonl", ["a"], shard=shard(1, 3, a=0))
    with pytest.raises(LogError, match="there is no log of shard 2/3, 3/3"):
        list(merged([read_events(one)]))


def test_a_scenario_that_is_in_two_logs_is_named():
    """It has one verdict."""
    logs = [read_events(log("1.jsonl", ["a"])), read_events(log("2.jsonl", ["a"]))]
    with pytest.raises(LogError, match=r"a is in 1.jsonl and in 2.jsonl"):
        list(merged(logs))


@pytest.mark.parametrize(
    ("header", "event", "said"),
    [
        ({}, {"event": "scenario"}, "log:2: does not say which scenario it is of"),
        ({"shard": 3}, {"event": "weather"}, "log: its header does not say which shard it is"),
    ],
)
def test_what_a_merge_needs_of_a_log_is_missed(header, event, said):
    """In one line; what is wrong with every log is told as for reports."""
    events = {"event": "header", **header}, event, {"event": "footer"}
    Path("log").write_text("".join(json.dumps(each) + "\n" for each in events), encoding="utf-8")
    with pytest.raises(LogError, match=said):
        list(merged([read_events(Path("log"))]))


def test_any_text_may_stand_in_a_log():
    """What parts lines elsewhere does not part them here, and half a character stays as it is."""
    said = '{"event": "scenario", "scenario": "a", "reason": "one\u2028two\x85 \\ud800"}\n'
    lines = ['{"event": "header"}\n', said, '{"event": "footer"}\n']
    Path("log").write_text("".join(lines), encoding="utf-8")
    with Path("merged").open("w", encoding="utf-8", errors="backslashreplace") as file:
        write_events(merged([read_events(Path("log"))]), file)
    assert said in Path("merged").read_text(encoding="utf-8")
