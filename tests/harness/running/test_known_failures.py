"""Known failures: what keeps a run green, and what turns it red again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from prorata.harness.running.known import KnownError, KnownFailure, complaints, excused, read_known
from prorata.harness.running.verdict import Results, Verdict

if TYPE_CHECKING:
    from pathlib import Path

LIST = """
[[known]]
id = "worked/daily"
reason = "rounds up"
link = "https://tracker.example/421"
expires = 2026-03-01
"""
BEFORE, LAST_DAY = date(2026, 2, 28), date(2026, 3, 1)


def verdict(said: str, scenario: str = "worked/daily") -> Verdict:
    """Return a verdict of the scenario in the list."""
    return Verdict(scenario, ("a.rule",), said, 0.0)  # type: ignore[arg-type]


@pytest.fixture(name="known")
def _known(tmp_path: Path) -> dict[str, KnownFailure]:
    path = tmp_path / "known.toml"
    path.write_text(LIST, encoding="utf-8")
    return read_known(path)


def test_a_list_is_read_by_scenario(known: dict[str, KnownFailure]) -> None:
    """Id, reason, link and the day on which an entry runs out."""
    assert known == {
        "worked/daily": KnownFailure(
            "worked/daily", "rounds up", "https://tracker.example/421", LAST_DAY
        ),
    }


def test_link_and_expires_are_optional(tmp_path: Path) -> None:
    """Id and reason are not."""
    path = tmp_path / "known.toml"
    path.write_text('[[known]]\nid = "a/b"\nreason = "so"\n', encoding="utf-8")
    assert {"a/b": KnownFailure("a/b", "so")} == read_known(path)
    path.write_text("", encoding="utf-8")
    assert read_known(path) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("known = 5", "only [[known]] tables are read here"),
        ("known = [5]", "entry 1: is no [[known]] table"),
        ("other = 5", "only [[known]] tables are read here"),
        ("[[known]]\nreason = 'x'", "entry 1: id is missing"),
        ("[[known]]\nid = 'x'", "entry 1: reason is missing"),
        ("[[known]]\nid = 'x'\nreason = ''", "entry 1: reason is missing"),
        ("[[known]]\nid = 5\nreason = 'y'", "entry 1: id is missing"),
        ("[[known]]\nid = 'x'\nreason = 'y'\nlink = 5", "entry 1: link is a text"),
        ("[[known]]\nid = 'x'\nreason = 'y'\nuntil = 5",
         "entry 1: unknown key until; known are expires, id, link, reason"),
        ("[[known]]\nid = 'x'\nreason = 'y'\nexpires = 'May'",
         "entry 1: expires is a date, as in 2026-03-01"),
        ("[[known]]\nid = 'x'\nreason = 'y'\nexpires = 2026-03-01T00:00:00Z",
         "entry 1: expires is a date, as in 2026-03-01"),
        ("[[known]]\nid = 'x'\nreason = 'y'\n[[known]]\nid = 'x'\nreason = 'z'",
         "entry 2: x is listed twice"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_used_names_its_entry(
    tmp_path: Path,
    text: str,
    message: str,
) -> None:
    """One line: the file, the entry, what is wrong."""
    path = tmp_path / "known.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnownError) as caught:
        read_known(path)
    assert f"{path}: {message}" == str(caught.value)


def test_a_list_that_cannot_be_read_names_the_file(tmp_path: Path) -> None:
    """Missing, no text, no TOML: one line each."""
    path = tmp_path / "known.toml"
    with pytest.raises(KnownError, match=r"known.toml: No such file"):
        read_known(path)
    path.write_bytes(b"\xff")
    with pytest.raises(KnownError, match=r"known.toml: 'utf-8' codec"):
        read_known(path)
    path.write_text("[[", encoding="utf-8")
    with pytest.raises(KnownError, match=r"known.toml: ") as caught:
        read_known(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("said", ["fail", "error"])
@pytest.mark.parametrize(
    ("today", "reason"),
    [(None, "rounds up"), (BEFORE, "rounds up"), (LAST_DAY, "")],
)
def test_a_known_failure_is_excused_until_it_expires(
    known: dict[str, KnownFailure],
    said: str,
    today: date | None,
    reason: str,
) -> None:
    """On the day of expiry it is no longer; without a day nothing expires."""
    told = excused(verdict(said), known, today)
    assert reason == told.known
    results = Results("x", "1", {}, (told,), 0.0, tuple(complaints([told], known, today)))
    assert (0 if reason else 1) == results.exit_code


def test_an_unlisted_failure_is_not_excused(known: dict[str, KnownFailure]) -> None:
    """Only what the list names."""
    assert excused(verdict("fail", "worked/other"), known, None).known == ""


def test_a_known_failure_that_passes_turns_the_run_red(known: dict[str, KnownFailure]) -> None:
    """The list must tell the truth."""
    told = excused(verdict("pass"), known, None)
    said = tuple(complaints([told], known, None))
    assert said == ("worked/daily is a known failure (rounds up) but passes: remove its entry",)
    assert Results("x", "1", {}, (told,), 0.0, said).exit_code == 1


def test_an_entry_that_has_run_out_is_told(known: dict[str, KnownFailure]) -> None:
    """And the failure counts."""
    told = excused(verdict("fail"), known, LAST_DAY)
    assert ["worked/daily was known until 2026-03-01 (rounds up)"] == list(
        complaints([told], known, LAST_DAY),
    )


@pytest.mark.parametrize("verdicts", [[], [verdict("skipped")], [verdict("fail")]])
def test_nothing_is_said_of_what_was_not_judged_or_failed_as_known(
    known: dict[str, KnownFailure],
    verdicts: list[Verdict],
) -> None:
    """A selection need not name every known failure."""
    assert list(complaints(verdicts, known, BEFORE)) == []
