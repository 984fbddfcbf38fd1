"""Tests are selected by the rules that they are about, and by --prorata-select."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

OWN = """
import pytest

@pytest.mark.prorata_rule("billmanager.renew.late-fee.percent", "billmanager.order.price")
def test_mine(): ...

def test_other(): ...
"""


@pytest.fixture
def shop(suite):
    """A suite with tests of every kind."""
    suite.write("test_own.py", OWN)
    suite.scenario("late-fee.scenario.yaml")
    suite.conforms(
        '"documented/late-fee-half*"',
        '"edge/free-tariff-and-every-period"',
        'implementation="reference"',
    )
    return suite


@pytest.mark.parametrize(
    ("expression", "passed"),
    [
        ("billmanager.renew", 3),
        ("billmanager.renew.late-fee.percent", 3),
        ("billmanager.renew and not billmanager.order", 2),
        ("billmanager.order.price", 6),
        ("hostbill", 0),
    ],
)
def test_by_rule(shop, expression, passed):
    """`-m` takes a rule's id, or the beginning of it; --strict-markers holds."""
    shop.run("-m", expression).assert_outcomes(passed=passed, deselected=9 - passed)


@pytest.mark.parametrize("rule", ["billmanager.renew.late-fees", "billmanager.re"])
def test_a_rule_that_there_is_not(suite, rule):
    """An error of the test, which says what was probably meant."""
    suite.write("test_own.py", OWN.replace("billmanager.renew.late-fee.percent", rule))
    ran = suite.run()
    ran.assert_outcomes(passed=1, errors=1)
    ran.stdout.fnmatch_lines([f"the mark prorata_rule: there is no rule '{rule}'; did you mean *"])


@pytest.mark.parametrize(
    ("selection", "passed"),
    [
        (["edge/free*"], 7),
        (["late-fee.scenario"], 3),
        (["billmanager.renew.*"], 4),
        (["edge/free-tariff-and-every-period[a month]", "documented/*"], 4),
    ],
)
def test_by_selection(shop, selection, passed):
    """Of scenarios only those that are named, as behind `prorata run`; other tests stay."""
    words = [word for text in selection for word in ("--prorata-select", text)]
    shop.run(*words).assert_outcomes(passed=passed, deselected=9 - passed)


def test_by_selection_in_the_ini_file(shop):
    """One a line; the command line counts first."""
    ini = "[pytest]\nprorata_select =\n    documented/*\n    late-fee.scenario\n"
    shop.write("pytest.ini", ini)
    shop.run().assert_outcomes(passed=4, deselected=5)
    shop.run("--prorata-select", "edge/free*").assert_outcomes(passed=7, deselected=2)


def test_a_selection_that_names_nothing(shop):
    """A mistake of whoever calls pytest, in one line."""
    ran = shop.run("--prorata-select", "documentd/*")
    assert 4 == ran.ret
    said = 'ERROR: --prorata-select: nothing is called documentd/*; did you mean "documented/*"?'
    ran.stderr.fnmatch_lines([said.replace("[", "[[]")])


def test_what_pytest_says_of_it(suite):
    """Options, settings, marks and fixtures are told by pytest's own help."""
    said = suite.run("--help").stdout.str()
    for name in ("--prorata-implementation=IMPLEMENTATION", "--prorata-select=SELECTION"):
        assert name in said
    assert "prorata_select (linelist)" in said
    assert "@pytest.mark.prorata_rule(rule, ...)" in suite.run("--markers").stdout.str()
    said = suite.run("--fixtures").stdout.str()
    for name in ("panels", "clock", "timeline", "clients", "ispmanager", "billmanager"):
        assert f"\n{name} -- " in said
    assert "_prorata" not in said
