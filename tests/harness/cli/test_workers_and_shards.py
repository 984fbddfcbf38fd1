"""Shards, merged logs, several implementations and progress, as a user calls them."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from prorata.harness.cli import merge_, progress
from prorata.harness.cli.progress import RunProgress
from prorata.harness.running.verdict import Verdict


def timeless(path: str) -> list[str]:
    """Read the lines of a log, but for its times."""
    text = Path(path).read_text(encoding="utf-8")
    return re.sub(r'"seconds": [0-9.e-]+', '"seconds": 0', text).splitlines()


def merge(*words: str) -> tuple[int, str]:
    """Call `prorata report merge`; return its exit code and what it wrote."""
    ran = CliRunner().invoke(merge_.command, words, standalone_mode=False)
    if ran.exception is not None:
        return 2, str(ran.exception)
    return ran.return_value, ran.output


def test_shards_merged_are_the_log_of_the_whole_run(call: Any) -> None:
    """By ids, and balanced by the seconds of a former log."""
    call("run", "documented/*", "--log", "whole.jsonl")
    for more in ([], ["--durations", "whole.jsonl"]):
        for number in (1, 2, 3):
            words = ("--shard", f"{number}/3", "--log", f"{number}.jsonl")
            assert 0 == call("run", "documented/*", *words, *more).code
        assert (0, "") == merge("3.jsonl", "1.jsonl", "2.jsonl", "--log", "merged.jsonl")
        assert timeless("whole.jsonl") == timeless("merged.jsonl")


def test_a_merged_log_may_go_to_stdout(call: Any) -> None:
    """As any log."""
    call("run", "documented/late-fee-*", "--log", "one.jsonl")
    code, out = merge("one.jsonl", "--log", "-")
    assert (0, Path("one.jsonl").read_text(encoding="utf-8")) == (code, out)


def test_a_shard_without_its_sisters_is_not_merged(call: Any) -> None:
    """The missing one is named; exit code 2."""
    call("run", "documented/*", "--shard", "1/2", "--log", "one.jsonl")
    assert (2, "there is no log of shard 2/2") == merge("one.jsonl", "--log", "merged.jsonl")


@pytest.mark.parametrize("text", ["3", "0/8", "9/8", "1/0", "a/b"])
def test_what_is_no_shard_is_a_mistake(call: Any, text: str) -> None:
    """One line, exit code 2."""
    said = call("run", "--shard", text)
    assert (2, True) == (said.code, f"{text} is no part of several; 3/8 is" in said.err)


def test_a_former_log_that_cannot_be_read_is_a_mistake(call: Any) -> None:
    """It names the option and the file."""
    said = call("run", "documented/*", "--shard", "1/2", "--durations", "gone.jsonl")
    assert (2, "--durations: gone.jsonl: No such file or directory\n") == (said.code, said.err)


def test_several_implementations_run_through_the_same_and_are_compared(
    call: Any, polite: Any
) -> None:
    """Each has its log, and a column in the table at the end."""
    said = call(
        "run", "documented/late-fee-*", "-i", "reference", "-i", polite(), "--log", "log.jsonl",
        "-q",
    )  # fmt: skip
    logs = [timeless(f"log-{number}.jsonl") for number in (1, 2)]
    specs = [json.loads(log[0])["implementation"]["spec"] for log in logs]
    assert ["reference", polite()] == specs
    assert len(logs[0]) == len(logs[1])
    head = next(line for line in said.out.splitlines() if line.startswith("     "))
    assert ["reference", "polite"] == re.findall("reference|polite", head)
    assert 1 == said.code


def test_several_implementations_are_one_json_document(call: Any) -> None:
    """A list of their results."""
    said = call("run", "documented/late-fee-*", "-i", "reference", "-i", "reference", "--json")
    one, two = json.loads(said.out)
    assert (0, [each["scenario"] for each in one["verdicts"]]) == (
        said.code,
        [each["scenario"] for each in two["verdicts"]],
    )


def test_several_implementations_cannot_share_stdout_as_log(call: Any) -> None:
    """Each has a file of its own."""
    said = call("run", "-i", "reference", "-i", "reference", "--log", "-")
    assert 2 == said.code
    assert said.err.startswith("each of several implementations has a file of its own")


def test_workers_may_be_a_setting(call: Any) -> None:
    """A number or auto; anything else is a mistake at its file."""
    Path("prorata.toml").write_text('workers = "auto"\n', encoding="utf-8")
    assert 0 == call("run", "documented/late-fee-*").code
    Path("prorata.toml").write_text("workers = 0\n", encoding="utf-8")
    said = call("run")
    assert (2, "prorata.toml: workers is auto, or a number from 1 to 64\n") == (said.code, said.err)


class _Terminal:
    """A stream that says whether it is a terminal, and keeps what is written."""

    def __init__(self, *, terminal: bool) -> None:
        self.terminal, self.text = terminal, ""

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""


def shown(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, ci: str) -> str:
    """Return what is shown of a run of four scenarios that takes six seconds for each."""
    stream = _Terminal(terminal=terminal)
    times = iter(range(0, 600, 6))
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "monotonic", lambda: float(next(times)))
    monkeypatch.setenv("CI", ci)
    with RunProgress(4) as running:
        for verdict in ("pass", "fail", "pass", "pass"):
            running.advance(Verdict("s", ("a.b",), verdict, 0.0))  # type: ignore[arg-type]
    return stream.text


def test_in_ci_a_line_every_few_seconds_tells_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each with how many are not as wanted."""
    first, second, *_ = shown(monkeypatch, terminal=False, ci="true").splitlines()
    assert "1 of 4" == first
    assert second.endswith("of 4 · 1 not as wanted")


def test_elsewhere_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is piped has no progress in it."""
    assert "" == shown(monkeypatch, terminal=False, ci="")


def test_on_a_terminal_there_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how many of all are done, and is wiped at the end."""
    assert "4/4" in shown(monkeypatch, terminal=True, ci="")
