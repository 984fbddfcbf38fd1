"""Run benchmarks: ``python -m benchmarks [NAME …] [--runs N] [--json]``."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from importlib import import_module

from benchmarks.rows import Row, Size, line

__all__ = ["main"]

NAMES = (
    "startup",
    "scenarios",
    "judging",
    "fuzz",
    "workers",
    "down",
    "ipc",
    "proration",
    "scale",
    "invoicing",
    "state",
    "reselling",
    "panels",
)


def main() -> None:
    """Measure what is named, everything where nothing is, and print a row for each figure."""
    parser = ArgumentParser(prog="benchmarks", description="What prorata costs, beside its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--runs", type=int, default=10, help="pairs of measurements, 10 by default")
    parser.add_argument(
        "--tiny", action="store_true", help="measure next to nothing, to try it out"
    )
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    asked = parser.parse_args()
    unknown = sorted(set(asked.names) - set(NAMES))
    if unknown or asked.runs < 1:
        parser.error(f"no benchmark is called {unknown[0]}" if unknown else "--runs is at least 1")
    rows: list[Row] = []
    for name in asked.names or NAMES:
        for row in import_module(f"benchmarks.{name}").measure(Size(asked.runs, asked.tiny)):
            rows.append(row)
            if not asked.json:
                print(line(row), flush=True)
    if asked.json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
