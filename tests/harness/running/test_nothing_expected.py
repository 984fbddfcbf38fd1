"""A scenario that expects nothing is held against the reference's own run alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prorata.harness.implementations.reference import Reference
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all

#: An order that is refused, and what nobody can do to a service that there is not.
LOST = """
title: A service that was never there
rules: [billmanager.order.price]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 month: "3.17"}}}
  clients: {anna: {balance: "100.00"}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: start, period: 1 year}
    expect: {refused: billmanager.order.price}
  - at: 2025-08-02
    wait: {}
"""


def silent(scenario: Any) -> Any:
    """Return a scenario without all that it expects."""
    steps = tuple(replace(step, expect=None) for step in scenario.steps)
    return replace(scenario, steps=steps)


def half(body: Any) -> Any:
    """Have the lines of a late fee cost a cent less."""
    lines = [
        line.model_copy(update={"amount": "0.25"}) if line.kind == "late fee" else line
        for line in body.ledger or ()
    ]
    return body.model_copy(update={"ledger": lines})


def test_files_expect_something(written: Any, late: str) -> None:
    """A file says in some step what is to be seen, and what is left of it may not."""
    assert written(late).expects
    assert not silent(written(late)).expects


@pytest.mark.parametrize(("alters", "verdict"), [(False, "pass"), (True, "fail")])
def test_the_reference_decides(
    *, bench: Any, on: Any, written: Any, late: str, alters: Any, verdict: str
) -> None:
    """What it shows is wanted, refusals too; another amount is told with its rule."""
    near = bench(**({"alter": on("observe", half)} if alters else {}))
    (told,) = judge_all([silent(written(late))], near, near.panels, whole=True)
    assert verdict == told.verdict
    if told.first:
        assert ("billmanager.renew.late-fee.percent", "0.26", "0.25") == (
            told.first.rule, told.first.expected, told.first.got,
        )  # fmt: skip


def test_a_refusal_is_no_failure(written: Any) -> None:
    """Without an expectation an act need not be done: the reference refuses it too."""
    panels = ScenarioPanels()
    reference = Reference(version="", transport=panels.transport)
    (told,) = judge_all([silent(written(LOST))], reference, panels, whole=True)
    assert "pass" == told.verdict


def test_who_comes_no_further_than_the_reference_conforms(written: Any, late: str) -> None:
    """Where the reference has lost its ground too, a scenario is judged up to there."""
    made = silent(written(LOST))
    renewed = replace(made.steps[1], act=written(late).steps[1].act)
    panels = ScenarioPanels()
    reference = Reference(version="", transport=panels.transport)
    lost = replace(made, steps=(made.steps[0], renewed))
    (told,) = judge_all([lost], reference, panels, whole=True)
    assert ("pass", "judged up to where no order made site") == (told.verdict, told.reason)
