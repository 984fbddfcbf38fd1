"""Known failures: what keeps a run green, and what turns it red again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.running.known import (
    KnownError,
    KnownFailure,
    check_known,
    complaints,
    excused,
    read_known,
)
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


def test_a_list_is_read_by_scenario(known: dict[str, KnownFailure], tmp_path: Path) -> None:
    """Id, reason, link and the day on which an entry runs out."""
    assert known == {
        "worked/daily": KnownFailure(
            "worked/daily",
            "rounds up",
            "https://tracker.example/421",
            LAST_DAY,
            # The text begins with an empty line.
            f"{tmp_path / 'known.toml'}:2",
        ),
    }


def test_link_and_expires_are_optional(tmp_path: Path) -> None:
    """Id and reason are not."""
    path = tmp_path / "known.toml"
    path.write_text('[[known]]\nid = "a/b"\nreason = "so"\n', encoding="utf-8")
    assert {"a/b": KnownFailure("a/b", "so", place=f"{path}:1")} == read_known(path)
    path.write_text("", encoding="utf-8")
    assert read_known(path) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("known = 5", ": only [[known]] tables are read here"),
        ("known = [5]", ": entry 1: is no [[known]] table"),
        ("known = [{id = 'x', reason = 'y'}, {id = 'z'}]", ": entry 2: reason is missing"),
        ("other = 5", ": only [[known]] tables are read here"),
        ("[[known]]\nreason = 'x'", ":1: id is missing"),
        ("\n\n[[known]]\nid = 'x'", ":3: reason is missing"),
        ("[[known]]\nid = 'x'\nreason = ''", ":1: reason is missing"),
        ("[[known]]\nid = 5\nreason = 'y'", ":1: id is missing"),
        ("[[known]]\nid = 'x'\nreason = 'y'\nlink = 5", ":1: link is a text"),
        ("[[known]]\nid = 'x'\nreason = 'y'\nuntil = 5",
         ":1: unknown key until; known here: expires, id, link, places, reason, rule"),
        ("[[known]]\nid = 'x'\nreason = 'y'\nexpire = 2026-03-01",
         ':1: unknown key expire; did you mean "expires"?'),
        ("[[known]]\nid = 'x'\nreason = 'y'\nexpires = 'May'",
         ":1: expires is a date, as in 2026-03-01"),
        ("[[known]]\nid = 'x'\nreason = 'y'\nexpires = 2026-03-01T00:00:00Z",
         ":1: expires is a date, as in 2026-03-01"),
        ("[[known]]\nid = 'x'\nreason = 'y'\n[[known]]\nid = 'x'\nreason = 'z'",
         ":4: x is listed twice"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_used_names_its_entry(
    tmp_path: Path,
    text: str,
    message: str,
) -> None:
    """One line: the file, the line of the entry or its number, what is wrong."""
    path = tmp_path / "known.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnownError) as caught:
        read_known(path)
    assert f"{path}{message}" == str(caught.value)


def test_a_list_that_cannot_be_read_names_the_file(tmp_path: Path) -> None:
    """Missing, no text, no TOML: one line each."""
    path = tmp_path / "known.toml"
    with pytest.raises(KnownError, match=r"known.toml: No such file"):
        read_known(path)
    path.write_bytes(b"\xff")
    with pytest.raises(KnownError, match=r"known.toml: byte 0xff is not UTF-8 \(at line 1\)$"):
        read_known(path)
    path.write_bytes("[[known]]".encode("utf-16"))
    with pytest.raises(KnownError, match=r"the file is UTF-16: save it as UTF-8$"):
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


def listed(*ids: str) -> dict[str, KnownFailure]:
    """Return a list with these entries."""
    return {each: KnownFailure(each, "planned for 2.4", place=f"known.toml:{each}") for each in ids}


ROW = Verdict("edge/late-fee[five days]#auto", ("billmanager.renew.late-fee.percent",), "fail", 0.0)


@pytest.mark.parametrize(
    ("named", "is_known"),
    [
        ("edge/late-fee[five days]#auto", True),
        ("edge/late-fee", True),
        ("edge/*", True),
        ("edge", True),
        ("edge/late-fee[five days]", True),
        ("edge/late-fee#auto", True),
        ("billmanager.renew.late-fee.percent", True),
        ("billmanager.renew.*", True),
        ("edge/late-fee[six days]", False),
        ("edge/late-fee#by hand", False),
        ("edge/late", False),
        ("worked/*", False),
        ("billmanager.order.*", False),
    ],
)
def test_an_entry_names_scenarios_as_a_selection_does(named: str, *, is_known: bool) -> None:
    """By their ids, with rows and branches or without, by a glob, or by a rule."""
    assert is_known == bool(excused(ROW, listed(named), None).known)


PASSES = "is a known failure (planned for 2.4) but nothing of it fails: remove its entry"


@pytest.mark.parametrize(
    ("said", "complete", "complaint"),
    [
        (("pass", "fail"), True, []),
        (("pass", "error"), True, []),
        (("pass", "pass"), True, [f"worked/* {PASSES}"]),
        (("pass", "skipped"), True, [f"worked/* {PASSES}"]),
        (("skipped", "skipped"), True, []),
        # What was not run may fail still.
        (("pass", "pass"), False, []),
    ],
)
def test_an_entry_of_several_lies_where_none_of_them_fails(
    said: tuple[str, str], complaint: list[str], *, complete: bool
) -> None:
    """Which only a complete run tells."""
    verdicts = [verdict(each, f"worked/{number}") for number, each in enumerate(said)]
    assert complaint == list(complaints(verdicts, listed("worked/*"), None, complete=complete))


def test_an_entry_of_one_lies_where_it_passes_in_any_run() -> None:
    """However little was run."""
    told = complaints([verdict("pass")], listed("worked/daily"), None, complete=False)
    assert "passes: remove its entry" in next(told)


NAMED = "documented/late-fee-half-of-five-days"
ROWS = "edge/late-fee-by-the-day-and-what-was-bought"


def test_entries_may_name_anything_that_there_is(tmp_path: Path) -> None:
    """Bundled scenarios, rules, files of the project, and folders of it, run or not."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "fee.yaml").write_text("", encoding="utf-8")
    (tmp_path / "top.yaml").write_text("", encoding="utf-8")
    ids = (
        NAMED, f"{NAMED}.yaml", "documented/*", "documented", "*", f"{ROWS}[five days]#for a year",
        f"{ROWS}#for a*", "billmanager.renew.late-fee.percent", "hostbill.*", "mine/fee",
        "mine/*", "mine/fee[five days]", "top", "t*p",
    )  # fmt: skip
    check_known(listed(*ids).values(), [], tmp_path)


