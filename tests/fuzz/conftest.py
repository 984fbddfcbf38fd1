"""The table of what was tried. These files are run by `tox -e fuzz`, not with the other tests."""

from __future__ import annotations

from fuzzing import tally


def pytest_terminal_summary(terminalreporter):
    """Print the table."""
    lines = tally.table()
    if lines:
        terminalreporter.section("tried and measured")
        for line in lines:
            terminalreporter.write_line(line)
