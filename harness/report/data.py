"""The results of a run as data, for `--json`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prorata.harness.running.verdict import Results

__all__ = ["results_json"]


def results_json(results: Results) -> str:
    """Return the results as JSON; what only drawings need is left to the log."""
    told = asdict(results)
    for verdict in told["verdicts"]:
        del verdict["record"]
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
