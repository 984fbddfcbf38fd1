"""`prorata check --fix`: amounts quoted, keys ordered, sums told; every other byte as it was."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from untidy import TIDY, UNTIDY

from prorata.harness.authoring.fixing import fixed
from prorata.harness.scenario import bundled_root, discover
from prorata.harness.scenario.tree import read

if TYPE_CHECKING:
    from pathlib import Path

FILES = discover(bundled_root())


def _named(file: Path) -> str:
    return f"{file.parent.name}-{file.stem}"


def fix(text: str) -> str:
    """Return a text as it is mended."""
    return fixed(text.encode(), "it.yaml").decode()


def test_an_untidy_file_is_mended() -> None:
    """And a mended one stays as it is."""
    assert TIDY.splitlines() == fix(UNTIDY).splitlines()
    assert fix(UNTIDY) == fix(fix(UNTIDY))


@pytest.mark.parametrize("file", FILES[::9], ids=_named)
def test_a_bundled_file_needs_at_most_its_keys_in_order(file: Path) -> None:
    """Twice is once, and every scenario says what it said."""
    data = file.read_bytes()
    new = fixed(data, str(file))
    assert sorted(data.splitlines()) == sorted(new.splitlines())
    assert new == fixed(new, str(file))


@pytest.mark.parametrize("file", FILES[::23], ids=_named)
def test_an_untidied_file_says_the_same_when_it_is_mended(file: Path) -> None:
    """Whatever of its quotes and comments is missing."""
    chance = random.Random(file.stem)
    head, _, steps = file.read_text(encoding="utf-8").partition("timeline:")
    bare = re.sub(
        r'(?<=[: ])"(\d+\.\d+)"', lambda m: m[chance.choice([0, 1])], f"{head}timeline:{steps}"
    )
    bare = re.sub(r"[ ]*\s# [^\n]*", lambda m: chance.choice([m[0], ""]), bare)
    new = fixed(bare.encode(), str(file)).decode()
    assert read(bare, "").root.plain() == read(new, "").root.plain()
    assert new == fixed(new.encode(), str(file)).decode()
    assert len(bare.splitlines()) == len(new.splitlines())


def test_amounts_of_a_table_are_quoted() -> None:
    """In the columns that stand for amounts, and nowhere else."""
    text = TIDY.replace(
        "source: ours\n", "source: ours\nrows: [{name: one, fee: 0.25, rate: 5.0}]\n"
    )
    text = text.replace('amount: "0.25"', "amount: $fee").replace("percent: 50", "percent: $rate")
    assert '[{name: one, fee: "0.25", rate: 5.0}]' in fix(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"0.25"}     # 2025-09-05 − 2025-09-01 + 1 = 5;', '"0.24"} ;'),
        ("percent: 50", "percent: 40"),
    ],
)
def test_no_sum_is_told_that_does_not_come_to_what_is_expected(old: str, new: str) -> None:
    """The file may be wrong, or the reference: a comment would take sides."""
    text = re.sub(r"; start 3.*", "", TIDY.replace(old, new))
    text = text.replace("     # 2025-09-05 − 2025-09-01 + 1 = 5", "").replace(" ;\n", "\n")
    assert text == fix(text)


def test_a_sum_is_the_same_in_all_scenarios_of_a_file() -> None:
    """Or none is told: of a table each row has its own."""
    rows = "rows:\n  - {name: five, day: 2025-09-05}\n  - {name: six, day: 2025-09-06}\n"
    text = UNTIDY.replace("source: ours\n", f"source: ours\n{rows}")
    text = text.replace("2025-09-05 12:00", "$day").replace("0.25}", "$fee}")
    text = text.replace("-05}", '-05, fee: "0.25"}').replace("-06}", '-06, fee: "0.30"}')
    assert "# 100.00 − 3.10 = 96.90" in fix(text)
    assert "amount: $fee}\n" in fix(text)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_the_ends_of_lines_stay(end: str) -> None:
    """And so does a byte order mark, and a last line without an end."""
    text = "\ufeff" + UNTIDY.rstrip().replace("\n", end)
    assert "\ufeff" + TIDY.rstrip().replace("\n", end).split(end)[0] == fix(text).split(end)[0]
    assert fix(UNTIDY).rstrip() == fix(text).removeprefix("\ufeff").replace(end, "\n")


@pytest.mark.parametrize(
    "entry",
    [
        'note: {a: "}", b: 1}',
        "note: [it's, 'it''s']",
        "note: |\n  two: 1\n\n  lines",
        "note:\n- one\n- two",
        "note: 'a\n\n  quoted #  text'",
        "note:\n  # inside\n  deep: er\n  # at its end",
    ],
)
def test_whatever_a_value_looks_like_it_is_moved_whole(entry: str) -> None:
    """Or not at all: the file says the same."""
    text = UNTIDY.replace("source: ours\n", f"{entry}\nsource: ours\n")
    assert read(text, "").root.plain() == read(fix(text), "").root.plain()
    assert fix(text) == fix(fix(text))
    assert all(each in fix(text) for each in re.findall(r"#[^\n]*", entry))


def test_what_is_no_scenario_stays_as_it_is() -> None:
    """Bytes that are no text, YAML that is broken, a file with nothing in it."""
    for data in (b"\xff\xfe", b"a: [", b"", b"- one", b"title: One\n"):
        assert data == fixed(data, "it.yaml")


def test_a_comment_that_would_be_text_is_left_out_alone() -> None:
    """Where a text goes on below the line of an amount; the other amounts have theirs."""
    text = re.sub(r" +# (period price|100|2025)[^\n]*", "", TIDY)
    long = 'balance: {anna: "96.90"}, site: {domain: "a\n        long one"}'
    text = re.sub(
        r"expect:\n      site: [^\n]*\n      charged: [^\n]*\n      balance: [^\n]*",
        lambda _: f"expect: {{{long}}}",
        text,
    )
    new = fix(text)
    assert f"expect: {{{long}}}\n" in new
    assert '"0.25"}     # 2025-09-05 − 2025-09-01 + 1 = 5;' in new
