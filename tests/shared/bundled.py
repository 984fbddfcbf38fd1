"""The bundled scenarios, loaded once for all the tests of a process."""

from __future__ import annotations

from prorata.harness.running.selection import select

SCENARIOS = {scenario.id: scenario for scenario in select(())}