@pytest.mark.parametrize(
    ("named", "hint"),
    [
        ("documented/late-fee-half-of-five-day", f'; did you mean "{NAMED}"?'),
        ("documentd/*", '; did you mean "documented/*"?'),
        ("billmanager.renew.late-fee.percents",
         '; did you mean "billmanager.renew.late-fee.percent"?'),
        ("bilmanager.renew.*", '; did you mean "billmanager.renew.*"?'),
        (f"{ROWS}[six days]#for a year", f'; did you mean "{ROWS}[five days]#for a year"?'),
        ("mine/fee", "; a / means scenarios, a . means rules"),
        ("zz*", "; a / means scenarios, a . means rules"),
    ],
)  # fmt: skip
def test_an_entry_that_names_nothing_is_refused_at_its_place(
    tmp_path: Path, named: str, hint: str
) -> None:
    """With what was probably meant; every such entry of the list."""
    with pytest.raises(KnownError) as caught:
        check_known(listed(NAMED, named, "zzz/zzz").values(), [], tmp_path)
    first, second = str(caught.value).splitlines()
    assert f"known.toml:{named}: nothing is called {named}{hint}" == first
    assert second.startswith("known.toml:zzz/zzz: nothing is called zzz/zzz")


def test_a_scenario_of_this_run_is_known_though_its_file_is_elsewhere(
    tmp_path: Path, written: Any, late: str
) -> None:
    """Or has gone since."""
    scenario = written(late)
    check_known(listed(scenario.id).values(), [scenario], tmp_path / "nowhere")
