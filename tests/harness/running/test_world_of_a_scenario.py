"""The world of a scenario is judged as the billing is: at its own places, by its own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prorata.harness.running.api import run
from prorata.harness.scenario.loader import bundled_root

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (bundled_root() / "reselling" / "ordered-and-active-by-event.yaml").read_text("utf-8")


def judged(tmp_path: Path, old: str, new: str):
    """Judge the reference by a file in which one text is another one."""
    assert old in TEXT
    file = tmp_path / "two.yaml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    (verdict,) = run(str(file)).verdicts
    return verdict


@pytest.mark.parametrize(
    ("old", "new", "path", "seen"),
    [
        ('amount: "5.00"', 'amount: "5.50"', ("seller", "charged", "period"), "5.00"),
        ('{partner: "15.00"}', '{partner: "20.00"}', ("seller", "balance", "partner"), "15.00"),
        ("name: srv, exp", "name: sry, exp", ("seller", "licences", "panel", "name"), "srv"),
        (
            "            times: 1",
            "            times: 2",
            ("seller", "calls", "soft.order.param"),
            "1",
        ),
        (
            'period: "1",',
            'period: "12",',
            ("seller", "calls", "soft.order.param", "period"),
            "1",
        ),
        (
            "skipbasket: ",
            "basket: ",
            ("seller", "calls", "soft.order.param", "basket"),
            "nothing",
        ),
        ("{status: processing,", "{status: active,", ("panel", "status"), "processing"),
    ],
    ids=["charged", "balance", "licence", "calls", "parameter", "not sent", "judged"],
)
def test_a_difference_has_its_place(tmp_path, old, new, path, seen):
    """Below the name of the billing, with what was seen there."""
    verdict = judged(tmp_path, old, new)
    (mismatch,) = verdict.mismatches
    assert ("fail", path, seen) == (verdict.verdict, mismatch.path, mismatch.got)
    assert "two.yaml:" in mismatch.place


def test_what_a_file_says_is_seen(tmp_path):
    """As it stands, the reference conforms."""
    assert "pass" == judged(tmp_path, "name: srv", "name: srv").verdict
