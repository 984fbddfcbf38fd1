"""Known failures per rule and per place, and a list that is brought up to date with a run."""

from __future__ import annotations

from dataclasses import replace
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
from prorata.harness.running.known_list import renew
from prorata.harness.running.verdict import Mismatch, Verdict

if TYPE_CHECKING:
    from pathlib import Path

FEE = "documented/late-fee-half-of-five-days"
RULE = "billmanager.renew.late-fee.percent"
TODAY = date(2026, 3, 1)


def differing(*places: str, scenario: str = FEE, rule: str = RULE) -> Verdict:
    """Return a failure with a difference at each place, in the words of a report."""
    found = tuple(
        Mismatch(rule, "2025-09-05", "renew", tuple(each.split(" ", 1)), "0.25", "0.20", "x:1:1")
        for each in places
    )
    return Verdict(scenario, (RULE,), "fail", 0.0, found)


def entry(**said: Any) -> dict[str, KnownFailure]:
    """Return a list with one entry."""
    made = KnownFailure(**{"id": FEE, "reason": "so", "place": "known.toml:1", **said})
    return {made.key: made}


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ({}, True),
        ({"rule": RULE}, True),
        ({"rule": "billmanager.renew.*"}, True),
        ({"rule": "billmanager.order.price"}, False),
        ({"places": ("charged late fee", "balance anna")}, True),
        ({"places": ("charged *", "balance *")}, True),
        ({"places": ("charged late fee",)}, False),
        ({"id": "*", "rule": RULE}, True),
        ({"id": "worked/*", "rule": RULE}, False),
    ],
)
def test_a_failure_is_known_under_its_rule_and_at_all_of_its_places(
    said: dict[str, Any], *, known: bool
) -> None:
    """One more place, or another rule, is a failure that nobody knew."""
    verdict = differing("charged late fee", "balance anna")
    assert known == bool(excused(verdict, entry(**said), None).known)


def test_what_broke_is_at_a_place_of_its_own() -> None:
    """An entry of places does not excuse an error, unless it says so."""
    broke = replace(differing("charged late fee"), verdict="error", fault="implementation")
    assert not excused(broke, entry(places=("charged late fee",)), None).known
    assert excused(broke, entry(places=("charged late fee", "error")), None).known


def test_the_list_lies_where_a_failure_is_another_than_is_known() -> None:
    """It says how it fails now."""
    told = complaints([differing("site expires")], entry(places=("charged late fee",)), None)
    assert [
        f"{FEE} is a known failure (so) but fails otherwise: under {RULE}, at site expires"
    ] == list(told)


def test_the_list_lies_where_one_of_its_places_is_right() -> None:
    """That place is to be removed."""
    known = entry(places=("charged late fee", "balance anna"))
    assert [
        f"{FEE} is known to differ at balance anna (so) but does not: remove that place"
    ] == list(complaints([differing("charged late fee")], known, None))


def test_two_entries_may_name_the_same_scenarios_under_two_rules(tmp_path: Path) -> None:
    """And not under one."""
    path = tmp_path / "known.toml"
    rows = [f"[[known]]\nid = '*'\nreason = 'x'\nrule = '{rule}'\n" for rule in (RULE, "always: a")]
    path.write_text("".join(rows), encoding="utf-8")
    assert [f"* under {RULE}", "* under always: a"] == list(read_known(path))
    path.write_text(rows[0] * 2, encoding="utf-8")
    with pytest.raises(KnownError, match=r"listed twice"):
        read_known(path)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("places = 'site'", 'places is a list of texts, as in ["charged late fee"]'),
        ("places = [5]", "places is a list of texts"),
        ("rule = 5", "rule is a text"),
    ],
)
def test_rules_and_places_have_their_form(tmp_path: Path, row: str, said: str) -> None:
    """What has not is told with its line."""
    path = tmp_path / "known.toml"
    path.write_text(f"[[known]]\nid = 'x'\nreason = 'y'\n{row}\n", encoding="utf-8")
    with pytest.raises(KnownError) as caught:
        read_known(path)
    assert f"{path}:1: {said}" in str(caught.value)


def test_an_entry_of_a_rule_that_there_is_not_is_refused(tmp_path: Path) -> None:
    """With the one that was meant; what always holds is a rule too."""
    with pytest.raises(KnownError, match=f'known.toml:1: unknown rule {RULE}s; did you mean "'):
        check_known(entry(rule=f"{RULE}s").values(), [], tmp_path)
    check_known(entry(rule="always: conservation").values(), [], tmp_path)


@pytest.fixture(name="renewed")
def _renewed(tmp_path: Path) -> Any:
    """Return what brings a list up to date; its lines, and what is said."""
    path = tmp_path / "known.toml"

    def bring(text: str | None, *verdicts: Verdict, complete: bool = True) -> tuple[str, str]:
        if text is not None:
            path.write_text(text, encoding="utf-8")
        said = renew(path, verdicts, [], project=tmp_path, today=TODAY, complete=complete)
        now = path.read_text(encoding="utf-8") if path.exists() else ""
        return now, str(said).removeprefix(f"{path}: ")

    return bring


