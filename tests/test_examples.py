"""The example billings have good manners and conform to every bundled scenario they support."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from importlib import import_module
from pathlib import Path

import pytest
from bundled import SCENARIOS, judged
from clocked import needs_libfaketime
from free_ports import free_port
from in_process import InProcess

from prorata.harness.implementations.server import StartedServer
from prorata.harness.running.api import run
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import judge_all
from prorata.harness.smoke import smoke

pytestmark = pytest.mark.sweep

EXAMPLES = Path(__file__).parent.parent / "examples"
PHP = shutil.which("php")
#: Where php has to be, an example that does not run is a failure.
needs_php = pytest.mark.skipif(
    not PHP and os.environ.get("CI") != "true",
    reason="php is not installed: apt-get install php-cli",
)
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(
    not NODE and os.environ.get("CI") != "true",
    reason="node is not installed: apt-get install nodejs",
)
PYTHON_EXAMPLE = "python:small_billing:SmallBilling"
HOSTBILL_EXAMPLE = "python:small_invoices:SmallInvoices"
PHP_EXAMPLE = f"stdio:{shlex.join([PHP or 'php', str(EXAMPLES / 'php' / 'billing.php')])}"


@pytest.fixture(autouse=True)
def _in_the_folder_of_the_python_example(monkeypatch):
    monkeypatch.chdir(EXAMPLES / "python")


@pytest.fixture(name="node_example")
def _node_example():
    """Serve the example for Node; return its address."""
    port = free_port()
    words = [NODE or "node", str(EXAMPLES / "node" / "billing.mjs"), str(port)]
    server = StartedServer(shlex.join(words), f"http://127.0.0.1:{port}/")
    server.start()
    yield server.url
    server.end()


def conforming(implementation, clock=None):
    """Judge by all bundled scenarios; return those that pass, and why the others are skipped."""
    results = judged(implementation, clock=clock)
    of = {
        kind: {each.scenario: each for each in results.verdicts if each.verdict == kind}
        for kind in ("pass", "fail", "error", "skipped")
    }
    assert {} == of["fail"]
    assert {} == of["error"]
    skipped = {scenario: (each.why, each.reason) for scenario, each in of["skipped"].items()}
    assert all(why in {"unsupported", "reading"} and reason for why, reason in skipped.values())
    return of["pass"], skipped


def test_the_example_in_python_conforms():
    """The small billing passes what it supports, and says why it does not have the rest."""
    passed, skipped = conforming(PYTHON_EXAMPLE)
    assert 450 <= len(passed)
    assert ("unsupported", "does not support hostbill") == skipped["worked/upgrade-by-seconds"]
    assert ("unsupported", "weekend policy: planned") == skipped["worked/weekend-days-and-late-fee"]


def test_the_example_of_hostbill_conforms():
    """The billing by invoices passes what it supports, and says why it does not have the rest."""
    passed, skipped = conforming(HOSTBILL_EXAMPLE)
    assert 60 <= len(passed)
    lacking = "does not support the act change_tariff"
    assert ("unsupported", lacking) == skipped["worked/upgrade-by-seconds"]
    assert ("unsupported", "does not support billmanager") == skipped["worked/daily"]


def test_the_example_of_hostbill_shows_nothing_else(monkeypatch):
    """All that it shows, whether a file checks it or not, is as the reference has it."""
    monkeypatch.syspath_prepend(str(EXAMPLES / "python"))
    billing = InProcess(import_module("small_invoices").SmallInvoices)
    with open_panels("socket") as panels:
        verdicts = list(judge_all(SCENARIOS.values(), billing, panels, whole=True))
    assert 60 <= sum(each.verdict == "pass" for each in verdicts)
    assert [] == [each.scenario for each in verdicts if each.verdict in {"fail", "error"}]


@pytest.mark.parametrize("example", ["small_billing", "small_invoices"])
def test_the_example_in_python_is_a_users_own(example):
    """Of prorata the small billings use the interface for factories alone."""
    sources = [path.read_text(encoding="utf-8") for path in Path(example).glob("*.py")]
    used = {
        name for source in sources for name in re.findall(r"(?:from|import) (prorata\S*)", source)
    }
    assert {"prorata.harness", "prorata.harness.implementations"} >= used > set()


@needs_php
def test_the_example_in_php_conforms():
    """The billing in PHP passes what it supports, over stdin and stdout."""
    passed, skipped = conforming(PHP_EXAMPLE)
    assert 130 <= len(passed)
    lacking = "does not support the act change_tariff"
    assert ("unsupported", lacking) == skipped["worked/change-funds"]
    assert ("unsupported", "daily charging: planned") == skipped["worked/daily"]


@needs_node
def test_the_example_for_node_conforms(node_example):
    """The billing for Node passes what it supports, over HTTP, by protocol 1."""
    passed, skipped = conforming(node_example)
    assert 75 <= len(passed)
    assert {"edge/quoted-and-then-charged", "edge/acts-delivered-twice"} <= passed.keys()
    lacking = "does not support the act change_tariff"
    assert ("unsupported", lacking) == skipped["worked/change-funds"]
    assert ("unsupported", "does not support the rule billmanager.charge.daily") == skipped[
        "worked/daily"
    ]


@needs_node
def test_the_example_for_node_has_good_manners(node_example):
    """It passes every check of smoke, twice in one process."""
    for _ in range(2):
        report = smoke(node_example)
        assert report.ok, "\n".join(report.lines())


@needs_php
def test_an_example_of_protocol_0_works_as_it_did():
    """The billing in PHP stays at version 0: it is judged as ever, and skipped where 1 begins."""
    told = run(("edge/quoted-and-then-charged", "worked/late-fee*"), PHP_EXAMPLE)
    quoted, *others = sorted(told.verdicts, key=lambda each: each.scenario)
    said = "speaks protocol 0, which has no quotes"
    assert ("skipped", said) == (quoted.verdict, quoted.reason)
    assert "pass" in {each.verdict for each in others}


@needs_php
@needs_libfaketime
def test_the_example_in_php_conforms_by_the_wall_clock():
    """It reads `date()` alone, and conforms to the same scenarios under libfaketime."""
    passed, _ = conforming(f"{PHP_EXAMPLE} --wall-clock", clock="libfaketime")
    assert 130 <= len(passed)


@needs_php
def test_the_example_in_php_is_not_judged_by_the_real_clock():
    """Without a clock that follows, each scenario is an error that names the clock."""
    (verdict,) = run(
        "documented/late-fee-half-of-five-days", f"{PHP_EXAMPLE} --wall-clock"
    ).verdicts
    assert ("error", "implementation") == (verdict.verdict, verdict.fault)
    assert verdict.reason.startswith("the clocks are split: its clock shows ")


@pytest.mark.parametrize(
    "example",
    [PYTHON_EXAMPLE, HOSTBILL_EXAMPLE, pytest.param(PHP_EXAMPLE, marks=needs_php)],
    ids=["python", "hostbill", "php"],
)
def test_the_examples_have_good_manners(example):
    """All examples pass every check of smoke."""
    report = smoke(example)
    assert report.ok, "\n".join(report.lines())


def blocks(document, language):
    """Return the blocks of code of a document."""
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)


def test_the_shortest_factory_of_the_documents_has_good_manners(tmp_path, monkeypatch):
    """What docs/your-own-billing.md shows first passes every check of smoke."""
    monkeypatch.chdir(tmp_path)
    first = blocks(EXAMPLES.parent / "docs" / "your-own-billing.md", "python")[0]
    (tmp_path / "my_billing.py").write_text(first, encoding="utf-8")
    report = smoke("python:my_billing:Billing")
    assert report.ok, "\n".join(report.lines())


def test_the_mistake_of_the_readme_is_caught(tmp_path, monkeypatch):
    """What examples/README.md replaces in the small billing fails by the rule it breaks."""
    (mistake,) = blocks(EXAMPLES / "README.md", "python")
    (tmp_path / "exclusive.py").write_text(mistake, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (verdict,) = run("documented/late-fee-half-of-five-days", "python:exclusive:Wrong").verdicts
    rules = {mismatch.rule for mismatch in verdict.mismatches}
    assert ("fail", {"billmanager.renew.late-fee.percent"}) == (verdict.verdict, rules)
