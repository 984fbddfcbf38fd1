"""The harness: scenarios, time, implementations, the judge, reports and the command line.

>>> from prorata.harness import run
>>> run("documented/late-fee-half-of-five-days").count("pass")
1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.lazy import lazily

if TYPE_CHECKING:
    from prorata.harness.implementations import CannotStart, Context, Refused, Unsupported
    from prorata.harness.reconciling import reconcile
    from prorata.harness.running.api import run
    from prorata.harness.running.verdict import Mismatch, Results, Verdict

__all__ = [
    "CannotStart",
    "Context",
    "Mismatch",
    "Refused",
    "Results",
    "Unsupported",
    "Verdict",
    "reconcile",
    "run",
]

_HOMES = {
    "CannotStart": "implementations",
    "Context": "implementations",
    "Refused": "implementations",
    "Unsupported": "implementations",
    "Mismatch": "running.verdict",
    "Results": "running.verdict",
    "Verdict": "running.verdict",
    "reconcile": "reconciling",
    "run": "running.api",
}

__getattr__ = lazily(__name__, _HOMES)
