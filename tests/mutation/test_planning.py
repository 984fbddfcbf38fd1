"""A mutant is judged by the scenarios that pass through it, the most telling first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mutation.files import by_tests_too
from mutation.making import mutants_of
from mutation.passing import Passing
from mutation.planning import Plan, importers, shard_of

TEXT = """
DAYS = 30


def rule(a):
    return a + DAYS


def other(a):
    return a - 1


def unread(a):
    return a * 2
"""


@pytest.fixture
def planned(made):
    """Return a plan of one module and three scenarios, and its mutants by what they become."""
    module = made(TEXT)
    passing = Passing(
        ids=["edge/slow", "edge/quick", "edge/other"],
        files=["edge/slow.yaml", "edge/quick.yaml", "edge/other.yaml"],
        seconds=[0.5, 0.1, 0.2],
        digests={f"edge/{name}.yaml": name for name in ("slow", "quick", "other")},
        runs={"small.rules": {6: frozenset({0, 1}), 10: frozenset({2})}},
        loads={},
        imports={},
    )
    plan = Plan({"small.rules": module}, passing, {"small.rules": ["tests/test_small.py"]})
    return plan, {mutant.after: mutant for mutant in mutants_of(module)}


def _ids(task):
    return [name for name, _, _ in task.scenarios]


def test_scenarios_that_pass_through_are_asked_the_quickest_first(planned):
    """No other scenario can tell."""
    plan, mutants = planned

    assert ["edge/quick", "edge/slow"] == _ids(plan.task(mutants["a - DAYS"]))
    assert ["edge/other"] == _ids(plan.task(mutants["a + 1"]))
    assert [] == _ids(plan.task(mutants["a / 2"]))


def test_what_caught_others_of_a_function_is_asked_first(planned):
    """It looks closely at just that."""
    plan, mutants = planned
    plan.note(mutants["a - DAYS"], "edge/slow")

    assert ["edge/slow", "edge/quick"] == _ids(plan.task(mutants["a - DAYS"]))


def test_a_table_is_judged_by_who_reads_it(planned):
    """The reference is loaded anew, and those scenarios are asked that pass through its readers."""
    plan, mutants = planned
    task = plan.task(mutants["31"])

    assert "anew" == task.how
    assert "put" == plan.begun(mutants["31"]).how
    assert ["edge/quick", "edge/slow"] == _ids(task)
    assert "swap" == plan.task(mutants["a - DAYS"]).how


def test_a_result_is_of_a_function_and_of_scenarios(planned, made):
    """Where either changes, so does what the result is kept by."""
    plan, mutants = planned
    before = plan.digest(mutants["a - DAYS"])
    digests = {**plan.passing.digests, "edge/quick.yaml": "quicker"}
    other = Plan(plan.modules, replace(plan.passing, digests=digests), plan.tests)
    changed = made(TEXT.replace("return a + DAYS", "return a + DAYS + 0"))
    after = {mutant.after: mutant for mutant in mutants_of(changed)}
    again = Plan({"small.rules": changed}, plan.passing, plan.tests)

    assert before == Plan(plan.modules, plan.passing, plan.tests).digest(mutants["a - DAYS"])
    assert before != other.digest(mutants["a - DAYS"])
    assert plan.digest(mutants["a + 1"]) == other.digest(mutants["a + 1"])
    assert before != again.digest(after["a - DAYS"])


def test_what_survives_is_judged_again_when_its_tests_change(planned, tmp_path):
    """Where tests may catch it too."""
    plan, mutants = planned
    file = tmp_path / "test_small.py"
    file.write_text("def test_rule(): ...", encoding="utf-8")
    tested = Plan(plan.modules, plan.passing, {"small.rules": [str(file)]})
    before = tested.digest(mutants["a - DAYS"])
    file.write_text("def test_rule(): assert 31 == rule(1)", encoding="utf-8")

    assert before != tested.digest(mutants["a - DAYS"])


def test_what_was_caught_stays_so_while_what_caught_it_does(planned):
    """Another scenario may change, or be new."""
    plan, mutants = planned
    mutant = mutants["a - DAYS"]
    digests = {**plan.passing.digests, "edge/quick.yaml": "quicker"}
    other = Plan(plan.modules, replace(plan.passing, digests=digests), {})

    assert plan.digest(mutant, "edge/slow") == other.digest(mutant, "edge/slow")
    assert plan.digest(mutant, "edge/quick") != other.digest(mutant, "edge/quick")


@pytest.mark.parametrize(
    ("file", "too"),
    [
        ("reference/billmanager/renew.py", False),
        ("reference/engine/hostbill/cycles.py", False),
        ("reference/proration.py", False),
        ("reference/engine/hostbill/at_once.py", True),
        ("reference/money.py", True),
        ("reference/engine/turn.py", True),
        ("reference/panels/ispmanager.py", True),
    ],
)
def test_rules_are_told_by_scenarios_alone(file, too):
    """The ground floor, at_once and panels by tests as well."""
    assert too is by_tests_too(file)


def test_the_parts_of_a_run_are_all_of_it(planned):
    """Each mutant is in one part, whatever else there is."""
    _, mutants = planned
    parts = [shard_of(mutant, 3) for mutant in mutants.values()]

    assert {1, 2, 3} >= set(parts)
    assert parts == [shard_of(mutant, 3) for mutant in mutants.values()]


def test_tests_of_a_module_are_those_that_import_it(made, tmp_path):
    """Those named after it come first."""
    module = made(TEXT)
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_all.py").write_text("import small.rules\n", encoding="utf-8")
    (folder / "test_rules.py").write_text("from small import money, rules\n", encoding="utf-8")
    (folder / "test_money.py").write_text("from small import money\n", encoding="utf-8")
    found = importers([module], folder)["small.rules"]

    assert ["test_rules.py", "test_all.py"] == [file.rpartition("/")[2] for file in found]


def test_a_name_that_a_package_gives_on_is_its_module_s(made, tmp_path):
    """So is a file of tests that is called as the whole module is; another name is another's."""
    texts = {
        "top.small": "from top.small.rules import rule\nfrom top.small.money import Money\n",
        "top.small.rules": TEXT,
        "top.small.money": TEXT,
        "top.small.deep.rules": TEXT,
    }
    modules = [made(text, name) for name, text in texts.items()]
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_all.py").write_text("from top.small import (\n    rule,\n)\n", encoding="utf-8")
    (folder / "test_deep_rules.py").write_text("import pytest\n", encoding="utf-8")
    found = importers(modules, folder)

    assert "top.small.money" not in found
    assert [str(folder / "test_all.py")] == found["top.small.rules"]
    assert [str(folder / "test_deep_rules.py")] == found["top.small.deep.rules"]
