"""Which readings and conventions a billing follows, found out by asking it few scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.lazy import lazily

if TYPE_CHECKING:
    from prorata.harness.diagnosing.asking import Witness
    from prorata.harness.diagnosing.concluding import Diagnosis, concluded
    from prorata.harness.diagnosing.diagnosis import searched

__all__ = ["Diagnosis", "Witness", "concluded", "searched"]

_HOME = {
    "Witness": "asking",
    "Diagnosis": "concluding",
    "concluded": "concluding",
    "searched": "diagnosis",
}

__getattr__ = lazily(__name__, _HOME)
