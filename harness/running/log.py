"""The event log: JSON lines with a header and a footer, from which every view is derived.

A log without its footer is invalid: the run that wrote it did not end.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from typing import IO, TYPE_CHECKING

from prorata.harness.scenario import bundled_root, discover
from prorata.harness.version import version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.protocol import Started
    from prorata.harness.running.verdict import Results, Verdict

__all__ = ["EventLog", "footer", "suite_hash"]


def suite_hash() -> str:
    """Return a hash of every bundled scenario, which tells suites of one version apart."""
    root, digest = bundled_root(), sha256()
    for path in discover(root):
        digest.update(
            path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0",
        )
    return digest.hexdigest()


def footer(results: Results) -> dict[str, object]:
    """Return the footer of a log."""
    return {
        "event": "footer",
        "passed": results.count("pass"),
        "failed": results.count("fail"),
        "errors": results.count("error"),
        "skipped": results.count("skipped"),
        "seconds": results.seconds,
        **({"ended": results.ended} if results.ended else {}),
    }


class EventLog:
    """Writes the events of a run as they happen; nothing, where there is no file."""

    def __init__(self, file: IO[str] | None) -> None:
        self._file = file

    def header(self, declared: Started, spec: str, panels: str, scenarios: int) -> None:
        """Say what is run on what."""
        self._write(
            {
                "event": "header",
                "version": version(),
                "protocol": declared.protocol,
                "suite": {"version": version(), "hash": suite_hash() if self._file else ""},
                "implementation": {
                    "spec": spec,
                    "name": declared.name,
                    "version": declared.version,
                    "itemised": declared.itemised,
                },
                "readings": dict(declared.readings),
                "panels": panels,
                "scenarios": scenarios,
            },
        )

    def verdict(self, verdict: Verdict) -> None:
        """Tell what is said of one scenario; what is empty is left out."""
        if self._file is None:
            return
        told: Mapping[str, object] = asdict(verdict)
        self._write({"event": "scenario", **{key: value for key, value in told.items() if value}})

    def footer(self, results: Results) -> None:
        """End the log."""
        self._write(footer(results))

    def _write(self, event: Mapping[str, object]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(event, ensure_ascii=False) + "\n")
            self._file.flush()
