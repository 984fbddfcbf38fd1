"""How faults are told."""

from __future__ import annotations

import re
from typing import Final

SILENT: Final = "no answer within 1 s; it was killed"
TWICE: Final = "wrote more than one line for one question: "
LATE: Final = "when the scenario was over: "


def ended(asked: str, how: str) -> str:
    """Say that a process ended when it was asked something."""
    return f"{asked}: no answer: the process {how}"


def not_json(text: str, asked: str = "clock") -> str:
    """Say what is no JSON; `text` is how it begins."""
    return f"{asked}: not JSON: '{text}"


def plain(reason: str) -> str:
    """Return a reason without the numbers of questions, which say nothing here."""
    return re.sub(r'"seq": \d+', '"seq": N', re.sub(r" \(seq \d+\)", "", reason))
