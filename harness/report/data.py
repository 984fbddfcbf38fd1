"""The results of a run as data, for `--json`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.running.verdict import Results

__all__ = ["results_json"]


def results_json(runs: Sequence[Results]) -> str:
    """Return the results of a run as JSON, of several as a list.

    What only drawings need is left to the log.
    """
    told = [_told(each) for each in runs]
    return json.dumps(told if len(told) > 1 else told[0], indent=2, ensure_ascii=False) + "\n"


def _told(results: Results) -> dict[str, object]:
    told = asdict(results)
    for verdict in told["verdicts"]:
        del verdict["record"]
    return told
