"""`*.scenario.yaml` files are tests."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

#: What the console shows of the wrong late fee: 3.10 / 31 = 0.10 a day, five days, half of it.
SHOWN = """\
    at 2025-09-05 12:00, renew site for 1 month
      late fee     expected 0.25   got 0.20   (tests/late-fee.scenario.yaml:24:17)
        overdue: 2025-09-05 − 2025-09-01 + 1 = 5
        part: start 3.10 × 5 ÷ 31 = 0.50
        late fee: 0.50 × 50 ÷ 100 = 0.25
        late fee: 0.25 posted as 0.25
      agrees with the reference under whole elapsed days overdue (days overdue; billmanager-hosting\
 rules it out: expired Sep 1 and renewed Sep 5 is 5 days)
    again:  prorata run tests/late-fee.scenario.yaml -i python:exclusive:Wrong
"""


def test_a_file_is_an_item(suite):
    """It is judged on the reference where nobody says on what."""
    suite.scenario("tests/late-fee.scenario.yaml")
    ran = suite.run("-v")
    ran.assert_outcomes(passed=1)
    ran.stdout.fnmatch_lines(["tests/late-fee.scenario.yaml::late-fee PASSED*"])


def test_each_row_of_a_file_is_an_item(suite):
    """Named behind the file, and selected so."""
    suite.scenario("every.scenario.yaml", "edge/free-tariff-and-every-period")
    suite.run().assert_outcomes(passed=5)
    suite.run("every.scenario.yaml::every[a month]").assert_outcomes(passed=1)


def test_other_files_are_none(suite):
    """Only this ending."""
    suite.scenario("late-fee.yaml")
    suite.run().assert_outcomes()


@pytest.mark.parametrize("more", [(), ("--tb=long",), ("--tb=no", "-rf")])
def test_a_failure_is_what_the_console_shows(suite, wrong, more):
    """The first difference and its derivation, the command that repeats it, and no traceback."""
    suite.scenario("tests/late-fee.scenario.yaml")
    ran = suite.run("--prorata-implementation", wrong, *more)
    ran.assert_outcomes(failed=1)
    said = ran.stdout.str()
    assert "rule billmanager.renew.late-fee.percent" in said or "--tb=no" in more
    assert SHOWN in said or "--tb=no" in more
    assert "Traceback" not in said
    assert "prorata/harness" not in said


def test_verbose_shows_all_that_the_file_misses(suite, wrong):
    """As `prorata run -v` does."""
    suite.scenario("late-fee.scenario.yaml", fee=('amount: "3.10"}]\n', 'amount: "3.11"}]\n'))
    said = suite.run("-v", "--prorata-implementation", wrong).stdout.str()
    assert "expected 3.11" in said


def test_a_broken_file_is_one_error_with_places(suite):
    """File, line and column of each problem; other tests are collected."""
    changes = {"fee": ("late_renewal_fee", "late_fees"), "day": ("2025-09-05 12:00", "2025-02-30")}
    suite.scenario("tests/fee.scenario.yaml", **changes)
    suite.scenario("tests/late-fee.scenario.yaml")
    ran = suite.run("--continue-on-collection-errors")
    ran.assert_outcomes(passed=1, errors=1)
    said = ran.stdout.str()
    assert (
        'tests/fee.scenario.yaml:10:7: unknown key "late_fees" in tariff "start"; '
        'did you mean "late_renewal_fee"?\n'
    ) in said
    assert "tests/fee.scenario.yaml:21:9: 2025-02-30 is not a date\n" in said
    assert "2 problems in 1 file\n" in said
    assert "Traceback" not in said


def test_no_yaml_at_all_is_told_with_its_place(suite):
    """Also what the library for YAML says against a file."""
    suite.write("odd.scenario.yaml", "title: [half\n")
    ran = suite.run()
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["odd.scenario.yaml:*:*: *", "1 problem in 1 file"])


def test_an_empty_file(suite):
    """It is no test that passes."""
    suite.write("empty.scenario.yaml", "")
    ran = suite.run()
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["empty.scenario.yaml:1:1: *"])


def test_what_is_unsupported_is_skipped_with_its_reason(suite, right):
    """The reason that the billing gives."""
    suite.scenario("seconds.scenario.yaml", "worked/upgrade-by-seconds")
    ran = suite.run("-rs", "--prorata-implementation", right)
    ran.assert_outcomes(skipped=1)
    ran.stdout.fnmatch_lines(
        ["SKIPPED [[]1] seconds.scenario.yaml:1: unsupported: does not support *"]
    )


def test_a_billing_that_breaks_is_told_without_a_traceback_of_ours(suite):
    """Its own is on its stderr; the next scenario finds a fresh process."""
    suite.write(
        "breaking.py",
        "from small_billing import SmallBilling\n"
        "class Breaking(SmallBilling):\n"
        "    def renew(self, **_):\n"
        "        import os; os._exit(3)\n",
    )
    suite.scenario("a.scenario.yaml")
    suite.scenario("b.scenario.yaml", "edge/free-tariff-and-every-period")
    ran = suite.run("--prorata-implementation", "python:breaking:Breaking")
    ran.assert_outcomes(failed=1, passed=5)
    said = ran.stdout.str()
    assert "the fault of the implementation\n    at 2025-09-05 12:00, renew site" in said
    assert "act renew (seq " in said
    assert "exited with code 3" in said


def test_the_report_has_the_rules(suite):
    """As properties, in JUnit's XML."""
    suite.scenario("late-fee.scenario.yaml")
    suite.run("--junitxml=report.xml").assert_outcomes(passed=1)
    report = (suite.folder / "report.xml").read_text("utf-8")
    assert '<property name="scenario" value="late-fee.scenario"' in report
    assert '<property name="rules" value="billmanager.renew.late-fee.percent"' in report
