r"""Smoke: whether an adapter has manners, before any billing is judged.

report = smoke("stdio:./my-billing")
print("\n".join(report.lines()))
"""

from __future__ import annotations

from prorata.harness.smoke.report import Check, Finding, SmokeReport
from prorata.harness.smoke.session import SMOKE_BEGINS, SMOKE_PRESET, smoke

__all__ = ["SMOKE_BEGINS", "SMOKE_PRESET", "Check", "Finding", "SmokeReport", "smoke"]
