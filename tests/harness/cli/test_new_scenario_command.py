"""`prorata new scenario`: a few questions or options, and a file that conforms."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prorata.harness.authoring.fixing import fixed
from prorata.harness.running.api import run

STORIES = ("order", "renewal", "late", "change")


@pytest.mark.parametrize("system", ["billmanager", "hostbill"])
@pytest.mark.parametrize("about", STORIES)
@pytest.mark.parametrize("period", ["1 month", "1 year"])
def test_what_is_written_conforms(call: Any, system: str, about: str, period: str) -> None:
    """Says how each amount comes about, and needs no mending."""
    said = call(
        "new", "scenario", "it.yaml", "--system", system, "--about", about, "--price", "3.10",
        "--period", period, "--from", "2025-01-31",
    )  # fmt: skip
    assert (0, "it.yaml is written; next: prorata run it.yaml\n") == (said.code, said.out)
    assert 0 == run("it.yaml").exit_code
    text = Path("it.yaml").read_text(encoding="utf-8")
    steps = text.partition("timeline:")[2].splitlines()
    assert [] == [line for line in steps if re.search(r'"[0-9.]+"', line) and "# " not in line]
    assert text == fixed(text.encode(), "it.yaml").decode()


def test_the_sums_are_those_that_a_person_finds(call: Any) -> None:
    """Half of September is left: half of 20.00 − 10.00; and 4 days after October 1 are 5 days."""
    call("new", "scenario", "change.yaml", "--about", "change")
    assert '{kind: tariff change, amount: "5.00"}' in Path("change.yaml").read_text(
        encoding="utf-8"
    )
    call("new", "scenario", "late.yaml", "--about", "late")
    # 5 days of 10.00 / 30, half of it: 0.83.
    assert '{kind: late fee, amount: "0.83"}' in Path("late.yaml").read_text(encoding="utf-8")


def test_title_rules_and_the_line_for_editors_may_be_given(call: Any) -> None:
    """As they are said, whatever letters a title has."""
    title = 'He said: "no", #1'
    words = ("--title", title, "--rule", "billmanager.pay", "--rule", "billmanager.order.price")
    assert 0 == call("new", "scenario", "it.yaml", *words, "--schema", "../s.json").code
    head = Path("it.yaml").read_text(encoding="utf-8").splitlines()[:3]
    assert [
        "# yaml-language-server: $schema=../s.json",
        r'title: "He said: \"no\", #1"',
        "rules: [billmanager.pay, billmanager.order.price]",
    ] == head
    assert 0 == run("it.yaml").exit_code


def test_nothing_is_written_over(call: Any) -> None:
    """A file that is there stays, and so does what a link leads to."""
    Path("it.yaml").write_text("mine", encoding="utf-8")
    Path("link.yaml").symlink_to("nowhere.yaml")
    said = call("new", "scenario", "it.yaml")
    assert (2, "it.yaml is there already, and is left as it is; name another file\n") == (
        said.code,
        said.err,
    )
    assert "mine" == Path("it.yaml").read_text(encoding="utf-8")
    assert 2 == call("new", "scenario", "link.yaml").code
    assert not Path("nowhere.yaml").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("it.yml",), "it.yml is not the name of a scenario; write it.yaml"),
        (("no/it.yaml",), "no/it.yaml: No such file or directory"),
        (("it.yaml", "--price", "3,10"), '--price: "3,10" is not an amount; write digits such as'),
        (("it.yaml", "--price", "0"), "--price: 0 is not above 0 with at most two digits"),
        (("it.yaml", "--price", "1.001"), "--price: 1.001 is not above 0 with at most two digits"),
        (("it.yaml", "--from", "2025-02-30"), "--from: 2025-02-30 is not a date"),
        (("it.yaml", "--from", "2999-12-31"), "2999"),
        (("it.yaml", "--rule", "billmanager.pays"), "unknown rule billmanager.pays; did you mean"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_one_clear_line(
    call: Any, words: tuple[str, ...], said: str
) -> None:
    """And nothing is written."""
    ended = call("new", "scenario", *words)
    assert 2 == ended.code
    assert said in ended.err
    assert not Path("it.yaml").exists()


def test_on_a_terminal_what_is_not_given_is_asked_for(tmp_path: Path) -> None:
    """With what is meant where nothing is answered."""
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "prorata", "new", "scenario", "it.yaml", "--period", "1 month"]
    with subprocess.Popen(words, stdin=theirs, stdout=subprocess.PIPE, cwd=tmp_path) as child:
        os.write(ours, b"hostbill\nnothing\nlate\n4.00\n\n")
        out, _ = child.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert 0 == child.returncode
    asked = ["Which billing's rules", "What happens", "What happens", "The price", "Ordered on"]
    assert asked == re.findall("|".join(dict.fromkeys(asked)), out.decode())
    text = (tmp_path / "it.yaml").read_text(encoding="utf-8")
    # Half of 4.00, which the second invoice is.
    assert '{kind: late fee, amount: "2.00"}     # 4.00 × 50 ÷ 100 = 2.00' in text


def test_what_can_be_begun_is_listed(call: Any) -> None:
    """And anything else is unknown."""
    assert "\n  scenario " in call("new", "--help").out
    assert 2 == call("new", "billing").code
