"""Suites of somebody else's, each with the plugin and nothing else that is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

# What a suite that runs in this process loads is else forgotten behind it, and loaded twice: the
# C of PyYAML, of which there is one, then knows other classes than its Python.
import prorata.harness.pytest.functions
import prorata.harness.pytest.items
import prorata.harness.pytest.selecting  # noqa: F401

ROOT = Path(__file__).parents[3]

#: A billing that is right in all that it does, and one that gets a late fee wrong.
RIGHT = "python:small_billing:SmallBilling"
WRONG = "python:exclusive:Wrong"

EXCLUSIVE = """
from small_billing import Rules, SmallBilling

class Exclusive(Rules):
    def overdue_days(self, expired, today):
        return (today - expired).days

class Wrong(SmallBilling):
    rules = Exclusive()
"""


#: How pytest is called.
GIVEN = ("-p", "prorata.harness.pytest_plugin", "-W", "error", "--strict-markers")


class Suite:
    """A folder of tests, beside a billing that is right and one that is not."""

    def __init__(self, pytester):
        self.folder = pytester.path
        self._pytester = pytester
        self.write("exclusive.py", EXCLUSIVE)

    def conforms(self, *arguments, more="", body="..."):
        """Write a test that `conforms` is written above."""
        given = ", ".join(arguments)
        self.write(
            "test_shop.py",
            "from prorata.harness.pytest import conforms\n"
            f"import pytest\n{more}\n@conforms({given})\ndef test_it(): {body}\n",
        )

    def write(self, name, text):
        """Write a file of the suite."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")

    def scenario(self, name, bundled="documented/late-fee-half-of-five-days", **changes):
        """Write a copy of a bundled scenario, with some texts for others."""
        text = (ROOT / "scenarios" / f"{bundled}.yaml").read_text("utf-8")
        for old, new in changes.values():
            assert old in text
            text = text.replace(old, new)
        self.write(name, text)

    def run(self, *arguments):
        """Run its tests; return what came of it."""
        return self._pytester.runpytest_inprocess(*GIVEN, *arguments)

    def run_apart(self, *arguments):
        """Run its tests in a process of their own."""
        return self._pytester.runpytest_subprocess(*GIVEN, *arguments)


@pytest.fixture
def suite(pytester, monkeypatch):
    """A suite that finds the example in Python."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "examples" / "python"))
    return Suite(pytester)


@pytest.fixture
def right():
    """A billing that conforms."""
    return RIGHT


@pytest.fixture
def wrong():
    """A billing with a wrong late fee."""
    return WRONG
