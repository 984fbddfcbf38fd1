"""The event log: JSON lines with a header and a footer, from which every view is derived.

A log without its footer is invalid: the run that wrote it did not end. The text of a file
stands in the record of the first of its scenarios.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from hashlib import sha256
from typing import IO, TYPE_CHECKING

from prorata.harness.scenario import bundled_root, discover
from prorata.harness.version import version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        **({"complaints": results.complaints} if results.complaints else {}),
        **({"ended": results.ended} if results.ended else {}),
    }


class EventLog:
    """Writes the events of a run as they happen, into each of some files; there may be none."""

    def __init__(self, *files: IO[str] | None) -> None:
        self._files = [file for file in files if file is not None]
        self._texts: set[str] = set()

    def header(
        self,
        declared: Started,
        spec: str,
        panels: str,
        scenarios: int,
        *,
        shard: Mapping[str, object] | None = None,
        again: Sequence[str] = (),
    ) -> None:
        """Say what is run on what.

        `shard` is which part of a run, and where each stands in it; `again` are the options that
        run a scenario in the same way.
        """
        self._write(
            {
                "event": "header",
                "version": version(),
                "protocol": declared.protocol,
                "suite": {"version": version(), "hash": suite_hash() if self._files else ""},
                "implementation": {
                    "spec": spec,
                    "name": declared.name,
                    "version": declared.version,
                    "itemised": declared.itemised,
                },
                "readings": dict(declared.readings),
                "panels": panels,
                "scenarios": scenarios,
                **({"shard": shard} if shard else {}),
                **({"again": list(again)} if again else {}),
            },
        )

    def verdict(self, verdict: Verdict) -> None:
        """Tell what is said of one scenario; what is empty is left out."""
        if not self._files:
            return
        told = {
            field.name: value
            for field in fields(verdict)
            if (value := getattr(verdict, field.name))
        }
        told["mismatches"] = [_filled(asdict(each)) for each in verdict.mismatches]
        told["advice"] = [_filled(asdict(each)) for each in verdict.advice]
        told["first"] = verdict.first and _filled(asdict(verdict.first))
        told["record"] = self._without_known_text(verdict.record)
        self._write({"event": "scenario", **_filled(told)})

    def _without_known_text(self, record: Mapping[str, object]) -> Mapping[str, object]:
        """Return a record without the text of a file of which that was told already."""
        file = str(record.get("file", ""))
        if file in self._texts:
            return {key: value for key, value in record.items() if key != "text"}
        self._texts.add(file)
        return record

    def footer(self, results: Results) -> None:
        """End the log."""
        self._write(footer(results))

    def _write(self, event: Mapping[str, object]) -> None:
        if not self._files:
            return
        line = json.dumps(event, ensure_ascii=False) + "\n"
        for file in self._files:
            file.write(line)
            file.flush()


def _filled(told: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in told.items() if value}
