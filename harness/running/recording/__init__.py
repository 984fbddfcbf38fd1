"""What a report needs of a scenario beside its verdict, as plain data that a log holds."""

from __future__ import annotations

from prorata.harness.running.recording.recorded import recorded

__all__ = ["recorded"]
