"""Results are kept, rates are counted, and a page tells them."""

from __future__ import annotations

import pytest

from mutation.changed import since_judged, written
from mutation.making import mutants_of
from mutation.page import page
from mutation.rates import rate_of, shortfalls
from mutation.results import Result, Results

TEXT = "def late(day, due):\n    return day > due\n\n\ndef first(days):\n    return days[0]\n"


@pytest.fixture
def judged(made):
    """Return a module, its mutants and results: of four, three caught."""
    module = made(TEXT)
    mutants = mutants_of(module)
    results = {mutant.identity: Result("differs", "edge/one", "") for mutant in mutants}
    results[mutants[0].identity] = Result("survived", "", "")
    return module, mutants, results


def test_a_rate_counts_what_is_caught(judged):
    """Raw of all that was judged; else of what is not recorded as equivalent."""
    module, mutants, results = judged
    rate = rate_of(module, mutants, results, set())
    recorded = rate_of(module, mutants, results, {mutants[0].identity})

    assert (4, 3, 0.75, 0.75) == (rate.judged, rate.caught, rate.raw, rate.counted)
    assert (0.75, 1.0) == (recorded.raw, recorded.counted)
    assert [mutants[0]] == rate.open
    assert [] == recorded.open


def test_too_little_is_told_of_a_file_and_of_all(judged):
    """Of each file nine tenths are caught, of all a little more."""
    module, mutants, results = judged
    rate = rate_of(module, mutants, results, set())

    assert [
        "small/rules.py: 75.0% caught, less than 90%", "all: 75.0% caught, less than 95%"
    ] == [*shortfalls([rate])]  # fmt: skip
    assert [] == [*shortfalls([rate_of(module, mutants, results, {mutants[0].identity})])]


def test_the_page_has_rates_and_what_is_open(judged):
    """A file that was judged whole is in the table, its survivors below."""
    module, mutants, results = judged
    text = page([rate_of(module, mutants, results, set())], [])

    assert "| `small/rules.py` | scenarios and tests | 4 | 75.0% | 0 | 75.0% | 1 |" in text
    assert "| `late` | 2 | comparison | `day > due` | `day >= due` |" in text


def test_the_page_does_not_count_what_was_not_judged_whole(judged):
    """A rate of some mutants is no rate of the file."""
    module, mutants, results = judged
    del results[mutants[3].identity]
    (survived,) = (each.identity for each in mutants[:3] if not results[each.identity].caught)

    assert "3 of 4 judged, 2 caught and 0 recorded" in page(
        [rate_of(module, mutants, results, set())], []
    )
    text = page([rate_of(module, mutants, results, {survived})], [])
    assert "- `small/rules.py`: 3 of 4 judged, 2 caught and 1 recorded" in text
    assert "| `small/rules.py`" not in text


def test_results_go_on_where_a_run_ended(judged, tmp_path):
    """What was judged is known by the next run, and sorted when one is over."""
    _, mutants, _ = judged
    file = tmp_path / "results.jsonl"
    results = Results(file)
    for mutant in reversed(mutants):
        results.add(mutant, Result("differs", "edge/one", "abc"))
    again = Results(file)

    assert Result("differs", "edge/one", "abc") == again.of(mutants[0], lambda *_: "abc")
    again.sort(mutants[1:])
    kept = Results(file)
    assert sorted(m.identity for m in mutants[1:]) == [*kept.all]


def test_a_mutant_is_judged_again_when_its_scenarios_changed(judged, tmp_path):
    """A result is of the scenarios and the function that there were."""
    _, mutants, _ = judged
    results = Results(tmp_path / "results.jsonl")
    results.add(mutants[0], Result("survived", "", "abc"))

    assert results.of(mutants[0], lambda *_: "abd") is None
    assert results.of(mutants[1], lambda *_: "abc") is None


def test_a_function_has_changed_when_it_reads_otherwise(made, judged):
    """Of a module that was judged, what is not as it was; others are left to a whole run."""
    module, *_ = judged
    known = written([module])
    moved = made(f"# a word\n{TEXT}")
    other = made(TEXT.replace("days[0]", "days[1]"))
    new = made(TEXT, name="small.new")

    assert set() == since_judged([moved, new], known)
    assert {("small.rules", "first")} == since_judged([other, new], known)
