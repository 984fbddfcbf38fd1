"""From a scenario to what pytest tells of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prorata.harness.pytest.courts import refusing
from prorata.harness.pytest.known import complaint, known_reason
from prorata.harness.report.console import failures, plain

if TYPE_CHECKING:
    from prorata.harness.pytest.courts import Court
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

__all__ = ["judge"]


def judge(item: pytest.Item, scenario: Scenario, court: Court) -> None:
    """Judge a scenario: return where it conforms, else fail or skip the test.

    What was said when the scenario before was over is an error at the end of this test.
    """
    item.user_properties += [("scenario", scenario.id), ("rules", " ".join(scenario.rules))]
    with refusing():
        verdict = court.judge(scenario)
    late = court.late()
    if late:
        item.addfinalizer(lambda: pytest.fail(late, pytrace=False))
    if verdict.verdict == "skipped":
        raise _skipped(f"{verdict.why}: {verdict.reason}")
    _end(item.config, verdict, court.wanted.spec)


def _skipped(reason: str) -> BaseException:
    """Return what skips a test; pytest tells it with the place of the test, not with ours."""
    skipped = pytest.skip.Exception(reason)
    skipped._use_item_location = True  # noqa: SLF001  a pytest without it tells another place
    return skipped


def _end(config: pytest.Config, verdict: Verdict, spec: str) -> None:
    """Fail the test of a verdict that is not as it is expected to be."""
    reason = known_reason(config, verdict)
    if reason:
        pytest.xfail(f"known: {reason}")
    wrong = [complaint(config, verdict)]
    if verdict.verdict != "pass":
        wrong.append(_told(verdict, spec, verbose=config.get_verbosity() > 0))
    if any(wrong):
        pytest.fail("\n".join(filter(None, wrong)), pytrace=False)


def _told(verdict: Verdict, spec: str, *, verbose: bool) -> str:
    """Return what the console shows of a failure."""
    lines = failures([verdict], ["-i", spec], verbose=verbose)
    return "\n".join(map(plain, lines)).strip("\n")