WRITTEN = f"""[[known]]
id = "{FEE}"
rule = "{RULE}"
places = ["charged late fee", "balance anna"]
reason = "charged late fee: expected 0.25, got 0.20"
"""


def test_a_list_is_written_where_there_is_none(renewed: Any) -> None:
    """Each failure with its rule and places; what passes is not in it. It keeps a run green."""
    fails = differing("charged late fee", "balance anna")
    passes = replace(fails, scenario="worked/daily", verdict="pass", mismatches=())
    assert (WRITTEN, "1 added, 0 changed, 0 removed") == renewed(None, fails, passes)
    assert (WRITTEN, "0 added, 0 changed, 0 removed") == renewed(None, fails, passes)


def test_nothing_is_written_where_all_conform(renewed: Any, tmp_path: Path) -> None:
    """Not even an empty file."""
    assert ("", "0 added, 0 changed, 0 removed") == renewed(
        None, replace(differing(), verdict="pass")
    )
    assert [] == list(tmp_path.iterdir())


ABOVE = "# ours\n\n# of the fee, see the wiki\n"
SAID = f"{ABOVE}{WRITTEN}link = 'x' # mine\n\n[[known]]\nid = 'worked/daily'\nreason = \"rounds\"\n"


def test_the_rest_of_a_list_stays_as_it_is_written(renewed: Any) -> None:
    """With its comments and quotes; only what passes goes, with the comment above it."""
    fails = differing("charged late fee", "balance anna")
    rounds = differing("site expires", scenario="worked/daily")
    assert (SAID, "0 added, 0 changed, 0 removed") == renewed(SAID, fails, rounds)
    passes = replace(fails, verdict="pass", mismatches=())
    left = "# ours\n\n[[known]]\nid = 'worked/daily'\nreason = \"rounds\"\n"
    assert (left, "0 added, 0 changed, 1 removed") == renewed(SAID, passes, rounds)


def test_a_failure_that_is_another_now_has_new_places_and_its_old_reason(renewed: Any) -> None:
    """So has one of whose places some are right."""
    text = WRITTEN.replace("charged late fee: expected 0.25, got 0.20", "counts days")
    new = text.replace('"charged late fee", "balance anna"', '"site expires"')
    assert (new, "0 added, 1 changed, 0 removed") == renewed(text, differing("site expires"))
    fewer = text.replace(', "balance anna"', "")
    assert (fewer, "0 added, 1 changed, 0 removed") == renewed(text, differing("charged late fee"))


def test_an_entry_that_has_run_out_is_for_a_person(renewed: Any) -> None:
    """It is neither renewed nor doubled, and keeps the run red."""
    text = f"{WRITTEN}expires = 2026-03-01\n"
    assert (text, "0 added, 0 changed, 0 removed") == renewed(text, differing("site expires"))


@pytest.mark.parametrize(("complete", "removed"), [(True, 1), (False, 0)])
def test_an_entry_of_several_goes_where_a_complete_run_has_none(
    renewed: Any, *, complete: bool, removed: int
) -> None:
    """What was not run may fail still."""
    text = '[[known]]\nid = "documented/*"\nreason = "so"\n'
    passes = replace(differing(), verdict="pass")
    now, said = renewed(text, passes, complete=complete)
    assert ("" if removed else text, f"0 added, 0 changed, {removed} removed") == (now, said)


def test_an_entry_that_names_nothing_goes(renewed: Any) -> None:
    """A scenario that was renamed or deleted."""
    text = '[[known]]\nid = "documented/gone"\nreason = "so"\n'
    assert ("", "0 added, 0 changed, 1 removed") == renewed(text)


def test_what_is_the_fault_of_the_suite_is_not_written(renewed: Any) -> None:
    """It is not the billing's to know; an error of its own is, with what it said."""
    broke = replace(differing(), verdict="error", fault="suite", reason="KeyError: 9")
    assert ("", "0 added, 0 changed, 0 removed") == renewed(None, broke)
    said = 'ended\n"quietly" \x1b[1m\x7f \udc80'
    now, _ = renewed(None, replace(broke, fault="implementation", reason=said))
    assert 'places = ["error"]\nreason = "ended\\n\\"quietly\\" \\u001b[1m\\u007f ?"\n' in now


def test_a_list_in_another_form_is_not_rewritten(renewed: Any) -> None:
    """Only tables can be brought up to date."""
    with pytest.raises(KnownError, match=r"only a list of \[\[known\]\] tables"):
        renewed(f"known = [{{id = '{FEE}', reason = 'x'}}]", replace(differing(), verdict="pass"))
