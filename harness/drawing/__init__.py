"""Drawing a scenario with several billings: who asked whom for what, and what came of it."""

from __future__ import annotations

from prorata.harness.drawing.picture import svg, text
from prorata.harness.drawing.rows import Row, drawn

__all__ = ["Row", "drawn", "svg", "text"]
